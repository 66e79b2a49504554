"""The calendar: planning a season, opening and closing it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, Problem, message
from portal.seasons.model import SeasonKind, SeasonState, Span
from portal.seasons.policies import PLAN
from portal.seasons.queries.seasons import get_season, list_categories, list_overlapping

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.commands import SeasonCommand
    from portal.seasons.queries.seasons import SeasonRow

_CODE_TRIES = 99


async def plan_season(viewer: Viewer, command: SeasonCommand) -> int:
    """Make a season as a draft and return its id.

    Raises:
        NotAllowed: The region is outside of the viewer's part of the network.
        Invalid: Another season holds the same place on some of the days, or the peak is none.
    """
    async with unit_of_work():
        path = await _place(viewer, command)
        await _check(command, path, None)
        now = dt.datetime.now(dt.UTC)
        by = viewer.signature(PLAN, path)
        season_id: int = await fetch_value(
            "insert into season (code, label, label_en, kind, region, category, from_on, until_on, peak,"
            " state, owner_user_id, text, found, version, created_by_user_id, created_at)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, 'draft', {}, {}, {}, 1, {}, {}) returning id",
            await _code(command),
            *_values(command),
            viewer.user_id,
            command.text,
            command.found,
            viewer.user_id,
            now,
        )
        await record(by, "seasons.planned", Subject.of("season", season_id), note=command.label)
        return season_id


async def change_season(viewer: Viewer, season_id: int, command: SeasonCommand) -> None:
    """Change a season; dates, region and category only while it is a draft.

    Raises:
        NotFound: Not in the viewer's part of the network.
        Conflict: It was changed meanwhile, or is closed.
        Invalid: See ``plan_season``; or an open season would change what targets were agreed for.
    """
    async with unit_of_work():
        season = await get_planned(viewer, season_id)
        if season.version != command.version or season.state is SeasonState.CLOSED:
            raise Conflict
        path = await _place(viewer, command)
        if season.state is SeasonState.OPEN and _moved(season, command):
            raise Invalid.of("from_on", "Dates, region and category of an open season stay as they are.")
        await _check(command, path, season_id)
        changed = await execute(
            "update season set label = {}, label_en = {}, kind = {}, region = {}, category = {},"
            " from_on = {}, until_on = {}, peak = {}, text = {}, version = version + 1"
            " where id = {} and version = {}",
            *_values(command),
            command.text,
            season_id,
            command.version,
        )
        if not changed:
            raise Conflict
        by = season.signature(viewer, PLAN)
        await record(by, "seasons.changed", Subject.of("season", season_id), note=command.label)


async def open_season(viewer: Viewer, season_id: int) -> None:
    """Open a draft: dealers of its region see it from now on.

    Raises:
        NotFound: Not in the viewer's part of the network.
        Conflict: It is no draft.
    """
    await _move(viewer, season_id, SeasonState.DRAFT, SeasonState.OPEN, "opened")


async def close_season(viewer: Viewer, season_id: int) -> None:
    """Close an open season; what was agreed stays, offers without an answer stay unanswered.

    Raises:
        NotFound: Not in the viewer's part of the network.
        Conflict: It is not open.
    """
    await _move(viewer, season_id, SeasonState.OPEN, SeasonState.CLOSED, "closed")


async def get_planned(viewer: Viewer, season_id: int) -> SeasonRow:
    """Return a season the viewer may change: its whole region must be in his part of the network.

    Raises:
        NotFound: He may not even see it.
        NotAllowed: It reaches beyond his part of the network.
    """
    season = await get_season(viewer, season_id, PLAN)
    if not _covers(viewer, season.region_path):
        raise NotAllowed("This season reaches beyond your region; whoever plans the wider one changes it.")
    return season


def may_change(viewer: Viewer, season: SeasonRow) -> bool:
    """Tell whether the viewer may change a season he sees."""
    return viewer.allowed(PLAN) and _covers(viewer, season.region_path)


def _covers(viewer: Viewer, path: str | None) -> bool:
    scope = viewer.scope_for(PLAN)
    return scope.everything or (path is not None and path.startswith(scope.region_paths or "\0"))


async def _place(viewer: Viewer, command: SeasonCommand) -> str | None:
    """Return the path of a command's region, if the viewer may plan there."""
    path = None
    if command.region is not None:
        row = await fetch_one("select path from region where id = {}", command.region)
        if row is None:
            raise Invalid.of("region", "Please choose one of the options.")
        path = row["path"]
    if not _covers(viewer, path):
        raise NotAllowed("You plan seasons for your own region. Please choose it or a part of it.")
    return path


async def _check(command: SeasonCommand, path: str | None, but: int | None) -> None:
    span = Span(path, command.category, command.from_on, command.until_on)
    problems = [
        Problem(
            "from_on",
            message("%(name)s holds the same region and category on some of these days.", name=other.label),
        )
        for other in await list_overlapping(span, but)
        if other.span.same_place(span)
    ]
    if command.category and command.category not in await list_categories():
        problems.append(Problem("category", message("Please choose one of the options.")))
    if command.peak is not None:
        peak = await fetch_one("select kind, from_on from season where id = {}", command.peak)
        if command.kind is not SeasonKind.OFF or peak is None or peak["kind"] != SeasonKind.PEAK.value:
            problems.append(Problem("peak", message("Only a peak season can be prepared.")))
        elif peak["from_on"] < command.until_on:
            problems.append(Problem("peak", message("The peak must begin after the off-season.")))
    if problems:
        raise Invalid(problems)


def _moved(season: SeasonRow, command: SeasonCommand) -> bool:
    before = (season.kind, season.region, season.category, season.from_on, season.until_on)
    return before != (command.kind, command.region, command.category, command.from_on, command.until_on)


def _values(command: SeasonCommand) -> tuple[object, ...]:
    return (
        command.label,
        command.label_en,
        command.kind.value,
        command.region,
        command.category,
        command.from_on,
        command.until_on,
        command.peak,
    )


async def _code(command: SeasonCommand) -> str:
    """Return a free code such as ``2026-10-off``, numbered where several begin together."""
    stem = f"{command.from_on:%Y-%m}-{command.kind.value}"
    for number in range(1, _CODE_TRIES):
        code = stem if number == 1 else f"{stem}-{number}"
        if await fetch_value("select 1 from season where code = {}", code) is None:
            return code
    raise Conflict


async def _move(viewer: Viewer, season_id: int, before: SeasonState, after: SeasonState, action: str) -> None:
    async with unit_of_work():
        season = await get_planned(viewer, season_id)
        moved = await execute(
            f"update season set state = {{}}, {action}_at = {{}}, version = version + 1"  # noqa: S608  from code
            " where id = {} and state = {}",
            after.value,
            dt.datetime.now(dt.UTC),
            season_id,
            before.value,
        )
        if not moved:
            raise Conflict
        by = season.signature(viewer, PLAN)
        await record(by, f"seasons.{action}", Subject.of("season", season_id), note=season.label)
