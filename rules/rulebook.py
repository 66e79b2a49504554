"""Rulebook: a dated, immutable version of how a month is scored, kept as data.

Its identity is the SHA-256 of its canonical JSON, so the same content has the same identity whatever
the spacing, comments or order of keys in the file it came from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rules.canonical import book_content
from rules.documents import Document, Problem, document_from
from rules.evaluation import Decision
from rules.kpis import Kpi, Text, catalogue
from rules.months import Month
from rules.reading import BookReader
from rules.terms import Change, Grade, Input, Keeping, Line, conditions_of
from rules.versioned import VersionedBook

if TYPE_CHECKING:
    from pathlib import Path

    from rules.terms import Condition


@dataclass(frozen=True)
class Rulebook(VersionedBook):
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

    FAMILY: ClassVar = "decision"
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
        return cls.of_document(document_from(source), kpis)

    @classmethod
    def from_content(cls, content: object, kpis: Mapping[str, Kpi] | None = None) -> Rulebook:
        """Read a rulebook from plain data; its problems carry no line. See ``load``."""
        return cls.of_document(Document(content), kpis)

    @classmethod
    def of_document(cls, document: Document, kpis: Mapping[str, Kpi] | None = None) -> Rulebook:
        """Read a rulebook from a document, which takes its problems too. See ``load``."""
        content = BookReader(document, catalogue() if kpis is None else kpis).read()
        return cls(**content, problems=tuple(sorted(set(document.problems))))

    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""
        return book_content(self)

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
