"""Signing up, cancelling, sending somebody else: the queue for seats.

Every use case takes the occasion's row first, so that sign-ups at the same moment stand in one order on
either database. The rule in words, with examples: docs/algorithms/seats.md.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, insert_rows
from portal.errors import Conflict, Invalid, NotFound, Problem, message
from portal.network.scope import in_scope
from portal.occasions.model import OccasionState, SeatState
from portal.occasions.policies import OWN, PLAN
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.service.filling import (
    fill_free_seats,
    get_sign_up,
    give_back,
    lock_occasion,
    standing_of,
)
from portal.occasions.service.notices import Notice, announce
from portal.occasions.service.units import own_or_open_unit

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row
    from portal.occasions.commands import GuestEntry, SignUp
    from portal.occasions.queries.occasions import OccasionRow
    from portal.occasions.service.filling import Standing

HEADS_MOST = 20


async def sign_up(viewer: Viewer, command: SignUp) -> Standing:
    """Put a dealer's person into the queue; a free seat is given at once.

    Dealers sign up while the occasion is open and before the deadline; a planner does it for them until the
    occasion begins. The same key again returns how that sign-up stands and changes nothing.

    Raises:
        NotFound: The occasion or the dealer is not there for the viewer.
        Conflict: Signing up is over, or the key was used for something else.
        Invalid: The dealer is not invited, too many companions, or the person is signed up already.
    """
    async with own_or_open_unit():
        policy = _policy(viewer)
        occasion = await get_occasion(viewer, command.occasion_id, policy)
        await _check_dealer(viewer, command.dealer_id, policy)
        row = await lock_occasion(occasion.id)
        if (known := await _known(command)) is not None:
            return await standing_of(occasion.id, known)
        now = dt.datetime.now(dt.UTC)
        _check_open(row, policy, now)
        await _check_wish(occasion, command)
        enrollment_id = await _insert(viewer, row, command, now)
        await fill_free_seats(occasion.id, newcomer=enrollment_id)
        standing = await standing_of(occasion.id, enrollment_id)
        await announce(
            Notice.CONFIRMED if standing.is_confirmed else Notice.WAITING, occasion.id, enrollment_id
        )
        by = viewer.signature(policy, occasion.region_path, command.dealer_id)
        note = f"occasion {occasion.id}, number {standing.number}"
        await record(by, "occasions.signed_up", Subject.of("enrollment", enrollment_id), note=note)
    return standing


async def cancel(viewer: Viewer, occasion_id: int, enrollment_id: int, reason: str) -> None:
    """Give a place back before the occasion begins; the next who fit move up by themselves.

    Cancelling again changes nothing.

    Raises:
        NotFound: The occasion has no such sign-up, or it is not the viewer's to change.
        Conflict: The occasion has begun, was held or was called off.
    """
    async with own_or_open_unit():
        policy = _policy(viewer)
        occasion, sign_up_row = await _own_sign_up(viewer, occasion_id, enrollment_id, policy)
        if sign_up_row["state"] == SeatState.CANCELLED:
            return
        await _end(viewer, sign_up_row, reason)
        if sign_up_row["state"] == SeatState.CONFIRMED:
            await give_back(occasion.id, sign_up_row["heads"])
        await announce(Notice.WITHDRAWN, occasion.id, enrollment_id)
        # Somebody of the same dealer may now be within the entitlement: even a place that was waiting counts.
        await fill_free_seats(occasion.id)
        by = viewer.signature(policy, occasion.region_path, sign_up_row["dealer"])
        await record(by, "occasions.cancelled", Subject.of("enrollment", enrollment_id), note=reason)


async def substitute(viewer: Viewer, occasion_id: int, enrollment_id: int, person: GuestEntry) -> int:
    """Send somebody else in a seat holder's place; number, seats and companions stay.

    Returns:
        The id of the new sign-up, with a badge of its own.

    Raises:
        NotFound: The occasion has no such sign-up, or it is not the viewer's to change.
        Conflict: It was cancelled, or the occasion has begun.
        Invalid: The person is signed up already, or is nobody of the dealer's.
    """
    async with own_or_open_unit():
        policy = _policy(viewer)
        occasion, old = await _own_sign_up(viewer, occasion_id, enrollment_id, policy)
        if old["state"] == SeatState.CANCELLED:
            raise Conflict
        problems = await _person_problems(occasion.id, old["dealer"], person)
        if problems:
            raise Invalid(problems)
        await _end(viewer, old, "")
        new_id = await _write(
            {
                **old,
                "user_id": person.user_id,
                "replaces": enrollment_id,
                "requested_by_user_id": viewer.user_id,
            },
            str(uuid.uuid4()),
        )
        await execute(
            "update guest set enrollment = {} where enrollment = {} and position > 0", new_id, enrollment_id
        )
        await _insert_guests(new_id, (person,))
        confirmed = old["state"] == SeatState.CONFIRMED
        await announce(Notice.CONFIRMED if confirmed else Notice.WAITING, occasion.id, new_id)
        await announce(Notice.WITHDRAWN, occasion.id, enrollment_id)
        by = viewer.signature(policy, occasion.region_path, old["dealer"])
        note = f"replaces {enrollment_id}"
        await record(by, "occasions.substituted", Subject.of("enrollment", new_id), note=note)
    return new_id


async def leave_out(viewer: Viewer, occasion_id: int, enrollment_id: int, position: int) -> None:
    """Come without a companion; a smaller party may fit where the larger one had to wait.

    Raises:
        NotFound: The occasion has no such sign-up or companion, or it is not the viewer's to change.
        Conflict: It was cancelled, or the occasion has begun.
    """
    async with own_or_open_unit():
        policy = _policy(viewer)
        occasion, row = await _own_sign_up(viewer, occasion_id, enrollment_id, policy)
        if row["state"] == SeatState.CANCELLED:
            raise Conflict
        if position < 1 or not await execute(
            "delete from guest where enrollment = {} and position = {}", enrollment_id, position
        ):
            raise NotFound
        if occasion.companions_take_seats:
            await execute("update enrollment set heads = heads - 1 where id = {}", enrollment_id)
            if row["state"] == SeatState.CONFIRMED:
                await give_back(occasion.id, 1)
            await fill_free_seats(occasion.id)
        by = viewer.signature(policy, occasion.region_path, row["dealer"])
        await record(by, "occasions.companion_left_out", Subject.of("enrollment", enrollment_id))


async def promote(viewer: Viewer, occasion_id: int) -> list[int]:
    """Give free seats to those who wait by the rule of the queue; return the ids of those who moved up.

    Raises:
        NotFound: The occasion is not in the viewer's part.
    """
    async with own_or_open_unit():
        await get_occasion(viewer, occasion_id, PLAN)
        return await fill_free_seats(occasion_id)


def _policy(viewer: Viewer) -> str:
    return OWN if viewer.is_dealer_side else PLAN


async def _check_dealer(viewer: Viewer, dealer_id: int, policy: str) -> None:
    seen = in_scope(viewer, "a", policy=policy)
    if viewer.is_dealer_side and dealer_id not in viewer.scope_for(policy).dealer_ids:
        raise NotFound
    if not await fetch_one(
        f"select a.id from account a where a.id = {{}} and a.kind = 'dealer' and a.merged_into is null"  # noqa: S608  from code
        f" and {seen.sql}",
        dealer_id,
        *seen.args,
    ):
        raise NotFound


async def _known(command: SignUp) -> int | None:
    row = await fetch_one(
        "select id, occasion, dealer from enrollment where client_key = {}", command.client_key
    )
    if row is None:
        return None
    if (row["occasion"], row["dealer"]) != (command.occasion_id, command.dealer_id):
        raise Conflict
    return int(row["id"])


def _check_open(row: Row, policy: str, now: dt.datetime) -> None:
    if policy == PLAN:
        is_open = row["state"] in (OccasionState.OPEN, OccasionState.CLOSED) and now < row["starts_at"]
    else:
        is_open = row["state"] == OccasionState.OPEN and now < row["sign_up_until"]
    if not is_open:
        raise Conflict("Signing up is over.")


async def _check_wish(occasion: OccasionRow, command: SignUp) -> None:
    problems = []
    companions = len(command.guests) - 1
    if companions > occasion.companions_max:
        problems.append(
            Problem(
                "companions",
                message("At most %(count)s companions may come along.", count=occasion.companions_max),
            )
        )
    elif _heads(occasion.companions_take_seats, companions) > min(occasion.seats, HEADS_MOST):
        problems.append(Problem("companions", message("There are not so many seats.")))
    if not await fetch_one(
        "select id from occasion_invitation where occasion = {} and dealer = {} and is_invited",
        occasion.id,
        command.dealer_id,
    ):
        problems.append(Problem("", message("This dealer is not invited.")))
    problems += await _person_problems(occasion.id, command.dealer_id, command.guests[0])
    if problems:
        raise Invalid(problems)


async def _person_problems(occasion_id: int, dealer_id: int, person: GuestEntry) -> list[Problem]:
    if person.user_id is None:
        return []
    if not await fetch_one(
        "select user_id from role_grant where user_id = {} and account_id = {} and state = 'active'",
        person.user_id,
        dealer_id,
    ):
        return [Problem("who", message("This person does not belong to the dealer."))]
    if await fetch_one(
        "select id from enrollment where occasion = {} and user_id = {} and state <> 'cancelled'",
        occasion_id,
        person.user_id,
    ):
        return [Problem("who", message("This person is signed up already."))]
    return []


def _heads(companions_take_seats: object, companions: int) -> int:
    return 1 + (companions if companions_take_seats else 0)


async def _insert(viewer: Viewer, row: Row, command: SignUp, now: dt.datetime) -> int:
    number = await fetch_value(
        "update occasion set next_number = next_number + 1 where id = {} returning next_number - 1",
        command.occasion_id,
    )
    enrollment_id = await _write(
        {
            "occasion": command.occasion_id,
            "dealer": command.dealer_id,
            "user_id": command.guests[0].user_id,
            "contact_id": None,
            "number": number,
            "heads": _heads(row["companions_take_seats"], len(command.guests) - 1),
            "state": SeatState.WAITING.value,
            "requested_at": now,
            "requested_by_user_id": viewer.user_id,
            "confirmed_at": None,
            "replaces": None,
            "note": command.note,
        },
        command.client_key,
    )
    await _insert_guests(enrollment_id, command.guests)
    # He who had declined and comes after all has not declined.
    await execute(
        "update occasion_invitation set declined_at = null, decline_reason = ''"
        " where occasion = {} and dealer = {}",
        command.occasion_id,
        command.dealer_id,
    )
    return enrollment_id


async def _write(row: Row, client_key: str) -> int:
    names = (
        "occasion", "dealer", "user_id", "contact_id", "number", "heads", "state", "requested_at",
        "requested_by_user_id", "confirmed_at", "replaces", "note",
    )  # fmt: skip
    marks = ", ".join("{}" for _ in names)
    return int(
        await fetch_value(
            f"insert into enrollment (client_key, door_code, cancel_reason, {', '.join(names)})"  # noqa: S608  from code
            f" values ({{}}, {{}}, '', {marks}) returning id",
            client_key,
            secrets.token_urlsafe(18),
            *(row[name] for name in names),
        )
    )


async def _insert_guests(enrollment_id: int, guests: tuple[GuestEntry, ...]) -> None:
    names = ("enrollment", "position", "name", "name_en", "phone", "relation", "diet", "is_child")
    await insert_rows(
        "guest",
        names,
        [
            (enrollment_id, position, *(getattr(guest, name) for name in names[2:]))
            for position, guest in enumerate(guests)
        ],
    )


async def _own_sign_up(
    viewer: Viewer, occasion_id: int, enrollment_id: int, policy: str
) -> tuple[OccasionRow, Row]:
    """Return the occasion, held for this unit of work, and the sign-up as it is now."""
    row = await get_sign_up(enrollment_id)
    if row["occasion"] != occasion_id:
        raise NotFound
    occasion = await get_occasion(viewer, occasion_id, policy)
    await _check_dealer(viewer, row["dealer"], policy)
    held = await lock_occasion(occasion.id)
    is_open = held["state"] in (OccasionState.OPEN, OccasionState.CLOSED)
    if not is_open or dt.datetime.now(dt.UTC) >= held["starts_at"]:
        raise Conflict("It has begun or was called off: nothing can be changed any more.")
    return occasion, await get_sign_up(enrollment_id)


async def _end(viewer: Viewer, row: Row, reason: str) -> None:
    if not await execute(
        "update enrollment set state = 'cancelled', cancelled_at = {}, cancelled_by_user_id = {},"
        " cancel_reason = {} where id = {} and state = {}",
        dt.datetime.now(dt.UTC),
        viewer.user_id,
        reason,
        row["id"],
        row["state"],
    ):
        raise Conflict
