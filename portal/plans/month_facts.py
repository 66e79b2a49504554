"""What a month's field KPIs are computed from, per dealer: one set-based statement per KPI.

Only accounts that are open to the manufacturer's side count, and only visits by his own people: what a dealer
has not shared can be missing, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_value
from portal.network.scope import open_to_manufacturer, sell_through_open
from portal.plans.sources import share_source
from rules.money import BASIS_POINTS, divide
from rules.planning.measures import measure_book_in_force, shipped_measure_books

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from rules.months import Month
    from rules.planning.measures import MeasureBook

Part = tuple[int, int, int]
"""Numerator, denominator and n of one dealer; the denominator is 1 or more."""

_LIVE = "v.cancelled_at is null and v.owner = 'manufacturer'"
_BELOW = "a.kind in ('outlet', 'terminal') and a.merged_into is null and a.dealer is not null"
_OPEN = open_to_manufacturer("a")
_AT_ONCE = 500  # accounts named in one statement


@dataclass(frozen=True, slots=True)
class FieldMonth:
    """What was measured: KPI code → dealer → part; a dealer that is not there is missing."""

    parts: Mapping[str, Mapping[int, Part]]


def capped(made: int, planned: int, cap_percent: int) -> int:
    """Return what counts of ``made``: at most so many percent of what was planned, rounded down."""
    return min(made, planned * cap_percent // 100)


def retained_on(order_days: Iterable[dt.date], within_days: int) -> dt.date | None:
    """Return the day an outlet counts as opened and retained: that of the second order soon after the first.

    Source: DESIGN, words: a new retained outlet counts in the month of the second order.
    """
    first, second = (*sorted(order_days)[:2], None, None)[:2]
    if first is None or second is None or (second - first).days > within_days:
        return None
    return second


def distribution(universe: Mapping[str, int], stocking: Iterable[str], *, weighted: bool) -> tuple[int, int]:
    """Return numerator and denominator of numeric or weighted distribution.

    Args:
        universe: Category sales of every outlet by key, at least 0.
        stocking: Keys of the outlets that stock at least one product.
        weighted: Whether outlets count by their category sales, or each as one.

    Source: Farris, Marketing Metrics (3 of 4 stores = 75 %); Circana, ACV (800 m of 1,000 m = 80 %).
    """
    held = set(stocking) & set(universe)
    if weighted:
        return sum(universe[key] for key in held), sum(universe.values())
    return len(held), len(universe)


def category_sales(own_minor: int, competitor_share_bp: int) -> int | None:
    """Return what a retail point buys of the category: our sales and the share that competitors have of it.

    Args:
        own_minor: What it bought of us.
        competitor_share_bp: Share of all others together, 0 to 10,000.

    Returns:
        Own sales ÷ (1 − share) to the nearest unit; None where we sell nothing or others hold everything,
        because then nobody can tell how much the point buys.
    """
    ours_bp = BASIS_POINTS - competitor_share_bp
    if own_minor <= 0 or ours_bp <= 0:
        return None
    return divide(own_minor * BASIS_POINTS, ours_bp)


async def read_field_month(month: Month, least_known: int = 1) -> FieldMonth:
    """Read every KPI's parts of a month.

    Args:
        month: Month to measure.
        least_known: With fewer retail points of known category sales a dealer's weighted distribution is
            missing.
    """
    book = measure_book_in_force(shipped_measure_books(), month)
    span = (month.first_on, month.last_on)
    logged = bool(
        await fetch_value(
            "select count(*) from (select 1 from visit v where v.visited_on between {} and {}"
            f" and {_LIVE} limit 1) x",
            *span,
        )
    )
    return FieldMonth(
        {
            "plan_completion": await _completion(month, book),
            "opening_completion": await _openings(month, book),
            "route_adherence": await _adherence(month),
            "visit_coverage": await _coverage(month) if logged else {},
            "strike_rate": await _strike(month),
            "new_retained_outlets": await _retained(month, book),
            "numeric_distribution": await _numeric(month),
            "weighted_distribution": await _weighted(month, least_known),
            "competitor_conversion": await _conversion(month),
        }
    )


async def read_plan_completion(month: Month) -> Mapping[int, Part]:
    """Read one KPI's parts alone: visits made of those planned, per dealer with a frozen plan."""
    return await _completion(month, measure_book_in_force(shipped_measure_books(), month))


async def _completion(month: Month, book: MeasureBook) -> dict[int, Part]:
    """Visits made to planned accounts against visits planned in frozen plans, capped."""
    rows = await fetch(
        "select x.dealer, sum(x.planned) as below, sum(x.made) as above from ("
        "select a.dealer, 1 as planned, 0 as made from plan_stop s join development_plan p on p.id = s.plan"
        " join account a on a.id = s.account where p.month_on = {} and p.state = 'frozen'"
        f" and p.owner = 'manufacturer' and a.dealer is not null and {_OPEN}"
        " union all select a.dealer, 0, 1 from visit v join account a on a.id = v.account"
        f" where v.visited_on between {{}} and {{}} and {_LIVE} and a.dealer is not null and {_OPEN}"
        " and exists (select 1 from plan_line l join development_plan p on p.id = l.plan where"
        " l.account = v.account and p.month_on = {} and p.state = 'frozen' and p.owner = 'manufacturer'"
        " and l.planned > 0)) x group by x.dealer",
        *(month.first_on, month.first_on, month.last_on, month.first_on),
    )
    return {row["dealer"]: _capped(row, book) for row in rows if row["below"]}


async def _openings(month: Month, book: MeasureBook) -> dict[int, Part]:
    """Outlets opened against openings planned in frozen plans, capped."""
    rows = await fetch(
        "select a.dealer, count(*) as below, sum(case when exists (select 1 from document o where"
        " o.buyer = a.id and o.kind = 1 and o.level = 2 and o.business_on between {} and {})"
        " and not exists (select 1 from document o where o.buyer = a.id and o.kind = 1 and o.level = 2"
        " and o.business_on < {}) then 1 else 0 end) as above from plan_line l"
        " join development_plan p on p.id = l.plan join account a on a.id = l.account"
        " where p.month_on = {} and p.state = 'frozen' and p.owner = 'manufacturer'"
        f" and l.indicator = 'opening' and l.planned > 0 and a.dealer is not null and {_OPEN}"
        f" and {sell_through_open('a.dealer')} group by a.dealer",
        *(month.first_on, month.last_on, month.first_on, month.first_on),
    )
    return {row["dealer"]: _capped(row, book) for row in rows}


async def _adherence(month: Month) -> dict[int, Part]:
    """Planned stops visited on their day against planned stops of frozen plans."""
    return _parts(
        await fetch(
            "select a.dealer, count(*) as below, sum(case when exists (select 1 from visit v where"
            f" v.account = s.account and v.visitor_user_id = s.user_id and v.visited_on = s.day_on"
            f" and {_LIVE}) then 1 else 0 end) as above from plan_stop s"
            " join development_plan p on p.id = s.plan"
            " join account a on a.id = s.account where p.month_on = {} and p.state = 'frozen'"
            f" and p.owner = 'manufacturer' and a.dealer is not null and {_OPEN} group by a.dealer",
            month.first_on,
        )
    )


async def _coverage(month: Month) -> dict[int, Part]:
    """Distinct accounts visited against accounts of the dealer that are not closed."""
    return _parts(
        await fetch(
            "select a.dealer, count(*) as below, sum(case when exists (select 1 from visit v where"
            f" v.account = a.id and v.visited_on between {{}} and {{}} and {_LIVE}) then 1 else 0 end)"
            f" as above from account a where {_BELOW} and a.state <> 'closed' and {_OPEN} group by a.dealer",
            *(month.first_on, month.last_on),
        )
    )


async def _strike(month: Month) -> dict[int, Part]:
    """Visits with an order against visits made."""
    return _parts(
        await fetch(
            "select a.dealer, count(*) as below, sum(case when v.outcome = 'order' then 1 else 0 end)"
            f" as above from visit v join account a on a.id = v.account where {_BELOW} and {_OPEN}"
            f" and {_LIVE}"
            " and v.visited_on between {} and {} group by a.dealer",
            *(month.first_on, month.last_on),
        )
    )


async def _retained(month: Month, book: MeasureBook) -> dict[int, Part]:
    """Accounts whose second order falls in the month, soon after the first, per measured dealer."""
    measured = await fetch(
        "select distinct a.dealer from account_month m join account a on a.id = m.account"
        f" where m.month_on = {{}} and m.level = 2 and m.side = 1 and {_BELOW} and {_OPEN}"
        f" and {sell_through_open('a.dealer')}",
        month.first_on,
    )
    counted = {row["dealer"]: 0 for row in measured}
    rows = await fetch(
        "select a.dealer, a.id, o.business_on from account_month m join account a on a.id = m.account"
        " join document o on o.buyer = a.id and o.kind = 1 and o.level = 2 and o.business_on <= {}"
        f" where m.month_on = {{}} and m.level = 2 and m.side = 1 and {_BELOW} and {_OPEN}"
        f" and {sell_through_open('a.dealer')} and not exists (select 1 from document e where e.buyer = a.id"
        " and e.kind = 1 and e.level = 2 and e.business_on < {} order by e.business_on limit 1 offset 1)",
        *(month.last_on, month.first_on, month.first_on),
    )
    days: dict[tuple[int, int], list[dt.date]] = {}
    for row in rows:
        if day := as_date(row["business_on"]):
            days.setdefault((row["dealer"], row["id"]), []).append(day)
    for key, found in (await _orders_of_merged(month)).items():
        if key in days:
            days[key].extend(found)
    for (dealer, _), found in days.items():
        day = retained_on(found, book.retained_days)
        if dealer in counted and day is not None and day >= month.first_on:
            counted[dealer] += 1
    return {dealer: (count, 1, count) for dealer, count in counted.items()}


async def _orders_of_merged(month: Month) -> dict[tuple[int, int], list[dt.date]]:
    """Days on which accounts ordered that were merged since: a second record does not make a shop new."""
    rows = await fetch(
        "select a.dealer, a.id, o.business_on from account g join account a on a.id = g.merged_into"
        " and a.dealer = g.dealer join document o on o.buyer = g.id and o.kind = 1 and o.level = 2"
        " and o.business_on <= {} where g.merged_into is not null",
        month.last_on,
    )
    found: dict[tuple[int, int], list[dt.date]] = {}
    for row in rows:
        if day := as_date(row["business_on"]):
            found.setdefault((row["dealer"], row["id"]), []).append(day)
    return found


async def _numeric(month: Month) -> dict[int, Part]:
    """Retail points that bought in the month against all not closed, where sell-through was measured."""
    return _parts(
        await fetch(
            "select a.dealer, count(*) as below, sum(case when exists (select 1 from account_month m where"
            " m.account = a.id and m.month_on = {} and m.level = 2 and m.side = 1 and m.quantity > 0)"
            " then 1 else 0 end) as above from account a where a.kind = 'terminal' and a.merged_into is null"
            f" and a.state <> 'closed' and a.dealer is not null and {_OPEN}"
            f" and {sell_through_open('a.dealer')}"
            " and exists (select 1 from account_month m where m.account = a.dealer and m.month_on = {}"
            " and m.level = 2 and m.side = 2) group by a.dealer",
            *(month.first_on, month.first_on),
        )
    )


async def _weighted(month: Month, least_known: int) -> dict[int, Part]:
    """Category sales of points that bought in the month against those of all points where they are known.

    Known are points whose competitors' share somebody saw, heard or estimated, for the target list or at a
    visit, and that bought of us within the twelve months up to this one; what was learnt last counts. A share
    that was refused is not known, and takes nothing away from what was known before.
    """
    told = await share_source().shares_of(month.last_on)
    shares = {account: (since, share_bp) for account, (share_bp, since) in told.items()}
    for account, listed in (await _listed_shares(month)).items():
        if account not in shares or listed[0] >= shares[account][0]:
            shares[account] = listed
    known: dict[int, dict[str, int]] = {}
    buying: dict[int, list[str]] = {}
    for row in await _sold(month, sorted(shares)):
        sales = category_sales(int(row["net_minor"]), shares[row["id"]][1])
        if sales is not None:
            known.setdefault(row["dealer"], {})[str(row["id"])] = sales
            buying.setdefault(row["dealer"], []).extend([str(row["id"])] * row["buys"])
    return {
        dealer: (*distribution(universe, buying[dealer], weighted=True), len(universe))
        for dealer, universe in known.items()
        if len(universe) >= max(least_known, 1)
    }


async def _listed_shares(month: Month) -> dict[int, tuple[dt.date, int]]:
    """Return since when a share is known for the target list, and the share, by account."""
    rows = await fetch(
        "select x.account, x.competitor_share_bp, date(x.added_at) as since from target_account x"
        " where x.competitor_share_bp is not null and x.share_source not in ('', 'declined')"
        " and x.id = (select max(y.id) from target_account y where y.account = x.account"
        " and y.competitor_share_bp is not null and date(y.added_at) <= {})",
        month.last_on,
    )
    return {
        row["account"]: (since, row["competitor_share_bp"])
        for row in rows
        if (since := as_date(row["since"]))
    }


async def _sold(month: Month, accounts: Sequence[int]) -> list[dict[str, Any]]:
    """Return what retail points bought in twelve months, and whether in this one, where it was measured."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(accounts), _AT_ONCE):
        some = accounts[start : start + _AT_ONCE]
        found += await fetch(
            "select a.dealer, a.id, sum(m.net_minor) as net_minor,"
            " max(case when m.month_on = {} and m.quantity > 0 then 1 else 0 end) as buys from account a"
            " join account_month m on m.account = a.id and m.level = 2 and m.side = 1"
            f" and m.month_on between {{}} and {{}} where a.id in ({', '.join('{}' for _ in some)})"
            f" and a.kind = 'terminal' and a.merged_into is null and a.state <> 'closed'"
            f" and a.dealer is not null and {_OPEN} and {sell_through_open('a.dealer')}"
            " and exists (select 1 from account_month d where d.account = a.dealer and d.month_on = {}"
            " and d.level = 2 and d.side = 2) group by a.dealer, a.id",
            *(month.first_on, month.shift(-11).first_on, month.first_on, *some, month.first_on),
        )
    return found


async def _conversion(month: Month) -> dict[int, Part]:
    """Targets that ordered after they were put on the list, against targets visited, by the month's end."""
    end = month.last_on
    return _parts(
        await fetch(
            "select a.dealer, count(*) as below, sum(case when exists (select 1 from document o where"
            " o.buyer = a.id and o.kind = 1 and o.business_on >= date(x.added_at) and o.business_on <= {})"
            " then 1 else 0 end) as above from target_account x join account a on a.id = x.account"
            f" where {_BELOW} and {_OPEN} and date(x.added_at) <= {{}} and (x.removed_at is null"
            " or date(x.removed_at) > {}) and exists (select 1 from visit v where v.account = a.id"
            f" and v.visited_on <= {{}} and v.visited_on >= date(x.added_at) and {_LIVE}) group by a.dealer",
            *(end, end, end, end),
        )
    )


def _capped(row: Mapping[str, Any], book: MeasureBook) -> Part:
    made, planned = int(row["above"]), int(row["below"])
    return capped(made, planned, book.completion_cap_percent), planned, planned


def _parts(rows: Iterable[Mapping[str, Any]]) -> dict[int, Part]:
    return {row["dealer"]: (int(row["above"]), int(row["below"]), int(row["below"])) for row in rows}
