"""The fast engine is never trusted alone: business-rules decides a sample of every month again."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from rules.errors import EngineError
from rules.outcomes import NO_CONTEXT
from rules.reference import Reference
from rules.sheets.columns import NO_GRADE
from rules.sheets.scores import HELD_REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.facts import FactTable
    from rules.outcomes import Context, Outcome
    from rules.rulebook import Rulebook
    from rules.sheets.scores import Scores

SAMPLE = 200
"""Subjects decided twice. A fault that touches 2 % of the subjects escapes with a chance below 2 %
(0.98^200); 200 take business-rules about half a second, whatever the book and the size of the network."""


def sample_of(table: FactTable, size: int = SAMPLE) -> list[int]:
    """Choose rows as the snapshot's hash says, so that the same snapshot has the same sample everywhere."""
    seed = bytes.fromhex(table.sha256)
    rows = range(len(table.subjects))
    return sorted(sorted(rows, key=lambda row: sha256(seed + row.to_bytes(8, "little")).digest())[:size])


def recheck(
    book: Rulebook,
    table: FactTable,
    contexts: Mapping[str, Context],
    scores: Scores,
    size: int = SAMPLE,
) -> int:
    """Decide a sample again with business-rules and compare everything that is stored of a result.

    Returns:
        How many subjects were compared: all of them when there are no more than ``size``.

    Raises:
        EngineError: A subject came out differently; nothing of the month can be relied on.
    """
    reference, rows = Reference(book), sample_of(table, size)
    for row in rows:
        subject = table.subjects[row]
        expected = reference.evaluate(table.facts(subject), contexts.get(subject, NO_CONTEXT))
        for name, wanted, found in _differences(book, scores, row, expected):
            raise EngineError(
                f"subject {subject!r}: business-rules decides {name} {wanted}, the fast engine {found};"
                " nothing was stored"
            )
    return len(rows)


def _differences(
    book: Rulebook, scores: Scores, row: int, expected: Outcome
) -> list[tuple[str, object, object]]:
    grades: dict[int, str | None] = {rank: step.grade for rank, step in enumerate(book.grades)}
    grades[NO_GRADE] = None
    pairs = [
        ("points", expected.points_milli, int(scores.points[row])),
        ("grade", expected.grade, grades[int(scores.grade[row])]),
        ("the grade of the points", expected.earned_grade, grades[int(scores.earned[row])]),
        ("held", expected.held, HELD_REASONS[scores.held[row]]),
        ("months below", expected.months_below, int(scores.months_below[row])),
        ("conditions", expected.bits.hex(), scores.bits[row].tobytes().hex()),
        (
            "lines",
            [line.points_milli for line in expected.lines],
            scores.line_points[:, row].tolist(),
        ),
    ]
    return [(name, wanted, found) for name, wanted, found in pairs if wanted != found]
