"""A small network both sides of which can be asked about: two regions, three dealers, shared and not."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from portal.access import Grant, Role, Viewer
from portal.db import engine_kind, execute, fetch_value, insert_rows, unit_of_work
from portal.db.postgres_engine import SafePostgresEngine
from portal.db.sqlite_engine import PooledSQLiteEngine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
REGIONS = [
    (1, "KR", "전국", "Korea", None, "/KR/"),
    (2, "CC", "충청", "Chungcheong", 1, "/KR/CC/"),
    (3, "DJ", "대전", "Daejeon", 2, "/KR/CC/DJ/"),
    (4, "GS", "경상", "Gyeongsang", 1, "/KR/GS/"),
]
# id, kind, code, name, region, dealer, owner
ACCOUNTS = [
    (10, "dealer", "D10", "대청상사", 3, 10, "manufacturer"),
    (20, "dealer", "D20", "한빛유통", 2, 20, "manufacturer"),
    (30, "dealer", "D30", "영남물산", 4, 30, "manufacturer"),
    (11, "outlet", "O11", "둔산 2차점", 3, 10, "dealer"),
    (21, "outlet", "O21", "공주 2차점", 2, 20, "dealer"),
    (12, "terminal", "T12", "한빛 호프", 3, 10, "dealer"),
    (13, "terminal", "T13", "가람마트", 3, 10, "manufacturer"),
    (22, "terminal", "T22", "공주식당", 2, 20, "dealer"),
    (23, "terminal", "T23", "나래마트", 2, 20, "manufacturer"),
    (32, "terminal", "T32", "부산횟집", 4, 30, "dealer"),
    (33, "terminal", "T33", "다온편의점", 4, 30, "manufacturer"),
]
ACCOUNT_COLUMNS = (
    *("id", "kind", "code", "name", "region", "dealer", "owner", "area", "state"),
    *("is_stub", "version", "created_at", "updated_at"),
)


def viewer(*grants: Grant, user_id: int = 1, login: str = "tester") -> Viewer:
    return Viewer(user_id, "시험", login, grants=grants)


VIEWERS = SimpleNamespace(
    administrator=viewer(Grant(Role.ADMINISTRATOR)),
    auditor=viewer(Grant(Role.AUDITOR)),
    marketing=viewer(Grant(Role.MARKETING)),
    manager=viewer(Grant(Role.REGIONAL_MANAGER, region_path="/KR/CC/")),
    daejeon=viewer(Grant(Role.REGIONAL_MANAGER, region_path="/KR/CC/DJ/")),
    south=viewer(Grant(Role.REGIONAL_MANAGER, region_path="/KR/GS/")),
    representative=viewer(Grant(Role.SALES_REPRESENTATIVE), user_id=7),
    granted=viewer(Grant(Role.SALES_REPRESENTATIVE, account_id=20), user_id=8),
    owner=viewer(Grant(Role.DEALER_OWNER, account_id=20), user_id=9),
    staff=viewer(Grant(Role.DEALER_STAFF, account_id=10), user_id=6),
    nobody=viewer(Grant(Role.REGIONAL_MANAGER)),
    asks_daejeon=viewer(Grant(Role.REGIONAL_MANAGER, region_path="/KR/CC/DJ/"), user_id=5, login="daejeon"),
    asks_owner=viewer(Grant(Role.DEALER_OWNER, account_id=20), user_id=9, login="owner"),
)


@pytest.fixture
def viewers() -> SimpleNamespace:
    return VIEWERS


@pytest.fixture
async def network(database: str) -> None:
    """Dealer 10 shares terminals, outlets and contacts; 20 and 30 share nothing."""
    async with unit_of_work():
        if engine_kind() == "sqlite":
            await execute("delete from search_fts")
        await insert_rows("region", ("id", "code", "name", "name_en", "parent", "path"), REGIONS)
        await insert_rows(
            "account",
            ACCOUNT_COLUMNS,
            [(*row, "유성구" if row[4] == 3 else "", "existing", False, 1, NOW, NOW) for row in ACCOUNTS],
        )
        await insert_rows(
            "dealer",
            ("account", "address", "phone", "sell_through_owner"),
            [(10, "", "", "dealer"), (20, "", "", "dealer"), (30, "", "", "manufacturer")],
        )
        await insert_rows(
            "outlet", ("account", "address", "phone"), [(a[0], "", "") for a in ACCOUNTS if a[1] == "outlet"]
        )
        await insert_rows(
            "terminal",
            ("account", "channel", "trade_type", "address", "phone"),
            [(a[0], "restaurant", "", "", "") for a in ACCOUNTS if a[1] == "terminal"],
        )
        await insert_rows(
            "supply_link",
            ("supplier", "buyer", "from_on", "is_primary"),
            [
                (10, 11, dt.date(2024, 1, 1), True),
                (11, 12, dt.date(2024, 1, 1), True),
                (10, 13, dt.date(2024, 1, 1), True),
                (20, 21, dt.date(2024, 1, 1), True),
                (20, 22, dt.date(2024, 1, 1), True),
                (20, 23, dt.date(2024, 1, 1), True),
                (30, 32, dt.date(2024, 1, 1), True),
                (30, 33, dt.date(2024, 1, 1), True),
            ],
        )
        await insert_rows(
            "representative_assignment",
            ("user_id", "dealer", "from_on", "to_on"),
            [(7, 10, dt.date(2024, 1, 1), None), (7, 30, dt.date(2024, 1, 1), dt.date(2025, 1, 1))],
        )
        await insert_rows(
            "sharing_grant",
            ("dealer", "purpose", "granted_at", "consent_text_version"),
            [(10, purpose, NOW, "1") for purpose in ("outlets", "terminals", "contacts")],
        )
        for name, key in (("region", "id"), ("account", "id")):
            await continue_after(name, key, 1000)


class Statements:
    """Counts statements sent to the database since the last ``take``."""

    def __init__(self) -> None:
        self.sent = 0

    def take(self) -> int:
        sent, self.sent = self.sent, 0
        return sent


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    counter = Statements()
    for engine in (PooledSQLiteEngine, SafePostgresEngine):
        real = engine.run_sql

        async def counted(self, sql, args=(), *, real=real):
            counter.sent += 1
            return await real(self, sql, args)

        monkeypatch.setattr(engine, "run_sql", counted)
    return counter


async def continue_after(table: str, column: str, number: int) -> None:
    """Let generated keys start behind the ones a test chose."""
    if engine_kind() == "postgres":
        await fetch_value("select setval(pg_get_serial_sequence({}, {}), {})", table, column, number)


async def share(dealer: int, purpose: str) -> None:
    async with unit_of_work():
        await insert_rows(
            "sharing_grant",
            ("dealer", "purpose", "granted_at", "consent_text_version"),
            [(dealer, purpose, NOW, "1")],
        )


async def revoke(dealer: int, purpose: str) -> None:
    async with unit_of_work():
        await execute(
            "update sharing_grant set revoked_at = {} where dealer = {} and purpose = {}",
            NOW,
            dealer,
            purpose,
        )


class Client:
    """Opens pages and sends forms as one of the viewers."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, name: str, path: str, /, **params: str) -> httpx.Response:
        return await self.client.get(path, params=params, headers={"x-viewer": name})

    async def post(self, name: str, path: str, /, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields, headers={"x-viewer": name})


@pytest.fixture
async def client(network: None) -> AsyncIterator[Client]:
    from tests.portal.network.world import make_client  # noqa: PLC0415  it imports the viewers above

    async with make_client() as opened:
        yield Client(opened)
