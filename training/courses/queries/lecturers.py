"""Lecturers with the days they are away and what they teach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from training.courses.model import LecturerKind

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class LecturerRow:
    """Somebody who teaches; ``fee_minor`` is a day's and shown to few, ``blocks`` counts what he teaches."""

    id: int
    kind: LecturerKind
    name: str
    name_en: str
    organisation: str
    title: str
    cv: str
    fee_minor: int
    email: str
    phone: str
    version: int
    archived_at: dt.datetime | None
    blocks: int


@dataclass(frozen=True, slots=True)
class AwayRow:
    """Days on which a lecturer cannot come, both inclusive."""

    id: int
    lecturer_id: int
    from_on: dt.date
    to_on: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class TaughtRow:
    """A block a lecturer teaches."""

    session_id: int
    session_title: str
    session_title_en: str
    module_title: str
    module_title_en: str
    starts_at: dt.datetime
    ends_at: dt.datetime


_LECTURER = (
    "select l.id, l.kind, l.name, l.name_en, l.organisation, l.title, l.cv, l.fee_minor, l.email, l.phone,"
    " l.version, l.archived_at, coalesce(b.n, 0) as blocks from lecturer l left join (select b.lecturer,"
    " count(*) as n from session_block b join training_session t on t.id = b.session join occasion o"
    " on o.id = t.occasion where o.state <> 'cancelled' group by b.lecturer) b on b.lecturer = l.id"
)


async def list_lecturers(*, in_use: bool = False) -> tuple[LecturerRow, ...]:
    """Return lecturers by name, those in use first; only these when asked."""
    where = " where l.archived_at is null" if in_use else ""
    rows = await fetch(
        f"{_LECTURER}{where} order by case when l.archived_at is null then 0 else 1 end, l.name, l.id"
    )
    return tuple(_lecturer(row) for row in rows)


async def get_lecturer(lecturer_id: int) -> LecturerRow:
    """Return one lecturer.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_one(f"{_LECTURER} where l.id = {{}}", lecturer_id)
    if row is None:
        raise NotFound
    return _lecturer(row)


async def list_away(lecturer_id: int) -> tuple[AwayRow, ...]:
    """Return the days a lecturer is away, the latest first."""
    rows = await fetch(
        "select id, lecturer as lecturer_id, from_on, to_on, reason from lecturer_away where lecturer = {}"
        " order by from_on desc, id",
        lecturer_id,
    )
    return tuple(AwayRow(**row) for row in rows)


async def list_taught(lecturer_id: int) -> tuple[TaughtRow, ...]:
    """Return what a lecturer teaches, the latest first; 100 blocks at most."""
    rows = await fetch(
        "select t.id as session_id, o.title as session_title, o.title_en as session_title_en,"
        " m.title as module_title, m.title_en as module_title_en, b.starts_at, b.ends_at"
        " from session_block b join training_session t on t.id = b.session"
        " join occasion o on o.id = t.occasion"
        " join course_module m on m.id = b.module where b.lecturer = {} and o.state <> 'cancelled'"
        " order by b.starts_at desc, b.id limit 100",
        lecturer_id,
    )
    return tuple(TaughtRow(**row) for row in rows)


def _lecturer(row: Row) -> LecturerRow:
    return LecturerRow(**{**row, "kind": LecturerKind(row["kind"])})
