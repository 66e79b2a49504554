"""Planning a trip: making and changing it, publishing criteria, opening, closing, holding, calling off."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from campaigns.trips.compliance import bans_for
from campaigns.trips.policies import PLAN
from campaigns.trips.queries.criteria import book_of, find_published_decision
from campaigns.trips.queries.trips import get_trip, list_leaders, list_trainings
from campaigns.trips.standing import counts_as_of
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, Problem, message
from portal.network.scope import today
from portal.occasions.model import OccasionMove, OccasionState
from portal.occasions.service.invitations import invite_by_rule
from portal.occasions.service.occasions import change_occasion, create_occasion, move_occasion
from portal.rulebooks.service.versions import store_version

if TYPE_CHECKING:
    from collections.abc import Collection

    from campaigns.trips.commands import CriteriaCommand, TripCommand
    from campaigns.trips.queries.trips import TripRow
    from portal.access import Viewer
    from portal.errors import Message
    from portal.occasions.service.invitations import Invited
    from rules.kpis import Locale

CHANGEABLE = (OccasionState.DRAFT, OccasionState.OPEN, OccasionState.CLOSED)


async def create_trip(viewer: Viewer, command: TripCommand) -> int:
    """Write down a new trip with its occasion, as a draft, and return its id.

    Raises:
        NotFound: Season or region do not exist for the viewer.
        Invalid: Times or numbers cannot be, the training or the leader is none, all of it at once.
    """
    async with unit_of_work():
        await _check(viewer, command)
        occasion_id = await create_occasion(viewer, command.plan)
        trip_id = int(
            await fetch_value(
                "insert into trip (occasion, training, is_plain_meeting, leader_user_id, leader_phone,"
                " emergency, report) values ({}, {}, {}, {}, {}, {}, '') returning id",
                occasion_id,
                command.training_id,
                command.is_plain_meeting,
                command.leader_user_id,
                command.leader_phone,
                command.emergency,
            )
        )
        trip = await get_trip(viewer, trip_id, PLAN)
        note = command.plan.title
        await record(trip.signature(viewer, PLAN), "trips.created", Subject.of("trip", trip_id), note=note)
    return trip_id


async def change_trip(viewer: Viewer, trip_id: int, command: TripCommand, version: int) -> None:
    """Write a trip anew; once it is open it keeps a leader and stays what it is.

    Args:
        viewer: Who plans.
        trip_id: The trip.
        command: Everything as it is to be.
        version: The version of the occasion the planner saw.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: Somebody changed it meanwhile, or it was held or called off.
        Invalid: Times or numbers cannot be; an open trip would be left without a leader or change its kind.
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, PLAN)
        await _check(viewer, command)
        if trip.occasion.state is not OccasionState.DRAFT:
            _check_open(trip, command)
        await change_occasion(viewer, trip.occasion.id, command.plan, version)
        await execute(
            "update trip set training = {}, is_plain_meeting = {}, leader_user_id = {}, leader_phone = {},"
            " emergency = {} where id = {}",
            command.training_id,
            command.is_plain_meeting,
            command.leader_user_id,
            command.leader_phone,
            command.emergency,
            trip_id,
        )
        await record(trip.signature(viewer, PLAN), "trips.changed", Subject.of("trip", trip_id))


async def publish_criteria(viewer: Viewer, trip_id: int, command: CriteriaCommand) -> None:
    """Tie a published decision to a trip: from now on dealers read it with their own standing.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: The trip is not a draft any more: people were invited by the criteria it has.
        Invalid: The decision is not published, or was published too late for the days it looks at.

    Source: FEATURES S69 (nominate by published criteria); 대리점법 시행령 6조 2호 (conditions
    are not added mid-term).
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, PLAN)
        if trip.occasion.state is not OccasionState.DRAFT:
            raise Conflict("Dealers are invited already: the criteria stay as they are.")
        known = await find_published_decision(command.sha256, today(viewer), viewer.zone)
        book = await book_of(command.sha256) if known else None
        if known is None or book is None:
            raise Invalid.of("sha256", "Only criteria that are published can be chosen.")
        problems = []
        if command.looks_until_on < command.looks_from_on:
            problems.append(Problem("looks_until_on", message("The last day must not lie before the first.")))
        if known.published_on >= command.looks_from_on:
            problems.append(Problem("looks_from_on", _too_late(known.published_on)))
        if command.looks_until_on >= day_of(trip.occasion.starts_at, viewer):
            problems.append(
                Problem("looks_until_on", message("The days it looks at end before the trip begins."))
            )
        if problems:
            raise Invalid(problems)
        await execute(
            "update trip set book = {}, published_on = {}, looks_from_on = {}, looks_until_on = {}"
            " where id = {}",
            await store_version(book),
            known.published_on,
            command.looks_from_on,
            command.looks_until_on,
            trip_id,
        )
        by, subject = trip.signature(viewer, PLAN), Subject.of("trip", trip_id)
        await record(by, "trips.criteria", subject, note=f"{known.label} {command.sha256[:12]}")


async def invite(viewer: Viewer, trip_id: int) -> Invited:
    """Invite dealers by the trip's criteria, on figures up to the last day these look at.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: It has no criteria, or was held or called off.
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, PLAN)
        book = await book_of(trip.criteria.sha256) if trip.criteria else None
        if book is None or trip.criteria is None:
            raise Conflict("Publish the criteria first: dealers must know them.")
        as_of = counts_as_of(trip.criteria, today(viewer))
        return await invite_by_rule(viewer, trip.occasion.id, book, as_of)


def _too_late(published_on: dt.date) -> Message:
    return message(
        "These criteria were published on %(day)s. They may look only at days after that: nobody can earn a"
        " place by rules he could not know.",
        day=published_on.isoformat(),
    )


async def move_trip(
    viewer: Viewer,
    trip_id: int,
    move: OccasionMove,
    *,
    reason: str = "",
    goods: Collection[str] = (),
    report_days: int = 7,
    locale: Locale = "ko",
) -> None:
    """Open, close, reopen, hold or call off a trip.

    Args:
        viewer: Who plans.
        trip_id: The trip.
        move: What is done.
        reason: Why it is called off.
        goods: Regulated goods the installation sells, setting ``regulated_goods``.
        report_days: Calendar days after the last one for the leader's report, setting ``trip_report_days``.
        locale: Language in which the law is named.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: It is not in a state that allows it.
        Invalid: It may not open: no leader, no criteria, before its training, or forbidden by law.
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, PLAN)
        if move in (OccasionMove.OPEN, OccasionMove.REOPEN):
            problems = [*unlawful(trip.is_plain_meeting, goods, locale), *not_ready(trip)]
            if problems:
                raise Invalid(problems)
        await move_occasion(viewer, trip.occasion.id, move, reason)
        if move is OccasionMove.HOLD:
            last = day_of(trip.occasion.ends_at - dt.timedelta(microseconds=1), viewer)
            await execute(
                "update trip set report_due_on = {} where id = {}",
                last + dt.timedelta(days=report_days),
                trip_id,
            )


def unlawful(is_plain_meeting: bool, goods: Collection[str], locale: Locale) -> list[Problem]:  # noqa: FBT001  a property of the trip
    """Return what the law says against giving dealers this trip; nothing against a plain meeting."""
    if is_plain_meeting:
        return []
    return [
        Problem(
            "",
            message(
                "The law forbids this trip: %(article)s. Dealers may be given no trip, gift or entertainment,"
                " and who takes it is punished too. A plain meeting that gives nobody anything is allowed."
                " %(confirm)s",
                article=ban.article[locale],
                confirm=ban.confirm[locale],
            ),
        )
        for ban in bans_for(goods)
    ]


def not_ready(trip: TripRow) -> list[Problem]:
    """Return what is still missing before a trip may open."""
    problems = []
    if trip.leader_user_id is None or not trip.leader_phone:
        text = "Name a leader and his phone first: whoever travels must know whom to call."
        problems.append(Problem("leader", message(text)))
    if trip.is_plain_meeting:
        return problems
    if trip.training is None:
        problems.append(Problem("training", message("Choose the training this trip follows.")))
    elif trip.occasion.starts_at < trip.training.ends_at:
        problems.append(Problem("training", message("A trip begins when its training is over.")))
    if trip.criteria is None:
        problems.append(Problem("criteria", message("Publish the criteria first: dealers must know them.")))
    return problems


def day_of(at: dt.datetime, viewer: Viewer) -> dt.date:
    """Return the business day of an instant."""
    return at.astimezone(ZoneInfo(viewer.zone)).date()


def _check_open(trip: TripRow, command: TripCommand) -> None:
    problems = []
    if command.leader_user_id is None or not command.leader_phone:
        problems.append(Problem("leader", message("An open trip keeps a leader with a phone.")))
    if command.is_plain_meeting != trip.is_plain_meeting:
        problems.append(
            Problem(
                "is_plain_meeting", message("People have been invited: what they are given stays as it is.")
            )
        )
    if problems:
        raise Invalid(problems)


async def _check(viewer: Viewer, command: TripCommand) -> None:
    problems = []
    trainings = {row.id: row for row in await list_trainings(viewer, PLAN)}
    if command.training_id is not None:
        training = trainings.get(command.training_id)
        if training is None:
            problems.append(Problem("training", message("Please choose one of the options.")))
        elif command.plan.starts_at < training.ends_at:
            problems.append(Problem("training", message("A trip begins when its training is over.")))
    elif not command.is_plain_meeting:
        problems.append(Problem("training", message("Choose the training this trip follows.")))
    if command.leader_user_id is not None:
        path = None
        if command.plan.region_id is not None:
            path = await fetch_value("select path from region where id = {}", command.plan.region_id)
        if command.leader_user_id not in {user_id for user_id, _ in await list_leaders(path)}:
            problems.append(Problem("leader", message("Please choose one of the options.")))
    if problems:
        raise Invalid(problems)
