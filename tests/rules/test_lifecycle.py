"""The life cycle: every step in every state for both people, two people, and what days make of a version."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.lifecycle import (
    TRANSITIONS,
    LifecycleError,
    Part,
    State,
    Step,
    Term,
    may_approve,
    open_steps,
    state_on,
    take,
    timing_problem,
)

AUTHOR, APPROVER = {Part.AUTHOR}, {Part.APPROVER}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_the_way_into_force() -> None:
    state = State.DRAFT
    walked = [state]
    for step, parts in (
        (Step.VALIDATE, AUTHOR),
        (Step.REHEARSE, AUTHOR),
        (Step.SUBMIT, AUTHOR),
        (Step.APPROVE, APPROVER),
        (Step.SCHEDULE, APPROVER),
    ):
        state = take(step, state, parts)
        walked.append(state)
    assert [str(state) for state in walked] == [
        "draft", "validated", "rehearsed", "submitted", "approved", "scheduled",
    ]  # fmt: skip


def test_every_other_step_is_refused() -> None:
    taken = {
        (step, state, part)
        for step in Step
        for state in State
        for part in Part
        if step in open_steps(state, {part})
    }
    assert len(taken) == 19
    for step in Step:
        for state in State:
            for part in Part:
                if (step, state, part) in taken:
                    assert take(step, state, {part}) is TRANSITIONS[step].target
                else:
                    with pytest.raises(LifecycleError):
                        take(step, state, {part})


@pytest.mark.parametrize(
    ("state", "author", "approver"),
    [
        (State.DRAFT, {Step.EDIT, Step.VALIDATE, Step.DISCARD}, set()),
        (State.SUBMITTED, {Step.WITHDRAW}, {Step.APPROVE, Step.DECLINE}),
        (State.SCHEDULED, {Step.CANCEL}, {Step.CANCEL}),
        (State.ACTIVE, set(), set()),
        (State.CANCELLED, set(), set()),
    ],
)
def test_steps_that_are_open(state: State, author: set[Step], approver: set[Step]) -> None:
    assert (open_steps(state, AUTHOR), open_steps(state, APPROVER)) == (author, approver)


def test_messages_say_why() -> None:
    with pytest.raises(LifecycleError, match=r"^approve is not open to a version that is draft$"):
        take(Step.APPROVE, State.DRAFT, APPROVER)
    with pytest.raises(LifecycleError, match=r"^schedule is the step of the approver or author$"):
        take(Step.SCHEDULE, State.APPROVED, ())


@pytest.mark.parametrize(
    ("authors", "approver", "allowed"),
    [([1], {2}, True), ([1, 2], {2}, False), ([1], {2, 1}, False), ([], {1}, True)],
)
def test_two_people(authors: list[int], approver: set[int], allowed: bool) -> None:
    assert may_approve(authors, approver) is allowed


STANDING = Term(day("2019-01-01"))
SEASON = Term(day("2025-10-01"), day("2026-03-31"))
NEXT = Term(day("2026-12-01"))


@pytest.mark.parametrize(
    ("term", "on", "state"),
    [
        (STANDING, "2018-12-31", State.SCHEDULED),
        (STANDING, "2019-01-01", State.ACTIVE),
        (STANDING, "2025-09-30", State.ACTIVE),
        (STANDING, "2025-10-01", State.RESTING),
        (STANDING, "2026-03-31", State.RESTING),
        (STANDING, "2026-04-01", State.ACTIVE),
        (STANDING, "2026-12-01", State.SUPERSEDED),
        (SEASON, "2025-09-30", State.SCHEDULED),
        (SEASON, "2026-03-31", State.ACTIVE),
        (SEASON, "2026-04-01", State.SUPERSEDED),
        (NEXT, "2026-11-30", State.SCHEDULED),
        (NEXT, "2026-12-01", State.ACTIVE),
    ],
)
def test_what_a_day_makes_of_a_version(term: Term, on: str, state: State) -> None:
    others = [other for other in (STANDING, SEASON, NEXT) if other != term]
    assert state_on(term, others, day(on)) is state


def test_a_season_is_superseded_by_a_longer_one() -> None:
    longer = Term(day("2026-01-01"), day("2026-04-30"))
    shorter = Term(day("2026-01-01"), day("2026-01-31"))
    assert state_on(SEASON, [longer], day("2026-02-01")) is State.SUPERSEDED
    assert state_on(SEASON, [shorter], day("2026-01-15")) is State.RESTING
    assert state_on(SEASON, [shorter], day("2026-02-01")) is State.ACTIVE


@pytest.mark.parametrize(
    ("announced", "today", "problem"),
    [
        ("2026-11-01", "2026-11-01", None),
        ("2026-11-01", "2026-11-02", "told"),
        ("2026-11-02", "2026-11-01", "short"),
        ("2026-11-01", "2026-12-01", "begun"),
    ],
)
def test_dealers_are_told_in_time(announced: str, today: str, problem: str | None) -> None:
    assert timing_problem(day(announced), NEXT, 30, day(today)) == problem
