"""What a calendar page shows beside its sessions: choices of its filters, holidays and peak seasons."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from portal.db import fetch

if TYPE_CHECKING:
    from portal.db.sql import Row

_DAY = dt.timedelta(days=1)
_CHOICES = (
    "select 'region' as kind, r.id, r.name, r.name_en, r.path from region r"
    " union all select 'course', c.id, c.title, c.title_en, u.title from course c"
    " join curriculum u on u.id = c.curriculum where c.archived_at is null and u.archived_at is null"
    " union all select 'lecturer', l.id, l.name, l.name_en, '' from lecturer l where l.archived_at is null"
)
_DAYS = (
    "select h.day_on as first_on, h.day_on as until_on, h.name from holiday h"
    " where h.day_on between {} and {}"
    " union all select s.from_on, s.until_on, '' from season s where s.kind = 'peak' and s.state <> 'draft'"
    " and s.region is null and s.category = '' and s.from_on <= {} and s.until_on > {}"
)


class Choices(NamedTuple):
    """What a calendar can be filtered by, each a dict of ``id``, ``name``, ``name_en``.

    Attributes:
        regions: Each parent before its children; with ``path``.
        courses: In use, by curriculum and title.
        lecturers: In use, by name.
    """

    regions: list[Row]
    courses: list[Row]
    lecturers: list[Row]


async def list_choices() -> Choices:
    """Return what a calendar can be filtered by, by one query that looks at no session."""
    by_kind: dict[str, list[Row]] = {"region": [], "course": [], "lecturer": []}
    for row in await fetch(_CHOICES):
        by_kind[row["kind"]].append(row)
    return Choices(
        sorted(by_kind["region"], key=lambda row: row["path"].split("/")),
        sorted(by_kind["course"], key=lambda row: (row["path"], row["name"], row["id"])),
        sorted(by_kind["lecturer"], key=lambda row: (row["name"], row["id"])),
    )


async def list_marked_days(
    first_on: dt.date, last_on: dt.date
) -> tuple[dict[dt.date, str], list[tuple[dt.date, dt.date]]]:
    """Return public holidays by day, and first and last day of the whole network's peak seasons.

    Args:
        first_on: First day looked at.
        last_on: Last day, inclusive, as is that of a season.
    """
    rows = await fetch(_DAYS, first_on, last_on, last_on, first_on)
    holidays = {row["first_on"]: row["name"] for row in rows if row["name"]}
    return holidays, [(row["first_on"], row["until_on"] - _DAY) for row in rows if not row["name"]]
