"""What the evaluated say: reading the sheet, replying, objecting, the representative's self-review."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import execute, unit_of_work
from portal.errors import Conflict, NotAllowed
from portal.evaluations.model import CommentKind
from portal.evaluations.policies import OWN, REPLY, REVIEW
from portal.evaluations.service import cards

if TYPE_CHECKING:
    from portal.access import Viewer


async def mark_read(viewer: Viewer, card_id: int) -> None:
    """Note the first time somebody the published sheet is about looks at it.

    Raises:
        NotFound: It is not the viewer's.
    """
    async with unit_of_work():
        card = await cards.get_own_card(viewer, card_id)
        if not card.run_state.is_final_for_dealers:
            return
        first = await execute(
            "update scorecard set read_at = {} where id = {} and read_at is null", _now(), card.id
        )
        if first:
            await cards.note(card, viewer.signature(OWN), "read")


async def reply(viewer: Viewer, card_id: int, text: str) -> None:
    """Answer a published sheet.

    Raises:
        NotFound: It is not the viewer's.
        NotAllowed: Dealer's staff read; the owner replies.
        Conflict: It is not published.
        Invalid: Nothing was written.
    """
    await _say_own(viewer, card_id, CommentKind.REPLY, text)


async def object_to(viewer: Viewer, card_id: int, text: str) -> None:
    """Object to a published result (이의 신청): a person answers within 30 days.

    Source: 개인정보 보호법 제37조의2: explanation and review of automated decisions.

    Raises:
        NotFound: It is not the viewer's.
        NotAllowed: Dealer's staff read; the owner objects.
        Conflict: It is not published, or an objection is open already.
        Invalid: Nothing was written.
    """
    await _say_own(viewer, card_id, CommentKind.OBJECTION, text)


async def self_review(viewer: Viewer, card_id: int, text: str) -> None:
    """Say how one's own month went, while the manager reviews it.

    Raises:
        NotFound: It is not the viewer's own.
        Conflict: The month is not under review.
        Invalid: Nothing was written.
    """
    written = cards.checked_text(text, "Write your review.")
    async with unit_of_work():
        card = await cards.get_own_card(viewer, card_id)
        if card.user_id != viewer.user_id:
            raise NotAllowed
        cards.require_under_review(card)
        by = viewer.signature(OWN)
        await cards.say(card, CommentKind.SELF_REVIEW, by, written, _now())
        await cards.note(card, by, "self_review")


async def _say_own(viewer: Viewer, card_id: int, kind: CommentKind, text: str) -> None:
    written = cards.checked_text(text, "Write something first.")
    if not viewer.allowed(REPLY):
        raise NotAllowed
    async with unit_of_work():
        card = await cards.get_own_card(viewer, card_id)
        if not card.run_state.is_final_for_dealers:
            raise Conflict("%(month)s is not published yet.", month=str(card.month))
        by = viewer.signature(REPLY)
        if kind is CommentKind.OBJECTION:
            if card.is_disputed:
                raise Conflict("An objection is open already; it will be answered.")
            await cards.change_card(card, is_disputed=True)
        await cards.say(card, kind, by, written, _now())
        await cards.note(card, by, kind.value)


async def answer(viewer: Viewer, card_id: int, text: str) -> None:
    """Answer an objection; facts found wrong are corrected by import, and the month by a correction run.

    Raises:
        NotFound: It is not in the viewer's region.
        Conflict: No objection is open.
        Invalid: Nothing was written.
    """
    written = cards.checked_text(text, "Write an answer.")
    async with unit_of_work():
        card = await cards.get_card(viewer, REVIEW, card_id)
        if not card.is_disputed:
            raise Conflict("No objection is open.")
        by = card.signature(viewer, REVIEW)
        await cards.change_card(card, is_disputed=False)
        await cards.say(card, CommentKind.ANSWER, by, written, _now())
        await cards.note(card, by, "answer", {"is_disputed": (True, False)})


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
