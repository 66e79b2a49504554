"""Checked commands of courses, lecturers and venues, as forms make them and services take them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from training.courses.model import LecturerKind


@dataclass(frozen=True, slots=True)
class CurriculumCommand:
    """A path of courses."""

    title: str
    title_en: str
    aims: str


@dataclass(frozen=True, slots=True)
class CourseCommand:
    """A course of a curriculum."""

    curriculum_id: int
    title: str
    title_en: str
    aims: str


@dataclass(frozen=True, slots=True)
class PassMarkCommand:
    """The share of right answers, basis points, that passes from a day on (inclusive)."""

    from_on: dt.date
    pass_bp: int
    reason: str


@dataclass(frozen=True, slots=True)
class ModuleCommand:
    """A part of a course; ``minutes`` is its usual length."""

    title: str
    title_en: str
    aims: str
    minutes: int


@dataclass(frozen=True, slots=True)
class MaterialCommand:
    """A file of a module, read whole."""

    name: str
    media_type: str
    content: bytes
    for_dealers: bool


@dataclass(frozen=True, slots=True)
class ChoiceCommand:
    """A choice; exactly one of a question's is right."""

    text: str
    text_en: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class QuestionCommand:
    """A question of a course's tests."""

    text: str
    text_en: str
    module_id: int | None
    in_pre: bool
    in_post: bool
    choices: tuple[ChoiceCommand, ...]


@dataclass(frozen=True, slots=True)
class LecturerCommand:
    """Somebody who teaches; ``fee_minor`` is for a day."""

    kind: LecturerKind
    name: str
    name_en: str
    organisation: str
    title: str
    cv: str
    fee_minor: int
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class AwayCommand:
    """Days on which a lecturer cannot come, both inclusive."""

    from_on: dt.date
    to_on: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class VenueCommand:
    """A place; ``day_minor`` is its price for a day."""

    name: str
    name_en: str
    address: str
    contact: str
    note: str
    day_minor: int


@dataclass(frozen=True, slots=True)
class RoomCommand:
    """A room and how many heads fit in."""

    name: str
    capacity: int
