"""One region with two representatives and forty retail points, another region with one of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

import portal.plans.policies
from portal.access import Grant, Role, Viewer
from portal.db import engine_kind, execute, insert_rows, unit_of_work
from portal.jobs.worker import work_once
from portal.plans.service.generate import create_plan
from portal.plans.work import register_jobs
from portal.settings import Settings
from rules.months import Month

NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
TODAY = dt.date(2026, 9, 20)
MONTH = Month.parse("2026-10")
OWN, NEAR, FAR = 10, 20, 30
REP, OTHER_REP, FAR_REP = 6, 7, 8
FIRST_POINT, POINTS = 100, 40
LOST, SHUT, TARGET, FAR_POINT = 141, 142, 100, 150
SEOUL = (37_566_500, 126_978_000)


@dataclass
class World:
    """The people by name."""

    people: dict[str, Viewer]


def people() -> dict[str, Viewer]:
    def person(user_id: int, login: str, *grants: Grant) -> Viewer:
        return Viewer(user_id, login, login, grants=grants)

    return {
        "manager": person(1, "manager", Grant(Role.REGIONAL_MANAGER, region_path="/KR/CC/")),
        "far_manager": person(2, "far_manager", Grant(Role.REGIONAL_MANAGER, region_path="/KR/GS/")),
        "marketing": person(3, "marketing", Grant(Role.MARKETING)),
        "auditor": person(4, "auditor", Grant(Role.AUDITOR)),
        "rep": person(REP, "rep", Grant(Role.SALES_REPRESENTATIVE)),
        "other_rep": person(OTHER_REP, "other_rep", Grant(Role.SALES_REPRESENTATIVE)),
        "far_rep": person(FAR_REP, "far_rep", Grant(Role.SALES_REPRESENTATIVE)),
        "owner": person(9, "owner", Grant(Role.DEALER_OWNER, account_id=OWN)),
        "finance": person(11, "finance", Grant(Role.FINANCE)),
    }


def _account(number: int, kind: str, region: int, dealer: int) -> tuple[object, ...]:
    name = {OWN: "대청상사", NEAR: "한빛유통", FAR: "영남물산"}.get(number, f"가게 {number}")
    return (
        *(number, kind, f"{kind[0].upper()}{number}", name, region, dealer, "manufacturer", ""),
        *("existing", False, 1, NOW, NOW),
    )


def _terminals() -> list[tuple[object, ...]]:
    """Forty points on a grid of a kilometre around the start, half of each dealer; three odd ones."""
    rows: list[tuple[object, ...]] = []
    for number in range(POINTS):
        north, east = number // 8 - 2, number % 8 - 4
        place = (SEOUL[0] + north * 9_000, SEOUL[1] + east * 11_000)
        rows.append((FIRST_POINT + number, "on_trade", "", "", "", *place))
    rows.append((LOST, "on_trade", "", "", "", None, None))
    rows.append((SHUT, "on_trade", "", "", "", *SEOUL))
    rows.append((FAR_POINT, "on_trade", "", "", "", *SEOUL))
    return rows


@pytest.fixture
async def world(database: str) -> World:
    """OWN is looked after by the representative, NEAR by the other one, FAR by one of another region."""
    assert portal.plans.policies.READ
    register_jobs(Settings())
    made = World(people())
    points = range(FIRST_POINT, FIRST_POINT + POINTS)
    accounts = [_account(OWN, "dealer", 2, OWN), _account(NEAR, "dealer", 2, NEAR)]
    accounts += [_account(FAR, "dealer", 3, FAR)]
    accounts += [_account(number, "terminal", 2, OWN if number % 2 else NEAR) for number in points]
    accounts += [_account(LOST, "terminal", 2, OWN), _account(SHUT, "terminal", 2, OWN)]
    accounts += [_account(FAR_POINT, "terminal", 3, FAR)]
    async with unit_of_work():
        if engine_kind() == "sqlite":
            await execute("delete from search_fts")
        await insert_rows(
            "region",
            ("id", "code", "name", "name_en", "parent", "path"),
            [(1, "KR", "전국", "Korea", None, "/KR/"), (2, "CC", "충청", "Chungcheong", 1, "/KR/CC/"),
             (3, "GS", "경상", "Gyeongsang", 1, "/KR/GS/")],
        )  # fmt: skip
        await insert_rows(
            "account",
            "id kind code name region dealer owner area state is_stub version created_at updated_at".split(),
            accounts,
        )
        await insert_rows(
            "terminal",
            "account channel trade_type address phone latitude_micro longitude_micro".split(),
            _terminals(),
        )
        await insert_rows(
            "login_user", ("id", "login", "name", "created_at"),
            [(one.user_id, one.login, f"{one.login} 씨", NOW) for one in made.people.values()],
        )  # fmt: skip
        await insert_rows(
            "representative_assignment", ("user_id", "dealer", "from_on"),
            [(REP, OWN, dt.date(2025, 1, 1)), (OTHER_REP, NEAR, dt.date(2025, 1, 1)),
             (FAR_REP, FAR, dt.date(2025, 1, 1))],
        )  # fmt: skip
        await insert_rows(
            "visit_base", ("user_id", "latitude_micro", "longitude_micro", "day_minutes"),
            [(REP, *SEOUL, 120)],
        )  # fmt: skip
        await insert_rows("opening_days", ("account", "weekdays", "updated_at"), [(SHUT, 0, NOW)])
        await insert_rows(
            "target_account",
            "account competitor competitor_share_bp score_parts added_by_user_id added_at".split(),
            [(TARGET, "경쟁사", 6_000, "{}", 1, NOW)],
        )
    return made


@pytest.fixture
async def plan(world: World) -> int:
    """A plan of both representatives for October, made."""
    number = await create_plan(world.people["manager"], 2, MONTH, (), TODAY)
    await work_once("test")
    return number
