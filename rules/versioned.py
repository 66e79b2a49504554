"""What every dated book of rules has in common: it is read, checked, kept as one text, and known by its hash.

The identity of a version is the SHA-256 of its canonical JSON, so the same content has the same identity
whatever the spacing, comments or order of keys in the file it came from.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Protocol, Self, TypeVar

from rules.documents import Document, Report, document_from
from rules.errors import RulebookError
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from rules.documents import Problem


class VersionedBook(ABC):
    """A version of a book. Only one without problems may be used.

    Attributes:
        FAMILY: Name of the attribute that holds the family's code.
        version: Version label shown to people.
        problems: What is wrong with the text it came from, in the order of the text; other attributes are
            then incomplete.
    """

    FAMILY: ClassVar = "code"
    version: str
    problems: tuple[Problem, ...]

    @classmethod
    @abstractmethod
    def from_content(cls, content: object) -> Self:
        """Read a book from plain data; its problems carry no line."""

    @abstractmethod
    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""

    @classmethod
    def from_canonical(cls, text: str) -> Self:
        """Read back a stored version, many times faster than from YAML.

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
        """Family and version, for messages."""
        return f"{getattr(self, self.FAMILY)} {self.version}".strip()

    @cached_property
    def canonical_json(self) -> str:
        """The content as JSON with sorted keys: one text per content. RulebookError when unsound."""
        self.require_sound()
        return canonical_json(self.plain())

    @cached_property
    def sha256(self) -> str:
        """Identity of the version: SHA-256 of the canonical JSON, in hexadecimal."""
        return sha256(self.canonical_json.encode()).hexdigest()


class DocumentBook(VersionedBook):
    """A book that is read from its document alone, without a catalogue or anything else beside it."""

    @classmethod
    @abstractmethod
    def of_document(cls, document: Document) -> Self:
        """Read a book from a document, which takes its problems too."""

    @classmethod
    def load(cls, source: Path | str) -> Self:
        """Read a book; problems are collected for ``check``, not raised.

        Args:
            source: A path to a YAML or JSON file in UTF-8, or the text itself.

        Raises:
            OSError: The file cannot be read.
        """
        return cls.of_document(document_from(source))

    @classmethod
    def from_content(cls, content: object) -> Self:
        """Read a book from plain data; its problems carry no line."""
        return cls.of_document(Document(content))


class Dated(Protocol):
    """What stands from a day until the next version begins."""

    @property
    def effective_from(self) -> dt.date:
        """First day."""


BookT = TypeVar("BookT", bound=DocumentBook)
DatedT = TypeVar("DatedT", bound=Dated)


def shipped_from(folder: Path, kind: type[BookT]) -> tuple[BookT, ...]:
    """Read every book of a folder, in the order of the files' names.

    Raises:
        RulebookError: A book has problems.
    """
    books = tuple(kind.load(path) for path in sorted(folder.glob("*.yaml")))
    for book in books:
        book.require_sound()
    return books


def latest_begun(books: Iterable[DatedT], on: dt.date, what: str) -> DatedT:
    """Return the version that began last, on or before a day.

    Args:
        books: Versions of one family, in any order.
        on: The day.
        what: Name of the family, for the message.

    Raises:
        RulebookError: None has begun, or two began on the same day.
    """
    begun = [book for book in books if book.effective_from <= on]
    latest = max((book.effective_from for book in begun), default=None)
    found = [book for book in begun if book.effective_from == latest]
    if len(found) != 1:
        many = f"{len(found)} versions are in force, expected one" if found else "no version is in force"
        raise RulebookError(f"{what} {on}", [many])
    return found[0]
