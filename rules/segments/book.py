"""SegmentBook: a dated, immutable version of how accounts and prospects are classed, kept as data.

Its identity is the SHA-256 of its canonical JSON, as with rulebooks.
Source: S3, S24 and S25 of the client's concept: contribution × stability, intent × expected contribution.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.documents import Document, Problem
from rules.kpis import Text
from rules.segments.canonical import book_content
from rules.segments.model import AccountRules, ProspectRules
from rules.segments.reading import SegmentReader
from rules.versioned import DocumentBook

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class SegmentBook(DocumentBook):
    """One version of the classes. Only one without problems may classify.

    Attributes:
        code: Family of the book, for example ``customer_classes``.
        version: Version label shown to people.
        label: Name by locale.
        effective_from: First day, the first of a month; it stands until the next version begins.
        accounts: How existing accounts are classed.
        prospects: How prospects are classed.
        problems: What is wrong with the text it came from; other attributes are then incomplete.
    """

    code: str
    version: str
    label: Text
    effective_from: dt.date
    accounts: AccountRules
    prospects: ProspectRules
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def of_document(cls, document: Document) -> SegmentBook:
        """Read a book from a document, which takes its problems too."""
        content = SegmentReader(document).read()
        return cls(**content, problems=tuple(sorted(set(document.problems))))

    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""
        return book_content(self)
