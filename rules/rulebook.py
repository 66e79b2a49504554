"""Rulebook: a dated, immutable version of how a month is scored, kept as data.

Its identity is the SHA-256 of its canonical JSON, so the same content has the same identity whatever
the spacing, comments or order of keys in the file it came from.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from rules.canonical import book_content
from rules.documents import Document, Problem, read_document
from rules.errors import RulebookError
from rules.evaluation import Decision
from rules.kpis import Kpi, Text, catalogue
from rules.months import Month
from rules.reading import BookReader
from rules.snapshot import canonical_json
from rules.terms import Change, Grade, Input, Keeping, Line, conditions_of

if TYPE_CHECKING:
    from pathlib import Path

    from rules.terms import Condition


@dataclass(frozen=True, slots=True)
class Report:
    """Every problem of a rulebook at once, in the order of the text."""

    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the book may be evaluated."""
        return not self.problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems)) or "no problems"


@dataclass(frozen=True)
class Rulebook:
    """One version of a decision. Only a book without problems may be evaluated.

    Attributes:
        decision: Family of the book, for example ``dealer_monthly_grade``.
        subject: Kind of subject it scores.
        version: Version label shown to people.
        label: Name of the decision, by locale.
        effective_from: First day, the first of a month.
        effective_until: Last day inclusive, the end of a month; None while no end is known.
        inputs: Measured numbers by name.
        lines: Score lines in the order of the sheet.
        grades: Grades from the best down; the last one begins at 0 points.
        keeping: When a grade is kept in spite of fewer points.
        minimum_support_milli: Least weight of lines with a value; below it a person decides.
        points_quantum_milli: Points and re-spread weights are rounded to this; what is printed adds up.
        change: Changelog note.
        problems: What is wrong with the text it came from; other attributes are then incomplete.
    """

    decision: str
    subject: str
    version: str
    label: Text
    effective_from: dt.date
    effective_until: dt.date | None
    inputs: Mapping[str, Input]
    lines: tuple[Line, ...]
    grades: tuple[Grade, ...]
    keeping: Keeping
    minimum_support_milli: int
    points_quantum_milli: int
    change: Change
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def load(cls, source: Path | str, kpis: Mapping[str, Kpi] | None = None) -> Rulebook:
        """Read a rulebook; problems are collected for ``check``, not raised.

        Args:
            source: A path to a YAML or JSON file in UTF-8, or the text itself.
            kpis: Catalogue the inputs refer to; the shipped one when left out.

        Raises:
            OSError: The file cannot be read.
        """
        if isinstance(source, str):
            return cls._read(read_document(source), kpis)
        try:
            document = read_document(source.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            document = Document(problems=[Problem(0, 0, "the file is not in UTF-8")])
        return cls._read(document, kpis)

    @classmethod
    def from_content(cls, content: object, kpis: Mapping[str, Kpi] | None = None) -> Rulebook:
        """Read a rulebook from plain data; its problems carry no line. See ``load``."""
        return cls._read(Document(content), kpis)

    @classmethod
    def from_canonical(cls, text: str) -> Rulebook:
        """Read back a stored version, many times faster than ``load``.

        Raises:
            RulebookError: The text is not the canonical JSON of a sound rulebook.
        """
        try:
            book = cls.from_content(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise RulebookError("stored version", ["the text is not JSON"]) from error
        if book.canonical_json != text:
            raise RulebookError(book.name, ["the text is not canonical"])
        return book

    @classmethod
    def _read(cls, document: Document, kpis: Mapping[str, Kpi] | None) -> Rulebook:
        content = BookReader(document, catalogue() if kpis is None else kpis).read()
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
        """Decision and version, for messages."""
        return f"{self.decision} {self.version}".strip()

    @cached_property
    def canonical_json(self) -> str:
        """The content as JSON with sorted keys: one text per content. RulebookError when unsound."""
        self.require_sound()
        return canonical_json(book_content(self))

    @cached_property
    def sha256(self) -> str:
        """Identity of the version: SHA-256 of the canonical JSON, in hexadecimal."""
        return sha256(self.canonical_json.encode()).hexdigest()

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every comparison in the order of the explanation bits: by line, band and reading order."""
        return tuple(
            condition for line in self.lines for band in line.bands for condition in conditions_of(band.when)
        )

    def compile(self) -> Decision:
        """Make the book ready to run. RulebookError when it has problems."""
        return Decision(self)

    def covers(self, month: Month) -> bool:
        """Tell whether the version is in force during the whole month."""
        until = self.effective_until
        return self.effective_from <= month.first_on and (until is None or month.last_on <= until)

    @property
    def first_month(self) -> Month:
        """First month of the version, whose result is for reference only (참고용)."""
        return Month.of(self.effective_from)

    def edge_milli(self, grade: str) -> int:
        """Return the least points of a grade, in thousandths; KeyError when the book has no such grade."""
        return {step.grade: step.from_milli for step in self.grades}[grade]
