"""Surveys as values: states, kinds of questions, and the arithmetic of results, all in integers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

QUESTIONS_MOST, OPTIONS_MOST = 30, 60
TITLE_MAX, INTRO_MAX, LABEL_MAX, HELP_MAX, OPTION_MAX, ANCHOR_MAX = 120, 1000, 200, 300, 160, 60
TEXT_ANSWER_MAX, CONCLUSION_MAX = 1000, 2000
PERCENT_LEAST, PERCENT_MOST = -100, 300
BP = 100


class SurveyState(StrEnum):
    """Where a survey stands; it only moves forward."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class QuestionKind(StrEnum):
    """What an answer looks like."""

    PERCENT = "percent"
    """A change in whole percent, for the whole or for each row."""
    ONE = "one"
    MANY = "many"
    PRODUCTS = "products"
    """Any of a list of products."""
    SCALE = "scale"
    """A number between two anchors in words."""
    TEXT = "text"


CHOOSING = (QuestionKind.MANY, QuestionKind.PRODUCTS)
WITH_OPTIONS = (QuestionKind.PERCENT, QuestionKind.ONE, *CHOOSING)
_ORDER = tuple(SurveyState)


def next_state(state: SurveyState, wanted: SurveyState) -> SurveyState:
    """Return the wanted state when it is the one that follows.

    Raises:
        Conflict: It is not.
    """
    if _ORDER.index(wanted) != _ORDER.index(state) + 1:
        raise Conflict
    return wanted


@dataclass(frozen=True, slots=True)
class Option:
    """A choice, a product or a row; an empty English label falls back to the Korean one."""

    id: int
    code: str
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its options in order.

    Attributes:
        feeds_target: The target page shows the figures of this question by row.
        scale_least, scale_most: Ends of a scale, inclusive.
    """

    id: int
    position: int
    kind: QuestionKind
    label: str
    label_en: str
    help: str
    help_en: str
    is_required: bool
    feeds_target: bool
    scale_least: int
    scale_most: int
    low_anchor: str
    low_anchor_en: str
    high_anchor: str
    high_anchor_en: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some numbers and how far they lie apart; quartiles None under four numbers.

    Attributes:
        n: How many.
        median: The middle one, of two the mean, half away from zero.
        low, high: First and third quartile: medians of the lower and the upper half without the middle.
    """

    n: int
    median: int
    low: int | None
    high: int | None


_FOR_QUARTILES = 4


def spread_of(numbers: Sequence[int]) -> Spread | None:
    """Return the spread of numbers, None of none.

    Source: docs/algorithms/surveys.md.
    """
    if not numbers:
        return None
    ordered = sorted(numbers)
    if len(ordered) < _FOR_QUARTILES:
        return Spread(len(ordered), _middle(ordered), None, None)
    half = len(ordered) // 2
    return Spread(len(ordered), _middle(ordered), _middle(ordered[:half]), _middle(ordered[-half:]))


def _middle(ordered: Sequence[int]) -> int:
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else halved(ordered[half - 1] + ordered[half])


def halved(total: int) -> int:
    """Return half of a number, half away from zero."""
    return (abs(total) + 1) // 2 * (1 if total >= 0 else -1)


def mean_tenths(numbers: Sequence[int]) -> int | None:
    """Return the mean in tenths, half away from zero; None of none. The numbers are not negative."""
    if not numbers:
        return None
    return (sum(numbers) * 20 + len(numbers)) // (2 * len(numbers))


def share_bp(part: int, whole: int) -> int | None:
    """Return a share in basis points, half up; None of nothing."""
    return None if whole == 0 else (part * 20_000 + whole) // (2 * whole)
