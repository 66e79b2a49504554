"""Inputs that decide points or a grade: what reaches money wherever a grade does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.fairness.influence import influences
from rules.fairness.material import effects_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.fairness.case import Case
    from rules.fairness.material import Material
    from rules.verify.tables import Table

GRADING = frozenset({"points", "grade"})


def graded_by(case: Case, source: Material, topics: tuple[str, ...]) -> Iterator[tuple[Table, str]]:
    """Yield the inputs about some topics that decide points or grade of a book, with their table."""
    for table in source.tables:
        names = case.about(table, topics, source)
        places = [place for place, row in enumerate(table.rows) if effects_of(row) & GRADING]
        found = influences(table, names)
        yield from (
            (table, name) for name in names if any(name in found.get(place, frozenset()) for place in places)
        )
