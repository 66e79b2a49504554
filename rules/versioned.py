"""What every dated book of rules has in common: it is read, checked, kept as one text, and known by its hash.

The identity of a version is the SHA-256 of its canonical JSON, so the same content has the same identity
whatever the spacing, comments or order of keys in the file it came from.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Self

from rules.documents import Report
from rules.errors import RulebookError
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping

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
