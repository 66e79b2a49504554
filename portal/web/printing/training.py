"""Papers of training: certificates of participants, and the training plan of a season.

The caller brings values that are already put into words; amounts are given only on the copy that may hold
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from portal.web.i18n import translate
from portal.web.printing.environment import environment
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

if TYPE_CHECKING:
    from collections.abc import Sequence

CERTIFICATE_STYLES, PLAN_STYLES = "certificate.css", "season.css"
CERTIFICATES_MOST, SESSIONS_MOST, LINES_MOST = 500, 300, 40


@dataclass(frozen=True, slots=True)
class CertificateDocument:
    """One certificate.

    Attributes:
        manufacturer: Who gives it.
        name: Of the participant, as printed.
        course: Title of the training.
        days: Its days in words.
        code: The whole code that proves it.
        verify_url: Page that tells whether it stands.
        issued_on: Day it was given.
        as_of: Instant it stands as of; an input, so that bytes repeat.
        zone: Business zone.
    """

    manufacturer: str
    name: str
    course: str
    days: str
    code: str
    verify_url: str
    issued_on: date
    as_of: datetime
    zone: str = "Asia/Seoul"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A module of a session: when, what, who."""

    when: str
    module: str
    lecturer: str
    room: str


@dataclass(frozen=True, slots=True)
class PlanSession:
    """A session of the plan; ``budget`` and ``actual`` are empty on the copy without costs."""

    title: str
    course: str
    state: str
    days: str
    place: str
    region: str
    seats: str
    lines: tuple[PlanLine, ...]
    budget: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class TrainingPlanDocument:
    """The training of a season.

    Attributes:
        manufacturer: Who plans.
        season: Name of the season.
        place: Region and category in words.
        span: First and last month in words.
        code: Code of the season.
        sessions: In order of time.
        seats, minutes: Sums over the sessions, in words.
        budget, actual: Sums, in words; empty on the copy without costs.
        has_costs: Whether this is the copy with costs.
        verify_url: Page that shows the same.
        as_of: Instant it stands as of.
        zone: Business zone.
    """

    manufacturer: str
    season: str
    place: str
    span: str
    code: str
    sessions: tuple[PlanSession, ...]
    seats: str
    minutes: str
    budget: str
    actual: str
    has_costs: bool
    verify_url: str
    as_of: datetime
    zone: str = "Asia/Seoul"


def render_certificates(documents: Sequence[CertificateDocument], locale: str) -> str:
    """Return the HTML of certificates, a page each, printed with ``CERTIFICATE_STYLES``; in its locale."""
    zone = documents[0].zone if documents else "Asia/Seoul"
    return (
        environment(locale)
        .get_template("certificate.html")
        .render(
            documents=documents[:CERTIFICATES_MOST],
            f=Formats(locale, zone, "", 0),
            locale=locale,
            _=translate,
        )
    )


def certificate_metadata(documents: Sequence[CertificateDocument], locale: str) -> PrintMetadata:
    """Return what the PDF says about itself, without names."""
    first = documents[0]
    return PrintMetadata(
        title=f"{translate('Certificate')} · {clamp(first.course, NAME_LENGTH)}",
        author=clamp(first.manufacturer, NAME_LENGTH),
        subject=translate("Certificate of a dealer training"),
        created_at=_stamp(max(one.as_of for one in documents)),
        language=locale,
    )


def render_plan(document: TrainingPlanDocument, locale: str) -> str:
    """Return the HTML of the training plan, printed with ``PLAN_STYLES``; call it in its locale."""
    return (
        environment(locale)
        .get_template("training_plan.html")
        .render(
            d=document,
            f=Formats(locale, document.zone, "", 0),  # amounts come in words
            locale=locale,
            sessions=document.sessions[:SESSIONS_MOST],
            lines_most=LINES_MOST,
            _=translate,
        )
    )


def plan_metadata(document: TrainingPlanDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself."""
    return PrintMetadata(
        title=f"{translate('Training plan')} · {clamp(document.season, NAME_LENGTH)}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Training of a season"),
        created_at=_stamp(document.as_of),
        language=locale,
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
