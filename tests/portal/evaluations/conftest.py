"""A network small enough to know by heart, with people of every role, ready to be evaluated.

Regions: Chungcheong with dealers D-1 to D-3 and the representative Han, Gangwon with D-4. D-1 grows, D-2
shrinks, D-3 is steady, D-4 has no history at all and is held.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from portal.access import DeputyFor, Grant, Role, Viewer
from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.db.postgres_engine import SafePostgresEngine
from portal.db.sqlite_engine import PooledSQLiteEngine
from portal.evaluations.batch import JOB, run_job
from portal.evaluations.model import SubjectKind
from portal.evaluations.queries.runs import RunView, find_run
from portal.evaluations.service.runs import start_run
from portal.jobs.service import register
from portal.jobs.worker import work_once
from rules.months import Month
from tests.portal.evaluations.world import Client, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 2)
MONTH = Month.parse("2026-01")
NEXT = MONTH.shift(1)
register(JOB, run_job)


@dataclass
class World:
    """Ids of what the tests talk about and the people who act."""

    dealers: dict[str, int] = field(default_factory=dict)
    people: dict[str, Viewer] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


async def _region(code: str, name: str, parent: int | None, path: str) -> int:
    return int(
        await fetch_value(
            "insert into region (code, name, parent, path) values ({}, {}, {}, {}) returning id",
            code,
            name,
            parent,
            path,
        )
    )


async def new_dealer(code: str, name: str, region: int | None) -> int:
    account: int = await fetch_value(
        "insert into account (kind, code, name, region, created_at, updated_at)"
        " values ('dealer', {}, {}, {}, {}, {}) returning id",
        code,
        name,
        region,
        NOW,
        NOW,
    )
    await execute("update account set dealer = id where id = {}", account)
    await execute("insert into dealer (account) values ({})", account)
    return account


async def set_sales(account: int, month: Month, net: int, active: int = 10) -> None:
    await insert_rows(
        "account_month",
        ("account", "month_on", "level", "side", "lines", "documents", "net_minor", "returns_minor",
         "quantity", "active"),
        [(account, month.first_on, 2, 2, 5, 5, net, 0, 5, active)],
    )  # fmt: skip


async def new_person(login: str, name: str, *grants: Grant) -> Viewer:
    user_id: int = await fetch_value(
        "insert into login_user (login, name, created_at) values ({}, {}, {}) returning id", login, name, NOW
    )
    return Viewer(user_id, name, login, grants=grants)


def deputy_of(absent: Viewer, deputy: Viewer) -> Viewer:
    """The deputy with the absent person's grants on top of his own."""
    day = dt.date(2026, 1, 1)
    mine = DeputyFor(absent.user_id, absent.name, absent.grants, day, day)
    return Viewer(deputy.user_id, deputy.name, deputy.login, grants=deputy.grants, deputy_for=(mine,))


async def _people(dealers: dict[str, int]) -> dict[str, Viewer]:
    chungcheong, gangwon = "/KR/CC/", "/KR/GW/"
    return {
        "admin": await new_person("admin", "관리자", Grant(Role.ADMINISTRATOR)),
        "author": await new_person("author", "기준 작성자", Grant(Role.RULE_AUTHOR)),
        "finance": await new_person("finance", "재무", Grant(Role.FINANCE)),
        "auditor": await new_person("auditor", "감사", Grant(Role.AUDITOR)),
        "manager": await new_person("manager", "박지영", Grant(Role.REGIONAL_MANAGER, chungcheong)),
        "other_manager": await new_person("other", "최민수", Grant(Role.REGIONAL_MANAGER, gangwon)),
        "representative": await new_person("han", "한사원", Grant(Role.SALES_REPRESENTATIVE)),
        "owner": await new_person("owner", "김대호", Grant(Role.DEALER_OWNER, account_id=dealers["D-1"])),
        "staff": await new_person(
            "staff", "대리점 직원", Grant(Role.DEALER_STAFF, account_id=dealers["D-1"])
        ),
        "other_owner": await new_person(
            "owner2", "이순자", Grant(Role.DEALER_OWNER, account_id=dealers["D-4"])
        ),
    }


@pytest.fixture
async def world(database: str) -> World:
    """The network and its people; nothing is evaluated yet."""
    made = World()
    async with unit_of_work():
        korea = await _region("KR", "전국", None, "/KR/")
        regions = [
            await _region("CC", "충청", korea, "/KR/CC/"),
            await _region("GW", "강원", korea, "/KR/GW/"),
        ]
        names = ("대청상사", "금강유통", "계룡물산", "설악상회")
        for place, name in enumerate(names, 1):
            region = regions[0] if place < 4 else regions[1]
            made.dealers[f"D-{place}"] = await new_dealer(f"D-{place}", name, region)
        for code, nets in {"D-1": (1200, 1000), "D-2": (500, 1000), "D-3": (1000, 1000)}.items():
            for back in range(13):
                await set_sales(made.dealers[code], MONTH.shift(-back), nets[0] if back == 0 else nets[1])
        made.people = await _people(made.dealers)
        await insert_rows(
            "representative_assignment",
            ("user_id", "dealer", "from_on"),
            [
                (made.people["representative"].user_id, made.dealers[code], dt.date(2025, 1, 1))
                for code in ("D-1", "D-3")
            ],
        )
    return made


async def evaluate(world: World, month: Month = MONTH, kind: SubjectKind = SubjectKind.DEALER) -> RunView:
    """Start a run and let a worker finish it."""
    await start_run(world.people["admin"], month, kind, TODAY)
    while await work_once("test"):
        pass
    run = await find_run(month, kind)
    assert run is not None
    return run


@pytest.fixture
async def run(world: World) -> RunView:
    """The evaluated dealers of 2026-01."""
    return await evaluate(world)


async def card_of(run: RunView, subject: str) -> int:
    """Id of a subject's scorecard."""
    return int(
        await fetch_value("select id from scorecard where run = {} and subject_key = {}", run.id, subject)
    )


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    """Pages of evaluations, opened as one of the people."""
    async with make_client(world.people) as opened:
        yield Client(opened)


class Statements:
    """Counts statements sent to the database since the last ``take``."""

    def __init__(self) -> None:
        self.sent = 0

    def take(self) -> int:
        sent, self.sent = self.sent, 0
        return sent


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """Every statement of the test, counted."""
    counter = Statements()
    for engine in (PooledSQLiteEngine, SafePostgresEngine):
        real = engine.run_sql

        async def counted(self, sql, args=(), *, real=real):
            counter.sent += 1
            return await real(self, sql, args)

        monkeypatch.setattr(engine, "run_sql", counted)
    return counter
