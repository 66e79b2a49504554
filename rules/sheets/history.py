"""Many months of facts, scored one after the other as if a version had been in force all along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rules.errors import FactError
from rules.facts import FactTable
from rules.outcomes import Context
from rules.sheets.columns import Standing

if TYPE_CHECKING:
    from rules.rulebook import Rulebook
    from rules.sheets.scores import Integers, Scores, SheetPlan


@dataclass(frozen=True, eq=False)
class History:
    """Snapshots of one kind of subject, and what the subjects brought into the first month.

    Attributes:
        tables: One per month, months rising; months and subjects may be missing in between.
        contexts: What subjects brought into the first month; who brings nothing is left out.
    """

    tables: tuple[FactTable, ...]
    contexts: Mapping[str, Context] = field(default_factory=dict)

    def __post_init__(self) -> None:
        months = [table.month for table in self.tables]
        if months != sorted(set(months)):
            raise FactError("the months of a history rise, each once")
        if len({table.kind for table in self.tables}) > 1:
            raise FactError("a history has one kind of subject")

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Everybody of any month, sorted by code point."""
        return tuple(sorted({subject for table in self.tables for subject in table.subjects}))

    @cached_property
    def places(self) -> tuple[Integers, ...]:
        """Per month, where its subjects stand among all subjects."""
        place = {subject: number for number, subject in enumerate(self.subjects)}
        return tuple(
            np.fromiter(map(place.__getitem__, table.subjects), np.int64, len(table.subjects))
            for table in self.tables
        )

    @property
    def cases(self) -> int:
        """Subjects of every month, added up."""
        return sum(len(table.subjects) for table in self.tables)

    def require_kind(self, book: Rulebook) -> None:
        """Refuse a book that scores another kind of subject.

        Raises:
            FactError: It does.
        """
        if self.tables and self.tables[0].kind != book.subject:
            raise FactError(f"{book.name} scores a {book.subject}, not a {self.tables[0].kind}")


def score_history(plan: SheetPlan, history: History, *, keeping: bool = True) -> tuple[Scores, ...]:
    """Score every month with the grades the same version gave the month before.

    Args:
        plan: The version.
        history: The months.
        keeping: Whether grades are kept as the version says; without it every month stands alone and
            subjects bring nothing along.

    Raises:
        FactError: Another kind of subject, or an input declared ``missing: error`` has no value.
    """
    history.require_kind(plan.book)
    known = Standing.of(plan.book, history.subjects, history.contexts if keeping else {})
    rank, months_below = known.rank.copy(), known.months_below.copy()
    found = []
    for table, places in zip(history.tables, history.places, strict=True):
        scores = plan.score(table, Standing(rank[places], months_below[places]))
        found.append(scores)
        if keeping:
            decided = scores.held == 0
            # A held month decides nothing: the grade before it still stands.
            rank[places[decided]] = scores.grade[decided]
            months_below[places] = scores.months_below
    return tuple(found)
