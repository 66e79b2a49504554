"""Which rule decides about invitations: the manufacturer's own approved version, else the shipped one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import rules.books
from portal.errors import NotFound
from portal.occasions.model import OccasionKind
from portal.rulebooks.queries.versions import get_any, list_versions
from rules.decisions.book import DecisionBook
from rules.lifecycle import State

if TYPE_CHECKING:
    import datetime as dt

FOLDER = Path(rules.books.__file__).parent / "invitations"
SUBJECT = "dealer"
DECISIONS = {OccasionKind.TRAINING: "training_invitation", OccasionKind.TRIP: "trip_invitation"}


@cache
def shipped() -> tuple[DecisionBook, ...]:
    """Return the shipped books about invitations, read once.

    Raises:
        RulebookError: A shipped book has problems.
    """
    books = tuple(DecisionBook.load(path) for path in sorted(FOLDER.glob("*.yaml")))
    for book in books:
        book.require_sound()
    return books


async def book_in_force(kind: OccasionKind, day: dt.date) -> DecisionBook:
    """Return the book that decides invitations to a kind of occasion on a day.

    Raises:
        NotFound: None covers the day.
    """
    decision = DECISIONS[kind]
    for version in await list_versions(SUBJECT, day, decision):
        if version.state is State.ACTIVE:
            own = await get_any(version.sha256)
            if isinstance(own, DecisionBook):
                return own
    known = [book for book in shipped() if book.decision == decision and book.covers(day)]
    if not known:
        raise NotFound
    return max(known, key=lambda book: book.effective_from)


async def find_book(sha256: str) -> DecisionBook | None:
    """Return the book behind a stored fingerprint, or None when it is unknown."""
    for book in shipped():
        if book.sha256 == sha256:
            return book
    try:
        own = await get_any(sha256)
    except NotFound:
        return None
    return own if isinstance(own, DecisionBook) else None
