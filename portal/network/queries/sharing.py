"""What dealers share with the manufacturer: the dealer's own page, and the state of every dealer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.network.model import Purpose
from portal.network.scope import in_scope
from portal.paging import PAGE_SIZE, Cursor, Page, page_of

if TYPE_CHECKING:
    from portal.access import Viewer


@dataclass(frozen=True, slots=True)
class SharingRow:
    """The state of one purpose for one dealer.

    Attributes:
        since: Instant of the open grant, UTC; None while nothing is shared.
        granted_by: Who gave it; empty when not known any more.
        records: How many records of the dealer's own it concerns; None where counting means nothing.
    """

    purpose: Purpose
    since: dt.datetime | None
    granted_by: str
    records: int | None


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A past or present grant."""

    purpose: Purpose
    granted_at: dt.datetime
    granted_by: str
    revoked_at: dt.datetime | None
    revoked_by: str


async def list_grants(dealer_id: int) -> tuple[GrantRow, ...]:
    """Return a dealer's grants, newest first; the caller has checked that they are the viewer's to see."""
    rows = await fetch(
        "select g.purpose, g.granted_at, coalesce(u.name, '') as granted_by, g.revoked_at,"
        " coalesce(v.name, '') as revoked_by from sharing_grant g"
        " left join login_user u on u.id = g.granted_by_user_id"
        " left join login_user v on v.id = g.revoked_by_user_id"
        " where g.dealer = {} order by g.id desc limit 100",
        dealer_id,
    )
    return tuple(GrantRow(**{**row, "purpose": Purpose(row["purpose"])}) for row in rows)


async def list_sharing(dealer_id: int) -> tuple[SharingRow, ...]:
    """Return every purpose and whether the dealer shares for it; the caller has checked the viewer."""
    counts = await _own_records(dealer_id)
    opened = {grant.purpose: grant for grant in await list_grants(dealer_id) if grant.revoked_at is None}
    return tuple(
        SharingRow(
            purpose,
            opened[purpose].granted_at if purpose in opened else None,
            opened[purpose].granted_by if purpose in opened else "",
            counts.get(purpose),
        )
        for purpose in Purpose
    )


async def _own_records(dealer_id: int) -> dict[Purpose, int]:
    rows = await fetch(
        "select 'outlets' as purpose, count(*) as n from account where dealer = {} and kind = 'outlet'"
        " and owner = 'dealer' union all select 'terminals', count(*) from account where dealer = {}"
        " and kind = 'terminal' and owner = 'dealer' union all select 'contacts', count(*) from contact c"
        " join account a on a.id = c.account where a.dealer = {} and c.owner = 'dealer'",
        dealer_id,
        dealer_id,
        dealer_id,
    )
    return {Purpose(row["purpose"]): row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class DealerSharing:
    """What one dealer shares, as the manufacturer sees it."""

    id: int
    code: str
    name: str
    region: str
    region_en: str
    purposes: frozenset[Purpose]
    last_change_at: dt.datetime | None


async def list_dealers_sharing(
    viewer: Viewer, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[DealerSharing]:
    """Return one page of the viewer's dealers by name, with what each shares."""
    scope = in_scope(viewer, "a")
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = f" and (a.name, a.id) {after} ({{}}, {{}})" if cursor.key else ""
    rows = await fetch(
        "select a.id, a.code, a.name, coalesce(r.name, '') as region, coalesce(r.name_en, '') as region_en"  # noqa: S608  from code
        " from account a"
        f" left join region r on r.id = a.region where a.kind = 'dealer' and a.merged_into is null"
        f" and {scope.sql}{place} order by a.name {order}, a.id {order} limit {limit + 1}",
        *scope.args,
        *cursor.key,
    )
    marks = ", ".join("{}" for _ in rows) or "null"
    grants = await fetch(
        "select dealer, purpose, granted_at, revoked_at from sharing_grant"  # noqa: S608  marks only
        f" where dealer in ({marks}) order by id",
        *(row["id"] for row in rows),
    )
    found = [
        _dealer_sharing(row, [grant for grant in grants if grant["dealer"] == row["id"]]) for row in rows
    ]
    return page_of(found, cursor, lambda row: (row.name, row.id), limit=limit)


def _dealer_sharing(row: dict[str, object], grants: list[dict[str, object]]) -> DealerSharing:
    changes = [at for grant in grants for at in (grant["granted_at"], grant["revoked_at"]) if at is not None]
    opened = frozenset(Purpose(str(grant["purpose"])) for grant in grants if grant["revoked_at"] is None)
    return DealerSharing(
        **row,  # type: ignore[arg-type]  # the columns selected above
        purposes=opened,
        last_change_at=max(changes, default=None),  # type: ignore[type-var, arg-type]  # instants
    )


async def count_sharing(viewer: Viewer) -> dict[Purpose, int]:
    """Count the viewer's dealers that share, for each purpose."""
    scope = in_scope(viewer, "a")
    rows = await fetch(
        "select g.purpose, count(*) as n from sharing_grant g join account a on a.id = g.dealer"  # noqa: S608  from code
        f" where g.revoked_at is null and a.merged_into is null and {scope.sql} group by g.purpose",
        *scope.args,
    )
    found = {Purpose(row["purpose"]): row["n"] for row in rows}
    return {purpose: found.get(purpose, 0) for purpose in Purpose}
