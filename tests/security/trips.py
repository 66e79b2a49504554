"""Trips for the network of canaries: one for each dealer, with beds, costs, what was given, a log."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tests.security.offseason import NOW
from tests.security.offseason import _insert as insert

if TYPE_CHECKING:
    from tests.security.world import World


async def build_trip(world: World, position: str, word: str) -> None:
    """Hold a trip of a dealer's region with him on it; whoever leads is somebody without a role here."""
    dealer, region = world.ids["dealer"][position], world.ids["region"][position]
    begins = NOW - dt.timedelta(days=3)
    occasion = await insert(
        "occasion", kind="trip", state="closed", title="trip", title_en="trip", place="place",
        starts_at=begins, ends_at=begins + dt.timedelta(days=1), sign_up_until=begins, seats=5, seats_taken=1,
        next_number=2, companions_max=1, region=region, organiser_user_id=1, created_by_user_id=1,
        created_at=NOW, opened_at=NOW, cancel_reason="", version=1, seats_per_dealer=1,
        companions_take_seats=False,
    )  # fmt: skip
    trip = await insert(
        "trip", occasion=occasion, is_plain_meeting=False, leader_user_id=None, leader_phone="phone",
        emergency="emergency", report_due_on=NOW.date(), report="report",
    )  # fmt: skip
    world.keep("trip", position, trip)
    await insert(
        "occasion_invitation", occasion=occasion, dealer=dealer, is_invited=True, seats=1, source="hand",
        book_sha256="", outcome="", reason=f"{word} because", invited_by_user_id=1, invited_at=NOW,
        decline_reason="",
    )  # fmt: skip
    sign_up = await insert(
        "enrollment", client_key=f"trip {position}", occasion=occasion, dealer=dealer, number=1, heads=1,
        state="confirmed", door_code=f"trip {position}", requested_at=NOW, requested_by_user_id=1,
        confirmed_at=NOW, cancel_reason="", note="",
    )  # fmt: skip
    guest = await insert(
        "guest", enrollment=sign_up, position=0, name=f"{word} guest", name_en="", phone=f"{word} phone",
        relation="", diet=f"{word} diet", is_child=False,
    )  # fmt: skip
    world.keep("trip_guest", position, guest)
    await insert("trip_person", guest=guest, marker="", emergency=f"{word} call")
    room = await insert("trip_room", trip=trip, name="501", beds=2)
    world.keep("trip_room", position, room)
    await insert("trip_bed", trip=trip, room=room, guest=guest)
    stop = await insert(
        "trip_stop", trip=trip, starts_at=begins, ends_at=begins + dt.timedelta(hours=1), title="stop",
        title_en="stop", place="place", who="who",
    )  # fmt: skip
    world.keep("trip_stop", position, stop)
    await _money(world, position, word, trip)


async def _money(world: World, position: str, word: str, trip: int) -> None:
    dealer = world.ids["dealer"][position]
    cost = await insert(
        "trip_cost", trip=trip, kind="spent", category="stay", text="rooms", on_day=NOW.date(),
        supply_minor=1, vat_minor=0, for_dealers=True, created_by_user_id=1, created_at=NOW,
    )  # fmt: skip
    world.keep("trip_cost", position, cost)
    booking = await insert(
        "trip_booking", trip=trip, number=1, total_minor=1, heads=1, dealers=1, reason="reason",
        actor_user_id=1, at=NOW,
    )  # fmt: skip
    await insert(
        "trip_benefit", booking=booking, trip=trip, dealer=dealer, heads=1, amount_minor=1,
        booked_on=NOW.date(),
    )  # fmt: skip
    common = {
        "dealer": dealer, "kind": "meal", "happened_on": NOW.date(), "place": f"{word} place", "heads": 1,
        "purpose": f"{word} purpose", "vat_minor": 0, "actor_user_id": 1, "at": NOW,
    }  # fmt: skip
    entry = await insert("hospitality", client_key=f"meal {position}", supply_minor=1, reason="", **common)
    world.keep("hospitality", position, entry)
    await insert(
        "hospitality", client_key=f"back {position}", supply_minor=-1, corrects=entry, reason=f"{word} wrong",
        **common,
    )  # fmt: skip
