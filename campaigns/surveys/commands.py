"""Checked commands of surveys, as forms make them and services take them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.surveys.model import QuestionKind


@dataclass(frozen=True, slots=True)
class SurveyCommand:
    """Title and introduction in both languages, and the last day for answers (inclusive) or None."""

    title: str
    title_en: str
    intro: str
    intro_en: str
    due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class OptionCommand:
    """A choice to be written; the code names a product or a category, or is empty."""

    code: str
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class QuestionCommand:
    """A question to be written; see ``Question`` for its parts."""

    kind: QuestionKind
    label: str
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    is_required: bool = False
    feeds_target: bool = False
    scale_least: int = 1
    scale_most: int = 5
    low_anchor: str = ""
    low_anchor_en: str = ""
    high_anchor: str = ""
    high_anchor_en: str = ""
    options: tuple[OptionCommand, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseCommand:
    """Answers about one place as they were typed, on a phone perhaps hours ago.

    Attributes:
        client_key: Lower-case UUID made where it was typed.
        answered_at: The device's clock, UTC; a time to come counts as now.
        fields: Name of a field → text, as the form names them; see ``answers``.
        declined: Nobody wants to answer here; the fields do not matter then.
    """

    client_key: str
    survey_id: int
    account_id: int
    answered_at: dt.datetime
    fields: Mapping[str, str]
    declined: bool = False
