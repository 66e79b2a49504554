"""Everything a planned session could clash with, one query per kind."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_value
from portal.network.scope import Condition
from portal.sales.model import DocumentKind, Level
from training.sessions.clashes import Surroundings, Taken

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from portal.settings import Settings
    from training.sessions.model import Block

_DAY = dt.timedelta(days=1)
_PERCENT = 100
_OTHERS_MOST = 10


async def read_around(
    blocks: Sequence[Block],
    settings: Settings,
    *,
    region_id: int | None,
    session_id: int = 0,
    occasion_id: int = 0,
) -> Surroundings:
    """Return what could clash with blocks; the caller may plan.

    Args:
        blocks: What is planned, at least one.
        settings: From when on a weekday counts as a delivery day.
        region_id: The region it is for; None = everywhere.
        session_id: The session itself, which does not clash with itself; 0 = a new one.
        occasion_id: Its occasion, whose invited dealers are looked at; 0 = a new one.
    """
    zone = settings.zone
    first = min(block.starts_at for block in blocks)
    last = max(block.ends_at for block in blocks)
    first_on, last_on = (
        first.astimezone(zone).date(),
        (last - dt.timedelta(microseconds=1)).astimezone(zone).date(),
    )
    lecturers = sorted({block.lecturer_id for block in blocks if block.lecturer_id is not None})
    rooms = sorted({block.room_id for block in blocks})
    room_rows = await fetch(
        f"select id, name, capacity from venue_room where id in ({_marks(rooms)})", *rooms
    )
    return Surroundings(
        lecturers=await _names("lecturer", lecturers),
        rooms={row["id"]: row["name"] for row in room_rows},
        capacities={row["id"]: row["capacity"] for row in room_rows},
        lecturer_blocks=await _taken("b.lecturer", lecturers, first, last, session_id),
        room_blocks=await _taken("coalesce(b.room, t.room)", rooms, first, last, session_id),
        away=await _away(lecturers, first_on, last_on),
        peaks=await _peaks(first_on, last_on, region_id),
        holidays=await list_holidays(first_on, last_on),
        delivery_shares=await _deliveries(occasion_id, first_on, settings),
        delivery_percent=settings.training_delivery_percent,
        others=await _others(occasion_id, first, last),
    )


def _marks(values: Collection[object]) -> str:
    return ", ".join("{}" for _ in values) or "null"


async def _names(table: str, ids: Sequence[int]) -> dict[int, str]:
    rows = await fetch(f"select id, name from {table} where id in ({_marks(ids)})", *ids)
    return {row["id"]: row["name"] for row in rows}


async def _taken(
    column: str, ids: Sequence[int], first: dt.datetime, last: dt.datetime, session_id: int
) -> tuple[Taken, ...]:
    rows = await fetch(
        f"select {column} as who, o.title, b.starts_at, b.ends_at from session_block b"
        " join training_session t on t.id = b.session join occasion o on o.id = t.occasion"
        f" where {column} in ({_marks(ids)}) and b.starts_at < {{}} and b.ends_at > {{}}"
        " and o.state <> 'cancelled' and t.id <> {} order by b.starts_at, b.id",
        *ids,
        last,
        first,
        session_id,
    )
    return tuple(Taken(**row) for row in rows)


async def _away(
    ids: Sequence[int], first_on: dt.date, last_on: dt.date
) -> tuple[tuple[int, dt.date, dt.date, str], ...]:
    rows = await fetch(
        "select lecturer, from_on, to_on, reason from lecturer_away"
        f" where lecturer in ({_marks(ids)}) and from_on <= {{}} and to_on >= {{}} order by from_on, id",
        *ids,
        last_on,
        first_on,
    )
    return tuple((row["lecturer"], row["from_on"], row["to_on"], row["reason"]) for row in rows)


async def _peaks(
    first_on: dt.date, last_on: dt.date, region_id: int | None
) -> tuple[tuple[str, str, dt.date, dt.date], ...]:
    """Return peak seasons of the whole network, and of the session's region or one above or below it."""
    path = await fetch_value("select path from region where id = {}", region_id) if region_id else None
    where = Condition("1 = 1")
    if path is not None:
        where = Condition(
            "(s.region is null or substr(r.path, 1, {}) = {} or substr({}, 1, length(r.path)) = r.path)",
            (len(path), path, path),
        )
    rows = await fetch(
        "select s.code, s.label, s.from_on, s.until_on from season s left join region r on r.id = s.region"
        " where s.kind = 'peak' and s.state <> 'draft' and s.from_on <= {} and s.until_on > {}"
        f" and {where.sql} order by s.from_on, s.id",
        last_on,
        first_on,
        *where.args,
    )
    return tuple((row["code"], row["label"], row["from_on"], row["until_on"] - _DAY) for row in rows)


async def _deliveries(occasion_id: int, first_on: dt.date, settings: Settings) -> dict[int, int]:
    """Return by weekday the percentage of the invited dealers who ordered on it in an average week.

    Looked at are the dealers' own orders of the weeks before the newest one there is, or before the session.
    """
    invited = await fetch_value(
        "select count(*) from occasion_invitation where occasion = {} and is_invited", occasion_id
    )
    newest = await fetch_value(
        "select max(d.business_on) as day from document d join occasion_invitation i on i.dealer = d.buyer"
        " where i.occasion = {} and i.is_invited and d.level = {} and d.kind = {} and d.business_on < {}",
        occasion_id,
        int(Level.SELL_IN),
        int(DocumentKind.ORDER),
        first_on,
    )
    last_on = as_date(newest)
    if not invited or last_on is None:
        return {}
    weeks = settings.training_delivery_weeks
    rows = await fetch(
        "select d.business_on, count(distinct d.buyer) as dealers from document d"
        " join occasion_invitation i on i.dealer = d.buyer where i.occasion = {} and i.is_invited"
        " and d.level = {} and d.kind = {} and d.business_on > {} and d.business_on <= {}"
        " group by d.business_on",
        occasion_id,
        int(Level.SELL_IN),
        int(DocumentKind.ORDER),
        last_on - dt.timedelta(weeks=weeks),
        last_on,
    )
    by_weekday: dict[int, int] = defaultdict(int)
    for row in rows:
        by_weekday[row["business_on"].weekday()] += row["dealers"]
    return {weekday: count * _PERCENT // (invited * weeks) for weekday, count in by_weekday.items()}


async def _others(
    occasion_id: int, first: dt.datetime, last: dt.datetime
) -> tuple[tuple[int, str, int], ...]:
    rows = await fetch(
        "select o.id, o.title, count(*) as dealers from occasion_invitation i join occasion_invitation j"
        " on j.dealer = i.dealer and j.occasion <> i.occasion and j.is_invited and j.declined_at is null"
        " join occasion o on o.id = j.occasion where i.occasion = {} and i.is_invited and o.starts_at < {}"
        f" and o.ends_at > {{}} and o.state <> 'cancelled' group by o.id, o.title"
        f" order by o.id limit {_OTHERS_MOST}",
        occasion_id,
        last,
        first,
    )
    return tuple((row["id"], row["title"], row["dealers"]) for row in rows)


async def list_words(session_id: int) -> dict[tuple[str, str], str]:
    """Return the words said about a session's soft clashes, by kind and key."""
    rows = await fetch("select kind, key, word from session_clash where session = {}", session_id)
    return {(row["kind"], row["key"]): row["word"] for row in rows}


async def list_holidays(first_on: dt.date, last_on: dt.date) -> dict[dt.date, str]:
    """Return the names of public holidays between two days, both inclusive."""
    rows = await fetch("select day_on, name from holiday where day_on between {} and {}", first_on, last_on)
    return {row["day_on"]: row["name"] for row in rows}
