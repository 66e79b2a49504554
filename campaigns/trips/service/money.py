"""Costs of a trip, and booking what each dealer was given. There is no way from here to money for a dealer.

A booking shares out what was spent for dealers' people over the heads that the door saw; who did not come is
given nothing. Booking again after a correction writes the differences: rows are never changed.
Source: FEATURES S70, S71; docs/manual/trips.md.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from campaigns.trips.model import CostCategory, CostKind, share_out
from campaigns.trips.policies import BOOK
from campaigns.trips.queries.money import booked_by_dealer, get_cost, sums_of
from campaigns.trips.queries.people import heads_by_dealer, list_travellers
from campaigns.trips.queries.trips import get_trip
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid
from portal.files.service import store
from portal.network.scope import today
from portal.occasions.model import OccasionState

if TYPE_CHECKING:
    from campaigns.trips.commands import CostCommand
    from portal.access import Viewer


async def add_cost(viewer: Viewer, trip_id: int, command: CostCommand) -> int:
    """Note an amount, planned or spent, with its receipt.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Invalid: A plain meeting gives dealers nothing; our own people are no benefit of a dealer's.
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, BOOK)
        if command.for_dealers and trip.is_plain_meeting:
            raise Invalid.of("for_dealers", "This is a plain meeting: dealers are given nothing.")
        if command.for_dealers and command.category is CostCategory.STAFF:
            raise Invalid.of("for_dealers", "What our own people cost is not given to dealers.")
        receipt = await store(*command.receipt) if command.receipt else None
        cost_id = await fetch_value(
            "insert into trip_cost (trip, kind, category, text, on_day, supply_minor, vat_minor, for_dealers,"
            " receipt, created_by_user_id, created_at)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) returning id",
            trip_id,
            command.kind.value,
            command.category.value,
            command.text,
            command.on_day,
            command.supply_minor,
            command.vat_minor,
            command.for_dealers,
            receipt,
            viewer.user_id,
            dt.datetime.now(dt.UTC),
        )
        by, subject = trip.signature(viewer, BOOK), Subject.of("trip", trip_id)
        await record(by, "trips.cost_added", subject, note=f"{command.kind.value} {command.category.value}")
    return int(cost_id)


async def remove_cost(viewer: Viewer, trip_id: int, cost_id: int) -> None:
    """Take an amount back: it goes when no booking counted it, else a counter entry stands beside it.

    Raises:
        NotFound: The trip is not in the viewer's part, or has no such amount.
        Conflict: It is a counter entry itself, or was taken back already.
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, BOOK)
        cost = await get_cost(trip_id, cost_id)
        if cost.is_reversed or cost.reverses is not None:
            raise Conflict
        if not cost.is_booked:
            await execute("delete from trip_cost where id = {} and booking_id is null", cost_id)
        else:
            await execute(
                "insert into trip_cost (trip, kind, category, text, on_day, supply_minor, vat_minor,"
                " for_dealers, reverses, created_by_user_id, created_at)"
                " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
                *(trip_id, cost.kind.value, cost.category.value, cost.text, cost.on_day),
                *(-cost.supply_minor, -cost.vat_minor, cost.for_dealers, cost_id),
                *(viewer.user_id, dt.datetime.now(dt.UTC)),
            )
        by, subject = trip.signature(viewer, BOOK), Subject.of("trip", trip_id)
        await record(by, "trips.cost_removed", subject, note=cost.category.value)


async def book(viewer: Viewer, trip_id: int, reason: str = "") -> int:
    """Book what each dealer was given, or what differs from the bookings before; return the booking's id.

    Args:
        viewer: Who books.
        trip_id: The trip, which was held.
        reason: Why it is booked again; needed from the second booking on.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: The trip was not held yet, or nothing changed since the last booking.
        Invalid: It is booked again without a reason, or nobody came.
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, BOOK)
        if trip.occasion.state is not OccasionState.HELD:
            raise Conflict("The trip must be over first: what was given is booked by who came.")
        # Takes the trip's row: two bookings at once would each see what the other has not written yet.
        await execute("update trip set report = report where id = {}", trip_id)
        heads = heads_by_dealer(await list_travellers(trip))
        if not sum(heads.values()):
            raise Invalid.of("reason", "The door saw nobody: note who came first.")
        total = (await sums_of(trip_id, sum(heads.values()))).for_dealers_minor
        changes = await _changes(trip_id, share_out(total, heads))
        number = await _next_number(trip_id)
        if number > 1 and not changes:
            raise Conflict("Nothing changed since the last booking.")
        if number > 1 and not reason:
            raise Invalid.of("reason", "Please say why it is booked again.")
        booking_id = await _insert(viewer, trip_id, number, total, heads, reason)
        day = today(viewer)
        await insert_rows(
            "trip_benefit",
            ("booking", "trip", "dealer", "heads", "amount_minor", "booked_on"),
            [
                (booking_id, trip_id, dealer, heads.get(dealer, 0), amount, day)
                for dealer, amount in changes.items()
            ],
        )
        await execute(
            "update trip_cost set booking_id = {} where trip = {} and kind = {} and booking_id is null",
            booking_id,
            trip_id,
            CostKind.SPENT.value,
        )
        by, subject = trip.signature(viewer, BOOK), Subject.of("trip", trip_id)
        await record(by, "trips.booked", subject, note=f"{number}: {len(changes)} dealers")
    return booking_id


async def _changes(trip_id: int, shares: dict[int, int]) -> dict[int, int]:
    """Return dealer → what is to be added so that the bookings come to the shares; only where it differs."""
    before = await booked_by_dealer(trip_id)
    differences = {
        dealer: shares.get(dealer, 0) - before.get(dealer, 0) for dealer in sorted({*shares, *before})
    }
    return {dealer: amount for dealer, amount in differences.items() if amount}


async def _insert(
    viewer: Viewer, trip_id: int, number: int, total: int, heads: dict[int, int], reason: str
) -> int:
    return int(
        await fetch_value(
            "insert into trip_booking (trip, number, total_minor, heads, dealers, reason, actor_user_id, at)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}) returning id",
            *(trip_id, number, total, sum(heads.values()), sum(1 for count in heads.values() if count)),
            *(reason, viewer.user_id, dt.datetime.now(dt.UTC)),
        )
    )


async def _next_number(trip_id: int) -> int:
    row = await fetch_one("select max(number) as last from trip_booking where trip = {}", trip_id)
    return 1 + ((row or {}).get("last") or 0)
