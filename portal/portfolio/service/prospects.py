"""Filling in a prospect's score card: the book in force gives the class, which is kept with the answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid
from portal.network.scope import today
from portal.portfolio.policies import FLAG, RATE
from portal.portfolio.queries.books import book_for
from portal.portfolio.queries.prospects import get_account, list_cards
from rules.months import Month
from rules.segments import Adjustment, Card, Strategic, classify_prospect, hundredths_text

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.portfolio.queries.prospects import CardRow
    from rules.segments import SegmentBook

_COLUMNS = (
    *("account", "ratings", "intent", "adjustment", "adjustment_reason", "strategic_reason"),
    *("strategic_until_on", "strategic_by_user_id", "obstacle", "next_step", "next_on", "code", "plain_code"),
    *("score", "book_version", "book_sha256", "by_user_id", "for_user_id", "at"),
)


@dataclass(frozen=True, slots=True)
class CardCommand:
    """A score card as entered.

    Attributes:
        ratings: 1 to 5 by indicator; unanswered ones are missing.
        intent: 1 to 5, or None.
        adjustment: Personal adjustment in hundredths.
        adjustment_reason: Why; required with an adjustment.
        strategic_reason: Why the account is strategic; empty for no flag.
        strategic_until_on: Last day of the flag, inclusive; required with a reason.
        obstacle: What stands in the way, why it has not signed yet.
        next_step: What is done next.
        next_on: By when.
        seen: Number of cards the account had when the form was shown.
    """

    ratings: Mapping[str, int]
    intent: int | None
    adjustment: int
    adjustment_reason: str
    strategic_reason: str
    strategic_until_on: dt.date | None
    obstacle: str
    next_step: str
    next_on: dt.date | None
    seen: int


async def fill_card(viewer: Viewer, account_id: int, command: CardCommand) -> str:
    """Keep a filled score card and return the class, empty while answers are missing.

    Raises:
        NotFound: There is no such account in what the viewer sees.
        Conflict: Somebody else filled one in meanwhile.
        Invalid: An adjustment without a reason or beyond the book's limit, or a flag only a manager may set.
    """
    day = today(viewer)
    async with unit_of_work():
        account = await get_account(viewer, account_id)
        before = await list_cards(account_id)
        if len(before) != command.seen:
            raise Conflict
        by = viewer.signature(RATE, account["region_path"], account["dealer"])
        flag, flagged_by = _flag(viewer, command, before[0] if before else None, day)
        book = await book_for(Month.of(day))
        _check(command, book)
        adjustment = Adjustment(command.adjustment, command.adjustment_reason, viewer.name)
        card = Card(account["code"], command.ratings, command.intent, adjustment, flag)
        found = classify_prospect(book, card, day)
        plain = classify_prospect(book, Card(card.key, card.ratings, card.intent, adjustment), day)
        await execute("update prospect_card set is_newest = 0 where account = {}", account_id)
        row = (
            *(account_id, json.dumps(dict(command.ratings), sort_keys=True), command.intent),
            *(command.adjustment, command.adjustment_reason, command.strategic_reason if flag else ""),
            *(flag.until_on if flag else None, flagged_by),
            *(command.obstacle, command.next_step, command.next_on, found.code or "", plain.code or ""),
            *(found.score_hundredths, book.version, book.sha256, by.user_id, by.on_behalf_of),
            dt.datetime.now(dt.UTC),
        )
        await insert_rows("prospect_card", _COLUMNS, [row])
        changes = {"class": (before[0].code if before else None, found.code or "")}
        await record(by, "portfolio.rated", Subject.of("account", account_id), changes, note=command.obstacle)
    return found.code or ""


def _check(command: CardCommand, book: SegmentBook) -> None:
    """Refuse what the book's card does not allow.

    Source: FEATURES S25: an adjustment from personal experience is bounded and gives its reason.
    """
    limit = book.prospects.adjustment_limit
    if abs(command.adjustment) > limit:
        raise Invalid.of("adjustment", "At most %(limit)s either way.", limit=hundredths_text(limit))
    if command.adjustment and not command.adjustment_reason:
        raise Invalid.of("adjustment_reason", "An adjustment needs a reason.")


def _flag(
    viewer: Viewer, command: CardCommand, before: CardRow | None, day: dt.date
) -> tuple[Strategic | None, int | None]:
    """Return the strategic flag and who set it: one that stands unchanged stays, another needs a manager."""
    if not command.strategic_reason:
        return None, None
    until = command.strategic_until_on
    if until is None or until < day:
        raise Invalid.of("strategic_until_on", "Name a last day of the flag that is not past.")
    kept = before.card.strategic if before else None
    if before and kept and (kept.reason, kept.until_on) == (command.strategic_reason, until):
        return kept, before.flagged_by
    if not viewer.allowed(FLAG):
        raise Invalid.of("strategic_reason", "A regional manager sets or changes this flag.")
    return Strategic(command.strategic_reason, viewer.name, until), viewer.user_id
