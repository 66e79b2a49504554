"""Visits moved, removed and added by people: days ordered again, what is wrong named, nothing repaired."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import as_date, execute, fetch, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid
from portal.plans.model import PlanState
from portal.plans.queries.frozen import request_of
from portal.plans.service.changes import claim, require_draft
from portal.plans.service.generate import insert_days
from rules.planning import Visit, routed, violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.access import Viewer
    from portal.plans.queries.plans import PlanRow
    from rules.planning import PlanRequest, Violation


@dataclass(frozen=True, slots=True)
class Change:
    """One visit of one account put on another day.

    Attributes:
        account: Whom.
        user_id: Who visits.
        from_on: The day it is taken from; None when it is added.
        to_on: The day it is put on; None when it is removed.
    """

    account: int
    user_id: int
    from_on: dt.date | None
    to_on: dt.date | None

    @property
    def back(self) -> Change:
        """The change that takes this one back."""
        return replace(self, from_on=self.to_on, to_on=self.from_on)


async def change_visit(viewer: Viewer, plan_id: int, version: int, change: Change) -> tuple[Violation, ...]:
    """Move, remove or add a visit and return everything that is now wrong with that person's month.

    Nothing is repaired or refused for being wrong, except what has no meaning: an account that is not in the
    plan, a day of another month, a visit that is not there, or one that is there already.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not plan.
        Conflict: It is no draft, or somebody changed it meanwhile.
        Invalid: The change has no meaning.
    """
    plan, by = await require_draft(viewer, plan_id)
    request = await request_of(plan_id)
    _require_meaning(plan, request, change)
    async with unit_of_work():
        await claim(plan_id, version, PlanState.DRAFT)
        found = await _apply(plan_id, request, change)
        await _keep(plan_id, change.back)
        await record(
            by,
            "plans.changed",
            Subject.of("development_plan", plan_id),
            {"visit": (_said(change.from_on), _said(change.to_on))},
            note=str(change.account),
        )
    return found


async def undo(viewer: Viewer, plan_id: int, version: int) -> tuple[Violation, ...]:
    """Take the last change of a draft back; that can be done once.

    Raises:
        Conflict: There is nothing to take back, it is no draft, or somebody changed it meanwhile.
    """
    _, by = await require_draft(viewer, plan_id)
    request = await request_of(plan_id)
    async with unit_of_work():
        await claim(plan_id, version, PlanState.DRAFT)
        change = await _kept(plan_id)
        if change is None:
            raise Conflict("There is no change to take back.")
        found = await _apply(plan_id, request, change)
        await _keep(plan_id, None)
        await record(by, "plans.undone", Subject.of("development_plan", plan_id))
    return found


async def list_violations(plan_id: int, users: Iterable[int]) -> dict[int, tuple[Violation, ...]]:
    """Return what is wrong with the months of these people; those without anything are left out."""
    request = await request_of(plan_id)
    found = {}
    for user_id in users:
        visits = await _visits(plan_id, user_id)
        if wrong := violations(_narrowed(request, user_id, visits), visits):
            found[user_id] = wrong
    return found


def _require_meaning(plan: PlanRow, request: PlanRequest, change: Change) -> None:
    candidates = {one.key: one for one in request.candidates}
    if str(change.account) not in candidates or str(change.user_id) not in {
        one.key for one in request.representatives
    }:
        raise Invalid.of("account", "This is not in the plan.")
    for day in (change.from_on, change.to_on):
        if day is not None and not plan.month.first_on <= day <= plan.month.last_on:
            raise Invalid.of("to_on", "Choose a day of the plan’s month.")
    if change.to_on is not None and candidates[str(change.account)].place is None:
        raise Invalid.of(
            "to_on", "Its place is not known, so no route can lead there. Enter its place first."
        )


async def _apply(plan_id: int, request: PlanRequest, change: Change) -> tuple[Violation, ...]:
    """Change the visits, order the days concerned again, and count anew."""
    visits = await _visits(plan_id, change.user_id)
    key, person = str(change.account), str(change.user_id)
    if change.from_on is not None:
        gone = Visit(person, change.from_on, key)
        if gone not in visits:
            raise Invalid.of("from_on", "This visit is not in the plan any more.")
        visits.remove(gone)
    if change.to_on is not None:
        if await _is_visited(plan_id, change.account, change.to_on):
            raise Invalid.of("to_on", "It is visited on that day already.")
        visits.append(Visit(person, change.to_on, key))
    narrow = _narrowed(request, change.user_id, visits)
    days = {day for day in (change.from_on, change.to_on) if day is not None}
    await _write_days(plan_id, narrow, change.user_id, days, visits)
    await _count(plan_id, change.account)
    return violations(narrow, visits)


async def _write_days(
    plan_id: int, request: PlanRequest, user_id: int, days: set[dt.date], visits: Sequence[Visit]
) -> None:
    for day in sorted(days):
        for table in ("plan_stop", "plan_day"):
            await execute(
                f"delete from {table} where plan = {{}} and user_id = {{}} and day_on = {{}}",  # noqa: S608  from code
                *(plan_id, user_id, day),
            )
    await insert_days(plan_id, routed(request, [one for one in visits if one.on in days]))


async def _count(plan_id: int, account: int) -> None:
    await execute(
        "update plan_line set planned = (select count(*) from plan_stop s where s.plan = plan_line.plan"
        " and s.account = plan_line.account) where plan = {} and account = {}",
        *(plan_id, account),
    )
    await execute(
        "update development_plan set is_edited = {},"
        " visits = (select count(*) from plan_stop where plan = {}),"
        " outlets = (select count(distinct account) from plan_stop where plan = {}) where id = {}",
        *(True, plan_id, plan_id, plan_id),
    )


async def _visits(plan_id: int, user_id: int) -> list[Visit]:
    rows = await fetch(
        "select day_on, account from plan_stop where plan = {} and user_id = {}", *(plan_id, user_id)
    )
    return [Visit(str(user_id), day, str(row["account"])) for row in rows if (day := as_date(row["day_on"]))]


async def _is_visited(plan_id: int, account: int, on: dt.date) -> bool:
    row = await fetch_one(
        "select id from plan_stop where plan = {} and account = {} and day_on = {}", *(plan_id, account, on)
    )
    return row is not None


def _narrowed(request: PlanRequest, user_id: int, visits: Sequence[Visit]) -> PlanRequest:
    """Return the request of one person and the accounts visited: the rest does not matter for the days."""
    keys = {one.key for one in visits}
    return replace(
        request,
        representatives=tuple(one for one in request.representatives if one.key == str(user_id)),
        candidates=tuple(one for one in request.candidates if one.key in keys),
    )


async def _keep(plan_id: int, back: Change | None) -> None:
    """Remember how the last change is taken back."""
    settings = await _settings(plan_id)
    settings.pop("undo", None)
    if back is not None:
        settings["undo"] = [back.account, back.user_id, _said(back.from_on), _said(back.to_on)]
    await execute("update development_plan set settings = {} where id = {}", json.dumps(settings), plan_id)


async def _kept(plan_id: int) -> Change | None:
    kept = (await _settings(plan_id)).get("undo")
    if kept is None:
        return None
    account, user_id, *days = kept
    from_on, to_on = (None if day is None else dt.date.fromisoformat(day) for day in days)
    return Change(account, user_id, from_on, to_on)


async def _settings(plan_id: int) -> dict[str, Any]:
    row = await fetch_one("select settings from development_plan where id = {}", plan_id)
    found: dict[str, Any] = json.loads(row["settings"]) if row else {}
    return found


def _said(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
