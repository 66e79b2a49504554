"""Three dealers in two regions with two years of monthly totals, outlets, retail points, and their people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

import portal.portfolio.policies
from portal.access import Grant, Role, Viewer
from portal.db import engine_kind, execute, insert_rows, unit_of_work
from rules.months import Month, months_between

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 10)
FIRST, LAST = Month.parse("2025-01"), Month.parse("2026-05")
OWN, NEAR, FAR = 10, 20, 30
OUTLET, HIDDEN_OUTLET = 41, 42
BIG, SMALL, HIDDEN = 51, 52, 53


@dataclass
class World:
    """The people by name."""

    people: dict[str, Viewer]


def _person(user_id: int, login: str, *grants: Grant) -> Viewer:
    return Viewer(user_id, login, login, grants=grants)


def people() -> dict[str, Viewer]:
    return {
        "author": _person(1, "author", Grant(Role.RULE_AUTHOR)),
        "manager": _person(5, "manager", Grant(Role.REGIONAL_MANAGER, region_path="/KR/CC/")),
        "rep": _person(6, "rep", Grant(Role.SALES_REPRESENTATIVE)),
        "auditor": _person(4, "auditor", Grant(Role.AUDITOR)),
        "owner": _person(8, "owner", Grant(Role.DEALER_OWNER, account_id=OWN)),
        "finance": _person(9, "finance", Grant(Role.FINANCE)),
    }


def _account(
    number: int, kind: str, region: int, dealer: int, owner: str = "manufacturer"
) -> tuple[object, ...]:
    name = {OWN: "대청상사", NEAR: "한빛유통", FAR: "영남물산"}.get(number, f"{kind} {number}")
    return (
        number,
        kind,
        f"{kind[0].upper()}{number}",
        name,
        region,
        dealer,
        owner,
        "",
        "existing",
        False,
        1,
        NOW,
        NOW,
    )


def totals(account: int, level: int, nets: dict[Month, int]) -> list[tuple[object, ...]]:
    return [(account, month.first_on, level, 1, 1, 1, net, 0, 1, 1) for month, net in nets.items()]


TOTAL_COLUMNS = (
    *("account", "month_on", "level", "side", "lines", "documents", "net_minor", "returns_minor"),
    *("quantity", "active"),
)


@pytest.fixture
async def world(database: str) -> World:
    """OWN buys much and steadily, NEAR little and unsteadily, FAR began three months ago."""
    assert portal.portfolio.policies.READ
    made = World(people())
    every = months_between(FIRST, LAST)
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
            [_account(OWN, "dealer", 2, OWN), _account(NEAR, "dealer", 2, NEAR),
             _account(FAR, "dealer", 3, FAR), _account(OUTLET, "outlet", 2, OWN),
             _account(HIDDEN_OUTLET, "outlet", 2, NEAR),
             _account(BIG, "terminal", 2, OWN), _account(SMALL, "terminal", 2, OWN),
             _account(HIDDEN, "terminal", 2, NEAR, "dealer")],
        )  # fmt: skip
        await insert_rows(
            "dealer",
            ("account", "address", "phone", "sell_through_owner"),
            [(OWN, "", "", "manufacturer"), (NEAR, "", "", "dealer"), (FAR, "", "", "manufacturer")],
        )
        await insert_rows(
            "terminal",
            ("account", "channel", "trade_type", "address", "phone"),
            [(number, "on_trade", "", "", "") for number in (BIG, SMALL, HIDDEN)],
        )
        await insert_rows(
            "login_user", ("id", "login", "name", "created_at"),
            [(one.user_id, one.login, one.name, NOW) for one in made.people.values()],
        )  # fmt: skip
        await insert_rows(
            "supply_link", ("supplier", "buyer", "from_on", "is_primary"),
            [(OUTLET, BIG, dt.date(2024, 1, 1), True), (OUTLET, SMALL, dt.date(2024, 1, 1), True)],
        )  # fmt: skip
        await insert_rows(
            "representative_assignment", ("user_id", "dealer", "from_on"), [(6, NEAR, dt.date(2025, 1, 1))]
        )
        rows = totals(OWN, 1, dict.fromkeys(every, 1_000_000))
        rows += totals(NEAR, 1, {month: 900_000 for month in every if month.first_on.month % 3 == 0})
        rows += totals(FAR, 1, dict.fromkeys(every[-3:], 10_000))
        rows += totals(BIG, 2, dict.fromkeys(every, 700_000))
        rows += totals(SMALL, 2, dict.fromkeys(every, 90_000))
        rows += totals(HIDDEN, 2, dict.fromkeys(every, 50_000))
        await insert_rows("account_month", TOTAL_COLUMNS, rows)
    return made
