"""The summary of a survey (조사 요약): who answered, then each question's sentence, table and areas.

The caller brings plain values that are already decided and in the document's language; nothing here computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from portal.web.printing.environment import environment, words
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

if TYPE_CHECKING:
    from collections.abc import Callable

STYLESHEET = "survey.css"
MOST_QUESTIONS = 30
MOST_ROWS = 60
MOST_AREAS = 40


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of a result: what, how many, the value and what lies beside it, a bar or nothing."""

    label: str
    n: int
    value: str
    beside: str
    bar: Markup | str
    enough: bool


@dataclass(frozen=True, slots=True)
class PrintedArea:
    """What one area said, in a few words."""

    area: str
    n: int
    says: str
    enough: bool


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    """A question with its sentence, rows and areas."""

    label: str
    sentence: str
    enough: bool
    rows: tuple[PrintedRow, ...]
    areas: tuple[PrintedArea, ...]


@dataclass(frozen=True, slots=True)
class SurveyDocument:
    """Everything on the summary of one survey.

    Attributes:
        manufacturer: Who asked.
        title: Title of the survey.
        season: Name of the season.
        from_on, until_on: First and last day of answers.
        answers, dealers, representatives, declined: Counts of responses.
        least: Floor under which nothing is said.
        conclusion: What follows from it, as the planner wrote it.
        questions: In the form's order.
        coverage: Area, answers of dealers and of representatives, refusals.
        verify_url: Page that shows the same result.
        as_of: Instant the document stands as of; an input, so that bytes repeat.
        zone: Business zone in which instants are shown.
    """

    manufacturer: str
    title: str
    season: str
    from_on: date
    until_on: date
    answers: int
    dealers: int
    representatives: int
    declined: int
    least: int
    conclusion: str
    questions: tuple[PrintedQuestion, ...]
    coverage: tuple[tuple[str, int, int, int], ...]
    verify_url: str
    as_of: datetime
    zone: str = "Asia/Seoul"


def render_survey(document: SurveyDocument, locale: str) -> str:
    """Return the HTML of the summary, to be printed with ``STYLESHEET``."""
    return (
        environment(locale)
        .get_template("survey.html")
        .render(
            d=document,
            f=Formats(locale, document.zone, "KRW", 0),
            locale=locale,
            questions=document.questions[:MOST_QUESTIONS],
            most_rows=MOST_ROWS,
            most_areas=MOST_AREAS,
        )
    )


def survey_metadata(document: SurveyDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the document stands as of."""
    translate: Callable[[str], str] = words(locale).gettext
    return PrintMetadata(
        title=f"{translate('Survey summary')} · {clamp(document.title, NAME_LENGTH)}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Result of a season survey"),
        created_at=document.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )
