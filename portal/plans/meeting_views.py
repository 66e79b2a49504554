"""A meeting's figures and paper: live until it is closed, then as they were kept."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from portal.plans import words_meetings as words
from portal.plans.agenda import agenda_notes
from portal.plans.meeting import WEEK, Line, MeetingState
from portal.plans.printing import pool_of
from portal.plans.queries.meetings import list_items, week_by_dealer, week_by_person
from portal.web import formats
from portal.web.i18n import LOCALES, choose, gettext, in_locale
from portal.web.printing.minutes import (
    STYLESHEET,
    MinutesDocument,
    PointLine,
    WeekLine,
    minutes_metadata,
    render_minutes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.plans.agenda import AgendaNote
    from portal.plans.queries.meetings import ItemView, MeetingView
    from portal.settings import Settings


async def week_of(meeting: MeetingView) -> tuple[list[Line], list[Line]]:
    """Return plan against actual of a meeting's week, by person and by dealer."""
    if meeting.state is MeetingState.CLOSED and meeting.figures:
        kept = json.loads(meeting.figures)
        people, dealers = ([Line(*line) for line in kept[kind]] for kind in ("people", "dealers"))
        return people, dealers
    return (
        await week_by_person(meeting.path, meeting.week_on),
        await week_by_dealer(meeting.path, meeting.week_on),
    )


def week_words(meeting: MeetingView) -> str:
    """Return a meeting's week in words."""
    return f"{formats.day(meeting.week_on)} – {formats.day(meeting.week_on + WEEK - dt.timedelta(days=1))}"


async def notes_of(viewer: Viewer, meeting: MeetingView, today: dt.date) -> list[AgendaNote]:
    """Return what waits in a meeting's region while its agenda is open; a closed one stands by its points."""
    if meeting.state is MeetingState.CLOSED:
        return []
    return await agenda_notes(viewer, meeting.path, today)


async def print_minutes(
    meeting: MeetingView, settings: Settings, locale: str, notes: Sequence[AgendaNote] = ()
) -> bytes:
    """Return the minutes of a meeting the caller has checked as PDF; an unknown language prints Korean.

    Args:
        meeting: The meeting.
        settings: Of the installation.
        locale: Language of the paper.
        notes: What waits in the region, as the reader may see it.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language = "en" if locale == LOCALES[1] else "ko"
    items, week = await list_items(meeting.id), await week_of(meeting)
    with in_locale(language):
        document = _document(meeting, items, week, settings, notes)
        html, metadata = render_minutes(document, language), minutes_metadata(document, language)
    return (await pool_of(settings).render(html, STYLESHEET, metadata)).pdf


def _document(
    meeting: MeetingView,
    items: list[ItemView],
    week: tuple[list[Line], list[Line]],
    settings: Settings,
    notes: Sequence[AgendaNote],
) -> MinutesDocument:
    people, dealers = (tuple(_line(line) for line in lines) for lines in week)
    return MinutesDocument(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        region=choose(meeting.region, meeting.region_en or meeting.region),
        week=week_words(meeting),
        state=gettext(words.STATES[meeting.state]),
        held=formats.day(meeting.held_on) if meeting.held_on else "",
        attendees=meeting.attendees,
        minutes=meeting.minutes,
        people=people,
        dealers=dealers,
        points=tuple(_point(item) for item in items),
        notes=tuple(_note(note) for note in notes),
        closed_by=meeting.closed_by,
        as_of=meeting.closed_at or dt.datetime.now(dt.UTC),
        verify_url=f"{settings.public_url.rstrip('/')}/meetings/{meeting.id}",
        zone=settings.business_zone,
    )


def _line(line: Line) -> WeekLine:
    return WeekLine(line.name, line.planned, line.made, line.visits)


def _point(item: ItemView) -> PointLine:
    return PointLine(
        gettext(words.KINDS[item.kind]),
        item.text,
        item.owner or "–",
        formats.day(item.due_on) if item.due_on else "–",
        gettext(words.ITEM_STATES[item.state]),
        item.result or "–",
    )


def _note(note: AgendaNote) -> PointLine:
    text = f"{note.account}: {note.text}"
    return PointLine(gettext(note.kind), text, note.owner or "–", formats.day(note.due_on), "", "–")
