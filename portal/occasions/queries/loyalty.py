"""What is on record about the viewer's dealers before and after an occasion; no query per dealer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import as_date, fetch, fetch_one
from portal.network.scope import in_scope
from portal.occasions.loyalty import (
    Basis,
    Effect,
    Known,
    LoyaltyDealer,
    Measure,
    Spans,
    choose,
    effect,
    growth,
    spans_around,
)
from portal.occasions.plans_met import read_plans_met
from portal.sales.model import Level, Side
from portal.voice.queries.reverse import list_periods, reverse_result
from portal.voice.reverse import Tally
from rules.months import Month
from rules.reverse.book import Period

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from portal.access import Viewer
    from portal.occasions.queries.occasions import OccasionRow


@dataclass(frozen=True, slots=True)
class PulsePoint:
    """A period that is over and what all dealers gave in it."""

    period: Period
    tally: Tally


@dataclass(frozen=True, slots=True)
class Pulse:
    """What all dealers together gave the manufacturer before and after; None = no period that is over."""

    before: PulsePoint | None
    after: PulsePoint | None

    @property
    def change_tenths(self) -> int | None:
        """Difference of the means in tenths, where both are said."""
        if self.before is None or self.after is None:
            return None
        first, second = self.before.tally.mean_tenths, self.after.tally.mean_tenths
        return None if first is None or second is None else second - first


@dataclass(frozen=True, slots=True)
class Loyalty:
    """An occasion's before and after.

    Attributes:
        dealers: Who came, then whom they are compared with, each in order of name.
        came, others: How many of each.
        spans: Months looked at; purchases may know fewer, see ``Effect.spans``.
    """

    dealers: tuple[LoyaltyDealer, ...]
    came: int
    others: int
    basis: Basis
    spans: Spans
    effects: tuple[Effect, ...]
    pulse: Pulse


async def read_loyalty(
    viewer: Viewer, occasion: OccasionRow, policy: str, today: dt.date, months: int, least: int
) -> Loyalty:
    """Measure the dealers of the viewer's part; the caller has checked the occasion.

    Args:
        viewer: Who asks; dealers outside of his part are in no line and no sum.
        occasion: The occasion.
        policy: Policy under which he looks.
        today: The current business day.
        months: Complete months on each side at most.
        least: Dealers a group needs.
    """
    zone = ZoneInfo(viewer.zone)
    first, last = (Month.of(at.astimezone(zone).date()) for at in (occasion.starts_at, occasion.ends_at))
    oldest, newest = await _on_record()
    spans = spans_around(first, last, months, newest, Month.of(today))
    came, others, basis = choose(await _dealers(viewer, occasion.id, policy, first), least)
    bought = spans if oldest is None else spans.years_known_from(oldest)
    ids = {one.dealer_id for one in (*came, *others)}
    figures = {
        Measure.PURCHASES: await _purchases(viewer, policy, bought),
        Measure.PLANS: await _plans(spans, ids),
    }
    came, others = _with(came, figures), _with(others, figures)
    used = {Measure.PURCHASES: bought, Measure.PLANS: spans}
    return Loyalty(
        (*came, *others),
        len(came),
        len(others),
        basis,
        spans,
        tuple(effect(measure, came, others, used[measure], least) for measure in Measure),
        await _pulse(viewer, first, last, today),
    )


def _with(
    group: Sequence[LoyaltyDealer], figures: Mapping[Measure, Mapping[int, Known]]
) -> list[LoyaltyDealer]:
    return [
        replace(
            one, figures={m: known[one.dealer_id] for m, known in figures.items() if one.dealer_id in known}
        )
        for one in group
    ]


async def _on_record() -> tuple[Month | None, Month | None]:
    """Return the oldest and the newest month with orders of dealers."""
    row = await fetch_one(
        "select min(month_on) as oldest, max(month_on) as newest from account_month"
        " where level = {} and side = {}",
        *(int(Level.SELL_IN), int(Side.BUYER)),
    )
    days = [as_date(row[name]) for name in ("oldest", "newest")] if row else [None, None]
    oldest, newest = (Month.of(day) if day else None for day in days)
    return oldest, newest


async def _dealers(viewer: Viewer, occasion_id: int, policy: str, month: Month) -> list[LoyaltyDealer]:
    """Return the dealers of the viewer's part with their class of the month before, in order of name."""
    seen = in_scope(viewer, "a", policy=policy)
    rows = await fetch(
        "select a.id as dealer_id, a.code, a.name, a.region as region_id,"
        " coalesce(r.name, '') as region_name, coalesce(r.name_en, '') as region_name_en,"
        " coalesce(c.code, '') as class_code,"
        " case when exists (select 1 from enrollment e join door_record d on d.enrollment = e.id"
        " where e.occasion = {} and e.dealer = a.id and e.state = 'confirmed' and d.kind = 'in'"
        " and d.guest_position = 0 and d.undone_at is null) then 1 else 0 end as came,"
        " case when i.is_invited then 1 else 0 end as is_invited"
        " from account a left join region r on r.id = a.region"
        " left join occasion_invitation i on i.dealer = a.id and i.occasion = {}"
        " left join account_class c on c.account = a.id and c.level = 'dealer' and c.month_on ="
        " (select max(month_on) from account_class where level = 'dealer' and month_on < {})"
        f" where a.kind = 'dealer' and a.merged_into is null and {seen.sql} order by a.name, a.id",
        *(occasion_id, occasion_id, month.first_on, *seen.args),
    )
    return [
        LoyaltyDealer(**{**row, "came": bool(row["came"]), "is_invited": bool(row["is_invited"])})
        for row in rows
    ]


async def _purchases(viewer: Viewer, policy: str, spans: Spans) -> dict[int, Known]:
    """Return what dealers bought against the same months a year earlier.

    Unknown is who had not bought anything yet when the earliest of those months ended.
    """
    sides = (spans.before, spans.after)
    then = [month.same_month_last_year for side in sides for month in side]
    wanted = {month.first_on for side in sides for month in side} | {month.first_on for month in then}
    if not wanted:
        return {}
    seen = in_scope(viewer, "a", policy=policy)
    marks = ", ".join("{}" for _ in wanted)
    rows = await fetch(
        "select m.account, m.month_on, m.net_minor, (select min(f.month_on) from account_month f"
        " where f.account = m.account and f.level = m.level and f.side = m.side) as since_on"
        " from account_month m join account a on a.id = m.account where a.kind = 'dealer'"
        f" and m.level = {{}} and m.side = {{}} and m.month_on in ({marks}) and {seen.sql}",
        *(int(Level.SELL_IN), int(Side.BUYER), *sorted(wanted), *seen.args),
    )
    nets: dict[int, dict[dt.date, int]] = {}
    since: dict[int, dt.date] = {}
    for row in rows:
        on, from_on = as_date(row["month_on"]), as_date(row["since_on"])
        if on is not None and from_on is not None:
            nets.setdefault(row["account"], {})[on] = int(row["net_minor"])
            since[row["account"]] = from_on
    earliest = min(then).first_on
    return {
        dealer: Known(*(_growth(net, side) for side in sides))
        for dealer, net in nets.items()
        if since[dealer] <= earliest
    }


def _growth(net: Mapping[dt.date, int], months: Iterable[Month]) -> tuple[int, int] | None:
    pairs = [(net.get(m.first_on, 0), net.get(m.same_month_last_year.first_on, 0)) for m in months]
    return growth(sum(now for now, _ in pairs), sum(then for _, then in pairs))


async def _plans(spans: Spans, dealers: set[int]) -> dict[int, Known]:
    before, after = [await read_plans_met(side, dealers) for side in (spans.before, spans.after)]
    return {dealer: Known(before.get(dealer), after.get(dealer)) for dealer in {*before, *after}}


async def _pulse(viewer: Viewer, first: Month, last: Month, today: dt.date) -> Pulse:
    """Return the last period that was over before the occasion's month, and the first that began after it.

    Of all dealers: when a period ends, cards lose their dealer, so that nobody can tell who of them came.
    """
    periods = await list_periods(today)
    earlier = [one for one in periods if one.until_on < first.first_on]
    later = [one for one in periods if one.from_on > last.last_on]
    return Pulse(
        await _whole(viewer, earlier[0]) if earlier else None,
        await _whole(viewer, later[-1]) if later else None,
    )


async def _whole(viewer: Viewer, period: Period) -> PulsePoint:
    result = await reverse_result(viewer, period, None, with_regions=False)
    return PulsePoint(period, result.items[0].whole)
