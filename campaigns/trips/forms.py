"""Forms of trips: text in, commands out, every problem at once."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING

from campaigns.trips.commands import (
    CostCommand,
    CriteriaCommand,
    HospitalityCommand,
    StopCommand,
    TripCommand,
)
from campaigns.trips.model import (
    AMOUNT_MOST,
    BEDS_MOST,
    CONTACT_MAX,
    COST_TEXT_MAX,
    EMERGENCY_MAX,
    HEADS_MOST,
    PHONE_MAX,
    PLACE_MAX,
    PURPOSE_MAX,
    ROOM_MAX,
    ROOMS_MOST,
    SEATS_MOST,
    TITLE_MAX,
    WHO_MAX,
    CostCategory,
    CostKind,
    HospitalityKind,
    Marker,
)
from campaigns.trips.service.report import TopicCommand
from portal.errors import Invalid
from portal.occasions.model import OccasionKind, OccasionPlan
from portal.voice.opinions import TEXT_MAX, OpinionTopic
from portal.voice.photos import clean_photo

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from portal.web.forms import FormReader

_ID_MOST = 2**53 - 1
_ROWS_MOST = 2**31 - 1
_COMPANIONS_MOST = 10
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PDF, _MEGABYTE = b"%PDF-", 1024**2


def new_key() -> str:
    """Return a client key for a form that is about to be shown."""
    return str(uuid.uuid4())


def read_key(form: FormReader) -> str:
    """Return the key the form was shown with, or a new one."""
    key = form.values.get("client_key", "")
    return key if _KEY.fullmatch(key) else new_key()


def read_trip(form: FormReader, zone: ZoneInfo, organiser: int) -> TripCommand:
    """Read a trip with its occasion.

    Raises:
        Invalid: With everything found wrong.
    """
    plan = OccasionPlan(
        kind=OccasionKind.TRIP,
        title=form.text("title", longest=TITLE_MAX),
        title_en=form.text("title_en", longest=TITLE_MAX, shortest=0),
        place=form.text("place", longest=PLACE_MAX),
        starts_at=_instant(form, "starts_on", "starts_time", zone),
        ends_at=_instant(form, "ends_on", "ends_time", zone),
        sign_up_until=dt.datetime.combine(
            form.date("sign_up_on") + dt.timedelta(days=1) if _given(form, "sign_up_on") else dt.date.max,
            dt.time(),
            zone,
        ),
        seats=form.integer("seats", least=1, most=SEATS_MOST),
        organiser_user_id=organiser,
        seats_per_dealer=form.integer("seats_per_dealer", least=1, most=SEATS_MOST),
        companions_max=form.integer("companions_max", most=_COMPANIONS_MOST),
        companions_take_seats=form.flag("companions_take_seats"),
        season_id=form.optional_integer("season", least=1, most=_ROWS_MOST),
        region_id=form.optional_integer("region", least=1, most=_ROWS_MOST),
    )
    command = TripCommand(
        plan=plan,
        training_id=form.optional_integer("training", least=1, most=_ID_MOST),
        is_plain_meeting=form.flag("is_plain_meeting"),
        leader_user_id=form.optional_integer("leader", least=1, most=_ID_MOST),
        leader_phone=form.text("leader_phone", longest=PHONE_MAX, shortest=0),
        emergency=form.text("emergency", longest=EMERGENCY_MAX, shortest=0, lines=True),
    )
    form.check()
    return command


def _given(form: FormReader, field: str) -> bool:
    if form.values.get(field):
        return True
    form.refuse(field, "Please fill this in.")
    return False


def _instant(form: FormReader, day: str, time: str, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(form.date(day), _time(form, time), zone)


def _time(form: FormReader, field: str) -> dt.time:
    text = form.values.get(field, "")
    if _TIME.fullmatch(text[:5]) and len(text) in (5, 8):
        return dt.time.fromisoformat(text[:5])
    form.refuse(field, "Please enter a time such as 09:30." if text else "Please fill this in.")
    return dt.time()


def read_criteria(form: FormReader) -> CriteriaCommand:
    """Read the decision and the days it looks at.

    Raises:
        Invalid: With everything found wrong.
    """
    command = CriteriaCommand(
        form.text("sha256", longest=64, shortest=64),
        form.date("looks_from_on"),
        form.date("looks_until_on"),
    )
    form.check()
    return command


def read_stop(form: FormReader, zone: ZoneInfo) -> StopCommand:
    """Read a line of the itinerary; it ends on the day it begins.

    Raises:
        Invalid: With everything found wrong.
    """
    command = StopCommand(
        starts_at=_instant(form, "day", "from", zone),
        ends_at=_instant(form, "day", "until", zone),
        title=form.text("title", longest=TITLE_MAX),
        title_en=form.text("title_en", longest=TITLE_MAX, shortest=0),
        place=form.text("place", longest=PLACE_MAX, shortest=0),
        who=form.text("who", longest=WHO_MAX, shortest=0),
    )
    form.check()
    return command


def read_rooms(form: FormReader) -> tuple[tuple[str, ...], int]:
    """Read names of rooms, separated by commas or lines, a span such as ``501-510`` included, and their beds.

    Raises:
        Invalid: With everything found wrong.
    """
    text = form.text("names", longest=ROOM_MAX * ROOMS_MOST, lines=True)
    beds = form.integer("beds", least=1, most=BEDS_MOST)
    names = [name for part in re.split(r"[,\n]", text) for name in _spanned(part.strip()) if name]
    if len(names) > ROOMS_MOST:
        form.refuse("names", "At most %(count)s rooms, please.", count=ROOMS_MOST)
    if any(len(name) > ROOM_MAX for name in names):
        form.refuse("names", "At most %(count)s characters, please.", count=ROOM_MAX)
    form.check()
    return tuple(names), beds


def _spanned(text: str) -> list[str]:
    """Return the rooms of a span such as ``501-510``, or the text itself."""
    found = re.fullmatch(r"([0-9]{1,6})\s*[-–~]\s*([0-9]{1,6})", text)
    if not found:
        return [text]
    first, last = int(found[1]), int(found[2])
    if not 0 <= last - first <= ROOMS_MOST:
        return [text]
    return [str(number).zfill(len(found[1])) for number in range(first, last + 1)]


def read_person(form: FormReader) -> tuple[Marker, str]:
    """Read what a person said for sharing a room, and whom to call.

    Raises:
        Invalid: With everything found wrong.
    """
    marker = form.member("marker", Marker)
    emergency = form.text("emergency", longest=CONTACT_MAX, shortest=0)
    form.check()
    return marker, emergency


async def read_cost(form: FormReader, largest_bytes: int) -> CostCommand:
    """Read an amount with its receipt.

    Args:
        form: The form.
        largest_bytes: Most a receipt may have.

    Raises:
        Invalid: With everything found wrong.
    """
    command = CostCommand(
        kind=form.member("kind", CostKind),
        category=form.member("category", CostCategory),
        text=form.text("text", longest=COST_TEXT_MAX, shortest=0),
        on_day=form.date("on_day"),
        supply_minor=form.integer("supply_minor", most=AMOUNT_MOST),
        vat_minor=form.optional_integer("vat_minor", most=AMOUNT_MOST) or 0,
        for_dealers=form.flag("for_dealers"),
        receipt=await _receipt(form, largest_bytes),
    )
    form.check()
    return command


async def _receipt(form: FormReader, largest_bytes: int) -> tuple[bytes, str] | None:
    upload = form.files.get("receipt")
    content = await upload.read(largest_bytes + 1) if upload and upload.filename else b""
    if not content:
        return None
    if len(content) > largest_bytes:
        megabytes = max(1, largest_bytes // _MEGABYTE)
        form.refuse("receipt", "The file is larger than %(megabytes)s MB.", megabytes=megabytes)
        return None
    if content.startswith(_PDF):
        return content, "application/pdf"
    try:
        return await asyncio.to_thread(clean_photo, content), "image/jpeg"
    except Invalid:
        form.refuse("receipt", "Please attach a photo (JPEG, PNG, WebP) or a PDF.")
    return None


def read_topic(form: FormReader) -> TopicCommand:
    """Read what a dealer brought up on the way.

    Raises:
        Invalid: With everything found wrong.
    """
    command = TopicCommand(
        client_key=read_key(form),
        dealer_id=form.integer("dealer", least=1, most=_ID_MOST),
        topic=form.member("topic", OpinionTopic),
        text=form.text("text", longest=TEXT_MAX, lines=True),
        solution=form.text("solution", longest=TEXT_MAX, shortest=0, lines=True),
        owner_user_id=form.optional_integer("owner", least=1, most=_ID_MOST),
        due_on=form.date("due_on") if form.values.get("due_on") else None,
    )
    form.check()
    return command


def read_hospitality(form: FormReader) -> HospitalityCommand:
    """Read an entry of the hospitality log.

    Raises:
        Invalid: With everything found wrong.
    """
    command = HospitalityCommand(
        client_key=read_key(form),
        dealer_code=form.text("dealer", longest=80),
        kind=form.member("kind", HospitalityKind),
        happened_on=form.date("happened_on"),
        place=form.text("place", longest=PLACE_MAX, shortest=0),
        purpose=form.text("purpose", longest=PURPOSE_MAX),
        heads=form.integer("heads", least=1, most=HEADS_MOST),
        supply_minor=form.integer("supply_minor", most=AMOUNT_MOST),
        vat_minor=form.optional_integer("vat_minor", most=AMOUNT_MOST) or 0,
    )
    form.check()
    return command


def last_day_before(instant: dt.datetime) -> dt.date:
    """Return the last day that ends by an instant: how an exclusive end is shown."""
    return (instant - dt.timedelta(microseconds=1)).date()
