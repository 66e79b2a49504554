"""What follows from a scorecard: a reward or a coaching plan, with owner, day and what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.evaluations.model import ActionKind, Outcome
from portal.evaluations.policies import READ, REVIEW
from portal.evaluations.service import cards

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row
    from portal.evaluations.service.cards import Card

TEXT_CHARACTERS = 400
GOAL_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class NewAction:
    """A reward or coaching plan, as entered.

    Attributes:
        kind: Reward or coaching; nothing that takes money or supply away exists (FEATURES L2).
        text: What is done, at most 400 characters.
        owner_login: Sign-in name of who does it; empty for whoever enters it.
        due_on: Day by which it is done, inclusive.
        line: Criterion it is about; empty for the whole month.
        goal: How one sees that it worked, at most 200 characters; may be empty.
    """

    kind: ActionKind
    text: str
    owner_login: str
    due_on: dt.date
    line: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """How a reward or coaching plan ended.

    Attributes:
        outcome: What came of it; None when nobody says, which only a reward may leave open.
        result: What was seen, at most 400 characters; may be empty.
    """

    outcome: Outcome | None = None
    result: str = ""


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
            "insert into scorecard_action (scorecard, kind, line, text, goal, owner_user_id, due_on,"
            " created_by_user_id, created_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}) returning id",
            card.id,
            action.kind.value,
            action.line,
            action.text,
            action.goal,
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


async def finish_action(viewer: Viewer, action_id: int, closing: Closing | None = None) -> int:
    """Close a reward or coaching plan with what came of it, and return its scorecard.

    Its owner may, and every manager of the scorecard.

    Raises:
        NotFound: There is none for the viewer.
        Conflict: It is done already.
        Invalid: A coaching plan is closed without saying what came of it.
    """
    said = closing or Closing()
    async with unit_of_work():
        card, row, policy = await _action(viewer, action_id)
        if row["kind"] == ActionKind.COACHING and said.outcome is None:
            raise Invalid.of("outcome", "Say what came of the coaching plan.")
        now = _now()
        changed = await execute(
            "update scorecard_action set done_at = {}, done_by_user_id = {}, outcome = {}, result = {},"
            " changed_at = {} where id = {} and done_at is null",
            now,
            viewer.user_id,
            said.outcome.value if said.outcome else "",
            said.result,
            now,
            action_id,
        )
        if not changed:
            raise Conflict("This is done already.")
        changes = {"action": (action_id, said.outcome.value if said.outcome else "done")}
        await cards.note(card, card.signature(viewer, policy), "action_done", changes, said.result)
    return card.id


async def move_action(viewer: Viewer, action_id: int, due_on: dt.date, today: dt.date) -> int:
    """Give an open reward or coaching plan a new day, and return its scorecard.

    Its owner may, and every manager of the scorecard; how often it was moved stays visible.

    Raises:
        NotFound: There is none for the viewer.
        Conflict: It is done already.
        Invalid: The day is past.
    """
    if due_on < today:
        raise Invalid.of("due_on", "This day is past.")
    async with unit_of_work():
        card, row, policy = await _action(viewer, action_id)
        changed = await execute(
            "update scorecard_action set due_on = {}, moved = moved + 1, changed_at = {}"
            " where id = {} and done_at is null",
            due_on,
            _now(),
            action_id,
        )
        if not changed:
            raise Conflict("This is done already.")
        changes = {"due_on": (as_date(row["due_on"]), due_on)}
        await cards.note(card, card.signature(viewer, policy), "action_moved", changes)
    return card.id


async def _action(viewer: Viewer, action_id: int) -> tuple[Card, Row, str]:
    """Return an action with its scorecard and the policy by which the viewer may change it."""
    row = await fetch_one(
        "select scorecard, kind, owner_user_id, due_on from scorecard_action where id = {}", action_id
    )
    if row is None:
        raise NotFound
    policy = READ if row["owner_user_id"] == viewer.user_id else REVIEW
    return await cards.get_card(viewer, policy, row["scorecard"]), row, policy


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
