"""Background work of occasions: mails, reminders, closing when signing up is over."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.jobs.service import register, registered_kinds
from portal.mail.service import QueuePostman
from portal.occasions.calendar import calendar_of
from portal.occasions.letters import letter_of
from portal.occasions.model import OccasionState
from portal.occasions.queries.occasions import list_occasions
from portal.occasions.service.filling import fill_free_seats
from portal.occasions.service.notices import JOB, Notice, announce
from portal.occasions.sources import lines_of
from portal.web.i18n import in_locale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.db.sql import Row
    from portal.jobs.run import JobRun
    from portal.occasions.queries.occasions import OccasionRow
    from portal.settings import Settings

# Letters a transaction: the audit log and the pages of others wait meanwhile.
_CHUNK = 100
# What puts, moves or takes away an event; an invitation is none yet.
_WITH_EVENT = frozenset({Notice.CONFIRMED, Notice.PROMOTED, Notice.CHANGED, Notice.CALLED_OFF})
_ABOUT_ONE = frozenset({Notice.CONFIRMED, Notice.WAITING, Notice.PROMOTED, Notice.WITHDRAWN})


def register_jobs(settings: Settings) -> None:
    """Name the function that writes mails about occasions; naming it again changes nothing."""
    if JOB not in registered_kinds():
        register(JOB, partial(send_notices, settings=settings))


async def send_notices(run: JobRun, settings: Settings) -> dict[str, Any]:
    """Queue the mails one job asks for, each person's once, in that person's language."""
    occasion_id, about = int(run.payload["occasion_id"]), int(run.payload["about"])
    notice = Notice(run.payload["notice"])
    occasion = (await list_occasions(None, [occasion_id])).get(occasion_id)
    if occasion is None:
        return {"letters": 0}
    people = await _readers(notice, occasion, about)
    what = f"{notice.value}:{about}" if about else notice.value
    letters = 0
    for start in range(0, len(people), _CHUNK):
        async with unit_of_work():
            for person in people[start : start + _CHUNK]:
                letters += await _write(notice, what, occasion, person, settings)
    return {"letters": letters}


async def _write(notice: Notice, what: str, occasion: OccasionRow, person: Row, settings: Settings) -> int:
    new = await fetch_value(
        "insert into occasion_notice (occasion, user_id, what, at) values ({}, {}, {}, {})"
        " on conflict (occasion, user_id, what) do nothing returning id",
        occasion.id,
        person["id"],
        what,
        dt.datetime.now(dt.UTC),
    )
    if new is None:
        return 0
    subject, text = letter_of(
        notice,
        occasion,
        person["locale"],
        settings.public_url,
        who=person["who"],
        reason=person["reason_en"] or person["reason"] if person["locale"] == "en" else person["reason"],
    )
    event = await _event(occasion, person["locale"], settings) if notice in _WITH_EVENT else ""
    await QueuePostman(settings).queue(person["work_email"], subject, text, calendar=event)
    return 1


async def _event(occasion: OccasionRow, locale: str, settings: Settings) -> str:
    """Return the occasion as iCalendar for a participant's calendar; called off, it takes the event away."""
    href = f"{settings.public_url.rstrip('/')}/my/occasions/{occasion.id}"
    lines = await lines_of(occasion.kind, occasion.id)
    with in_locale(locale):
        content = calendar_of(
            [(occasion, lines, href)], settings.zone, settings.public_host, dt.datetime.now(dt.UTC)
        )
    return content.decode()


async def _readers(notice: Notice, occasion: OccasionRow, about: int) -> list[Row]:
    """Return the people a mail goes to: id, address, locale, whom it concerns, why they are invited."""
    if notice is Notice.INVITED:
        return await fetch(
            "select distinct u.id, u.work_email, u.locale, '' as who, i.reason, i.reason_en"
            " from occasion_invitation i"
            " join role_grant g on g.account_id = i.dealer and g.state = 'active' and g.role = 'dealer_owner'"
            " join login_user u on u.id = g.user_id where i.occasion = {} and i.is_invited and u.active"
            " and u.work_email <> '' order by u.id",
            occasion.id,
        )
    wanted = "e.id = {}" if notice in _ABOUT_ONE else "e.occasion = {} and e.state <> 'cancelled'"
    if notice is Notice.REMINDER:
        wanted = "e.occasion = {} and e.state = 'confirmed'"
    rows = await fetch(
        "select u.id, u.work_email, u.locale, coalesce(h.name, '') as who, '' as reason, '' as reason_en"  # noqa: S608  from code
        " from enrollment e join login_user u on u.id = e.user_id or u.id = e.requested_by_user_id"
        " left join guest h on h.enrollment = e.id and h.position = 0"
        f" where {wanted} and u.active and u.work_email <> '' order by u.id, e.number",
        about if notice in _ABOUT_ONE else occasion.id,
    )
    return list(_once(rows))


def _once(rows: Iterable[Row]) -> Iterable[Row]:
    """One mail a person, naming everybody it concerns."""
    found: dict[int, Row] = {}
    for row in rows:
        if known := found.get(row["id"]):
            if row["who"] not in known["who"].split(", "):
                known["who"] = f"{known['who']}, {row['who']}"
        else:
            found[row["id"]] = row
    return found.values()


async def daily(settings: Settings) -> None:
    """Do what every day asks for: close, remind, forget what was told for an occasion that is over."""
    await look_ahead(settings)
    await forget_details(settings)


async def forget_details(settings: Settings, now: dt.datetime | None = None) -> int:
    """Delete phones, diets, relations, notes and companions' names of occasions that are long over.

    The seat holder's own name stays for certificates and counts until the person is erased.

    Args:
        settings: ``occasion_guest_days`` says how many days after the end.
        now: Current instant, UTC; None reads the clock.

    Returns:
        How many people's details were deleted.

    Source: 개인정보 보호법 제21조 (what is not needed any more is destroyed without delay).
    """
    over = (now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=settings.occasion_guest_days)
    async with unit_of_work():
        await execute(
            "update enrollment set note = '' where note <> ''"
            " and occasion in (select id from occasion where ends_at <= {})",
            over,
        )
        return await execute(
            "update guest set phone = '', diet = '', relation = '',"
            " name = case when position = 0 then name else '' end,"
            " name_en = case when position = 0 then name_en else '' end"
            " where (phone <> '' or diet <> '' or relation <> '' or (position > 0 and name <> ''))"
            " and enrollment in (select e.id from enrollment e join occasion o on o.id = e.occasion"
            " where o.ends_at <= {})",
            over,
        )


async def look_ahead(settings: Settings, now: dt.datetime | None = None) -> int:
    """Ask for reminders of what begins soon and close what takes no sign-ups any more; run daily.

    Seats that are left at the deadline go to sign-ups beyond their dealers' entitlement.

    Args:
        settings: ``occasion_reminder_days`` says how many days before.
        now: Current instant, UTC; None reads the clock.

    Returns:
        How many occasions were looked at.
    """
    at = now or dt.datetime.now(dt.UTC)
    until = at + dt.timedelta(days=settings.occasion_reminder_days)
    soon = await fetch(
        "select id from occasion where state in ('open', 'closed') and starts_at > {} and starts_at <= {}",
        at,
        until,
    )
    over = await fetch("select id from occasion where state = 'open' and sign_up_until <= {}", at)
    for row in over:
        await _close(row["id"])
    for row in soon:
        async with unit_of_work():
            await announce(Notice.REMINDER, row["id"])
    return len({row["id"] for row in (*soon, *over)})


async def _close(occasion_id: int) -> None:
    async with unit_of_work():
        if await execute(
            "update occasion set state = {}, version = version + 1 where id = {} and state = {}",
            OccasionState.CLOSED.value,
            occasion_id,
            OccasionState.OPEN.value,
        ):
            await fill_free_seats(occasion_id)
