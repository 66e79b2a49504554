"""Growth points: named by either side, counted by the manufacturer's people, with what came of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.seasons.model import GrowthState, Party
from portal.seasons.policies import SAY, TARGET
from portal.seasons.queries.measured import is_known
from portal.seasons.queries.people import list_growth_owners
from portal.seasons.queries.targets import list_growth
from portal.seasons.service.negotiation import open_place

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.commands import GrowthCommand, ResultCommand
    from portal.seasons.queries.targets import GrowthRow
    from portal.seasons.service.negotiation import Place


async def add_point(viewer: Viewer, season_id: int, account: int, command: GrowthCommand) -> int:
    """Name a growth point that counts at once.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Invalid: The owner is none of the people of this dealer or of the manufacturer there, or the dealer
            has nothing of the name it shall be measured by.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        return await _add(viewer, place, command, Party.MANUFACTURER, GrowthState.COUNTED)


async def propose_point(viewer: Viewer, season_id: int, account: int, command: GrowthCommand) -> int:
    """Propose a growth point as the dealer; it counts once the manufacturer took it in.

    Raises:
        NotFound: Season or account is not the viewer's.
        Invalid: See ``add_point``.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, SAY)
        return await _add(viewer, place, command, Party.DEALER, GrowthState.PROPOSED)


async def change_point(
    viewer: Viewer, season_id: int, account: int, point_id: int, command: GrowthCommand
) -> None:
    """Change a growth point.

    Raises:
        NotFound: There is none, or not in the viewer's part of the network.
        Invalid: See ``add_point``.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        before = await _point(place, point_id)
        await _check(viewer, place, command)
        await execute(
            "update season_growth_point set kind = {}, label = {}, about = {}, size_minor = {},"
            " owner_user_id = {}, due_on = {} where id = {}",
            command.kind.value,
            command.label,
            command.about,
            command.size_minor,
            command.owner_user_id,
            command.due_on,
            point_id,
        )
        changes = {"size_minor": (before.size_minor, command.size_minor)}
        await record(place.by, "seasons.growth_changed", _subject(place), changes, note=command.label)


async def move_point(viewer: Viewer, season_id: int, account: int, point_id: int, state: GrowthState) -> None:
    """Count a proposed growth point, or drop one; a dropped one stays to be read.

    Raises:
        NotFound: There is none, or not in the viewer's part of the network.
        Conflict: It is in that state already.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        point = await _point(place, point_id)
        if point.state is state or state is GrowthState.PROPOSED:
            raise Conflict
        await execute("update season_growth_point set state = {} where id = {}", state.value, point_id)
        await record(place.by, f"seasons.growth_{state.value}", _subject(place), note=point.label)


async def set_result(
    viewer: Viewer, season_id: int, account: int, point_id: int, command: ResultCommand
) -> None:
    """Write down what came of a growth point.

    Raises:
        NotFound: There is none, or not in the viewer's part of the network.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        point = await _point(place, point_id)
        await execute(
            "update season_growth_point set result_minor = {}, result_note = {} where id = {}",
            command.result_minor,
            command.note,
            point_id,
        )
        changes = {"result_minor": (point.result_minor, command.result_minor)}
        await record(place.by, "seasons.growth_result", _subject(place), changes, note=command.note)


async def _add(viewer: Viewer, place: Place, command: GrowthCommand, side: Party, state: GrowthState) -> int:
    await _check(viewer, place, command)
    point: int = await fetch_value(
        "insert into season_growth_point (season, account, kind, label, about, size_minor, owner_user_id,"
        " due_on, state, side, by_user_id, at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        " returning id",
        place.season.id,
        place.account,
        command.kind.value,
        command.label,
        command.about,
        command.size_minor,
        command.owner_user_id,
        command.due_on,
        state.value,
        side.value,
        place.by.user_id,
        dt.datetime.now(dt.UTC),
    )
    await record(place.by, "seasons.growth_named", _subject(place), note=command.label)
    return point


async def _point(place: Place, point_id: int) -> GrowthRow:
    for point in await list_growth(place.season.id, [place.account]):
        if point.id == point_id:
            return point
    raise NotFound


async def _check(viewer: Viewer, place: Place, command: GrowthCommand) -> None:
    if command.about and not await is_known(viewer, place.account, command.kind, command.about):
        raise Invalid.of("about", "This dealer has no such outlet, retail point, product or channel.")
    owners = {user for user, _ in await list_growth_owners(place.season.region_path, place.account)}
    if command.owner_user_id is not None and command.owner_user_id not in owners:
        raise Invalid.of("owner", "Please choose one of the options.")


def _subject(place: Place) -> Subject:
    return Subject.of("season_target", place.key)
