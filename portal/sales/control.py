"""Control totals over the lines themselves, by month, place in the network, product or vendor.

Goods only; deposits and empties are outside. ``documents`` counts distinct (kind, number), ``active``
distinct terminals with a line; neither adds up across rows. ``returns_minor`` is the signed sum of returns
and is inside ``net_minor``. Outlets and dealers are those the supply links name on the business day.
Definitions: docs/algorithms/totals.md.
"""

# ruff: noqa: S608  the pieces joined here are constants of this module; values are bound

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from portal.db import engine_kind, fetch
from portal.sales.suppliers import DEALER_LINKS, OUTLET_LINKS
from portal.sales.totals import next_month

if TYPE_CHECKING:
    import datetime as dt

    from portal.db.sql import Row

NONE = "(none)"


class By(StrEnum):
    """What rows of control totals stand for."""

    MONTH = "month"
    REGION = "region"
    DEALER = "dealer"
    OUTLET = "outlet"
    TERMINAL = "terminal"
    PRODUCT = "product"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class Total:
    """One row; amounts in minor units."""

    key: str
    lines: int = 0
    documents: int = 0
    net_minor: int = 0
    returns_minor: int = 0
    quantity: int = 0
    active: int = 0


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """Rows sorted by key, and the total, which is counted and not a sum of the rows."""

    from_month: str
    to_month: str
    by: By
    rows: tuple[Total, ...]
    total: Total

    def plain(self) -> dict[str, Any]:
        """Form for JSON."""
        total = asdict(self.total)
        del total["key"]
        return {
            "from": self.from_month,
            "to": self.to_month,
            "by": self.by.value,
            "rows": [asdict(row) for row in self.rows],
            "total": total,
        }


_DEALER = (
    "case when a.kind = 'dealer' then a.id else coalesce(x.supplier,"
    " (select s.id from account s where s.id = g.seller and s.kind = 'dealer')) end"
)
_OUTLET = "case when a.kind = 'outlet' then a.id else x.supplier end"
_CODE_OF = "(select k.code from account k where k.id = {})"
_KEYS: dict[By, str] = {
    By.MONTH: "month",
    By.REGION: "(select r.code from region r where r.id = coalesce(a.region,"
    f" (select k.region from account k where k.id = {_DEALER})))",
    By.DEALER: _CODE_OF.replace("{}", _DEALER),
    By.OUTLET: _CODE_OF.replace("{}", _OUTLET),
    By.TERMINAL: "case when a.kind = 'terminal' then a.code end",
    By.PRODUCT: "(select p.code from product p where p.id = g.product)",
    By.VENDOR: "(select nullif(p.vendor_code, '') from product p where p.id = g.product)",
}
# Which supplier of the buyer's on the business day the key needs: query of links and its column.
_LINKS = {
    By.REGION: (DEALER_LINKS, "dealer"),
    By.DEALER: (DEALER_LINKS, "dealer"),
    By.OUTLET: (OUTLET_LINKS, "outlet"),
}
_SUPPLIERS = (
    " links as $materialized ($links), x as $materialized (select buyer, business_on, supplier from"
    " (select q.buyer as buyer, q.business_on as business_on, links.$supplier as supplier, row_number() over"
    " (partition by q.buyer, q.business_on"
    " order by links.is_primary desc, links.from_on desc, links.$supplier) as place"
    " from (select distinct buyer, business_on from g) q join links on links.buyer = q.buyer"
    " and links.from_on <= q.business_on and (links.to_on is null or links.to_on > q.business_on)) r"
    " where place = 1),"
)
_BY_PRODUCT = frozenset({By.PRODUCT, By.VENDOR})
_SUMS = (
    "coalesce(sum(lines), 0) as lines, count(distinct kind || ':' || number) as documents,"
    " coalesce(sum(net_minor), 0) as net_minor,"
    " coalesce(sum(case when kind = 2 then net_minor else 0 end), 0) as returns_minor,"
    " coalesce(sum(quantity), 0) as quantity, count(distinct terminal) as active"
)
_QUERY = (
    "with g as $materialized (select document, business_on, $product as product, min(buyer) as buyer,"
    " min(seller) as seller, count(*) as lines, sum(amount_minor) as net_minor, sum(quantity) as quantity"
    " from document_line where business_on >= {} and business_on < {} and line_kind = 1 $level"
    " group by document, business_on$group),$suppliers"
    " k as $materialized (select coalesce($key, '(none)') as row_key, d.kind as kind, d.number as number,"
    " g.lines as lines, g.net_minor as net_minor, g.quantity as quantity,"
    " case when a.kind = 'terminal' then a.id end as terminal"
    " from g join document d on d.id = g.document join account a on a.id = g.buyer"
    "$joined)"
    " select 0 as is_total, row_key, " + _SUMS + " from k group by row_key"
    " union all select 1, '', " + _SUMS + " from k"
)


async def control_totals(
    from_month: dt.date, to_month: dt.date, by: By = By.MONTH, level: int | None = None
) -> ControlTotals:
    """Add up the lines of whole months.

    Args:
        from_month: First day of the first month.
        to_month: First day of the last month, inclusive.
        by: What the rows stand for.
        level: 1 sell-in, 2 sell-through, 3 sell-out; None takes whatever there is.
    """
    args: tuple[Any, ...] = (from_month, next_month(to_month), *(() if level is None else (level,)))
    found = await fetch(_query(by, level), *args)
    rows = sorted((_total(row) for row in found if not row["is_total"]), key=lambda row: row.key)
    total = next((_total(row) for row in found if row["is_total"]), Total(""))
    return ControlTotals(f"{from_month:%Y-%m}", f"{to_month:%Y-%m}", by, tuple(rows), total)


def _query(by: By, level: int | None) -> str:
    month = (
        "to_char(g.business_on, 'YYYY-MM')" if engine_kind() == "postgres" else "substr(g.business_on, 1, 7)"
    )
    links, column = _LINKS.get(by, ("", ""))
    parts = {
        "$suppliers": _SUPPLIERS.replace("$links", links).replace("$supplier", column) if links else "",
        "$joined": " left join x on x.buyer = g.buyer and x.business_on = g.business_on" if links else "",
        "$materialized": "materialized",
        "$product": "product" if by in _BY_PRODUCT else "0",
        "$group": ", product" if by in _BY_PRODUCT else "",
        "$key": month if by is By.MONTH else _KEYS[by],
        "$level": "" if level is None else "and level = {}",
    }
    text = _QUERY
    for place, part in parts.items():
        text = text.replace(place, part)
    return text


def _total(row: Row) -> Total:
    return Total(
        key=row["row_key"],
        lines=row["lines"],
        documents=row["documents"],
        net_minor=row["net_minor"],
        returns_minor=row["returns_minor"],
        quantity=row["quantity"],
        active=row["active"],
    )
