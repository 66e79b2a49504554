"""The numbers of many subjects in columns, under the names a score sheet gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rules.curves import scores_at
from rules.decisions.matching import UNBOUNDED
from rules.outcomes import NO_CONTEXT, Context
from rules.scoring import brought

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.facts import FactTable
    from rules.rulebook import Rulebook
    from rules.terms import Input

NO_GRADE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What subjects bring along from earlier months, one entry per subject.

    Attributes:
        rank: Place of the last grade in the book, 0 is the best; ``NO_GRADE`` without one the book knows.
        months_below: Consecutive months just before this one below that grade's edge.
    """

    rank: NDArray[np.int64]
    months_below: NDArray[np.int64]

    @classmethod
    def of(cls, book: Rulebook, subjects: Sequence[str], contexts: Mapping[str, Context]) -> Standing:
        """Lay the contexts of subjects out in columns; a subject without one brings nothing."""
        ranks = {step.grade: rank for rank, step in enumerate(book.grades)}
        found = [contexts.get(subject, NO_CONTEXT) for subject in subjects]
        return cls(
            np.array([ranks.get(one.previous_grade or "", NO_GRADE) for one in found], dtype=np.int64),
            np.array([one.months_below for one in found], dtype=np.int64),
        )

    @classmethod
    def none(cls, count: int) -> Standing:
        """Return the columns of subjects that bring nothing along."""
        return cls(np.full(count, NO_GRADE, np.int64), np.zeros(count, np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One input of all subjects: quantised values, and where there is none; values there mean nothing."""

    value: NDArray[np.int64]
    missing: NDArray[np.bool_]


def columns_of(book: Rulebook, table: FactTable, standing: Standing) -> dict[str, Column]:
    """Return a column per input of the book, curves computed from the others.

    Measured values are cut to ±2^62: thresholds and curves lie within ±10^17, so this changes no outcome.
    """
    columns: dict[str, Column] = {}
    for name, source in book.inputs.items():
        if source.curve:
            scored = columns[source.curve.input]
            columns[name] = Column(scores_at(source.curve, scored.value), scored.missing)
        elif source.brings:
            columns[name] = _brought(book, source, standing)
        elif source.kpi in table.columns:
            measured = table.columns[source.kpi]
            columns[name] = Column(np.clip(measured.value, -UNBOUNDED, UNBOUNDED), measured.missing)
        else:
            nothing = np.zeros(len(table.subjects), np.int64)
            columns[name] = Column(nothing, np.ones(len(nothing), np.bool_))
    return columns


def _brought(book: Rulebook, source: Input, standing: Standing) -> Column:
    missing = standing.rank == NO_GRADE
    if source.brings == "months_below":
        return Column(standing.months_below * 10**source.scale, missing)
    edges = [brought(book, source, Context(step.grade)) for step in book.grades]
    return Column(np.array(edges, dtype=np.int64)[standing.rank], missing)
