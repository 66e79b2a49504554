"""How a rulebook version comes into force: who may take which step, and what a day makes of it.

Pure. People take a version from draft to scheduled; from then on only the calendar moves it. Approval is
always somebody else's, and a version that dealers were told about begins on the day they were told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.errors import RulesError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class LifecycleError(RulesError):
    """A step that is not open to this state or person."""


class State(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    VALIDATED = "validated"
    """Nothing is wrong with it."""
    REHEARSED = "rehearsed"
    """What it would have done to past months is attached."""
    SUBMITTED = "submitted"
    """Its content is fixed and a second person decides."""
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    """Its first day is fixed; dealers are told before."""
    ACTIVE = "active"
    RESTING = "resting"
    """Another version lies over it until a known day, after which it is in force again."""
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Part(StrEnum):
    """The two people of a publication."""

    AUTHOR = "author"
    APPROVER = "approver"


class Step(StrEnum):
    """What a person does with a version."""

    EDIT = "edit"
    VALIDATE = "validate"
    REHEARSE = "rehearse"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    DECLINE = "decline"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    CANCEL = "cancel"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Transition:
    """What a step does.

    Attributes:
        sources: States in which it is open.
        target: State it leads to.
        parts: Whose step it is.
    """

    sources: frozenset[State]
    target: State
    parts: frozenset[Part]


_OPEN = frozenset({State.DRAFT, State.VALIDATED, State.REHEARSED})
_AUTHOR, _APPROVER = frozenset({Part.AUTHOR}), frozenset({Part.APPROVER})
TRANSITIONS = {
    Step.EDIT: Transition(_OPEN, State.DRAFT, _AUTHOR),
    Step.VALIDATE: Transition(frozenset({State.DRAFT}), State.VALIDATED, _AUTHOR),
    Step.REHEARSE: Transition(frozenset({State.VALIDATED, State.REHEARSED}), State.REHEARSED, _AUTHOR),
    Step.SUBMIT: Transition(frozenset({State.REHEARSED}), State.SUBMITTED, _AUTHOR),
    Step.WITHDRAW: Transition(frozenset({State.SUBMITTED}), State.REHEARSED, _AUTHOR),
    Step.DECLINE: Transition(frozenset({State.SUBMITTED}), State.DRAFT, _APPROVER),
    Step.APPROVE: Transition(frozenset({State.SUBMITTED}), State.APPROVED, _APPROVER),
    Step.SCHEDULE: Transition(frozenset({State.APPROVED}), State.SCHEDULED, _AUTHOR | _APPROVER),
    Step.CANCEL: Transition(
        frozenset({State.APPROVED, State.SCHEDULED}), State.CANCELLED, _AUTHOR | _APPROVER
    ),
    Step.DISCARD: Transition(_OPEN, State.CANCELLED, _AUTHOR),
}


def take(step: Step, state: State, parts: Collection[Part]) -> State:
    """Return the state a step leads to.

    Args:
        step: What is to be done.
        state: Where the version stands.
        parts: What the person may be.

    Raises:
        LifecycleError: The step is not open in this state, or not this person's.
    """
    transition = TRANSITIONS[step]
    if state not in transition.sources:
        raise LifecycleError(f"{step} is not open to a version that is {state}")
    if transition.parts.isdisjoint(parts):
        raise LifecycleError(f"{step} is the step of the {' or '.join(sorted(transition.parts))}")
    return transition.target


def open_steps(state: State, parts: Collection[Part]) -> frozenset[Step]:
    """Return the steps a person may take with a version in a state."""
    return frozenset(
        step
        for step, transition in TRANSITIONS.items()
        if state in transition.sources and not transition.parts.isdisjoint(parts)
    )


def may_approve(authors: Iterable[int], approver: Collection[int]) -> bool:
    """Tell whether an approver is somebody else than everybody who wrote the version.

    Args:
        authors: Ids of all who wrote or submitted it, and of those they stood in for.
        approver: The approver's id and the ids of everybody the approver stands in for: a deputy never
            makes one person two.
    """
    return not any(author in approver for author in authors)


@dataclass(frozen=True, slots=True)
class Term:
    """The days of a scheduled version, both inclusive.

    Attributes:
        from_on: First day.
        until_on: Last day, or None while no end is known.
    """

    from_on: dt.date
    until_on: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        """Tell whether a day lies within."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def outlasts(self, other: Term) -> bool:
        """Tell whether the term ends no earlier than another."""
        return self.until_on is None or (other.until_on is not None and self.until_on >= other.until_on)


def state_on(term: Term, others: Iterable[Term], day: dt.date) -> State:
    """Return what a day makes of a scheduled version: scheduled, active, resting or superseded.

    Of the versions that cover a day the one that began last is in force.

    Args:
        term: The version's days.
        others: Days of the other scheduled versions of the same decision.
        day: Current day in the business zone.
    """
    if day < term.from_on:
        return State.SCHEDULED
    if not term.covers(day):
        return State.SUPERSEDED
    over = [other for other in others if term.from_on < other.from_on <= day]
    if any(other.outlasts(term) for other in over):
        return State.SUPERSEDED
    return State.RESTING if any(other.covers(day) for other in over) else State.ACTIVE


def timing_problem(announced_on: dt.date, term: Term, notice_days: int, today: dt.date) -> str | None:
    """Return what is wrong with the days of a version that is to be published, or None.

    How many days before is the manufacturer's setting.

    Args:
        announced_on: Day from which dealers are told.
        term: The version's days.
        notice_days: Least number of days between being told and the first day.
        today: Current day in the business zone.

    Returns:
        ``begun`` (the first day is not in the future), ``told`` (the day of announcement is past), ``short``
        (too little notice), or None.
    """
    if term.from_on <= today:
        return "begun"
    if announced_on < today:
        return "told"
    if (term.from_on - announced_on).days < notice_days:
        return "short"
    return None
