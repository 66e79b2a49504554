"""The monthly development plan (월간 개발 계획서) and the route sheet of a day (방문 순서표) on A4.

The caller brings plain values that are already decided and put into words; nothing here computes a figure of
its own, so paper and screen can not differ.
"""

from __future__ import annotations

from collections import Counter
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

STYLESHEET = "plan.css"
MOST_ROWS = 500
"""Rows of the list of candidates on paper; the others are in the file of candidates."""


@dataclass(frozen=True, slots=True)
class PaperCell:
    """A day of the calendar; ``number`` 0 is outside of the month.

    Attributes:
        note: Holiday or absence in words; empty for none.
        works: Whether the person works.
        used: Minutes planned of all, such as ``412/480``; empty without visits.
        stops: Names in route order, cut by the caller.
        more: Stops not named.
    """

    number: int
    note: str = ""
    works: bool = False
    used: str = ""
    over: bool = False
    stops: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class PaperMonth:
    """The month of one person as weeks of seven days, with figures in words."""

    name: str
    figures: str
    weeks: tuple[tuple[PaperCell, ...], ...]


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A candidate that is visited, or one of the target list, with what is agreed on it.

    ``visits`` is visits planned of those asked for; ``reason`` is empty when all of them are in the plan.
    """

    name: str
    code: str
    person: str
    class_code: str
    score: int
    visits: str
    reason: str
    terms: str
    is_target: bool


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """One person's lines, with the terms most of them share."""

    person: str
    terms: str
    lines: tuple[PaperLine, ...]


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """Everything on a monthly development plan.

    Attributes:
        manufacturer: Who plans.
        title: Month in words.
        place: Region in words.
        state: State in words.
        people: What those who visit are called, the head of their list.
        figures: Name and value, the cover's.
        more: What those that come next would cost, in words.
        months: A calendar per person.
        lines: Candidates visited, then those of the target list left out; at most ``MOST_ROWS``.
        omitted: Candidates visited that are on no line because of the bound.
        reasons: Reason in words and number of candidates, of everybody.
        signatures: Role and, when signed in the portal, who and when in words.
        weekdays: Short names, Monday first.
        sha256: Identity of the figures it was made from.
        as_of: Instant everything stands as of; an input, so that bytes repeat.
        verify_url: Page that shows the same.
        zone: Business zone.
    """

    manufacturer: str
    title: str
    place: str
    state: str
    people: str
    figures: tuple[tuple[str, str], ...]
    more: str
    months: tuple[PaperMonth, ...]
    lines: tuple[PaperLine, ...]
    omitted: int
    reasons: tuple[tuple[str, int], ...]
    signatures: tuple[tuple[str, str], ...]
    weekdays: tuple[str, ...]
    sha256: str
    as_of: datetime
    verify_url: str
    zone: str = "Asia/Seoul"


@dataclass(frozen=True, slots=True)
class PaperStop:
    """A stop of a route with address, telephone, class and what is asked of the visit in words."""

    place: int
    name: str
    code: str
    address: str
    phone: str
    class_code: str
    minutes: int
    terms: str
    is_target: bool


@dataclass(frozen=True, slots=True)
class RouteDocument:
    """Everything on a route sheet.

    Attributes:
        figures: Minutes on the road, of visits, of the day, and of nearest neighbour, in words.
        stops: In route order.
    """

    manufacturer: str
    person: str
    on: date
    figures: str
    stops: tuple[PaperStop, ...]
    as_of: datetime
    verify_url: str
    zone: str = "Asia/Seoul"


def render_plan(document: PlanDocument, locale: str) -> str:
    """Return the HTML of a plan, printed with ``STYLESHEET``; call it in its locale."""
    formats = Formats(locale, document.zone, "KRW", 0)
    template = environment(locale).get_template("plan.html")
    groups = grouped(document.lines)
    return template.render(d=document, groups=groups, f=formats, locale=locale, _=translate)


def grouped(lines: Sequence[PaperLine]) -> list[PaperGroup]:
    """Put lines together by person, in the order in which each person comes first."""
    found: dict[str, list[PaperLine]] = {}
    for line in lines:
        found.setdefault(line.person, []).append(line)
    return [
        PaperGroup(person, Counter(line.terms for line in own).most_common(1)[0][0], tuple(own))
        for person, own in found.items()
    ]


def render_route(document: RouteDocument, locale: str) -> str:
    """Return the HTML of a route sheet, printed with ``STYLESHEET``; call it in its locale."""
    formats = Formats(locale, document.zone, "KRW", 0)
    template = environment(locale).get_template("plan_route.html")
    return template.render(d=document, f=formats, locale=locale, _=translate)


def plan_metadata(document: PlanDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the document stands as of."""
    title = f"{translate('Monthly development plan')} · {document.title} · {document.place}"
    return _metadata(title, document.manufacturer, document.as_of, locale)


def route_metadata(document: RouteDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself."""
    title = f"{translate('Route sheet')} · {document.on.isoformat()} · {document.person}"
    return _metadata(title, document.manufacturer, document.as_of, locale)


def _metadata(title: str, author: str, as_of: datetime, locale: str) -> PrintMetadata:
    return PrintMetadata(
        title=clamp(title, 2 * NAME_LENGTH),
        author=clamp(author, NAME_LENGTH),
        subject=translate("Who visits which outlet on which day, and why the others are left out."),
        created_at=as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )
