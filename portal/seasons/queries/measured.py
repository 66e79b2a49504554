"""What came of growth points, measured: sales of the season's months so far against the year before.

Only a point that names what it is about can be measured. Words: docs/algorithms/targets.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_value
from portal.network.scope import Condition, visible_accounts, visible_sell_through
from portal.sales.model import Level, LineKind, Side
from portal.seasons.model import GrowthKind
from portal.seasons.queries.sales import last_known_month
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow
    from portal.seasons.queries.targets import GrowthRow


@dataclass(frozen=True, slots=True)
class Measured:
    """Sales of what a growth point is about, in minor units.

    Attributes:
        this_minor: In the season's months so far.
        last_minor: In the same months a year before.
        through: Last month that counts.
        months: How many months count.
    """

    this_minor: int
    last_minor: int
    through: Month
    months: int

    @property
    def growth_minor(self) -> int:
        """What was sold more; below 0 when it was less."""
        return self.this_minor - self.last_minor


async def measure_growth(
    viewer: Viewer, season: SeasonRow, account: int, points: Sequence[GrowthRow]
) -> dict[int, Measured]:
    """Return what came of a dealer's growth points by id; the caller has checked the dealer.

    Points that name nothing, and those whose sales nobody has imported or the dealer does not share, are
    left out: unknown is not zero.
    """
    named = [point for point in points if point.about]
    last = await last_known_month() if named else None
    months = tuple(month for month in season.months if last and month <= last)
    if not months:
        return {}
    found: dict[int, Measured] = {}
    sell_through = await _is_measured(viewer, account, months[-1]) if named else False
    for point in named:
        if point.kind is GrowthKind.PRODUCT:
            sums = [await _product(account, point.about, _shifted(months, back)) for back in (0, -12)]
        elif sell_through:
            sums = [await _below(viewer, account, point, _shifted(months, back)) for back in (0, -12)]
        else:
            continue
        this, before = sums
        found[point.id] = Measured(this, before, months[-1], len(months))
    return found


def _shifted(months: Sequence[Month], by: int) -> tuple[Month, Month]:
    return months[0].shift(by), months[-1].shift(by)


async def _is_measured(viewer: Viewer, account: int, month: Month) -> bool:
    """Tell whether the dealer's own sales are imported for the month and open to the viewer."""
    seen = visible_sell_through(viewer, "a")
    found = await fetch(
        "select 1 from account_month m join account a on a.id = m.account where m.account = {}"
        f" and m.month_on = {{}} and m.level = {Level.SELL_THROUGH} and m.side = {Side.SELLER}"
        f" and {seen.sql} limit 1",
        *(account, month.first_on, *seen.args),
    )
    return bool(found)


async def _product(account: int, code: str, span: tuple[Month, Month]) -> int:
    """Return what the dealer bought of a product."""
    found = await fetch_value(
        "select sum(l.amount_minor) from document d join document_line l on l.source = d.source"
        " and l.kind = d.kind and l.number = d.number and l.document = d.id"
        " join product p on p.id = l.product where d.buyer = {}"
        " and d.business_on >= {} and d.business_on <= {} and p.code = {}"
        f" and d.level = {Level.SELL_IN} and l.line_kind = {LineKind.GOODS}",
        *(account, span[0].first_on, span[1].last_on, code),
    )
    return int(found or 0)


async def _below(viewer: Viewer, account: int, point: GrowthRow, span: tuple[Month, Month]) -> int:
    """Return what an account below the dealer, or a whole channel of his, bought."""
    limit, seen = _about(point), visible_accounts(viewer, "a")
    found = await fetch_value(
        "select sum(m.net_minor) from account_month m join account a on a.id = m.account"
        " left join terminal t on t.account = a.id where a.dealer = {} and m.month_on >= {}"
        f" and m.month_on <= {{}} and m.level = {Level.SELL_THROUGH} and m.side = {Side.BUYER}"
        f" and {limit.sql} and {seen.sql}",
        *(account, span[0].first_on, span[1].first_on, *limit.args, *seen.args),
    )
    return int(found or 0)


def _about(point: GrowthRow) -> Condition:
    if point.kind is GrowthKind.CHANNEL:
        return Condition("t.channel = {}", (point.about,))
    return Condition("a.kind = {} and a.code = {}", (point.kind.value, point.about))


async def is_known(viewer: Viewer, account: int, kind: GrowthKind, about: str) -> bool:
    """Tell whether a growth point of a dealer can be about something, as far as the viewer sees it."""
    if kind is GrowthKind.PRODUCT:
        return bool(await fetch("select 1 from product where code = {} and is_own", about))
    seen = visible_accounts(viewer, "a")
    limit = "t.channel = {}" if kind is GrowthKind.CHANNEL else "a.code = {}"
    found = await fetch(
        "select 1 from account a left join terminal t on t.account = a.id where a.dealer = {}"
        f" and a.merged_into is null and a.kind = {{}} and {limit} and {seen.sql} limit 1",
        *(account, "terminal" if kind is GrowthKind.CHANNEL else kind.value, about, *seen.args),
    )
    return bool(found)
