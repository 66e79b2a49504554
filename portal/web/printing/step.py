"""One step of a season (시즌 단계) on A4: what it is about, owner, day, state, and room to write by hand.

The caller brings values that are already put into words; paper and screen can not differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from portal.web.i18n import translate
from portal.web.printing.environment import environment
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.season import StepLine
from portal.web.printing.text import NAME_LENGTH, clamp

STYLESHEET = "season.css"
BLANK_ROWS = 6
"""Lines for tasks written by hand."""


@dataclass(frozen=True, slots=True)
class StepDocument:
    """Everything on the sheet of a step.

    Attributes:
        manufacturer: Who plans.
        season: Name of the season.
        place: Region and category in words.
        span: First and last month in words.
        step: Name of the step.
        about: What the step is for.
        says: How far it is, or that this part of the portal does not exist yet.
        count: Done of how many, such as ``3 / 12``; empty where there is no such number.
        note: What was noted on it.
        at: Place of the step in ``steps``.
        steps: Every step of the season, in order.
        code: Code of the season.
        as_of: Instant everything stands as of; an input, so that bytes repeat.
        verify_url: Page that shows the same.
        zone: Business zone.
    """

    manufacturer: str
    season: str
    place: str
    span: str
    step: str
    about: str
    says: str
    count: str
    note: str
    at: int
    steps: tuple[StepLine, ...]
    code: str
    as_of: datetime
    verify_url: str
    zone: str = "Asia/Seoul"


def render_step(document: StepDocument, locale: str) -> str:
    """Return the HTML of a step's sheet, printed with ``STYLESHEET``; call it in its locale."""
    return (
        environment(locale)
        .get_template("season_step.html")
        .render(
            d=document,
            f=Formats(locale, document.zone, "", 0),  # no amounts on this sheet
            locale=locale,
            blank_rows=BLANK_ROWS,
            _=translate,
        )
    )


def step_metadata(document: StepDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the document stands as of."""
    return PrintMetadata(
        title=f"{document.step} · {clamp(document.season, NAME_LENGTH)}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=document.about,
        created_at=document.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )
