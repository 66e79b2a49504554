"""Occasions a viewer may see.

The manufacturer's people see those of their part of the network; drafts only where they may plan. A dealer's
people see what their dealer was invited to or left out of with a reason, from the moment it is opened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import ALWAYS, NEVER, Condition, in_scope
from portal.occasions.model import OccasionKind, OccasionState
from portal.occasions.policies import PLAN

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.access import Signature, Viewer
    from portal.db.sql import Row

BETWEEN_MOST = 500


@dataclass(frozen=True, slots=True)
class OccasionRow:
    """An occasion.

    Attributes:
        ends_at, sign_up_until: Exclusive.
        seats, seats_taken: Heads that fit, and heads of confirmed sign-ups.
        waiting: Sign-ups that wait.
        invited: Dealers invited.
        region_id, region_path: The region it is for; None = the whole network.
        version: Goes up with every change of the plan or the state.
    """

    id: int
    kind: OccasionKind
    state: OccasionState
    title: str
    title_en: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    sign_up_until: dt.datetime
    seats: int
    seats_taken: int
    waiting: int
    invited: int
    seats_per_dealer: int
    companions_max: int
    companions_take_seats: bool
    season_id: int | None
    region_id: int | None
    region_path: str | None
    region_name: str
    region_name_en: str
    organiser_user_id: int
    organiser_name: str
    opened_at: dt.datetime | None
    held_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    cancel_reason: str
    version: int

    @property
    def seats_free(self) -> int:
        """Heads that still fit."""
        return self.seats - self.seats_taken

    def takes_sign_ups(self, now: dt.datetime) -> bool:
        """Tell whether invited dealers may sign up at an instant."""
        return self.state is OccasionState.OPEN and now < self.sign_up_until

    def signature(self, viewer: Viewer, policy: str) -> Signature:
        """Return whose name an action on this occasion carries."""
        return viewer.signature(policy, self.region_path)


_COLUMNS = (
    "select o.id, o.kind, o.state, o.title, o.title_en, o.place, o.starts_at, o.ends_at, o.sign_up_until,"
    " o.seats, o.seats_taken, (select count(*) from enrollment e where e.occasion = o.id"
    " and e.state = 'waiting') as waiting, (select count(*) from occasion_invitation i"
    " where i.occasion = o.id and i.is_invited) as invited, o.seats_per_dealer,"
    " o.companions_max, o.companions_take_seats, o.season as season_id, o.region as region_id,"
    " r.path as region_path, coalesce(r.name, '') as region_name, coalesce(r.name_en, '') as region_name_en,"
    " o.organiser_user_id, coalesce(u.name, '') as organiser_name, o.opened_at, o.held_at, o.cancelled_at,"
    " o.cancel_reason, o.version from occasion o left join region r on r.id = o.region"
    " left join login_user u on u.id = o.organiser_user_id"
)


def seen_occasions(viewer: Viewer, policy: str) -> Condition:
    """Say that an occasion (alias ``o``, its region ``r``) is the viewer's to see under a policy."""
    if not viewer.allowed(policy):
        return NEVER
    if viewer.is_dealer_side:
        return invited_dealers(viewer, policy)
    shown = ALWAYS if viewer.allowed(PLAN) else Condition("o.state <> 'draft'")
    seen = in_scope(viewer, "a", policy=policy)
    if seen == ALWAYS:
        return shown
    # Asked once a query, not once an occasion: which regions have a dealer of the viewer's below them.
    dealers = (
        f"select a.region from account a where a.kind = 'dealer' and a.merged_into is null and {seen.sql}"
    )
    part = Condition(
        f"case when o.region is null then exists ({dealers}) else o.region in (select rr.id from region rr"
        f" where exists (select 1 from region ar where ar.id in ({dealers})"
        " and substr(ar.path, 1, length(rr.path)) = rr.path)) end",
        (*seen.args, *seen.args),
    )
    return shown & part


def invited_dealers(viewer: Viewer, policy: str) -> Condition:
    """Say that a dealer of the viewer's is on the list of an occasion (alias ``o``) that was opened."""
    dealers = viewer.scope_for(policy).dealer_ids
    if not dealers:
        return NEVER
    marks = ", ".join("{}" for _ in dealers)
    return Condition(
        "o.opened_at is not null and exists (select 1 from occasion_invitation oi where oi.occasion = o.id"
        f" and oi.dealer in ({marks}))",
        dealers,
    )


async def get_occasion(viewer: Viewer, occasion_id: int, policy_name: str) -> OccasionRow:
    """Return one occasion.

    Raises:
        NotFound: There is none, or none for this viewer under this policy.
    """
    seen = seen_occasions(viewer, policy_name)
    row = await fetch_one(f"{_COLUMNS} where o.id = {{}} and {seen.sql}", occasion_id, *seen.args)
    if row is None:
        raise NotFound
    return _occasion(row)


async def list_occasions(kind: OccasionKind | None, ids: Iterable[int]) -> dict[int, OccasionRow]:
    """Return occasions by id, of a kind or of any; the caller knows that they may be seen."""
    wanted = tuple(sorted(set(ids)))
    if not wanted:
        return {}
    marks = ", ".join("{}" for _ in wanted)
    condition = Condition(f"o.id in ({marks})", wanted)
    if kind is not None:
        condition = condition & Condition("o.kind = {}", (kind.value,))
    rows = await fetch(f"{_COLUMNS} where {condition.sql}", *condition.args)
    return {row["id"]: _occasion(row) for row in rows}


async def list_between(
    viewer: Viewer,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    policy_name: str,
    kind: OccasionKind | None = None,
) -> list[OccasionRow]:
    """Return what happens between two instants, for calendars: in order of time, 500 rows at most.

    Args:
        viewer: Who asks.
        starts_at: First moment.
        ends_at: Last moment, exclusive.
        policy_name: Policy under which the viewer looks.
        kind: Only this kind; None = every kind.
    """
    wanted = Condition("o.starts_at < {} and o.ends_at > {}", (ends_at, starts_at))
    if kind is not None:
        wanted = wanted & Condition("o.kind = {}", (kind.value,))
    where = wanted & seen_occasions(viewer, policy_name)
    rows = await fetch(
        f"{_COLUMNS} where {where.sql} order by o.starts_at, o.id limit {BETWEEN_MOST}", *where.args
    )
    return [_occasion(row) for row in rows]


async def list_own_occasions(viewer: Viewer, policy_name: str) -> list[OccasionRow]:
    """Return the opened occasions on whose list the viewer's dealers stand, latest first; 200 at most."""
    where = invited_dealers(viewer, policy_name)
    rows = await fetch(
        f"{_COLUMNS} where {where.sql} order by o.starts_at desc, o.id desc limit 200", *where.args
    )
    return [_occasion(row) for row in rows]


def _occasion(row: Row) -> OccasionRow:
    return OccasionRow(
        **{
            **row,
            "kind": OccasionKind(row["kind"]),
            "state": OccasionState(row["state"]),
            "companions_take_seats": bool(row["companions_take_seats"]),
        }
    )
