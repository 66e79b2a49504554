"""Figures of opinions: how many were given and answered, how soon, how many solved, what is oldest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.voice.opinions import SourceKind

IN_TIME_DAYS = 30
"""Calendar days to an answer counted as in time unless the caller says otherwise: answers "by day 30"."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What figures need of one opinion.

    Attributes:
        answered_on: Day of the first answer; None while none stands, also after it was asked again.
    """

    given_on: dt.date
    answered_on: dt.date | None
    solved_on: dt.date | None


@dataclass(frozen=True, slots=True)
class OpinionFigures:
    """Counts as of a day.

    Attributes:
        given: Given on or before the day.
        answered: Of these, those with an answer that stands, given on or before the day.
        in_time: Of the answered, those answered within the days asked for, the last one inclusive.
        due: Of the given, those answered in time and those given longer ago; what ``in_time`` is a part of.
        solved: Of the given, those marked as solved on or before the day.
        median_days: Middle number of days to an answer, half days up; None without answers.
        oldest_on: Day of the oldest one without an answer, or None.
    """

    given: int
    answered: int
    in_time: int
    due: int
    solved: int
    median_days: int | None
    oldest_on: dt.date | None

    @property
    def waiting(self) -> int:
        """How many wait for an answer."""
        return self.given - self.answered

    @property
    def answered_bp(self) -> int | None:
        """Share answered, in basis points; None of nothing."""
        return _share_bp(self.answered, self.given)

    @property
    def in_time_bp(self) -> int | None:
        """Share answered in time, of those whose time is over or that were, in basis points."""
        return _share_bp(self.in_time, self.due)

    @property
    def solved_bp(self) -> int | None:
        """Share solved, in basis points; None of nothing."""
        return _share_bp(self.solved, self.given)


def figures(facts: Iterable[Fact], by_on: dt.date, days: int = IN_TIME_DAYS) -> OpinionFigures:
    """Count opinions as of a day, inclusive."""
    given = [fact for fact in facts if fact.given_on <= by_on]
    spans = sorted(
        (fact.answered_on - fact.given_on).days
        for fact in given
        if fact.answered_on is not None and fact.answered_on <= by_on
    )
    waiting = [fact.given_on for fact in given if fact.answered_on is None or fact.answered_on > by_on]
    in_time = sum(span <= days for span in spans)
    late = sum(span > days for span in spans) + sum((by_on - given_on).days > days for given_on in waiting)
    return OpinionFigures(
        given=len(given),
        answered=len(spans),
        in_time=in_time,
        due=in_time + late,
        solved=sum(fact.solved_on is not None and fact.solved_on <= by_on for fact in given),
        median_days=_middle(spans),
        oldest_on=min(waiting, default=None),
    )


def _share_bp(part: int, whole: int) -> int | None:
    return None if whole == 0 else (part * 20_000 + whole) // (2 * whole)


def _middle(ordered: Sequence[int]) -> int | None:
    if not ordered:
        return None
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half] + 1) // 2


def fact_of(row: dict[str, object]) -> Fact:
    """Return the fact in a row of ``given_on, answered_on, solved_on, state``."""
    given_on = as_date(str(row["given_on"]))
    if given_on is None:
        raise TypeError("an opinion has a day")
    stands = row["state"] in ("answered", "closed")
    return Fact(
        given_on,
        as_date(row["answered_on"]) if stands else None,  # type: ignore[arg-type]  # a date column
        as_date(row["solved_on"]),  # type: ignore[arg-type]  # a date column
    )


async def figures_of(
    kind: SourceKind, source_id: int, by_on: dt.date, days: int = IN_TIME_DAYS
) -> OpinionFigures:
    """Return the figures of one source as of a day, over everything given there, named or not.

    They carry no name, so no scope applies; the caller has checked that the reader may see the source.
    """
    return (await figures_of_many(kind, [source_id], by_on, days))[source_id]


async def figures_of_many(
    kind: SourceKind, ids: Sequence[int], by_on: dt.date, days: int = IN_TIME_DAYS
) -> dict[int, OpinionFigures]:
    """Return the figures of several sources in one statement; every id is a key. See ``figures_of``."""
    facts: dict[int, list[Fact]] = {number: [] for number in ids}
    if facts:
        marks = ", ".join("{}" for _ in facts)
        rows = await fetch(
            "select source_id, given_on, answered_on, solved_on, state from opinion"
            f" where source_kind = {{}} and source_id in ({marks})",
            *(kind.value, *facts),
        )
        for row in rows:
            facts[row["source_id"]].append(fact_of(row))
    return {number: figures(found, by_on, days) for number, found in facts.items()}
