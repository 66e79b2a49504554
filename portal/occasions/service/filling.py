"""Giving free seats to those who wait, in order; part of every change that frees or adds seats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one
from portal.errors import Conflict, NotFound
from portal.occasions.model import OccasionState
from portal.occasions.queue import InQueue, over_entitlement, waiting_order, who_fits
from portal.occasions.service.notices import Notice, announce

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sign-up stands.

    Attributes:
        enrollment_id: The sign-up.
        is_confirmed: Whether it has its seats.
        number: Order of sign-up.
        place: Its place among those who wait, from 1; 0 when it does not wait.
        heads: Seats it needs.
        is_over: Whether it goes beyond the dealer's entitlement.
    """

    enrollment_id: int
    is_confirmed: bool
    number: int
    place: int
    heads: int
    is_over: bool


async def lock_occasion(occasion_id: int) -> Row:
    """Return an occasion's row that nobody else changes until the end of the unit of work.

    Raises:
        NotFound: There is none.
    """
    rows = await fetch(
        "update occasion set seats_taken = seats_taken where id = {} returning id, state, sign_up_until,"
        " starts_at, seats, seats_taken, seats_per_dealer, companions_max, companions_take_seats",
        occasion_id,
    )
    if not rows:
        raise NotFound
    return rows[0]


async def list_standing(occasion_id: int) -> tuple[list[InQueue], dict[int, int]]:
    """Return the sign-ups that were not cancelled, and what each dealer is entitled to."""
    rows = await fetch(
        "select id, number, dealer, heads, state from enrollment where occasion = {}"
        " and state in ('confirmed', 'waiting') order by number, id",
        occasion_id,
    )
    entitled = await fetch(
        "select i.dealer, case when i.seats > 0 then i.seats else o.seats_per_dealer end as seats"
        " from occasion_invitation i join occasion o on o.id = i.occasion"
        " where i.occasion = {} and i.is_invited",
        occasion_id,
    )
    standing = [
        InQueue(row["id"], row["number"], row["dealer"], row["heads"], row["state"] == "confirmed")
        for row in rows
    ]
    return standing, {row["dealer"]: row["seats"] for row in entitled}


async def standing_of(occasion_id: int, enrollment_id: int) -> Standing:
    """Return how one sign-up stands among the others.

    Raises:
        NotFound: It is not among those that were not cancelled.
    """
    found = (await list_standings(occasion_id)).get(enrollment_id)
    if found is None:
        raise NotFound
    return found


async def list_standings(occasion_id: int) -> dict[int, Standing]:
    """Return how every sign-up stands that was not cancelled, by id."""
    standing, entitled = await list_standing(occasion_id)
    over = over_entitlement(standing, entitled)
    places = {one.id: place for place, one in enumerate(waiting_order(standing, entitled), start=1)}
    return {
        one.id: Standing(
            one.id, one.is_confirmed, one.number, places.get(one.id, 0), one.heads, one.id in over
        )
        for one in standing
    }


async def fill_free_seats(occasion_id: int, newcomer: int | None = None) -> list[int]:
    """Confirm whoever fits into the free seats, in order, and tell them; return their ids.

    Sign-ups beyond the entitlement are asked once signing up is over: after the deadline or the closing.

    Args:
        occasion_id: An occasion whose row the unit of work holds.
        newcomer: The sign-up being made, which is told of its own standing instead.
    """
    row = await lock_occasion(occasion_id)
    if row["state"] not in (OccasionState.OPEN, OccasionState.CLOSED):
        return []
    free = row["seats"] - row["seats_taken"]
    if free <= 0:
        return []
    now = dt.datetime.now(dt.UTC)
    standing, entitled = await list_standing(occasion_id)
    with_over = row["state"] == OccasionState.CLOSED or now >= row["sign_up_until"]
    fitting = who_fits(standing, entitled, free, with_over=with_over)
    for one in fitting:
        await _confirm(occasion_id, one, now)
        if one.id != newcomer:
            await announce(Notice.PROMOTED, occasion_id, one.id)
            await record(None, "occasions.moved_up", Subject.of("enrollment", one.id))
    return [one.id for one in fitting]


async def _confirm(occasion_id: int, one: InQueue, now: dt.datetime) -> None:
    if not await execute(
        "update occasion set seats_taken = seats_taken + {} where id = {} and seats_taken + {} <= seats",
        one.heads,
        occasion_id,
        one.heads,
    ):
        raise Conflict
    await execute(
        "update enrollment set state = 'confirmed', confirmed_at = {} where id = {} and state = 'waiting'",
        now,
        one.id,
    )


async def give_back(occasion_id: int, heads: int) -> None:
    """Free seats that a confirmed sign-up held."""
    await execute("update occasion set seats_taken = seats_taken - {} where id = {}", heads, occasion_id)


async def get_sign_up(enrollment_id: int) -> Row:
    """Return a sign-up's row as the unit of work sees it.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_one(
        "select id, occasion, dealer, user_id, contact_id, number, heads, state, requested_at,"
        " requested_by_user_id, confirmed_at, note from enrollment where id = {}",
        enrollment_id,
    )
    if row is None:
        raise NotFound
    return row
