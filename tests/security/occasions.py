"""Trainings for the network of canaries: each dealer is invited to one, and somebody of his comes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tests.security.offseason import NOW
from tests.security.offseason import _insert as insert

if TYPE_CHECKING:
    from tests.security.world import World


async def build_occasion(world: World, position: str, word: str, dealer: int, region: int) -> None:
    """Open a training of the dealer's region with his people in the queue, one of them cancelled."""
    begins = NOW + dt.timedelta(days=30)
    occasion = await insert(
        "occasion", kind="training", state="open", title="occasion", title_en="occasion", place="place",
        starts_at=begins, ends_at=begins + dt.timedelta(hours=8), sign_up_until=begins, seats=5,
        seats_taken=1, next_number=3, companions_max=1, region=region, organiser_user_id=1,
        created_by_user_id=1, created_at=NOW, opened_at=NOW, cancel_reason="why", version=1,
        seats_per_dealer=1, companions_take_seats=False,
    )  # fmt: skip
    world.keep("occasion", position, occasion)
    await insert(
        "occasion_invitation", occasion=occasion, dealer=dealer, is_invited=True, seats=1, source="hand",
        book_sha256="", outcome="", reason=f"{word} because", reason_en=f"{word} because",
        invited_by_user_id=1, invited_at=NOW,
        decline_reason=f"{word} no",
    )  # fmt: skip
    for number, state in enumerate(("confirmed", "cancelled"), start=1):
        sign_up = await insert(
            "enrollment", client_key=f"{position} {state}", occasion=occasion, dealer=dealer, number=number,
            heads=1, state=state, door_code=f"{position} {state}", requested_at=NOW, requested_by_user_id=1,
            confirmed_at=NOW, cancelled_at=NOW if state == "cancelled" else None,
            cancel_reason=f"{word} changed", note=f"{word} note",
        )  # fmt: skip
        for place in (0, 1):
            await insert(
                "guest", enrollment=sign_up, position=place, name=f"{word} guest", name_en=f"{word} en",
                phone=f"{word} phone", relation=f"{word} kin", diet=f"{word} diet", is_child=False,
            )  # fmt: skip
        if state == "confirmed":
            world.keep("sign_up", position, sign_up)
