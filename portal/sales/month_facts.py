"""What a month's KPIs are computed from, per dealer: one set-based statement per kind of record.

Only monthly totals are read, except for collections, where no total by due date exists. What a dealer has not
shared is not read at all, so it can only be missing, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_value
from portal.network.scope import sell_through_open
from portal.sales.model import Level, Side
from portal.sales.month_facts_stability import SEASON_MONTHS, WINDOW, MonthSales, season_factors

if TYPE_CHECKING:
    import datetime as dt

    from portal.db.sql import Row
    from rules.months import Month

# A dealer's figure at a level: he buys from the manufacturer and sells to his outlets and terminals.
_DEALER_TOTALS = (
    f"((m.level = {Level.SELL_IN} and m.side = {Side.BUYER})"
    f" or (m.level = {Level.SELL_THROUGH} and m.side = {Side.SELLER}"
    f" and {sell_through_open('m.account')}))"
)


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """Whether a level of the route to market was measured at all.

    Attributes:
        is_measured: Any dealer has totals in the evaluated month.
        returns_known: A return was recorded before the month; otherwise the return rate is unknown.
        factors: Season factors of the last 12 months, or None.
    """

    is_measured: bool = False
    returns_known: bool = False
    factors: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class DealerSales:
    """A dealer's sales around the evaluated month, at the level his KPIs are measured at.

    Attributes:
        level: Sell-through when shared and present in the last 24 months, else sell-in.
        months: Observed months, oldest first, at most 12, the evaluated month last; empty when the first
            total is later.
        net_minor: Net sales of the evaluated month.
        last_year_minor: Net sales of the same month last year.
        returns_minor: Returns of the month, signed as recorded, inside ``net_minor``.
        documents: Documents of the month.
        last_year_documents: Documents of the same month last year.
        active: Buyers with a line in the month.
        last_year_active: Buyers with a line in the same month last year.
    """

    level: Level
    months: tuple[MonthSales, ...]
    net_minor: int
    last_year_minor: int
    returns_minor: int
    documents: int
    last_year_documents: int
    active: int
    last_year_active: int


@dataclass(frozen=True, slots=True)
class Collected:
    """What was due from a dealer in the month and what he paid in it, VAT and deposits included."""

    due_minor: int
    documents: int
    paid_minor: int


@dataclass(frozen=True, slots=True)
class MonthSource:
    """Everything the sales KPIs of a month need, by dealer account id.

    Attributes:
        levels: What is known of each level.
        sales: Dealers with totals in the last 24 months.
        targets: Agreed target of the month in minor units.
        collected: Dealers with documents due in the month; empty when no payment was recorded at all.
    """

    levels: Mapping[Level, LevelFacts]
    sales: Mapping[int, DealerSales]
    targets: Mapping[int, int]
    collected: Mapping[int, Collected]


async def read_month(month: Month) -> MonthSource:
    """Read the sources of a month's sales KPIs for every dealer of the network."""
    return MonthSource(
        await _levels(month), await _sales(month), await _targets(month), await _collected(month)
    )


async def _levels(month: Month) -> dict[Level, LevelFacts]:
    rows = await fetch(
        "select m.level, m.month_on, sum(m.net_minor) as net_minor from account_month m"  # noqa: S608  from code
        " join account a on a.id = m.account and a.kind = 'dealer'"
        f" where m.month_on >= {{}} and m.month_on <= {{}} and {_DEALER_TOTALS}"
        " group by m.level, m.month_on",
        month.shift(1 - SEASON_MONTHS).first_on,
        month.first_on,
    )
    nets: dict[int, dict[dt.date | None, int]] = {}
    for row in rows:
        nets.setdefault(row["level"], {})[as_date(row["month_on"])] = row["net_minor"]
    days = [month.shift(back).first_on for back in range(1 - SEASON_MONTHS, 1)]
    return {
        level: LevelFacts(
            is_measured=month.first_on in known,
            returns_known=await _returns_known(level, month),
            factors=season_factors([known.get(day, 0) for day in days]),
        )
        for level in (Level.SELL_IN, Level.SELL_THROUGH)
        if (known := nets.get(level, {}))
    }


async def _returns_known(level: Level, month: Month) -> bool:
    """Tell whether any return was recorded before the month; product totals are the quickest to search."""
    found = await fetch_value(
        "select 1 from product_month where level = {} and month_on < {} and returns_minor <> 0 limit 1",
        int(level),
        month.first_on,
    )
    return found is not None


async def _sales(month: Month) -> dict[int, DealerSales]:
    """Pivot two years of totals into one row per dealer and level; sell-through wins over sell-in."""
    window = [month.shift(back).first_on for back in range(1 - WINDOW, 1)]
    this, last = month.first_on, month.same_month_last_year.first_on
    nets = ", ".join(
        f"sum(case when m.month_on = {{}} then m.net_minor else 0 end) as net{place},"
        " max(case when m.month_on = {} and m.net_minor - m.returns_minor > 0 then 1 else 0 end)"
        f" as ordered{place}"
        for place in range(WINDOW)
    )
    pairs = ", ".join(
        f"sum(case when m.month_on = {{}} then m.{column} else 0 end) as this_{column},"
        f" sum(case when m.month_on = {{}} then m.{column} else 0 end) as last_{column}"
        for column in ("net_minor", "returns_minor", "documents", "active")
    )
    rows = await fetch(
        f"select m.account, m.level, min(m.month_on) as first_on, {nets}, {pairs} from account_month m"  # noqa: S608  column names from above
        " join account a on a.id = m.account and a.kind = 'dealer'"
        f" where m.month_on >= {{}} and m.month_on <= {{}} and {_DEALER_TOTALS}"
        " group by m.account, m.level order by m.account, m.level",
        *(day for day in window for _ in range(2)),
        *([this, last] * 4),
        month.shift(1 - SEASON_MONTHS).first_on,
        month.first_on,
    )
    return {row["account"]: _dealer_sales(row, window) for row in rows}


def _dealer_sales(row: Row, window: list[dt.date]) -> DealerSales:
    first_on = as_date(row["first_on"])
    months = tuple(
        MonthSales(row[f"net{place}"], bool(row[f"ordered{place}"]))
        for place, day in enumerate(window)
        if first_on is not None and day >= first_on
    )
    return DealerSales(
        level=Level(row["level"]),
        months=months,
        net_minor=row["this_net_minor"],
        last_year_minor=row["last_net_minor"],
        returns_minor=row["this_returns_minor"],
        documents=row["this_documents"],
        last_year_documents=row["last_documents"],
        active=row["this_active"],
        last_year_active=row["last_active"],
    )


async def _targets(month: Month) -> dict[int, int]:
    """Read targets the dealer agreed to; a target he has not accepted scores nothing."""
    rows = await fetch(
        "select account, amount_minor from target where month_on = {} and accepted_at is not null",
        month.first_on,
    )
    return {row["account"]: row["amount_minor"] for row in rows}


async def _collected(month: Month) -> dict[int, Collected]:
    """Read what was due and what was paid; without a single payment in the month, nobody's rate is known."""
    paid_rows = await fetch(
        "select account, sum(amount_minor) as paid_minor from payment"
        " where paid_on >= {} and paid_on <= {} group by account",
        month.first_on,
        month.last_on,
    )
    if not paid_rows:
        return {}
    paid = {row["account"]: row["paid_minor"] for row in paid_rows}
    due_rows = await fetch(
        "select d.buyer, count(distinct d.id) as documents,"  # noqa: S608  the level comes from code
        " sum(l.amount_minor + l.vat_minor + l.deposit_minor) as due_minor"
        " from document d join document_line l on l.source = d.source and l.kind = d.kind"
        " and l.number = d.number and l.document = d.id"
        f" where d.level = {Level.SELL_IN} and d.due_on >= {{}} and d.due_on <= {{}} group by d.buyer",
        month.first_on,
        month.last_on,
    )
    return {
        row["buyer"]: Collected(row["due_minor"], row["documents"], paid.get(row["buyer"], 0))
        for row in due_rows
    }
