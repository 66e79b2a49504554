"""Occasions as iCalendar (RFC 5545): one file, or a feed a calendar reads again and again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, vText

from portal.occasions.model import OccasionState
from portal.web.i18n import choose, gettext, translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from portal.occasions.queries.occasions import OccasionRow
    from portal.occasions.sources import OccasionLine

MEDIA_TYPE = "text/calendar; charset=utf-8"
# How often a reader is asked to look again; calendars do as they like.
_REFRESH = "PT4H"

Entry = tuple["OccasionRow", "Sequence[OccasionLine]", str]


def calendar_of(
    entries: Iterable[Entry], zone: ZoneInfo, host: str, now: dt.datetime, name: str = ""
) -> bytes:
    """Return occasions as a calendar in the current language.

    What was called off stays in it as cancelled, so that calendars take it off the page; ``SEQUENCE`` is the
    occasion's version, so that they take the newer of two.

    Args:
        entries: Occasion, programme lines, address of its page.
        zone: Business zone; its rules are part of the file.
        host: Host name of the portal, which makes ids unique in the world.
        now: When the file is made, aware.
        name: What a calendar calls the feed; empty for a single file.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Bisugi//Occasions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", vText(_REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", _REFRESH)
    for occasion, lines, href in entries:
        event = _event(occasion, lines, href, zone, host)
        event.add("dtstamp", now.astimezone(dt.UTC).replace(microsecond=0))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(
    occasion: OccasionRow, lines: Sequence[OccasionLine], href: str, zone: ZoneInfo, host: str
) -> Event:
    event = Event()
    event.add("uid", f"occasion-{occasion.id}@{host}")
    event.add("dtstart", occasion.starts_at.astimezone(zone))
    event.add("dtend", occasion.ends_at.astimezone(zone))
    event.add("summary", choose(occasion.title, occasion.title_en))
    event.add("location", occasion.place)
    event.add("description", describe(occasion, lines, zone))
    event.add("sequence", occasion.version)
    called_off = occasion.state is OccasionState.CANCELLED
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    event.add("url", href)
    return event


def describe(occasion: OccasionRow, lines: Sequence[OccasionLine], zone: ZoneInfo) -> str:
    """Return the programme and whom to ask, one line each, in the current language."""
    said = []
    if occasion.state is OccasionState.CANCELLED:
        said.append(translate("Called off: %(reason)s", reason=occasion.cancel_reason))
    said += [
        " · ".join(
            part
            for part in (f"{line.starts_at.astimezone(zone):%m-%d %H:%M}", line.title, line.who, line.place)
            if part
        )
        for line in lines
    ]
    if occasion.organiser_name:
        said.append(f"{gettext('Whom to ask')}: {occasion.organiser_name}")
    return "\n".join(said)
