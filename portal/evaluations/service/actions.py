"""What follows from a scorecard: a reward or a coaching plan, with owner, date and done-mark."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.evaluations.model import ActionKind
from portal.evaluations.policies import READ, REVIEW
from portal.evaluations.service import cards

if TYPE_CHECKING:
    from portal.access import Viewer

TEXT_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class NewAction:
    """A reward or coaching plan, as entered.

    Attributes:
        kind: Reward or coaching; nothing that takes money or supply away exists (FEATURES L2).
        text: What is done, at most 400 characters.
        owner_login: Sign-in name of who does it; empty for whoever enters it.
        due_on: Day by which it is done, inclusive.
    """

    kind: ActionKind
    text: str
    owner_login: str
    due_on: dt.date


async def add_action(viewer: Viewer, card_id: int, action: NewAction, today: dt.date) -> int:
    """Put a reward or coaching plan on a scorecard and return its id.

    Raises:
        NotFound: The scorecard is not in the viewer's region.
        Invalid: The owner is unknown or the day is past.
    """
    if action.due_on < today:
        raise Invalid.of("due_on", "This day is past.")
    async with unit_of_work():
        card = await cards.get_card(viewer, REVIEW, card_id)
        by = card.signature(viewer, REVIEW)
        action_id: int = await fetch_value(
            "insert into scorecard_action (scorecard, kind, text, owner_user_id, due_on, created_by_user_id,"
            " created_at) values ({}, {}, {}, {}, {}, {}, {}) returning id",
            card.id,
            action.kind.value,
            action.text,
            await _owner(viewer, action.owner_login),
            action.due_on,
            viewer.user_id,
            _now(),
        )
        await cards.note(card, by, action.kind.value, {"due_on": (None, action.due_on)}, action.text)
    return action_id


async def _owner(viewer: Viewer, login: str) -> int:
    if not login:
        return viewer.user_id
    row = await fetch_one("select id from login_user where login = {} and active", login.strip().lower())
    if row is None:
        raise Invalid.of("owner", "There is no colleague with this sign-in name.")
    return int(row["id"])


async def finish_action(viewer: Viewer, action_id: int) -> int:
    """Mark a reward or coaching plan as done and return its scorecard.

    Its owner may, and every manager of the scorecard.

    Raises:
        NotFound: There is none for the viewer.
        Conflict: It is done already.
    """
    async with unit_of_work():
        row = await fetch_one(
            "select scorecard, owner_user_id from scorecard_action where id = {}", action_id
        )
        if row is None:
            raise NotFound
        policy = READ if row["owner_user_id"] == viewer.user_id else REVIEW
        card = await cards.get_card(viewer, policy, row["scorecard"])
        changed = await execute(
            "update scorecard_action set done_at = {}, done_by_user_id = {}"
            " where id = {} and done_at is null",
            _now(),
            viewer.user_id,
            action_id,
        )
        if not changed:
            raise Conflict("This is done already.")
        await cards.note(card, card.signature(viewer, policy), "action_done", {"action": (action_id, "done")})
    return card.id


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
