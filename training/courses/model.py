"""What is taught as values: kinds of lecturers, bounds of texts, and the share of right answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

TITLE_MAX, AIMS_MAX, NAME_MAX, ORGANISATION_MAX, CV_MAX = 120, 1000, 80, 120, 4000
ADDRESS_MAX, NOTE_MAX, REASON_MAX, EMAIL_MAX, PHONE_MAX = 200, 1000, 200, 120, 40
QUESTION_MAX, CHOICE_MAX, CHOICES_LEAST, CHOICES_MOST, QUESTIONS_MOST = 400, 200, 2, 8, 50
MODULES_MOST, MINUTES_LEAST, MINUTES_MOST, ROOMS_MOST, CAPACITY_MOST = 30, 5, 960, 60, 5000
FEE_MOST = 10**12
WHOLE_BP = 10_000


class LecturerKind(StrEnum):
    """Where a lecturer comes from (FEATURES S65: 교수·회사 리더)."""

    PROFESSOR = "professor"
    LEADER = "leader"


class TestKind(StrEnum):
    """Before the training or after it."""

    __test__ = False

    PRE = "pre"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a question; the key is left out where somebody is still to answer."""

    id: int
    text: str
    text_en: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a course with its choices in order.

    Attributes:
        module_id: The module it asks about, or None.
        answered: Whether somebody answered it: then its words stay.
    """

    id: int
    position: int
    text: str
    text_en: str
    module_id: int | None
    in_pre: bool
    in_post: bool
    answered: bool
    archived_at: dt.datetime | None
    choices: tuple[Choice, ...]

    def is_in(self, kind: TestKind) -> bool:
        """Tell whether a test asks it."""
        return self.archived_at is None and (self.in_pre if kind is TestKind.PRE else self.in_post)


def share_bp(part: int, whole: int) -> int:
    """Return a share in basis points, half up; the whole is at least 1."""
    return (part * 2 * WHOLE_BP + whole) // (2 * whole)
