"""Plans the viewer may see: the list, one plan, its people."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotAllowed, NotFound
from portal.network.model import Purpose
from portal.network.scope import ALWAYS, Condition, all_of, in_regions, in_scope, shares
from portal.paging import PAGE_SIZE, Cursor, Page, UrlFilter, page_of
from portal.plans.model import PlanOwner, PlanState
from portal.plans.policies import OWN, OWN_DECIDE, PLAN, READ
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.access import Viewer

Row = dict[str, Any]
SUGGESTED = 300


@dataclass(frozen=True, slots=True)
class PlanFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit."""

    month: str = ""
    region: str = ""
    state: str = ""
    whose: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> PlanFilter:
        """Read the filter from a URL's parameters; unknown values are no limit."""
        month, state = query.get("month", "")[:7], query.get("state", "")
        try:
            Month.parse(month)
        except ValueError:
            month = ""
        whose = query.get("whose", "")
        return cls(
            month,
            query.get("region", "")[:200],
            state if state in set(PlanState) else "",
            whose if whose in set(PlanOwner) else "",
        )


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as its pages show it.

    Attributes:
        version: For optimistic locking.
        is_whole: Whether the viewer sees everybody's days; a representative sees the own ones.
        names_open: Whether the viewer may know the names of its people; a dealer's are his to share.
        can_undo: Whether the last change can be taken back.
        dealer: The dealer for whose people it is; None for the manufacturer's own.
        is_proposal: Whether the manufacturer wrote it for a dealer, whose answer it awaits or has.
        source: The proposal or plan it was copied from, or None.
        problem: Why making it failed, or why it was declined; empty otherwise.
    """

    id: int
    month: Month
    state: PlanState
    version: int
    region: int
    region_name: str
    region_name_en: str
    region_path: str
    label: str
    season: int | None
    outlets: int
    visits: int
    more_accounts: int
    more_visits: int
    more_seconds: int
    is_edited: bool
    is_whole: bool
    names_open: bool
    can_undo: bool
    dealer: int | None
    dealer_name: str
    is_proposal: bool
    source: int | None
    offered_at: dt.datetime | None
    answered_at: dt.datetime | None
    shared_at: dt.datetime | None
    inputs_sha256: str
    job_id: int | None
    creator: str
    created_at: dt.datetime
    approver: str
    approved_at: dt.datetime | None
    frozen_at: dt.datetime | None
    problem: str

    @property
    def is_dealers(self) -> bool:
        """Whether it is a dealer's own: nobody else changes it."""
        return self.dealer is not None and not self.is_proposal


_COLUMNS = (
    "select p.*, r.name as region_name, r.name_en as region_name_en, r.path as region_path,"
    " coalesce(d.name, '') as dealer_name, c.name as creator, ap.name as approver,"
    f" (p.dealer is null or {shares('p.dealer', Purpose.CONTACTS)}) as names_open"
)
_DEALERS = (
    "from account a join region r on r.id = a.region"
    " where a.kind = 'dealer' and a.merged_into is null and a.state <> 'closed'"
)
_TABLES = (
    " from development_plan p join region r on r.id = p.region left join account d on d.id = p.dealer"
    " left join login_user c on c.id = p.created_by_user_id"
    " left join login_user ap on ap.id = p.approved_by_user_id"
)


def visible_plans(viewer: Viewer, alias: str = "p") -> Condition:
    """Say that the viewer may see a plan.

    The manufacturer's side sees plans of its own people in its regions or with the viewer among them, what it
    proposed to dealers of its part, and of dealers' own plans those that are shared. A dealer's owner sees
    his own plans and the proposals sent to him, his staff those agreed in which they have days.
    """
    if viewer.is_dealer_side:
        return _visible_to_dealer(viewer, alias)
    ours = Condition(f"{alias}.owner = '{PlanOwner.MANUFACTURER.value}'")
    theirs = Condition(
        f"{alias}.owner = '{PlanOwner.DEALER.value}'"
        f" and ({alias}.is_proposal or {alias}.shared_at is not null)"
    )
    scope = viewer.scope_for(READ)
    if scope.everything:
        return Condition(f"({ours.sql} or {theirs.sql})")
    dealer = in_scope(viewer, "pd", policy=READ)
    theirs = theirs & Condition(
        f"exists (select 1 from account pd where pd.id = {alias}.dealer and {dealer.sql})", dealer.args
    )
    parts = [_member(viewer, alias)]
    if scope.region_paths:
        parts.insert(0, in_regions(scope.region_paths, f"{alias}.region"))
    return _either(ours & _either(*parts), theirs)


def _visible_to_dealer(viewer: Viewer, alias: str) -> Condition:
    sent = Condition(f"(not {alias}.is_proposal or {alias}.offered_at is not null)")
    owned = _of_dealers(viewer.scope_for(OWN_DECIDE).dealer_ids, alias)
    staffed = _of_dealers(viewer.scope_for(OWN).dealer_ids, alias)
    agreed = Condition(f"{alias}.state = '{PlanState.APPROVED.value}'") & _member(viewer, alias)
    return sent & _either(owned, staffed & agreed)


def _of_dealers(dealers: tuple[int, ...], alias: str) -> Condition:
    marks = ", ".join("{}" for _ in dealers) or "null"
    return Condition(f"{alias}.dealer in ({marks})", dealers)


def _member(viewer: Viewer, alias: str) -> Condition:
    people = sorted(viewer.people)
    marks = ", ".join("{}" for _ in people)
    return Condition(
        f"exists (select 1 from plan_person pp where pp.plan = {alias}.id and pp.user_id in ({marks}))",
        tuple(people),
    )


def _either(*conditions: Condition) -> Condition:
    joined = " or ".join(f"({one.sql})" for one in conditions)
    return Condition(f"({joined})", tuple(value for one in conditions for value in one.args))


async def list_plans(
    viewer: Viewer, wanted: PlanFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[PlanRow]:
    """Return one page of plans, newest month first."""
    where = _limits(viewer, wanted)
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    place = ALWAYS
    if cursor.key:
        month_on = _day_of(cursor.key[0])
        place = Condition(f"(p.month_on, p.id) {after} ({{}}, {{}})", (month_on, cursor.key[1]))
    both = all_of(*where, place)
    rows = await fetch(
        f"{_COLUMNS}{_TABLES} where {both.sql} order by p.month_on {order}, p.id {order} limit {limit + 1}",
        *both.args,
    )
    found = [_plan(viewer, row) for row in rows]
    return page_of(found, cursor, lambda row: (row.month.first_on.isoformat(), row.id), limit=limit)


async def list_plan_ids(viewer: Viewer, wanted: PlanFilter, most: int) -> list[int]:
    """Return the plans of a list that are made, oldest first, for printing."""
    both = all_of(*_limits(viewer, wanted), Condition("p.inputs is not null"))
    rows = await fetch(
        f"select p.id from development_plan p where {both.sql} order by p.id limit {most}", *both.args
    )
    return [row["id"] for row in rows]


def _limits(viewer: Viewer, wanted: PlanFilter) -> list[Condition]:
    where = [visible_plans(viewer)]
    if wanted.month:
        where.append(Condition("p.month_on = {}", (Month.parse(wanted.month).first_on,)))
    if wanted.region:
        where.append(in_regions((wanted.region,), "p.region"))
    if wanted.state:
        where.append(Condition("p.state = {}", (wanted.state,)))
    if wanted.whose:
        where.append(Condition("p.owner = {}", (wanted.whose,)))
    return where


async def get_plan(viewer: Viewer, plan_id: int) -> PlanRow:
    """Return a plan.

    Raises:
        NotFound: There is none, or it is not the viewer's.
    """
    seen = visible_plans(viewer)
    row = await fetch_one(f"{_COLUMNS}{_TABLES} where p.id = {{}} and {seen.sql}", plan_id, *seen.args)
    if row is None:
        raise NotFound
    return _plan(viewer, row)


async def require_plan(viewer: Viewer, plan_id: int, policy: str) -> PlanRow:
    """Return a plan the viewer may do something with.

    Raises:
        NotFound: There is none, or it is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not hold the policy.
    """
    plan = await get_plan(viewer, plan_id)
    if not may(viewer, plan, policy):
        raise NotAllowed
    return plan


def may(viewer: Viewer, plan: PlanRow, policy: str) -> bool:
    """Tell whether the viewer holds a policy where the plan is, on the side whose plan it is."""
    if viewer.is_dealer_side != plan.is_dealers or not viewer.allowed(policy):
        return False
    scope = viewer.scope_for(policy)
    return plan.dealer in scope.dealer_ids if plan.is_dealers else scope.covers(plan.region_path)


async def list_plan_people(viewer: Viewer, plan: PlanRow) -> list[Row]:
    """Return the people of a plan whose days the viewer may see, by name, with what their days hold.

    Rows have ``user_id, name, working_days, day_minutes, visits, travel_seconds, visit_seconds,
    nearest_seconds``. Names the viewer may not know are empty.
    """
    where = Condition("pp.plan = {}", (plan.id,))
    if not plan.is_whole:
        people = sorted(viewer.people)
        where = where & Condition(f"pp.user_id in ({', '.join('{}' for _ in people)})", tuple(people))
    rows = await fetch(
        "select pp.user_id, coalesce(u.name, '') as name, pp.working_days, pp.day_minutes, pp.away,"
        " pp.latitude_micro, pp.longitude_micro,"
        " (select count(*) from plan_stop s where s.plan = pp.plan and s.user_id = pp.user_id) as visits,"
        " coalesce(sum(d.travel_seconds), 0) as travel_seconds,"
        " coalesce(sum(d.visit_seconds), 0) as visit_seconds,"
        " coalesce(sum(d.nearest_seconds), 0) as nearest_seconds"
        " from plan_person pp left join login_user u on u.id = pp.user_id"
        " left join plan_day d on d.plan = pp.plan and d.user_id = pp.user_id"
        f" where {where.sql} group by pp.id, pp.plan, pp.user_id, u.name, pp.working_days, pp.day_minutes,"
        " pp.away, pp.latitude_micro, pp.longitude_micro order by u.name, pp.user_id",
        *where.args,
    )
    return rows if plan.names_open else [{**row, "name": ""} for row in rows]


async def find_dealer(viewer: Viewer, text: str) -> Row | None:
    """Return the dealer a planner names by code or whole name: ``id, code, name, path``; None for none."""
    seen = in_scope(viewer, "a", policy=PLAN)
    return await fetch_one(
        f"select a.id, a.code, a.name, r.path {_DEALERS} and {seen.sql} and (a.code = {{}} or a.name = {{}})"
        " order by case when a.code = {} then 0 else 1 end, a.id limit 1",
        *(*seen.args, text, text, text),
    )


async def list_dealers(viewer: Viewer) -> list[Row]:
    """Return dealers a planner may propose plans to, by name, for a form's suggestions: ``code, name``."""
    seen = in_scope(viewer, "a", policy=PLAN)
    return await fetch(
        f"select a.code, a.name {_DEALERS} and {seen.sql} order by a.name, a.id limit {SUGGESTED}", *seen.args
    )


def _is_whole(viewer: Viewer, row: Row) -> bool:
    """Tell whether everybody's days are seen: a dealer's plan is seen whole, except by his staff."""
    if viewer.is_dealer_side:
        return row["dealer"] in viewer.scope_for(OWN_DECIDE).dealer_ids
    return row["dealer"] is not None or viewer.scope_for(READ).covers(row["region_path"])


def _plan(viewer: Viewer, row: Row) -> PlanRow:
    return PlanRow(
        id=row["id"],
        month=Month(as_date(row["month_on"]) or dt.date.min),
        state=PlanState(row["state"]),
        version=row["version"],
        region=row["region"],
        region_name=row["region_name"],
        region_name_en=row["region_name_en"],
        region_path=row["region_path"],
        label=row["label"],
        season=row["season"],
        outlets=row["outlets"],
        visits=row["visits"],
        more_accounts=row["more_accounts"],
        more_visits=row["more_visits"],
        more_seconds=row["more_seconds"],
        is_edited=bool(row["is_edited"]),
        is_whole=_is_whole(viewer, row),
        names_open=viewer.is_dealer_side or bool(row["names_open"]),
        dealer=row["dealer"],
        dealer_name=row["dealer_name"],
        is_proposal=bool(row["is_proposal"]),
        source=row["source"],
        offered_at=row["offered_at"],
        answered_at=row["answered_at"],
        shared_at=row["shared_at"],
        can_undo="undo" in json.loads(row["settings"] or "{}"),
        inputs_sha256=row["inputs_sha256"],
        job_id=row["job_id"],
        creator=row["creator"] or "",
        created_at=row["created_at"],
        approver=row["approver"] or "",
        approved_at=row["approved_at"],
        frozen_at=row["frozen_at"],
        problem=row["reason"],
    )


def _day_of(text: object) -> dt.date:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        return dt.date.min
