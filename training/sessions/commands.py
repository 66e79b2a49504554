"""Checked commands of training sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from training.courses.model import TestKind
from training.sessions.model import Block, CostKind


@dataclass(frozen=True, slots=True)
class SessionCommand:
    """Everything a planner decides about a session.

    Attributes:
        course_id: What is taught; stays once the session is made.
        room_id: Where, unless a block says otherwise.
        sign_up_until_on: Last day for signing up, inclusive.
        blocks: In order of time, at least one.
        word: Why it is held in spite of soft clashes; may be empty.
    """

    course_id: int
    title: str
    title_en: str
    room_id: int
    seats: int
    seats_per_dealer: int
    companions_max: int
    season_id: int | None
    region_id: int | None
    sign_up_until_on: dt.date
    note: str
    blocks: tuple[Block, ...]
    word: str = ""


@dataclass(frozen=True, slots=True)
class CostCommand:
    """Budget and actual of a kind of cost, minor units; actual None = not known yet."""

    kind: CostKind
    budget_minor: int
    actual_minor: int | None
    note: str


@dataclass(frozen=True, slots=True)
class TestCommand:
    """Answers of one test: question → choice, or None where nothing was chosen."""

    __test__ = False

    client_key: str
    kind: TestKind
    answers: Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class FeedbackCommand:
    """Marks from 1 to 5 and a text."""

    content: int
    lecturers: int
    place: int
    usefulness: int
    text: str
