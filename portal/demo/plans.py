"""The demo's development plans: starts of representatives, a past and a coming month.

The past month is approved and frozen; the coming one is a draft that awaits the manager.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal import db
from portal.demo.network import STORY_DIVISION
from portal.demo.plan import LAST_MONTH
from portal.identity.queries import load_viewer
from portal.plans.queries.candidates import list_people, read_material
from portal.plans.service.generate import create_plan, store_plan
from portal.plans.service.states import approve
from rules.planning import make_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.months import Month

_ONE_IN_SHUT = 9
_COMPETITORS = ("바다음료", "한마음식음", "새벽유통")
_TARGETS = 24
_TARGET_COLUMNS = (
    *("account", "competitor", "competitor_share_bp", "share_source", "score_parts", "reason"),
    *("added_by_user_id", "added_at"),
)
_AWAY = (("rep1", dt.date(2026, 12, 10), "교육"), ("rep2", dt.date(2026, 12, 24), "휴가"))


async def write_plans() -> None:
    """Write starts, opening days and the target list, then a frozen plan and a draft."""
    region = await db.fetch_one("select id, path from region where code = {}", STORY_DIVISION)
    users = {row["login"]: row["id"] for row in await db.fetch("select id, login from login_user")}
    if region is None:
        return
    async with db.unit_of_work():
        await _write_opening_days(region["path"])
        await _write_people(users)
        await _write_targets(region["path"], users["marketing"])
    await _make(region["id"], region["path"], LAST_MONTH, frozen=True)
    await _make(region["id"], region["path"], LAST_MONTH.shift(2), frozen=False)


async def _make(region: int, path: str, month: Month, *, frozen: bool) -> None:
    """Make a plan as the job would, at once."""
    viewer = await load_viewer("manager", "Asia/Seoul")
    plan = await create_plan(viewer, region, month, (), month.first_on)
    people = [number for number, _ in await list_people(path, month)]
    material = await read_material(path, month, people)
    async with db.unit_of_work():
        await store_plan(plan, material, make_plan(material.request))
        await db.execute("update job set state = 'done' where kind = 'plans.make' and state = 'queued'")
        at = dt.datetime.combine(month.first_on - dt.timedelta(days=6), dt.time(1), dt.UTC)
        await db.execute("update development_plan set created_at = {} where id = {}", at, plan)
    if frozen:
        await approve(viewer, plan, 2, confirmed=False)
        async with db.unit_of_work():
            await db.execute(
                "update development_plan set state = 'frozen', approved_at = {}, frozen_at = {}"
                " where id = {}",
                *(at + dt.timedelta(days=2), at + dt.timedelta(days=5), plan),
            )


async def _write_opening_days(path: str) -> None:
    """Close some retail points of a region on one weekday."""
    rows = await db.fetch(
        "select a.id from account a join region r on r.id = a.region where a.kind = 'terminal'"
        " and substr(r.path, 1, {}) = {} order by a.id",
        *(len(path), path),
    )
    now = dt.datetime.combine(LAST_MONTH.first_on, dt.time(), dt.UTC)
    shut = [
        (row["id"], 0b1111111 - (1 << row["id"] % 5), now) for row in rows if row["id"] % _ONE_IN_SHUT == 0
    ]
    await db.insert_rows("opening_days", ("account", "weekdays", "updated_at"), shut)


async def _write_people(users: Mapping[str, int]) -> None:
    """Say where the representatives begin and when they are away."""
    starts = {
        "rep1": (36_642_000, 127_489_000),
        "rep2": (36_350_000, 127_385_000),
        "rep3": (36_785_000, 126_640_000),
    }
    await db.insert_rows(
        "visit_base",
        ("user_id", "latitude_micro", "longitude_micro"),
        [(users[login], *place) for login, place in starts.items()],
    )
    await db.insert_rows(
        "day_away", ("user_id", "day_on", "reason"), [(users[login], on, why) for login, on, why in _AWAY]
    )


async def _write_targets(path: str, by: int) -> None:
    """Put some retail points of competitors on the target list."""
    rows = await db.fetch(
        "select a.id from account a join region r on r.id = a.region where a.kind = 'terminal'"
        " and a.owner = 'manufacturer' and substr(r.path, 1, {}) = {} and a.state <> 'closed'"
        " and not exists (select 1 from target_account x where x.account = a.id and x.removed_at is null)"
        " order by a.id limit 400",
        *(len(path), path),
    )
    now = dt.datetime.combine(LAST_MONTH.first_on - dt.timedelta(days=20), dt.time(3), dt.UTC)
    await db.insert_rows(
        "target_account",
        _TARGET_COLUMNS,
        [
            (row["id"], _COMPETITORS[place % 3], 4_000 + 500 * (place % 9), "observed", "{}",
             "경쟁사 진열이 크고 유동 인구가 많음", by, now)
            for place, row in enumerate(rows[:: max(1, len(rows) // _TARGETS)][:_TARGETS])
        ],
    )  # fmt: skip
