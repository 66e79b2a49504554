"""SegmentBook: a dated, immutable version of how accounts and prospects are classed, kept as data.

Its identity is the SHA-256 of its canonical JSON, as with rulebooks.
Source: S3, S24 and S25 of the client's concept: contribution × stability, intent × expected contribution.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from rules.documents import Document, Problem, document_from
from rules.errors import RulebookError
from rules.kpis import Text
from rules.rulebook import Report
from rules.segments.canonical import book_content
from rules.segments.model import AccountRules, ProspectRules
from rules.segments.reading import SegmentReader
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class SegmentBook:
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
    def load(cls, source: Path | str) -> SegmentBook:
        """Read a book; problems are collected for ``check``, not raised.

        Args:
            source: A path to a YAML or JSON file in UTF-8, or the text itself.

        Raises:
            OSError: The file cannot be read.
        """
        return cls._read(document_from(source))

    @classmethod
    def from_content(cls, content: object) -> SegmentBook:
        """Read a book from plain data; its problems carry no line. See ``load``."""
        return cls._read(Document(content))

    @classmethod
    def from_canonical(cls, text: str) -> SegmentBook:
        """Read back a stored version.

        Raises:
            RulebookError: The text is not the canonical JSON of a sound book.
        """
        try:
            book = cls.from_content(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise RulebookError("stored version", ["the text is not JSON"]) from error
        if book.canonical_json != text:
            raise RulebookError(book.name, ["the text is not canonical"])
        return book

    @classmethod
    def _read(cls, document: Document) -> SegmentBook:
        content = SegmentReader(document).read()
        return cls(**content, problems=tuple(sorted(set(document.problems))))

    def check(self) -> Report:
        """Return every problem at once, with line and column in the text."""
        return Report(self.problems)

    def require_sound(self) -> None:
        """Refuse a book with problems.

        Raises:
            RulebookError: The book has problems.
        """
        if self.problems:
            raise RulebookError(self.name, [str(problem) for problem in self.problems])

    @property
    def name(self) -> str:
        """Code and version, for messages."""
        return f"{self.code} {self.version}".strip()

    @cached_property
    def canonical_json(self) -> str:
        """The content as JSON with sorted keys: one text per content. RulebookError when unsound."""
        self.require_sound()
        return canonical_json(book_content(self))

    @cached_property
    def sha256(self) -> str:
        """Identity of the version: SHA-256 of the canonical JSON, in hexadecimal."""
        return sha256(self.canonical_json.encode()).hexdigest()
