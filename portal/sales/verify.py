"""Prove that the monthly totals equal the lines, and that no line points nowhere.

Each check compares one totals table with the same figures added up afresh, in both directions, and names the
first differences. Part of ``portal verify``.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.db import fetch
from portal.sales.totals import month_of

# ruff: noqa: S608  the pieces joined here are constants of this module

_SHOWN = 20

_ACCOUNT_MONTH = (
    "select <who> as account, $month as month_on, level, <side> as side, count(*) as lines,"
    " count(distinct kind || ':' || number) as documents, sum(amount_minor) as net_minor,"
    " sum(case when kind = 2 then amount_minor else 0 end) as returns_minor, sum(quantity) as quantity,"
    " count(distinct buyer) as active from document_line where line_kind = 1 and <who> is not null"
    " group by 1, 2, 3"
)
_CATEGORY_MONTH = (
    "select l.<who> as account, $month as month_on, l.level as level, <side> as side,"
    " p.category as category, sum(l.amount_minor) as net_minor, sum(l.quantity) as quantity"
    " from document_line l join product p on p.id = l.product"
    " where l.line_kind = 1 and l.<who> is not null group by 1, 2, 3, 5"
)
_PRODUCT_MONTH = (
    "select product, $month as month_on, level, count(*) as lines, sum(amount_minor) as net_minor,"
    " sum(case when kind = 2 then amount_minor else 0 end) as returns_minor, sum(quantity) as quantity,"
    " count(distinct buyer) as active from document_line where line_kind = 1 group by 1, 2, 3"
)
_COLUMNS = {
    "account_month": "account, month_on, level, side, lines, documents, net_minor, returns_minor, quantity,"
    " active",
    "account_category_month": "account, month_on, level, side, category, net_minor, quantity",
    "product_month": "product, month_on, level, lines, net_minor, returns_minor, quantity, active",
}
_DANGLING = {
    "line without document": "select id from document_line l where not exists"
    " (select 1 from document d where d.id = l.document)",
    "line without product": "select id from document_line l where not exists"
    " (select 1 from product p where p.id = l.product)",
    "line without buyer": "select id from document_line l where not exists"
    " (select 1 from account a where a.id = l.buyer)",
    "document without line": "select id from document d where not exists (select 1 from document_line l"
    " where l.source = d.source and l.kind = d.kind and l.number = d.number and l.document = d.id)",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not agree.

    Attributes:
        where: Table or check.
        what: The row, as text.
    """

    where: str
    what: str


async def verify_totals() -> list[Difference]:
    """Return differences between totals and lines, at most twenty for each check; empty when all agree."""
    found: list[Difference] = []
    for table, fresh in (
        ("account_month", _both_sides(_ACCOUNT_MONTH)),
        ("account_category_month", _both_sides(_CATEGORY_MONTH)),
        ("product_month", _PRODUCT_MONTH),
    ):
        day = "l.business_on" if table == "account_category_month" else "business_on"
        counted, kept = fresh.replace("$month", month_of(day)), f"select {_COLUMNS[table]} from {table}"
        for label, one, other in (("missing in", counted, kept), ("too much in", kept, counted)):
            rows = await fetch(f"select * from ({one}) x except select * from ({other}) y limit {_SHOWN}")
            found += [Difference(f"{label} {table}", str(row)) for row in rows]
    for label, sql in _DANGLING.items():
        found += [Difference(label, str(row["id"])) for row in await fetch(f"{sql} limit {_SHOWN}")]
    return found


def _both_sides(template: str) -> str:
    buyer = template.replace("<who>", "buyer").replace("<side>", "1")
    return f"{buyer} union all {template.replace('<who>', 'seller').replace('<side>', '2')}"
