"""Papers of a trip: what its pages show, in the printing package's document, in Korean or English."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from campaigns.trips import words
from campaigns.trips.queries.pack import list_pack
from campaigns.trips.queries.people import list_rooms, list_travellers
from campaigns.trips.queries.trips import list_stops
from portal.web import formats
from portal.web.i18n import LOCALES, choose, gettext, in_locale, translate
from portal.web.printing.pool import PrintPool
from portal.web.printing.trip import (
    ACROSS,
    UPRIGHT,
    PaperColumn,
    PaperSection,
    TripPaper,
    render_trip,
    trip_metadata,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from campaigns.trips.queries.pack import PackDealer
    from campaigns.trips.queries.people import RoomRow, Traveller
    from campaigns.trips.queries.trips import StopRow, TripRow
    from portal.settings import Settings

_HALF_A_PAGE = 12
"""Rows that are worth a page break before them rather than inside."""


async def print_manifest(trip: TripRow, settings: Settings, locale: str) -> bytes:
    """Return names, phones, rooms, diets and whom to call as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    people = await list_travellers(trip)
    rooms = await list_rooms(trip.id, people)
    with in_locale(language(locale)):
        paper = _paper(
            trip,
            settings,
            gettext("Manifest"),
            "rooms",
            _manifest_facts(trip, people),
            _manifest(people, rooms),
            gettext("Holds personal data: keep it with you, hand it back or destroy it after the trip."),
        )
        return await print_paper(paper, settings, locale, ACROSS)


async def print_itinerary(trip: TripRow, settings: Settings, locale: str, *, own: bool = False) -> bytes:
    """Return the itinerary as PDF; ``own`` for a dealer, whose code leads to his own page.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    stops = await list_stops(trip.id)
    with in_locale(language(locale)):
        facts = (
            (gettext("Leader"), trip.leader_name or "–"),
            (gettext("Phone"), trip.leader_phone or "–"),
            (gettext("In an emergency"), trip.emergency or "–"),
        )
        closing = gettext("Times are local. Changes are shown on the portal and in the calendar.")
        page = "" if not own else "own"
        sections = _days(stops, settings.zone) or (
            PaperSection(gettext("Itinerary"), gettext("There is no line yet.")),
        )
        paper = _paper(trip, settings, gettext("Itinerary"), page or "itinerary", facts, sections, closing)
        return await print_paper(paper, settings, locale, UPRIGHT)


async def print_pack(trip: TripRow, settings: Settings, today: dt.date, locale: str) -> bytes:
    """Return the leader's pack as PDF: every dealer with his people and what he waits for.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    dealers = await list_pack(trip)
    with in_locale(language(locale)):
        facts = (
            (gettext("Leader"), trip.leader_name or "–"),
            (gettext("Dealers"), str(len(dealers))),
            (gettext("Waiting for us"), str(sum(len(one.items) for one in dealers))),
            (gettext("Past their day"), str(sum(one.late(today) for one in dealers))),
            (gettext("In an emergency"), trip.emergency or "–"),
        )
        closing = gettext(
            "Talk about these first. Write every topic into the portal with its solution, owner and day:"
            " the dealer sees the answer there."
        )
        sections = tuple(_dealer(one, today) for one in dealers)
        paper = _paper(trip, settings, gettext("Leader’s pack"), "pack", facts, sections, closing)
        return await print_paper(paper, settings, locale, UPRIGHT)


def file_name(what: str, trip: TripRow) -> str:
    """Return the name of a PDF on the reader's disk."""
    return f"{gettext(what)}-{trip.id}.pdf"


def _paper(
    trip: TripRow,
    settings: Settings,
    what: str,
    page: str,
    facts: tuple[tuple[str, str], ...],
    sections: tuple[PaperSection, ...],
    closing: str,
) -> TripPaper:
    occasion, zone = trip.occasion, settings.zone
    starts, ends = occasion.starts_at.astimezone(zone), occasion.ends_at.astimezone(zone)
    base = settings.public_url.rstrip("/")
    return TripPaper(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        what=what,
        title=choose(occasion.title, occasion.title_en),
        subtitle=f"{formats.day(starts.date())} {starts:%H:%M} – {formats.day(ends.date())} {ends:%H:%M}"
        f" · {occasion.place}",
        facts=facts,
        sections=sections,
        closing=closing,
        verify_url=f"{base}/my/trips/{trip.id}" if page == "own" else f"{base}/trips/{trip.id}/{page}",
        as_of=now(),
        zone=settings.business_zone,
    )


def _manifest_facts(trip: TripRow, people: list[Traveller]) -> tuple[tuple[str, str], ...]:
    diets = sum(1 for one in people if one.diet)
    return (
        (gettext("Leader"), f"{trip.leader_name or '–'} · {trip.leader_phone or '–'}"),
        (gettext("Heads"), str(len(people))),
        (gettext("Dealers"), str(len({one.dealer_id for one in people}))),
        (gettext("With a diet"), str(diets)),
        (gettext("Without a bed"), str(sum(1 for one in people if one.room_id is None))),
        (gettext("In an emergency"), trip.emergency or "–"),
    )


def _manifest(people: list[Traveller], rooms: list[RoomRow]) -> tuple[PaperSection, ...]:
    everybody = PaperSection(
        gettext("Who travels"),
        "",
        (
            PaperColumn("", "xs", is_number=True),
            PaperColumn(gettext("Name"), "l"),
            PaperColumn(gettext("Dealer"), "l"),
            PaperColumn(gettext("Phone"), "l"),
            PaperColumn(gettext("Room"), "s"),
            PaperColumn(gettext("Diet")),
            PaperColumn(gettext("Whom to call"), "l"),
            PaperColumn(gettext("There"), "s"),
        ),
        tuple(
            (
                str(number),
                _name_of(one),
                one.dealer_name,
                one.phone,
                one.room or "–",
                one.diet,
                one.emergency,
                "☐",
            )
            for number, one in enumerate(people, start=1)
        ),
    )
    return (everybody, _rooms(rooms)) if rooms else (everybody,)


def _rooms(rooms: list[RoomRow]) -> PaperSection:
    return PaperSection(
        gettext("Rooms"),
        "",
        (
            PaperColumn(gettext("Room"), "m"),
            PaperColumn(gettext("Beds"), "s", is_number=True),
            PaperColumn(gettext("Free"), "s", is_number=True),
            PaperColumn(gettext("Who sleeps there")),
        ),
        tuple(
            (
                room.name,
                str(room.beds),
                str(room.free),
                ", ".join(f"{one.name} ({one.dealer_name})" for one in room.people) or "–",
            )
            for room in rooms
        ),
    )


def _name_of(one: Traveller) -> str:
    parts = [one.name]
    if one.relation:
        parts.append(f"({one.relation})")
    if one.is_child:
        parts.append(gettext("child"))
    return " ".join(parts)


def _days(stops: list[StopRow], zone: ZoneInfo) -> tuple[PaperSection, ...]:
    days: dict[dt.date, list[StopRow]] = {}
    for stop in stops:
        days.setdefault(stop.starts_at.astimezone(zone).date(), []).append(stop)
    return tuple(
        PaperSection(
            translate("Day %(number)s · %(day)s", number=number, day=formats.day(day)),
            "",
            (
                PaperColumn(gettext("Time"), "m"),
                PaperColumn(gettext("What happens")),
                PaperColumn(gettext("Venue"), "xl"),
                PaperColumn(gettext("Who"), "l"),
            ),
            tuple(
                (
                    f"{stop.starts_at.astimezone(zone):%H:%M} – {stop.ends_at.astimezone(zone):%H:%M}",
                    choose(stop.title, stop.title_en),
                    stop.place,
                    stop.who,
                )
                for stop in there
            ),
        )
        for number, (day, there) in enumerate(days.items(), start=1)
    )


def _dealer(one: PackDealer, today: dt.date) -> PaperSection:
    people = "\n".join(
        " · ".join(part for part in (_name_of(who), who.phone, who.diet, who.emergency) if part)
        for who in one.people
    )
    rows = tuple(
        (
            gettext(words.OPEN_KINDS[item.kind]),
            item.text,
            item.owner or "–",
            formats.day(item.due_on) + (f" ({gettext('late')})" if item.due_on < today else ""),
        )
        for item in one.items
    )
    columns = (
        PaperColumn(gettext("Kind"), "s"),
        PaperColumn(gettext("What it is about")),
        PaperColumn(gettext("Owner"), "m"),
        PaperColumn(gettext("Until"), "m"),
    )
    text = people if rows else f"{people}\n{gettext('Nothing waits for us.')}"
    return PaperSection(
        f"{one.dealer_name} · {one.dealer_code}", text, columns, rows, keep_together=len(rows) < _HALF_A_PAGE
    )


def language(locale: str) -> str:
    """Return the language a paper is printed in: Korean for an unknown one."""
    return "en" if locale == LOCALES[1] else "ko"


def now() -> dt.datetime:
    """Return the minute a paper stands as of."""
    return dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))


async def print_paper(paper: TripPaper, settings: Settings, locale: str, stylesheet: str) -> bytes:
    """Return a paper as PDF, in the time and memory the settings allow.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    tongue = language(locale)
    pool = _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)
    return (await pool.render(render_trip(paper, tongue), stylesheet, trip_metadata(paper, tongue))).pdf
