"""Minutes of a weekly meeting on A4: plan against actual, points with owners, what was said, signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from portal.web.i18n import translate
from portal.web.printing.environment import environment
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

STYLESHEET = "season.css"
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class WeekLine:
    """Plan against actual of a person or a dealer."""

    name: str
    planned: int
    made: int
    visits: int


@dataclass(frozen=True, slots=True)
class PointLine:
    """A point of the meeting, in words."""

    kind: str
    text: str
    owner: str
    due: str
    state: str
    result: str


@dataclass(frozen=True, slots=True)
class MinutesDocument:
    """Everything on the paper; texts are already in the reader's language.

    Attributes:
        week: First and last day in words.
        as_of: Instant everything stands as of; an input, so that bytes repeat.
        verify_url: Page that shows the same.
        notes: Concerns and promises that wait, on an agenda that is still open.
        closed_by: Who closed the meeting; empty before.
    """

    manufacturer: str
    region: str
    week: str
    state: str
    held: str
    attendees: str
    minutes: str
    people: tuple[WeekLine, ...]
    dealers: tuple[WeekLine, ...]
    points: tuple[PointLine, ...]
    as_of: datetime
    verify_url: str
    zone: str = "Asia/Seoul"
    notes: tuple[PointLine, ...] = ()
    closed_by: str = ""


def render_minutes(document: MinutesDocument, locale: str) -> str:
    """Return the HTML of the minutes, printed with ``STYLESHEET``; call it in its locale."""
    formats = Formats(locale, document.zone, "KRW", 0)
    template = environment(locale).get_template("minutes.html")
    return template.render(d=document, f=formats, locale=locale, most=MOST_ROWS, _=translate)


def minutes_metadata(document: MinutesDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the document stands as of."""
    return PrintMetadata(
        title=f"{translate('Weekly minutes')} · {clamp(document.region, NAME_LENGTH)} · {document.week}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Plan against actual, decisions with owners and what is carried on"),
        created_at=document.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )
