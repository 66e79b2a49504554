"""Four dealers in two regions with two and a half years of sales, people of every kind, and a season."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest

import portal.seasons.policies
from portal.access import DeputyFor, Grant, Role, Viewer
from portal.db import engine_kind, execute, insert_rows, unit_of_work
from portal.seasons.commands import ChoiceCommand, GrowthCommand, SeasonCommand
from portal.seasons.model import GrowthKind, SeasonKind
from portal.seasons.service import baselines, calendar, drafts, growth, offers
from rules.months import Month, months_between

NOW = dt.datetime(2026, 9, 20, tzinfo=dt.UTC)
SINCE = NOW.date()
SEOUL = ZoneInfo("Asia/Seoul")
OWN, NEAR, YOUNG, FAR = 10, 20, 25, 30
COLA, JUICE, OLD, THEIRS = 1, 2, 3, 4
FIRST, LAST = Month.parse("2024-04"), Month.parse("2026-09")
# Index by calendar month: low from October to March.
SHAPE = (70, 70, 80, 100, 120, 140, 150, 140, 110, 80, 70, 70)
NATURAL = {OWN: 462_000, NEAR: 231_000}


@dataclass
class World:
    """The people and the season of the story."""

    people: dict[str, Viewer] = field(default_factory=dict)
    season: int = 0


def command(**changes: object) -> SeasonCommand:
    """A season of Chungcheong from October to March."""
    values: dict[str, object] = {
        "label": "충청 비수기",
        "label_en": "Chungcheong off-season",
        "kind": SeasonKind.OFF,
        "region": 2,
        "category": "",
        "from_on": dt.date(2026, 10, 1),
        "until_on": dt.date(2027, 4, 1),
        "peak": None,
        "text": "",
    }
    return SeasonCommand(**{**values, **changes})  # type: ignore[arg-type]  # values of the fields


def people() -> dict[str, Viewer]:
    def person(user_id: int, login: str, *grants: Grant) -> Viewer:
        return Viewer(user_id, login, login, grants=grants)

    manager = person(5, "manager", Grant(Role.REGIONAL_MANAGER, region_path="/KR/CC/"))
    owner = person(8, "owner", Grant(Role.DEALER_OWNER, account_id=OWN))
    until = dt.date(2099, 1, 1)
    return {
        "admin": person(1, "admin", Grant(Role.ADMINISTRATOR)),
        "finance": person(2, "finance", Grant(Role.FINANCE)),
        "marketing": person(3, "marketing", Grant(Role.MARKETING)),
        "auditor": person(4, "auditor", Grant(Role.AUDITOR)),
        "manager": manager,
        "rep": person(6, "rep", Grant(Role.SALES_REPRESENTATIVE)),
        "manager2": person(7, "manager2", Grant(Role.REGIONAL_MANAGER, region_path="/KR/GS/")),
        "owner": owner,
        "staff": person(9, "staff", Grant(Role.DEALER_STAFF, account_id=OWN)),
        "near": person(10, "near", Grant(Role.DEALER_OWNER, account_id=NEAR)),
        "far": person(11, "far", Grant(Role.DEALER_OWNER, account_id=FAR)),
        "deputy": Viewer(
            12,
            "deputy",
            "deputy",
            grants=(),
            deputy_for=(DeputyFor(8, "owner", owner.grants, SINCE, until),),
        ),
        "author": person(13, "author", Grant(Role.RULE_AUTHOR)),
    }


async def write_network(persons: dict[str, Viewer]) -> None:
    if engine_kind() == "sqlite":
        await execute("delete from search_fts")
    await insert_rows(
        "region",
        ("id", "code", "name", "name_en", "parent", "path"),
        [
            (1, "KR", "전국", "Korea", None, "/KR/"),
            (2, "CC", "충청", "Chungcheong", 1, "/KR/CC/"),
            (3, "GS", "경상", "Gyeongsang", 1, "/KR/GS/"),
        ],
    )
    await insert_rows(
        "account",
        ("id", "kind", "code", "name", "region", "dealer", "owner", "area", "state", "is_stub", "version",
         "created_at", "updated_at"),
        [(number, "dealer", f"D{number}", name, region, number, "manufacturer", "", "existing", False, 1, NOW,
          NOW)
         for number, name, region in ((OWN, "대청상사", 2), (NEAR, "한빛유통", 2), (YOUNG, "보람상회", 2),
                                      (FAR, "영남물산", 3))],
    )  # fmt: skip
    await insert_rows(
        "dealer",
        ("account", "address", "phone", "sell_through_owner"),
        [(number, "", "", "manufacturer") for number in (OWN, NEAR, YOUNG, FAR)],
    )
    await insert_rows(
        "product",
        ("id", "code", "name", "category", "is_own", "status", "updated_at"),
        [(COLA, "P1", "한빛콜라", "탄산", True, "active", NOW),
         (JUICE, "P2", "감귤주스", "주스", True, "active", NOW),
         (OLD, "P3", "옛음료", "주스", True, "ended", NOW),
         (THEIRS, "X1", "남의음료", "탄산", False, "active", NOW)],
    )  # fmt: skip
    await insert_rows(
        "login_user",
        ("id", "login", "name", "created_at", "active"),
        [(one.user_id, one.login, one.name, NOW, True) for one in persons.values()],
    )
    regions = {"/KR/CC/": 2, "/KR/GS/": 3}
    grants = [
        (one.user_id, grant.role.value, regions.get(grant.region_path or ""), grant.account_id)
        for one in persons.values()
        for grant in one.grants
    ]
    await insert_rows(
        "role_grant",
        ("user_id", "role", "region_id", "account_id", "state", "origin", "requested_at"),
        [(*grant, "active", "demo", NOW) for grant in grants],
    )
    columns = ("user_id", "dealer", "from_on")
    await insert_rows("representative_assignment", columns, [(6, OWN, dt.date(2025, 1, 1))])


async def write_sales() -> None:
    months = months_between(FIRST, LAST)
    rows = []
    for account, base in ((OWN, 100_000), (NEAR, 50_000), (YOUNG, 20_000), (FAR, 70_000)):
        known = months[-3:] if account == YOUNG else months
        for month in known:
            growth = 110 if month.first_on.year >= 2026 else 100
            net = base * SHAPE[month.first_on.month - 1] * growth // 10_000
            rows.append((account, month.first_on, 1, 1, 1, 1, net, 0, 10, 1))
    await insert_rows(
        "account_month",
        "account month_on level side lines documents net_minor returns_minor quantity active".split(),
        rows,
    )
    await insert_rows("import_source", ("id", "code"), [(1, "erp")])
    await insert_rows(
        "document",
        ("id", "source", "level", "kind", "number", "buyer", "business_on", "batch"),
        [(1, 1, 1, 1, "A1", OWN, dt.date(2025, 11, 5), 1)],
    )
    await insert_rows(
        "document_line",
        ("source", "kind", "number", "line_no", "document", "level", "line_kind", "buyer", "business_on",
         "product", "quantity", "amount_minor", "batch", "source_row"),
        [(1, 1, "A1", line, 1, 1, 1, OWN, dt.date(2025, 11, 5), product, 1, amount, 1, line)
         for line, (product, amount) in enumerate(((COLA, 75_000), (JUICE, 25_000), (THEIRS, 9_000)), 1)],
    )  # fmt: skip


@pytest.fixture
async def world(database: str) -> World:
    """The network, its sales and an open season of Chungcheong."""
    assert portal.seasons.policies.READ
    made = World(people())
    async with unit_of_work():
        await write_network(made.people)
        await write_sales()
    made.season = await calendar.plan_season(made.people["manager"], command())
    await calendar.open_season(made.people["manager"], made.season)
    return made


async def choose(world: World, account: int | None = OWN, method: str = "seasonal_naive") -> None:
    await baselines.choose_method(
        world.people["manager"], world.season, ChoiceCommand(method, "가장 단순합니다.", account)
    )


async def draft(world: World, total: int, account: int = OWN) -> None:
    """Choose natural sales and begin a draft."""
    await choose(world, account)
    await drafts.start_draft(world.people["manager"], world.season, account, total)


async def offered(world: World, total: int = 500_000, account: int = OWN) -> None:
    """Offer a target of which one growth point carries the stretch."""
    await draft(world, total, account)
    stretch = total - NATURAL[account]
    point = GrowthCommand(GrowthKind.TERMINAL, "새 소매점", stretch, 6, None)
    await growth.add_point(world.people["manager"], world.season, account, point)
    await offers.offer(world.people["manager"], world.season, account)
