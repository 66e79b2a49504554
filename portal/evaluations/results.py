"""Results as values: what a run computes for a subject, and the one hash that stands for all of them.

Pure: the same snapshot, contexts and rulebook give the same results and the same hash everywhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rules
from rules.evaluation import Decision
from rules.outcomes import NO_CONTEXT, Context
from rules.sheets.columns import NO_GRADE
from rules.sheets.scores import HELD_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.evaluation import Outcomes
    from rules.facts import FactTable
    from rules.rulebook import Rulebook

Contexts = dict[str, Context]


@dataclass(frozen=True, slots=True)
class Result:
    """What the rules say about one subject.

    Attributes:
        subject: Key inside the snapshot.
        points_milli: Thousandths of a point.
        grade: Empty when held.
        held: Why a person has to decide, or empty.
        previous_grade: Last published grade, or empty.
        months_below_before: Months below that grade's edge the subject came with.
        months_below: Months below it takes on.
        bits: One bit per condition of the rulebook.
        grade_fell: Whether the grade is worse than the last published one.
    """

    subject: str
    points_milli: int
    grade: str
    held: str
    previous_grade: str
    months_below_before: int
    months_below: int
    bits: bytes
    grade_fell: bool

    def canonical(self) -> str:
        """Return the one text of this result that is hashed."""
        parts = [
            self.subject,
            self.points_milli,
            self.grade,
            self.held,
            self.previous_grade,
            self.months_below_before,
            self.months_below,
            self.bits.hex(),
        ]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def compute(book: Rulebook, table: FactTable, contexts: Mapping[str, Context]) -> Outcomes:
    """Evaluate every subject of a snapshot and have business-rules decide a sample of them again.

    Raises:
        rules.errors.FactError: An input that must have a value has none.
        rules.errors.EngineError: business-rules decides a subject of the sample otherwise.
    """
    outcomes = Decision(book).evaluate_many(table, contexts)
    outcomes.recheck()
    return outcomes


def results_of(outcomes: Outcomes, first: int = 0, end: int | None = None) -> list[Result]:
    """Return the results of the subjects from one row of the snapshot up to another, exclusive."""
    scores = outcomes.scores
    names = {rank: step.grade for rank, step in enumerate(outcomes.rulebook.grades)} | {NO_GRADE: ""}
    ranks = {grade: rank for rank, grade in names.items()}
    results = []
    for row, subject in enumerate(outcomes.table.subjects[first:end], first):
        context = outcomes.contexts.get(subject, NO_CONTEXT)
        grade, previous = names[int(scores.grade[row])], context.previous_grade or ""
        results.append(
            Result(
                subject=subject,
                points_milli=int(scores.points[row]),
                grade=grade,
                held=HELD_REASONS[int(scores.held[row])] or "",
                previous_grade=previous,
                months_below_before=context.months_below,
                months_below=int(scores.months_below[row]),
                bits=scores.bits[row].tobytes(),
                grade_fell=bool(grade) and previous in ranks and ranks[grade] > ranks[previous] > NO_GRADE,
            )
        )
    return results


def digest(results: Iterable[Result]) -> str:
    """Return the SHA-256 over all results, in the order given: that of the subjects."""
    hashed = sha256()
    for result in results:
        hashed.update(result.canonical().encode())
        hashed.update(b"\n")
    return hashed.hexdigest()


def compute_all(book: Rulebook, table: FactTable, contexts: Mapping[str, Context]) -> list[Result]:
    """Evaluate every subject of a snapshot, in subject order; errors as for ``compute``."""
    return results_of(compute(book, table, contexts))


def pack_contexts(contexts: Mapping[str, Context]) -> bytes:
    """Write what subjects bring along as canonical JSON; those who bring nothing are left out."""
    content: dict[str, Any] = {
        subject: [context.previous_grade, context.months_below]
        for subject, context in contexts.items()
        if context != Context()
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def unpack_contexts(content: bytes) -> Contexts:
    """Read back what ``pack_contexts`` wrote."""
    return {subject: Context(grade, months) for subject, (grade, months) in json.loads(content).items()}


@cache
def code_version() -> str:
    """Return a hash of the code that decides: every module below ``rules``, first 40 hex digits."""
    hashed = sha256()
    folder = Path(str(rules.__file__)).parent
    for path in sorted(folder.rglob("*.py")):
        hashed.update(f"{path.relative_to(folder).as_posix()}\0{path.read_text(encoding='utf-8')}\0".encode())
    return hashed.hexdigest()[:40]
