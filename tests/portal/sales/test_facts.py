"""Facts of a month against a network computed by hand."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.sales.facts import SalesFacts
from portal.sales.month_facts_stability import MonthSales, season_factors, stability_millionths
from rules.facts import FactTable, FactValue
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Iterator

CASE = yaml.safe_load((Path(__file__).parent / "month_facts.yaml").read_text(encoding="utf-8"))
NOW = dt.datetime(2025, 11, 3, tzinfo=dt.UTC)
MONTH = Month.parse("2025-10")
LEVELS = {"sell_in": (1, 1), "sell_through": (2, 2)}


def months_back(key: int | str) -> Iterator[int]:
    first, _, last = str(key).partition("-")
    yield from range(int(first), int(last or first) + 1)


async def new_account(code: str, kind: str = "dealer", owner: str = "manufacturer") -> int:
    account: int = await fetch_value(
        "insert into account (kind, code, name, owner, created_at, updated_at)"
        " values ({}, {}, {}, 'manufacturer', {}, {}) returning id",
        kind,
        code,
        code,
        NOW,
        NOW,
    )
    if kind == "dealer":
        await execute("update account set dealer = id where id = {}", account)
        await execute("insert into dealer (account, sell_through_owner) values ({}, {})", account, owner)
    return account


def total_rows(account: int, dealer: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for name, (level, side) in LEVELS.items():
        for key, total in dealer.get(name, {}).items():
            for back in months_back(key):
                yield (
                    account, MONTH.shift(-back).first_on, level, side, total["documents"], total["documents"],
                    total["net"], total.get("returns", 0), 1, total["active"],
                )  # fmt: skip


async def build(case: dict[str, Any]) -> dict[str, int]:
    ids = {}
    async with unit_of_work():
        source = await fetch_value("insert into import_source (code) values ('erp') returning id")
        batch = await fetch_value(
            "insert into import_batch (kind, file_name, created_at) values ('orders', 'f', {}) returning id",
            NOW,
        )
        product = await fetch_value(
            "insert into product (code, name, updated_at) values ('P', 'P', {}) returning id", NOW
        )
        for code, dealer in case["dealers"].items():
            ids[code] = account = await new_account(
                code, owner=dealer.get("sell_through_owner", "manufacturer")
            )
            await insert_rows(
                "account_month",
                ("account", "month_on", "level", "side", "lines", "documents", "net_minor", "returns_minor",
                 "quantity", "active"),
                list(total_rows(account, dealer)),
            )  # fmt: skip
            await add_money(account, dealer, (source, batch, product))
        for name in case["returns_known_at"]:
            await execute(
                "insert into product_month (product, month_on, level, lines, net_minor, returns_minor,"
                " quantity, active) values ({}, {}, {}, 1, -5, -5, 1, 1)",
                product, MONTH.shift(-1).first_on, LEVELS[name][0],
            )  # fmt: skip
    return ids


async def add_money(account: int, dealer: dict[str, Any], keys: tuple[int, int, int]) -> None:
    source, batch, product = keys
    code = str(account)
    if target := dealer.get("target"):
        await execute(
            "insert into target (account, month_on, amount_minor, accepted_at) values ({}, {}, {}, {})",
            account, MONTH.first_on, target["amount"], NOW if target["agreed"] else None,
        )  # fmt: skip
    if due := dealer.get("due"):
        document = await fetch_value(
            "insert into document (source, level, kind, number, buyer, business_on, due_on, batch)"
            " values ({}, 1, 1, {}, {}, {}, {}, {}) returning id",
            source, code, account, dt.date(2025, 9, 10), dt.date(2025, 10, 31), batch,
        )  # fmt: skip
        await execute(
            "insert into document_line (source, kind, number, line_no, document, level, buyer, business_on,"
            " product, quantity, amount_minor, vat_minor, batch, source_row)"
            " values ({}, 1, {}, 1, {}, 1, {}, {}, {}, 1, {}, {}, {}, 1)",
            source, code, document, account, dt.date(2025, 9, 10), product, due["amount"], due["vat"], batch,
        )  # fmt: skip
    if paid := dealer.get("paid"):
        await execute(
            "insert into payment (source, number, account, paid_on, amount_minor)"
            " values ({}, {}, {}, {}, {})",
            source, code, account, dt.date(2025, 10, 1), paid,
        )  # fmt: skip


async def measured(ids: dict[str, int], month: Month = MONTH) -> FactTable:
    groups = {code: [dealer] for code, dealer in ids.items()}
    groups |= {code: [ids[dealer] for dealer in dealers] for code, dealers in CASE["representatives"].items()}
    source = SalesFacts()
    columns = await source.measures(month, list(groups.values()))
    return FactTable.build("dealer", month, NOW, list(groups), columns, kpis=source.kpis())


def shown(fact: FactValue) -> list[int] | None:
    if fact.value_scaled is None:
        return None
    return [fact.numerator, fact.denominator, fact.n, fact.value_scaled]


async def test_every_fact_is_the_one_computed_by_hand(database: str) -> None:
    table = await measured(await build(CASE))
    found = {
        subject: {
            code: None
            if fact.value_scaled is None
            else [fact.numerator, fact.denominator, fact.n, fact.value_scaled]
            for code, fact in table.facts(subject).items()
        }
        for subject in table.subjects
    }
    assert found == CASE["expected"]


async def test_a_month_nobody_reported_is_unknown_not_zero(database: str) -> None:
    table = await measured(await build(CASE), MONTH.shift(1))
    assert all(column.missing.all() for code, column in table.columns.items() if code != "sales_level")


async def test_sell_through_becomes_known_when_the_dealer_shares_it(database: str) -> None:
    ids = await build(CASE)
    async with unit_of_work():
        await execute(
            "insert into sharing_grant (dealer, purpose, granted_at) values ({}, 'sell_through', {})",
            ids["D-4"],
            NOW,
        )
    facts = (await measured(ids)).facts("D-4")
    # With him the network has 24 months, so its season is taken out of his even sales.
    assert (facts["yoy_growth"].value_scaled, facts["stability"].value_scaled) == (0, 97)


async def test_facts_do_not_depend_on_the_machine_zone(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await build(CASE)
    hashes = set()
    for zone in ("UTC", "Asia/Seoul", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        hashes.add((await measured(ids)).sha256)
    monkeypatch.undo()
    time.tzset()
    assert len(hashes) == 1


def steady(*nets: int) -> list[MonthSales]:
    return [MonthSales(net, net > 0) for net in nets]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (steady(5, 5, 5, 5, 5, 5), 1_000_000),
        (steady(5, 5, 5, 5, 5), None),
        (steady(0, 0, 0, 0, 0, 0), None),
        (steady(-1, 0, 0, 0, 0, 0), None),
        # Mean 1/2, deviation 1/2: CV 1, so nothing is left.
        (steady(1, 0, 1, 0, 1, 0), 0),
        # Mean 3, deviation 1: (1 − 1/3), rounded up because the root is rounded down.
        (steady(2, 4, 2, 4, 2, 4), 666_667),
    ],
)
def test_stability(months: list[MonthSales], expected: int | None) -> None:
    assert stability_millionths(months, None) == expected


def test_a_season_shared_with_the_network_leaves_no_variation() -> None:
    shape = [2, 2, 1, 1, 2, 3, 4, 4, 3, 1, 1, 2]
    factors = season_factors([100 * part for part in shape * 2])
    assert factors is not None
    value = stability_millionths(steady(*shape), factors)
    assert value is not None
    assert value > 999_990


def test_no_season_is_taken_out_of_less_than_two_years() -> None:
    assert season_factors([1] * 23) is None
    assert season_factors([1] * 23 + [0]) is None


def test_a_month_without_an_order_costs_its_share() -> None:
    months = [MonthSales(10, has_order=place > 0) for place in range(12)]
    assert stability_millionths(months, None) == 916_667
