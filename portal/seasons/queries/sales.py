"""Dealers of a season and what they sold: the history that natural sales are computed from.

A dealer's sales are measured where the monthly evaluation measures them: at sell-through where it is shared
and present, else at sell-in (docs/algorithms/facts.md), so that a target and its
attainment speak of one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_value
from portal.network.scope import Condition, in_scope, sell_through_open
from portal.sales.model import Level, LineKind, Side
from portal.seasons.rules import season_rules
from rules.months import Month, months_between

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow

_LEVELS = f"((m.level = {Level.SELL_IN} and m.side = {Side.BUYER}) or (m.level = {Level.SELL_THROUGH}"
_LEVELS += f" and m.side = {Side.SELLER}))"


@dataclass(frozen=True, slots=True)
class DealerRow:
    """A dealer of a season."""

    id: int
    code: str
    name: str
    region_name: str
    region_path: str


@dataclass(frozen=True, slots=True)
class History:
    """What one dealer sold, month by month.

    Attributes:
        level: Where it was measured.
        amounts: Supply value by month; a month without lines is missing.
    """

    level: Level
    amounts: dict[Month, int]


def in_season(season: SeasonRow, alias: str) -> Condition:
    """Say that a dealer (alias of ``account``, its region ``r``) belongs to a season's region."""
    if season.region_path is None:
        return Condition(f"{alias}.kind = 'dealer'")
    path = season.region_path
    return Condition(f"{alias}.kind = 'dealer' and substr(r.path, 1, {{}}) = {{}}", (len(path), path))


async def list_dealers(viewer: Viewer, season: SeasonRow, policy: str = "") -> tuple[DealerRow, ...]:
    """Return the dealers of a season in the viewer's part of the network, by name."""
    where = in_season(season, "a") & in_scope(viewer, "a", policy=policy)
    rows = await fetch(
        "select a.id, a.code, a.name, r.name as region_name, r.path as region_path from account a"
        f" join region r on r.id = a.region where {where.sql} and a.state <> 'closed'"
        " and a.merged_into is null order by a.name, a.id",
        *where.args,
    )
    return tuple(DealerRow(**row) for row in rows)


async def last_known_month() -> Month | None:
    """Return the newest month with totals of any account."""
    day = as_date(await fetch_value("select max(month_on) from account_month"))
    return None if day is None else Month.of(day)


async def list_histories(
    accounts: tuple[int, ...], category: str, first: Month, last: Month
) -> dict[int, History]:
    """Return what dealers sold from a month to a month, both inclusive; the caller has checked the dealers.

    Args:
        accounts: Dealers.
        category: Product category, or empty for all.
        first: First month.
        last: Last month.
    """
    if not accounts:
        return {}
    marks = ", ".join("{}" for _ in accounts)
    table = "account_category_month" if category else "account_month"
    named = " and m.category = {}" if category else ""
    rows = await fetch(
        f"select m.account, m.level, m.month_on, m.net_minor, case when {sell_through_open('m.account')}"
        f" then 1 else 0 end as shared from {table} m where m.account in ({marks}) and {_LEVELS}"
        f" and m.month_on >= {{}} and m.month_on <= {{}}{named} order by m.account, m.level, m.month_on",
        *accounts,
        first.first_on,
        last.first_on,
        *((category,) if category else ()),
    )
    found: dict[int, History] = {account: History(Level.SELL_IN, {}) for account in accounts}
    for row in rows:
        level = Level(row["level"])
        if level is Level.SELL_THROUGH and not row["shared"]:
            continue
        if found[row["account"]].level is not level:
            found[row["account"]] = History(level, {})
        found[row["account"]].amounts[Month.of(row["month_on"])] = row["net_minor"]
    return found


async def history_of_products(account: int, category: str, months: tuple[Month, ...]) -> dict[int, int]:
    """Return how much of each of our products a dealer bought in a span of months, supply value above 0.

    It says how a target splits over products; amounts come from natural sales.
    """
    rows = await fetch(
        "select l.product, sum(l.amount_minor) as net_minor from document d join document_line l"
        " on l.source = d.source and l.kind = d.kind and l.number = d.number and l.document = d.id"
        " join product p on p.id = l.product where d.buyer = {} and d.business_on >= {}"
        f" and d.business_on <= {{}} and d.level = {Level.SELL_IN} and l.line_kind = {LineKind.GOODS}"
        " and p.is_own and ({} = '' or p.category = {}) group by l.product order by l.product",
        account,
        months[0].first_on,
        months[-1].last_on,
        category,
        category,
    )
    return {row["product"]: row["net_minor"] for row in rows if row["net_minor"] > 0}


async def region_history(category: str, first: Month, last: Month) -> dict[str, tuple[dict[Month, int], int]]:
    """Return sell-in by region path and month with the number of dealers behind it, for suggestions."""
    table = "account_category_month" if category else "account_month"
    named = " and m.category = {}" if category else ""
    rows = await fetch(
        "select r.path, m.month_on, sum(m.net_minor) as net_minor, count(distinct m.account) as dealers"
        f" from {table} m join account a on a.id = m.account and a.kind = 'dealer'"
        f" join region r on r.id = a.region where m.level = {Level.SELL_IN} and m.side = {Side.BUYER}"
        f" and m.month_on >= {{}} and m.month_on <= {{}}{named} group by r.path, m.month_on",
        first.first_on,
        last.first_on,
        *((category,) if category else ()),
    )
    found: dict[str, tuple[dict[Month, int], int]] = {}
    for row in rows:
        amounts, dealers = found.get(row["path"], ({}, 0))
        amounts[Month.of(row["month_on"])] = row["net_minor"]
        found[row["path"]] = (amounts, max(dealers, row["dealers"]))
    return found


async def count_active_outlets(viewer: Viewer, season: SeasonRow, month: Month) -> int:
    """Return how many outlets and retail points bought from the season's dealers in a month."""
    where = in_season(season, "a") & in_scope(viewer, "a")
    found = await fetch_value(
        "select sum(m.active) from account_month m join account a on a.id = m.account"
        f" join region r on r.id = a.region where {where.sql} and m.month_on = {{}}"
        f" and m.level = {Level.SELL_THROUGH} and m.side = {Side.SELLER} and {sell_through_open('a.id')}",
        *where.args,
        month.first_on,
    )
    return int(found or 0)


def same_months_last_year(season: SeasonRow) -> tuple[Month, ...]:
    """Return the season's months a year before."""
    return tuple(month.same_month_last_year for month in season.months)


def history_span(last: Month) -> tuple[Month, ...]:
    """Return the months that history is read for, up to a month, inclusive."""
    return months_between(last.shift(1 - season_rules().history_months), last)


def first_unknown(season: SeasonRow, last: Month | None) -> Month:
    """Return the month up to which (exclusive) history may be used: never the season's own months."""
    start = season.months[0]
    return start if last is None else min(start, last.shift(1))
