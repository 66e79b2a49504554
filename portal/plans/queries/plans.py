"""Plans the viewer may see: the list, one plan, its people."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotAllowed, NotFound
from portal.network.scope import ALWAYS, NEVER, Condition, all_of, in_regions
from portal.paging import PAGE_SIZE, Cursor, Page, page_of
from portal.plans.model import PlanOwner, PlanState
from portal.plans.policies import READ
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.access import Viewer

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Limits of the list, as in the URL; an empty one is no limit."""

    month: str = ""
    region: str = ""
    state: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> PlanFilter:
        """Read the filter from a URL's parameters; unknown values are no limit."""
        month, state = query.get("month", "")[:7], query.get("state", "")
        try:
            Month.parse(month)
        except ValueError:
            month = ""
        known = state in {one.value for one in PlanState}
        return cls(month, query.get("region", "")[:200], state if known else "")

    @property
    def params(self) -> dict[str, str]:
        """Return the URL parameters that say the same."""
        found = {"month": self.month, "region": self.region, "state": self.state}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as its pages show it.

    Attributes:
        version: For optimistic locking.
        is_whole: Whether the viewer sees everybody's days; a representative sees the own ones.
        can_undo: Whether the last change can be taken back.
        problem: Why making it failed; empty otherwise.
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
    can_undo: bool
    inputs_sha256: str
    job_id: int | None
    creator: str
    created_at: dt.datetime
    approver: str
    approved_at: dt.datetime | None
    frozen_at: dt.datetime | None
    problem: str


_COLUMNS = (
    "select p.*, r.name as region_name, r.name_en as region_name_en, r.path as region_path,"
    " c.name as creator, ap.name as approver"
)
_TABLES = (
    " from development_plan p join region r on r.id = p.region"
    " left join login_user c on c.id = p.created_by_user_id"
    " left join login_user ap on ap.id = p.approved_by_user_id"
)


def visible_plans(viewer: Viewer, alias: str = "p") -> Condition:
    """Say that the viewer may see a plan of our own people: its region is his, or he is one of them."""
    ours = Condition(f"{alias}.owner = '{PlanOwner.MANUFACTURER.value}'")
    scope = viewer.scope_for(READ)
    if scope.everything:
        return ours
    if viewer.is_dealer_side:
        return NEVER
    people = sorted(viewer.people)
    marks = ", ".join("{}" for _ in people)
    member = f"exists (select 1 from plan_person pp where pp.plan = {alias}.id and pp.user_id in ({marks}))"
    if not scope.region_paths:
        return ours & Condition(member, tuple(people))
    inside = in_regions(scope.region_paths, f"{alias}.region")
    return ours & Condition(f"({inside.sql} or {member})", (*inside.args, *people))


async def list_plans(
    viewer: Viewer, wanted: PlanFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[PlanRow]:
    """Return one page of plans, newest month first."""
    where = [visible_plans(viewer)]
    if wanted.month:
        where.append(Condition("p.month_on = {}", (Month.parse(wanted.month).first_on,)))
    if wanted.region:
        where.append(in_regions((wanted.region,), "p.region"))
    if wanted.state:
        where.append(Condition("p.state = {}", (wanted.state,)))
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
    """Tell whether the viewer holds a policy in the plan's region."""
    return viewer.allowed(policy) and viewer.scope_for(policy).covers(plan.region_path)


async def list_plan_people(viewer: Viewer, plan: PlanRow) -> list[Row]:
    """Return the people of a plan whose days the viewer may see, by name, with what their days hold.

    Rows have ``user_id, name, working_days, day_minutes, visits, travel_seconds, visit_seconds,
    nearest_seconds``.
    """
    where = Condition("pp.plan = {}", (plan.id,))
    if not plan.is_whole:
        people = sorted(viewer.people)
        where = where & Condition(f"pp.user_id in ({', '.join('{}' for _ in people)})", tuple(people))
    return await fetch(
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
        is_whole=viewer.scope_for(READ).covers(row["region_path"]),
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
