"""Seasons a viewer may see: with a dealer in his part of the network; drafts for the manufacturer only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import ALWAYS, Condition, in_scope
from portal.seasons.model import SeasonKind, SeasonState, Span, Step, season_months

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.db.sql import Row
    from rules.months import Month


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A season.

    Attributes:
        region: Id, or None for the whole network; ``region_path`` and the names go with it.
        category: Product category, or empty for all.
        from_on: First day.
        until_on: Day after the last.
        peak: The peak season an off-season prepares, or None.
        found: How a suggestion was found, in the planner's language at that time; empty when made by hand.
    """

    id: int
    code: str
    label: str
    label_en: str
    kind: SeasonKind
    region: int | None
    region_path: str | None
    region_name: str
    region_name_en: str
    category: str
    from_on: dt.date
    until_on: dt.date
    peak: int | None
    peak_label: str
    peak_label_en: str
    state: SeasonState
    owner_user_id: int
    owner: str
    text: str
    found: str
    version: int

    @property
    def months(self) -> tuple[Month, ...]:
        """Months of the season, first to last."""
        return season_months(self.from_on, self.until_on)

    @property
    def last_on(self) -> dt.date:
        """Last day, inclusive."""
        return self.until_on - dt.timedelta(days=1)

    @property
    def span(self) -> Span:
        """Where and when it holds."""
        return Span(self.region_path, self.category, self.from_on, self.until_on)

    def signature(self, viewer: Viewer, policy: str) -> Signature:
        """Return whose name an action on this season carries."""
        return viewer.signature(policy, self.region_path)


@dataclass(frozen=True, slots=True)
class StepRow:
    """Who takes care of a step, until when, and when it was called done."""

    step: Step
    owner_user_id: int | None = None
    owner: str = ""
    due_on: dt.date | None = None
    done_at: dt.datetime | None = None
    note: str = ""


_SEASON = (
    "select s.id, s.code, s.label, s.label_en, s.kind, s.region, r.path as region_path,"
    " coalesce(r.name, '') as region_name, coalesce(r.name_en, '') as region_name_en, s.category, s.from_on,"
    " s.until_on, s.peak, coalesce(p.label, '') as peak_label, coalesce(p.label_en, '') as peak_label_en,"
    " s.state, s.owner_user_id, coalesce(u.name, '') as owner, s.text, s.found, s.version"
    " from season s left join region r on r.id = s.region left join season p on p.id = s.peak"
    " left join login_user u on u.id = s.owner_user_id"
)


def seen_seasons(viewer: Viewer, policy: str = "") -> Condition:
    """Say that a season (alias ``s``, its region ``r``) has a dealer in the viewer's part of the network."""
    seen = in_scope(viewer, "a", policy=policy)
    shown = Condition("s.state <> 'draft'") if viewer.is_dealer_side else ALWAYS
    if seen == ALWAYS:
        return shown
    dealer = Condition(
        "exists (select 1 from account a join region ar on ar.id = a.region where a.kind = 'dealer'"
        f" and a.merged_into is null and (s.region is null or substr(ar.path, 1, length(r.path)) = r.path)"
        f" and {seen.sql})",
        seen.args,
    )
    return shown & dealer


def _season(row: Row) -> SeasonRow:
    return SeasonRow(**{**row, "kind": SeasonKind(row["kind"]), "state": SeasonState(row["state"])})


async def list_seasons(viewer: Viewer, kind: SeasonKind | None = None) -> tuple[SeasonRow, ...]:
    """Return the seasons the viewer may see, the latest first."""
    seen = seen_seasons(viewer)
    wanted = Condition("s.kind = {}", (kind.value,)) if kind else ALWAYS
    where = seen & wanted
    rows = await fetch(
        f"{_SEASON} where {where.sql} order by s.from_on desc, s.category, s.id limit 300", *where.args
    )
    return tuple(_season(row) for row in rows)


async def get_season(viewer: Viewer, season_id: int, policy: str = "") -> SeasonRow:
    """Return one season.

    Args:
        viewer: Who asks.
        season_id: Its id.
        policy: Only grants that hold this policy count; empty = all.

    Raises:
        NotFound: There is none, or none for this viewer.
    """
    seen = seen_seasons(viewer, policy)
    row = await fetch_one(f"{_SEASON} where s.id = {{}} and {seen.sql}", season_id, *seen.args)
    if row is None:
        raise NotFound
    return _season(row)


async def current_season(day: dt.date, region_path: str, category: str) -> SeasonRow | None:
    """Return the open season of a day for a place and a category, or None.

    Of several the narrowest counts: the nearest region first, then the named category.
    """
    row = await fetch_one(
        f"{_SEASON} where s.state = 'open' and s.from_on <= {{}} and s.until_on > {{}}"
        " and s.category in ('', {})"
        " and (s.region is null or substr({}, 1, length(r.path)) = r.path)"
        " order by coalesce(length(r.path), 0) desc, s.category desc, s.from_on desc, s.id limit 1",
        day,
        day,
        category,
        region_path,
    )
    return _season(row) if row else None


async def list_steps(season_id: int) -> dict[Step, StepRow]:
    """Return every step of a season, those nobody took yet empty; the caller has checked the season."""
    rows = await fetch(
        "select t.step, t.owner_user_id, coalesce(u.name, '') as owner, t.due_on, t.done_at, t.note"
        " from season_step t left join login_user u on u.id = t.owner_user_id where t.season = {}",
        season_id,
    )
    known = {Step(row["step"]): StepRow(**{**row, "step": Step(row["step"])}) for row in rows}
    return {step: known.get(step, StepRow(step)) for step in Step}


async def list_categories() -> tuple[str, ...]:
    """Return the categories of the manufacturer's own products."""
    rows = await fetch("select distinct category from product where is_own and category <> '' order by 1")
    return tuple(row["category"] for row in rows)


async def list_overlapping(span: Span, but: int | None) -> tuple[SeasonRow, ...]:
    """Return the seasons that share a day with a span and are about the same or a nested place."""
    rows: list[dict[str, Any]] = await fetch(
        f"{_SEASON} where s.from_on < {{}} and s.until_on > {{}} and s.state <> 'closed'"
        " and s.id <> {} order by s.from_on limit 200",
        span.until_on,
        span.from_on,
        but or 0,
    )
    found = (_season(row) for row in rows)
    return tuple(season for season in found if season.span.nested(span))
