"""Who carries a dealer's target: his outlets and retail points with what they bought, and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_value
from portal.network.scope import living, sell_through_open, today, visible_accounts
from portal.sales.model import Level, Side
from portal.seasons.model import Part
from portal.seasons.queries.sales import same_months_last_year
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow

MOST_BUYERS = 2_000
"""Outlets and retail points a target is split over at most."""


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """An outlet or retail point a dealer supplies.

    Attributes:
        history_minor: What it bought in the season's months a year before, of every supplier, supply value.
    """

    id: int
    code: str
    name: str
    kind: str
    history_minor: int


async def may_read_buyers(viewer: Viewer, account: int) -> bool:
    """Tell whether the viewer's side may see what a dealer's outlets buy."""
    if viewer.is_dealer_side:
        return True
    found = await fetch_value(
        f"select case when {sell_through_open('a.id')} then 1 else 0 end from account a where a.id = {{}}",
        account,
    )
    return bool(found)


async def list_buyers(viewer: Viewer, season: SeasonRow, account: int) -> tuple[BuyerRow, ...]:
    """Return whom a dealer supplies today as far as the viewer may see them, the largest buyers first.

    The caller has checked the dealer.
    """
    day, months = today(viewer), same_months_last_year(season)
    seen = visible_accounts(viewer, "a") & living(viewer, "a")
    table = "account_category_month" if season.category else "account_month"
    named, args = (" and m.category = {}", (season.category,)) if season.category else ("", ())
    rows = await fetch(
        "select a.id, a.code, a.name, a.kind, coalesce(sum(m.net_minor), 0) as history_minor from account a"
        f" left join {table} m on m.account = a.id and m.level = {Level.SELL_THROUGH}"
        f" and m.side = {Side.BUYER} and m.month_on >= {{}} and m.month_on <= {{}}{named}"
        " where a.kind in ('outlet', 'terminal') and a.state <> 'closed' and a.id in (select l.buyer"
        " from supply_link l where l.supplier = {} and l.from_on <= {} and (l.to_on is null or l.to_on > {}))"
        f" and {seen.sql} group by a.id, a.code, a.name, a.kind"
        " order by history_minor desc, a.name, a.id limit {}",
        *(months[0].first_on, months[-1].first_on, *args, account, day, day, *seen.args, MOST_BUYERS + 1),
    )
    return tuple(BuyerRow(**{**row, "history_minor": int(row["history_minor"])}) for row in rows)


async def list_parts(target: int) -> tuple[Part, ...]:
    """Return the parts of a version by buyer, product and month; the caller has checked the version."""
    rows = await fetch(
        "select buyer, product, month_on, amount_minor, is_locked from season_target_part"
        " where target = {} order by buyer, product, month_on",
        target,
    )
    return tuple(
        Part(
            row["buyer"],
            row["product"],
            Month.of(row["month_on"]),
            row["amount_minor"],
            bool(row["is_locked"]),
        )
        for row in rows
    )
