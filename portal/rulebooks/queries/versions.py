"""Which rulebook versions there are, and which one decides a month.

The versions the product ships decide until the first version of the manufacturer's own begins; from then on
only own ones do, beside shipped ones that began before: a new release of the product changes no criteria.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.errors import Invalid, NotFound
from portal.rulebooks.books import AnyBook, load_book
from portal.rulebooks.model import KINDS
from rules.books import shipped_books
from rules.errors import RulebookError
from rules.lifecycle import State, Term, state_on
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from portal.db.sql import Row
    from rules.months import Month

KEPT = 32


@dataclass(frozen=True, slots=True)
class Version:
    """A version that is published: in force, to come or past.

    Attributes:
        proposal_id: The proposal it came from; None for a version the product ships.
        announced_on: Day from which dealers are told.
        decision: Family of a decision of rules or a table; empty for score sheets.
    """

    proposal_id: int | None
    kind: str
    label: str
    sha256: str
    announced_on: dt.date
    term: Term
    state: State
    decision: str = ""

    @property
    def is_announced(self) -> bool:
        """Whether it lies ahead and dealers may be told of it."""
        return self.state is State.SCHEDULED


async def list_versions(kind: str, today: dt.date, decision: str = "") -> list[Version]:
    """Return every published version of a family as it stands on a day, the one that begins last first.

    Args:
        kind: Kind of subject.
        today: The day.
        decision: Family of a decision of rules or a table; empty for the score sheets of the kind.
    """
    own = [_own(row) for row in await fetch(_OWN, kind, decision)]
    first = min((version.term.from_on for version in own), default=None)
    shipped = [_shipped(book) for book in shipped_books() if book.subject == kind and not decision]
    known = [version for version in shipped if first is None or version.term.from_on < first] + own
    terms = [version.term for version in known]
    dated = [_stand(version, terms, today) for version in known]
    return sorted(dated, key=lambda version: version.term.from_on, reverse=True)


_OWN = (
    "select p.id, p.subject_kind, p.decision, v.label, v.sha256, p.announced_on, p.effective_from,"
    " p.effective_until from rulebook_proposal p join rulebook_version v on v.id = p.content"
    " where p.state = 'scheduled' and p.subject_kind = {} and p.decision = {} order by p.effective_from"
)


async def list_decisions() -> list[tuple[str, str]]:
    """Return kind and name of every decision of rules or a table that was ever scheduled, by name."""
    rows = await fetch(
        "select distinct subject_kind, decision from rulebook_proposal"
        " where state = 'scheduled' and decision <> '' order by decision, subject_kind"
    )
    return [(row["subject_kind"], row["decision"]) for row in rows]


def _own(row: Row) -> Version:
    return Version(
        row["id"],
        row["subject_kind"],
        row["label"],
        row["sha256"],
        as_date(row["announced_on"]) or dt.date.min,
        Term(as_date(row["effective_from"]) or dt.date.min, as_date(row["effective_until"])),
        State.SCHEDULED,
        row["decision"],
    )


def _shipped(book: Rulebook) -> Version:
    term = Term(book.effective_from, book.effective_until)
    return Version(
        None, book.subject, book.version, book.sha256, book.change.announced_on, term, State.SCHEDULED
    )


def _stand(version: Version, terms: list[Term], today: dt.date) -> Version:
    return replace(version, state=state_on(version.term, terms, today))


async def find_version_for(kind: str, month: Month) -> Version | None:
    """Return the version that decides a month: in force on its first and last day, or None."""
    deciding = [
        version
        for version in await list_versions(kind, month.last_on)
        if version.term.covers(month.first_on) and version.term.covers(month.last_on)
    ]
    return deciding[0] if deciding else None


def followed_by(version: Version, versions: list[Version]) -> Version | None:
    """Return the version that is in force until the day before another begins, or None."""
    eve = version.term.from_on - dt.timedelta(days=1)
    earlier = [each for each in versions if each.term.from_on <= eve and each.term.covers(eve)]
    return max(earlier, key=lambda each: each.term.from_on, default=None)


async def find_before(version: Version) -> AnyBook | None:
    """Return the book a version takes over from, or None when it is the first of its family."""
    versions = await list_versions(version.kind, version.term.from_on, version.decision)
    before = followed_by(version, versions)
    return None if before is None else await get_any(before.sha256)


async def find_published(sha256: str, today: dt.date) -> Version:
    """Return a published version by its hash.

    Raises:
        NotFound: No published version has it.
    """
    for kind, decision in (*((kind, "") for kind in KINDS), *await list_decisions()):
        for version in await list_versions(kind, today, decision):
            if version.sha256 == sha256:
                return version
    raise NotFound


async def book_for(kind: str, month: Month) -> Rulebook:
    """Return the rulebook that decides a month.

    Raises:
        Invalid: None does.
    """
    version = await find_version_for(kind, month)
    if version is None:
        raise Invalid.of("month", "No rulebook is in force for %(month)s.", month=str(month))
    return await get_book(version.sha256)


async def get_book(sha256: str) -> Rulebook:
    """Return a shipped or stored score sheet by its hash, read once per process.

    Raises:
        NotFound: There is none, or it is a decision of another shape.
        RulebookError: Its content is no longer what the hash says.
    """
    book = await get_any(sha256)
    if not isinstance(book, Rulebook):
        raise NotFound
    return book


async def get_any(sha256: str) -> AnyBook:
    """Return a shipped or stored version of any shape by its hash, read once per process.

    Raises:
        NotFound: There is none.
        RulebookError: Its content is no longer what the hash says.
    """
    for book in shipped_books():
        if book.sha256 == sha256:
            return book
    if sha256 not in _kept:
        row = await fetch_one("select content from rulebook_version where sha256 = {}", sha256)
        if row is None:
            raise NotFound
        stored = load_book(row["content"])
        if stored.sha256 != sha256:
            raise RulebookError(stored.name, ["the stored version was altered"])
        _kept[sha256] = stored
    _kept.move_to_end(sha256)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[sha256]


_kept: OrderedDict[str, AnyBook] = OrderedDict()
