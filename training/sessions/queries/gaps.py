"""Who was invited and did not come, and who never came: by region and dealer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.db import as_date, fetch
from portal.network.scope import Condition, in_scope
from portal.paging import PAGE_SIZE, Cursor, Page, page_of

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row
    from portal.paging import Key


class Gap(StrEnum):
    """Which gap is looked at."""

    MISSED = "missed"
    """Invited to a session that was held, and came to fewer than that."""
    NEVER = "never"
    """Came to no session, invited or not."""


@dataclass(frozen=True, slots=True)
class GapRow:
    """A dealer with the sessions held since a day.

    Attributes:
        invited, signed_up, came: Sessions, each counted once.
        missed: Sessions with a confirmed seat to which nobody of the dealer came.
        last_on: Day of the last session somebody came to, or None.
    """

    id: int
    code: str
    name: str
    region_path: str
    region_name: str
    region_name_en: str
    invited: int
    signed_up: int
    came: int
    last_on: dt.date | None

    @property
    def missed(self) -> int:
        """Sessions with a seat to which nobody came."""
        return max(0, self.signed_up - self.came)

    @property
    def key(self) -> Key:
        """What the list is ordered by."""
        return (self.region_path, self.code, self.id)


_HELD = "o.kind = 'training' and o.state = 'held' and o.starts_at >= {}"
_CAME = (
    "select e.dealer, count(distinct e.occasion) as n, max(o.ends_at) as last_at from door_record d"
    " join enrollment e on e.id = d.enrollment join occasion o on o.id = e.occasion"
    f" where {_HELD} and d.kind = 'in' and d.guest_position = 0 and d.undone_at is null"
    " and e.state = 'confirmed' group by e.dealer"
)
_GAPS = (
    "select a.id, a.code, a.name, coalesce(r.path, '') as region_path, coalesce(r.name, '') as region_name,"
    " coalesce(r.name_en, '') as region_name_en, coalesce(i.n, 0) as invited, coalesce(e.n, 0) as signed_up,"
    " coalesce(d.n, 0) as came, d.last_at from account a left join region r on r.id = a.region"
    " left join (select i.dealer, count(*) as n from occasion_invitation i join occasion o"
    f" on o.id = i.occasion where i.is_invited and {_HELD} group by i.dealer) i on i.dealer = a.id"
    " left join (select e.dealer, count(distinct e.occasion) as n from enrollment e join occasion o"
    f" on o.id = e.occasion where e.state = 'confirmed' and {_HELD} group by e.dealer) e on e.dealer = a.id"
    f" left join ({_CAME}) d on d.dealer = a.id"
    " where a.kind = 'dealer' and a.merged_into is null and a.state <> 'closed'"
)
_WHICH = {
    Gap.MISSED: "coalesce(i.n, 0) > coalesce(d.n, 0)",
    Gap.NEVER: "coalesce(d.n, 0) = 0",
}


async def list_gaps(
    viewer: Viewer, policy: str, gap: Gap, since: dt.datetime, cursor: Cursor, *, size: int = PAGE_SIZE
) -> Page[GapRow]:
    """Return dealers of the viewer's part with a gap, by region and code.

    Args:
        viewer: Who asks.
        policy: Under which policy.
        gap: Which gap.
        since: Sessions that began at this instant or later count.
        cursor: Where the page starts.
        size: Rows of a page.
    """
    seen = in_scope(viewer, "a", policy=policy)
    after = _after(cursor)
    direction = "desc" if cursor.backwards else "asc"
    rows = await fetch(
        f"{_GAPS} and {_WHICH[gap]} and {seen.sql} and {after.sql}"
        f" order by coalesce(r.path, '') {direction}, a.code {direction}, a.id {direction} limit {size + 1}",
        since,
        since,
        since,
        *seen.args,
        *after.args,
    )
    return page_of([_row(row) for row in rows], cursor, lambda row: row.key, limit=size)


def _after(cursor: Cursor) -> Condition:
    if not cursor.key:
        return Condition("1 = 1")
    sign = "<" if cursor.backwards else ">"
    return Condition(f"(coalesce(r.path, ''), a.code, a.id) {sign} ({{}}, {{}}, {{}})", cursor.key)


def _row(row: Row) -> GapRow:
    last_at = row["last_at"]
    last_on = last_at.date() if isinstance(last_at, dt.datetime) else as_date(last_at)
    return GapRow(**{name: row[name] for name in row if name != "last_at"}, last_on=last_on)


async def count_by_region(viewer: Viewer, policy: str, since: dt.datetime) -> list[dict[str, object]]:
    """Return by region, in the tree's order, how many dealers there are, were invited, came, never came."""
    seen = in_scope(viewer, "a", policy=policy)
    return await fetch(
        "select x.region_path, x.region_name, x.region_name_en, count(*) as dealers,"
        " sum(case when x.invited > 0 then 1 else 0 end) as invited,"
        " sum(case when x.came > 0 then 1 else 0 end) as came,"
        " sum(case when x.invited > x.came then 1 else 0 end) as missed,"
        f" sum(case when x.came = 0 then 1 else 0 end) as never from ({_GAPS} and {seen.sql}) x"
        " group by x.region_path, x.region_name, x.region_name_en order by x.region_path",
        since,
        since,
        since,
        *seen.args,
    )
