"""Planning an occasion: making it, changing it, opening, closing, holding, calling off."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value
from portal.errors import Conflict, Invalid, NotFound, Problem, message
from portal.occasions.model import OccasionMove, OccasionState, moved
from portal.occasions.policies import PLAN
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.service.filling import fill_free_seats
from portal.occasions.service.notices import Notice, announce
from portal.occasions.service.units import own_or_open_unit

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.occasions.model import OccasionPlan
    from portal.occasions.queries.occasions import OccasionRow

_PLANNED = (
    "title", "title_en", "place", "starts_at", "ends_at", "sign_up_until", "seats", "seats_per_dealer",
    "companions_max", "companions_take_seats", "season_id", "region_id", "organiser_user_id",
)  # fmt: skip
_COLUMN = {"season_id": "season", "region_id": "region"}
_STAMPS = {
    OccasionMove.OPEN: "opened_at",
    OccasionMove.HOLD: "held_at",
    OccasionMove.CANCEL: "cancelled_at",
}


async def create_occasion(viewer: Viewer, plan: OccasionPlan) -> int:
    """Write down a new occasion as a draft and return its id.

    Raises:
        NotFound: The season, the region or the organiser does not exist for the viewer.
        Invalid: Times or numbers cannot be, all of it at once.
    """
    async with own_or_open_unit():
        path = await _check(viewer, plan)
        names = ", ".join(_COLUMN.get(name, name) for name in _PLANNED)
        marks = ", ".join("{}" for _ in _PLANNED)
        occasion_id = int(
            await fetch_value(
                f"insert into occasion (kind, state, seats_taken, next_number, version, cancel_reason,"  # noqa: S608  from code
                f" created_by_user_id, created_at, {names})"
                f" values ({{}}, 'draft', 0, 1, 1, '', {{}}, {{}}, {marks}) returning id",
                plan.kind.value,
                viewer.user_id,
                dt.datetime.now(dt.UTC),
                *_values(plan),
            )
        )
        by = viewer.signature(PLAN, path)
        await record(by, "occasions.created", Subject.of("occasion", occasion_id), note=plan.title)
    return occasion_id


async def change_occasion(viewer: Viewer, occasion_id: int, plan: OccasionPlan, version: int) -> None:
    """Write a plan anew; seats that are added go to those who wait.

    Args:
        viewer: Who plans.
        occasion_id: The occasion; its kind stays.
        plan: Everything as it is to be.
        version: The version the planner saw.

    Raises:
        NotFound: The occasion is not in the viewer's part.
        Conflict: Somebody changed it meanwhile, or it was held or called off.
        Invalid: Times or numbers cannot be; fewer seats than are taken.
    """
    async with own_or_open_unit():
        await get_occasion(viewer, occasion_id, PLAN)
        # Takes the row for this unit of work: seats are not signed away while they are counted.
        if not await execute(
            "update occasion set version = version + 1 where id = {} and version = {}"
            " and state in ('draft', 'open', 'closed')",
            occasion_id,
            version,
        ):
            raise Conflict
        before = await get_occasion(viewer, occasion_id, PLAN)
        path = await _check(viewer, plan, before)
        sets = ", ".join(f"{_COLUMN.get(name, name)} = {{}}" for name in _PLANNED)
        await execute(
            f"update occasion set {sets} where id = {{}}",  # noqa: S608  names come from code
            *_values(plan),
            occasion_id,
        )
        if before.state is not OccasionState.DRAFT:
            await fill_free_seats(occasion_id)
            if (before.starts_at, before.ends_at, before.place) != (plan.starts_at, plan.ends_at, plan.place):
                await announce(Notice.CHANGED, occasion_id, before.version)
        changes = {
            name: (str(getattr(before, name)), str(getattr(plan, name)))
            for name in _PLANNED
            if getattr(before, name) != getattr(plan, name)
        }
        await record(
            viewer.signature(PLAN, path), "occasions.changed", Subject.of("occasion", occasion_id), changes
        )


async def move_occasion(viewer: Viewer, occasion_id: int, move: OccasionMove, reason: str = "") -> None:
    """Open, close, reopen, hold or call off an occasion.

    Opening asks for the mails to the invited, calling off for those to everybody signed up. Closing gives
    seats that are left to sign-ups beyond their dealers' entitlement.

    Raises:
        NotFound: The occasion is not in the viewer's part.
        Conflict: It is not in a state that allows it.
        Invalid: It is called off without a reason.
    """
    if move is OccasionMove.CANCEL and not reason:
        raise Invalid.of("reason", "Please say why: those who signed up will read it.")
    async with own_or_open_unit():
        occasion = await get_occasion(viewer, occasion_id, PLAN)
        state = moved(occasion.state, move)
        stamp = f", {_STAMPS[move]} = {{}}" if move in _STAMPS else ""
        times = (dt.datetime.now(dt.UTC),) if stamp else ()
        if not await execute(
            f"update occasion set state = {{}}, cancel_reason = {{}}, version = version + 1{stamp}"  # noqa: S608  from code
            " where id = {} and state = {}",
            state.value,
            reason if move is OccasionMove.CANCEL else "",
            *times,
            occasion_id,
            occasion.state.value,
        ):
            raise Conflict
        await _after(move, occasion)
        await record(
            occasion.signature(viewer, PLAN),
            f"occasions.{_DONE[move]}",
            Subject.of("occasion", occasion_id),
            note=reason,
        )


_DONE = {
    OccasionMove.OPEN: "opened",
    OccasionMove.CLOSE: "closed",
    OccasionMove.REOPEN: "reopened",
    OccasionMove.HOLD: "held",
    OccasionMove.CANCEL: "called_off",
}


async def _after(move: OccasionMove, occasion: OccasionRow) -> None:
    if move is OccasionMove.OPEN:
        await announce(Notice.INVITED, occasion.id)
    elif move is OccasionMove.CLOSE:
        await fill_free_seats(occasion.id)
    elif move is OccasionMove.CANCEL and occasion.opened_at is not None:
        await announce(Notice.CALLED_OFF, occasion.id)


def _values(plan: OccasionPlan) -> tuple[object, ...]:
    return tuple(getattr(plan, name) for name in _PLANNED)


async def _check(viewer: Viewer, plan: OccasionPlan, before: OccasionRow | None = None) -> str | None:
    """Return the region's path.

    Raises:
        NotFound: The season, the region or the organiser does not exist for the viewer.
        Invalid: With everything found wrong.
    """
    path: str | None = None
    if plan.region_id is not None:
        path = await fetch_value("select path from region where id = {}", plan.region_id)
    scope = viewer.scope_for(PLAN)
    if not (scope.everything or (path is not None and scope.covers(path))):
        raise NotFound
    if plan.region_id is not None and path is None:
        raise NotFound
    if plan.season_id is not None and not await fetch_one(
        "select id from season where id = {}", plan.season_id
    ):
        raise NotFound
    if not await fetch_one("select id from login_user where id = {} and active", plan.organiser_user_id):
        raise NotFound
    problems = [*_impossible(plan), *(_too_late(plan, before) if before else ())]
    if problems:
        raise Invalid(problems)
    return path


def _impossible(plan: OccasionPlan) -> list[Problem]:
    problems = []
    if plan.ends_at <= plan.starts_at:
        problems.append(Problem("ends_at", message("The end must lie after the beginning.")))
    if plan.sign_up_until > plan.ends_at:
        problems.append(Problem("sign_up_until", message("Signing up cannot go on after the end.")))
    if plan.seats < 1:
        problems.append(Problem("seats", message("At least one seat, please.")))
    if plan.seats_per_dealer < 1:
        problems.append(Problem("seats_per_dealer", message("At least one seat, please.")))
    if plan.companions_max < 0:
        problems.append(Problem("companions_max", message("Zero or more, please.")))
    return problems


def _too_late(plan: OccasionPlan, before: OccasionRow) -> list[Problem]:
    problems = []
    if plan.seats < before.seats_taken:
        problems.append(
            Problem("seats", message("%(count)s seats are taken already.", count=before.seats_taken))
        )
    anybody = before.seats_taken or before.waiting
    if anybody and plan.companions_take_seats != before.companions_take_seats:
        problems.append(
            Problem(
                "companions_take_seats",
                message("People have signed up: how companions are counted stays as it is."),
            )
        )
    return problems
