"""The manager's review: comment, sign off one or many, take a sign-off back, return. Nobody edits a grade."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import execute, unit_of_work
from portal.errors import Conflict, Invalid, Message, NotAllowed, Problem
from portal.evaluations.model import UNDO_SECONDS, CardState, CommentKind
from portal.evaluations.policies import REVIEW
from portal.evaluations.service import cards

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.access import Viewer
    from portal.evaluations.queries.runs import RunView
    from portal.evaluations.service.cards import Card

NO_COMMENT = "Write a comment before signing off."


async def comment(viewer: Viewer, card_id: int, text: str) -> None:
    """Put the manager's comment on a scorecard under review.

    Raises:
        NotFound: It is not in the viewer's region.
        Conflict: The run is not under review.
        Invalid: Nothing was written.
    """
    written = cards.checked_text(text, "Write a comment.")
    async with unit_of_work():
        card = await cards.get_card(viewer, REVIEW, card_id)
        cards.require_under_review(card)
        by = card.signature(viewer, REVIEW)
        await cards.say(card, CommentKind.COMMENT, by, written, _now())
        await cards.note(card, by, "comment")


async def sign_off(viewer: Viewer, card_id: int, version: int, text: str = "") -> None:
    """Sign a scorecard off, with a comment now or before; the run is reviewed once every card is signed.

    Args:
        viewer: Who signs.
        card_id: The scorecard.
        version: Version of the scorecard the viewer looked at.
        text: Comment; may be empty when one stands already.

    Raises:
        NotFound: It is not in the viewer's region.
        NotAllowed: It is about the viewer himself.
        Conflict: It is signed, was changed meanwhile, or the run is not under review.
        Invalid: There is no comment.
    """
    async with unit_of_work():
        card = await cards.get_card(viewer, REVIEW, card_id)
        if card.version != version:
            raise Conflict
        if text.strip() or not card.has_comment:
            text = cards.checked_text(text, NO_COMMENT)
        await _sign(viewer, card, text.strip(), _now())
        await cards.settle(card.run_id)


async def sign_off_many(viewer: Viewer, run: RunView, card_ids: Sequence[int], text: str = "") -> int:
    """Sign several scorecards off at once, all or none; a shared comment counts as the comment on each.

    Cards that need a look of their own are refused: grade fell, held, disputed, or already decided.

    Returns:
        Number of scorecards signed.

    Raises:
        NotFound: One is not in the viewer's region or not of this run.
        Conflict: The run is not under review.
        Invalid: A card may not be signed in bulk, has no comment, or none was chosen.
    """
    at = _now()
    async with unit_of_work():
        chosen = await cards.list_cards(viewer, REVIEW, run, card_ids)
        if not chosen:
            raise Invalid.of("card_id", "Choose at least one scorecard.")
        if problems := tuple(problem for card in chosen for problem in _bulk_problems(card)):
            raise Invalid(problems)
        if text.strip() or not all(card.has_comment for card in chosen):
            text = cards.checked_text(text, NO_COMMENT)
        for card in chosen:
            await _sign(viewer, card, text.strip(), at)
        await cards.settle(run.id)
    return len(chosen)


def _bulk_problems(card: Card) -> Iterator[Problem]:
    """Say why a card needs a look of its own."""
    if card.grade_fell:
        yield Problem("card_id", Message("%(name)s: the grade fell, sign it off alone.", {"name": card.name}))
    if card.is_held:
        yield Problem(
            "card_id", Message("%(name)s is held for review, sign it off alone.", {"name": card.name})
        )
    if card.is_disputed:
        yield Problem("card_id", Message("%(name)s is disputed, sign it off alone.", {"name": card.name}))
    if card.state is not CardState.OPEN:
        yield Problem("card_id", Message("%(name)s has been decided already.", {"name": card.name}))


async def _sign(viewer: Viewer, card: Card, text: str, at: dt.datetime) -> None:
    cards.require_under_review(card)
    if card.user_id is not None and card.user_id in viewer.people:
        raise NotAllowed("Nobody signs off a scorecard about himself.")
    if card.state is CardState.SIGNED:
        raise Conflict("%(name)s is signed off already.", name=card.name)
    by = card.signature(viewer, REVIEW)
    if text:
        await cards.say(card, CommentKind.COMMENT, by, text, at)
    await cards.change_card(
        card,
        state=CardState.SIGNED.value,
        signed_by_user_id=by.user_id,
        signed_for_user_id=by.on_behalf_of,
        signed_at=at,
    )
    await cards.note(card, by, "sign_off", {"state": (card.state.value, CardState.SIGNED.value)})


async def undo_sign_off(viewer: Viewer, run: RunView, card_ids: Sequence[int]) -> int:
    """Take the viewer's own sign-off back within ten seconds; the audit log keeps both.

    The comment written with the sign-off is withdrawn, an earlier one stays.

    Returns:
        Number of scorecards open again.

    Raises:
        NotFound: One is not in the viewer's region or not of this run.
        Conflict: The time is over, somebody else signed, or the run is published.
    """
    now = _now()
    async with unit_of_work():
        chosen = await cards.list_cards(viewer, REVIEW, run, card_ids)
        for card in chosen:
            cards.require_under_review(card)
            if not _can_undo(viewer, card, now):
                raise Conflict("A sign-off can be taken back for ten seconds only. Return it with a comment.")
            await _unsign(viewer, card, now)
        await cards.settle(run.id)
    return len(chosen)


def _can_undo(viewer: Viewer, card: Card, now: dt.datetime) -> bool:
    if card.state is not CardState.SIGNED or card.signed_by != viewer.user_id or card.signed_at is None:
        return False
    return now - card.signed_at <= dt.timedelta(seconds=UNDO_SECONDS)


async def _unsign(viewer: Viewer, card: Card, now: dt.datetime) -> None:
    by = card.signature(viewer, REVIEW)
    await execute(
        "update scorecard_comment set withdrawn_at = {} where scorecard = {} and author_user_id = {}"
        " and at = {} and kind = 'comment'",
        now,
        card.id,
        viewer.user_id,
        card.signed_at,
    )
    await cards.change_card(
        card,
        state=CardState.OPEN.value,
        signed_by_user_id=None,
        signed_for_user_id=None,
        signed_at=None,
    )
    await cards.note(card, by, "sign_off_undone", {"state": (CardState.SIGNED.value, CardState.OPEN.value)})


async def return_card(viewer: Viewer, card_id: int, version: int, text: str) -> None:
    """Return a scorecard with a comment, so that its facts are looked into; a sign-off on it ends.

    Raises:
        NotFound: It is not in the viewer's region.
        Conflict: It was changed meanwhile, or the run is not under review.
        Invalid: Nothing was written.
    """
    written = cards.checked_text(text, "Write why it goes back.")
    async with unit_of_work():
        card = await cards.get_card(viewer, REVIEW, card_id)
        cards.require_under_review(card)
        if card.version != version:
            raise Conflict
        by = card.signature(viewer, REVIEW)
        await cards.say(card, CommentKind.RETURN, by, written, _now())
        await cards.change_card(
            card,
            state=CardState.RETURNED.value,
            signed_by_user_id=None,
            signed_for_user_id=None,
            signed_at=None,
        )
        await cards.settle(card.run_id)
        await cards.note(card, by, "return", {"state": (card.state.value, CardState.RETURNED.value)})


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
