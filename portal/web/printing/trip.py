"""Papers of a trip (연수 여행): manifest, itinerary, leader's pack, fairness report.

All of them are a head, facts, and sections of sentences and tables. The caller brings values that are already
decided and in the document's language; nothing here computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from portal.web.i18n import translate
from portal.web.printing.environment import environment
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

UPRIGHT, ACROSS = "trip.css", "trip_across.css"
MOST_ROWS = 600
Width = Literal["xs", "s", "m", "l", "xl", "rest"]


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column: its words, how wide it is, and whether numbers stand in it."""

    label: str
    width: Width = "rest"
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A part of a paper.

    Attributes:
        heading: Its title.
        text: A sentence or two under it; may be empty.
        columns: Of its table; none for text alone.
        rows: Cells as text, one for each column.
        keep_together: Whether it stands on one page where it can.
    """

    heading: str
    text: str = ""
    columns: tuple[PaperColumn, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    keep_together: bool = False


@dataclass(frozen=True, slots=True)
class TripPaper:
    """Everything on one paper.

    Attributes:
        manufacturer: Who invites.
        what: What the paper is, such as a manifest.
        title: What it is about.
        subtitle: When and where in words.
        facts: Names and values under the head.
        sections: Parts in order.
        closing: How to read it.
        verify_url: Page that shows the same.
        as_of: Instant it stands as of; an input, so that bytes repeat.
        zone: Business zone in which instants are shown.
    """

    manufacturer: str
    what: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[PaperSection, ...]
    closing: str
    verify_url: str
    as_of: datetime
    zone: str = "Asia/Seoul"


def render_trip(paper: TripPaper, locale: str) -> str:
    """Return the HTML of a paper, printed with ``UPRIGHT`` or ``ACROSS``; call it in its locale."""
    return (
        environment(locale)
        .get_template("trip.html")
        .render(
            d=paper,
            f=Formats(locale, paper.zone, "", 0),  # amounts come as text
            locale=locale,
            most_rows=MOST_ROWS,
            _=translate,
        )
    )


def trip_metadata(paper: TripPaper, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the paper stands as of."""
    return PrintMetadata(
        title=f"{paper.what} · {clamp(paper.title, NAME_LENGTH)}",
        author=clamp(paper.manufacturer, NAME_LENGTH),
        subject=clamp(paper.subtitle, NAME_LENGTH),
        created_at=paper.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )
