"""Typed access to the plain data of a rulebook; what does not fit becomes a problem, never an exception."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from rules.terms import MILLI
from rules.vocabulary import DECIMAL, NAME_FORM, is_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.documents import Document, Path
    from rules.kpis import Text

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=str)
ABSENT = object()
NO_DAY = dt.date(1, 1, 1)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TOTAL_POINTS = 100
MAX_MEMBERS = 100
MAX_TEXT = 400
MAX_UNIT = 20


class Fields:
    """Typed access to one mapping of a document; what does not fit becomes a problem and a stand-in.

    Args:
        document: Receives the problems.
        content: The mapping, or anything else, which is a problem.
        path: Where it stands.
        allowed: Every key it may have.
    """

    def __init__(self, document: Document, content: object, path: Path, allowed: frozenset[str]) -> None:
        self.document = document
        self.path = path
        self.present = isinstance(content, dict)
        self.content: Mapping[str, Any] = content if isinstance(content, dict) else {}
        if not self.present and content is not ABSENT:
            self.complain("", "expected a mapping")
        for key in self.content:
            if key not in allowed:
                self.complain(key, f"unknown key {key!r}")

    def complain(self, key: str, message: str) -> None:
        """Report a problem at a key of this mapping, or at the mapping itself when the key is empty."""
        self.document.complain((*self.path, key) if key else self.path, message)

    def value(self, key: str) -> Any:
        """Return what stands at a required key, ``ABSENT`` when nothing does."""
        if self.present and key not in self.content:
            self.complain("", f"{key!r} is missing")
        return self.content.get(key, ABSENT)

    def part(self, key: str, allowed: frozenset[str]) -> Fields:
        """Return typed access to the mapping at a required key."""
        return Fields(self.document, self.value(key), (*self.path, key), allowed)

    def text(self, key: str) -> str:
        """Return text of 1 to 400 printable characters."""
        value = self.value(key)
        if isinstance(value, str) and 0 < len(value) <= MAX_TEXT and value.isprintable():
            return value
        return self._refuse(key, f"{key!r} must be text of 1 to {MAX_TEXT} characters on one line", "")

    def unit(self, key: str) -> str:
        """Return text of at most 20 characters, empty for a pure ratio."""
        value = self.value(key)
        if isinstance(value, str) and len(value) <= MAX_UNIT and value.isprintable():
            return value
        return self._refuse(key, f"{key!r} must be text of at most {MAX_UNIT} characters", "")

    def word(self, key: str) -> str:
        """Return a name: small letters, digits and single underscores."""
        value = self.value(key)
        if is_name(value):
            return str(value)
        return self._refuse(key, f"{key!r} must be a name of {NAME_FORM}: {value!r}", "")

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        """Return one of the offered words; the first one stands in for anything else."""
        value = self.value(key)
        for offered in choices:
            if value == offered:
                return offered
        return self._refuse(key, f"{key!r} must be one of {', '.join(choices)}: {value!r}", choices[0])

    def whole(self, key: str, lowest: int, highest: int) -> int:
        """Return a whole number between two bounds, both inclusive."""
        value = self.value(key)
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        return self._refuse(
            key, f"{key!r} must be a whole number from {lowest} to {highest}: {value!r}", lowest
        )

    def points(self, key: str, highest: int = TOTAL_POINTS) -> int:
        """Return points with at most three decimals as thousandths, 0 up to an inclusive bound in points."""
        value = self.value(key)
        if isinstance(value, str) and DECIMAL.fullmatch(value):
            milli = Decimal(value) * MILLI
            if milli == int(milli) and 0 <= milli <= highest * MILLI:
                return int(milli)
        message = f"{key!r} must be points in quotation marks, 0 to {highest}, at most 3 decimals: {value!r}"
        return self._refuse(key, message, 0)

    def day(self, key: str) -> dt.date:
        """Return a date written YYYY-MM-DD."""
        value = self.value(key)
        if isinstance(value, str) and DAY.fullmatch(value):
            with suppress(ValueError):
                return dt.date.fromisoformat(value)
        return self._refuse(key, f"{key!r} must be a date, YYYY-MM-DD: {value!r}", NO_DAY)

    def labels(self, key: str) -> Text:
        """Return one text per locale, Korean and English both required."""
        part = self.part(key, frozenset({"ko", "en"}))
        return MappingProxyType({"ko": part.text("ko"), "en": part.text("en")})

    def members(self, key: str, most: int = MAX_MEMBERS) -> list[Any]:
        """Return a list of at least one entry and at most ``most``, inclusive."""
        value = self.value(key)
        if isinstance(value, list) and 0 < len(value) <= most:
            return value
        return self._refuse(key, f"{key!r} must be a list of 1 to {most} entries", [])

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return a mapping of 1 to 100 entries."""
        value = self.value(key)
        if isinstance(value, dict) and 0 < len(value) <= MAX_MEMBERS:
            return value
        return self._refuse(key, f"{key!r} must be a mapping of 1 to {MAX_MEMBERS} entries", {})

    def _refuse(self, key: str, message: str, stand_in: Value) -> Value:
        if key in self.content:
            self.complain(key, message)
        return stand_in
