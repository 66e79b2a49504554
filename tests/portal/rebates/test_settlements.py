"""Settlement by delta: the worked example, late orders, returns, corrections, and one of eight at once."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from portal.db import fetch, unit_of_work
from portal.errors import Conflict, Invalid
from portal.rebates.model import SettlementKind, SettlementState
from portal.rebates.queries.ledger import Balance, balance_of, list_defects
from portal.rebates.queries.settlements import get_settlement, lines_of
from portal.rebates.service.settlements import accrue, open_correction, open_settlement, post_settlement
from rules.months import Month
from tests.portal.rebates.world import World, sell, work

TODAY = dt.date(2027, 1, 10)
BOOKED = Month.parse("2027-01")
PARTIAL, FINAL = SettlementKind.PARTIAL, SettlementKind.FINAL


async def settle(world: World, kind: SettlementKind, through: str) -> int:
    finance = world.people["finance"]
    settlement = await open_settlement(finance, world.version, kind, Month.parse(through), TODAY)
    await work(settlement)
    await post_settlement(finance, settlement, BOOKED)
    await work(settlement)
    assert (await get_settlement(settlement)).state is SettlementState.POSTED
    return settlement


async def delta_of(settlement: int, account: int) -> tuple[int, int]:
    (line,) = await lines_of(settlement, (account,))
    return line.amount_minor, line.delta_minor


async def test_the_worked_example(world: World) -> None:
    dealer = world.dealers["D-1"]
    for month, net in (("2026-10", 3_000), ("2026-11", 4_000), ("2026-12", 20_000)):
        await sell(dealer, month, net)
    october = await settle(world, PARTIAL, "2026-10")
    november = await settle(world, PARTIAL, "2026-11")
    december = await settle(world, FINAL, "2026-12")
    found = [await delta_of(each, dealer) for each in (october, november, december)]
    assert found == [(0, 0), (140, 140), (1_080, 940)]
    assert await balance_of(dealer) == Balance(1_080, 0, 0)
    assert await balance_of(world.dealers["D-2"]) == Balance()
    assert await list_defects() == []


async def test_what_comes_late_posts_the_difference(world: World) -> None:
    dealer, finance = world.dealers["D-1"], world.people["finance"]
    await sell(dealer, "2026-12", 20_000)
    final = await settle(world, FINAL, "2026-12")
    assert await delta_of(final, dealer) == (800, 800)
    for net, booked in ((21_000, 40), (10_000, -640), (4_000, -200)):
        await sell(dealer, "2026-12", net)
        correction = await open_correction(finance, world.version, dt.date(2026, 10, 1), "늦은 전표")
        await work(correction)
        await post_settlement(finance, correction, BOOKED)
        await work(correction)
        assert (await delta_of(correction, dealer))[1] == booked, net
    assert await balance_of(dealer) == Balance(0, 0, 0)


async def test_an_accrual_turns_into_what_is_payable(world: World) -> None:
    dealer = world.dealers["D-1"]
    await sell(dealer, "2026-10", 6_000)
    first = await accrue(None, world.version, dt.date(2026, 10, 20))
    await work(first)
    assert await balance_of(dealer) == Balance(0, 120, 0)
    await sell(dealer, "2026-10", 7_000)
    again = await accrue(None, world.version, dt.date(2026, 10, 20))
    await work(again)
    assert await balance_of(dealer) == Balance(0, 140, 0)
    await settle(world, PARTIAL, "2026-10")
    assert await balance_of(dealer) == Balance(140, 0, 0)
    expense = await fetch(
        "select sum(p.amount_minor) as spent from ledger_posting p"
        " join ledger_account l on l.id = p.ledger_account where l.kind = 'expense'"
    )
    assert expense == [{"spent": 140}]


async def test_the_calendar_is_kept(world: World) -> None:
    finance = world.people["finance"]
    for kind, through, today in (
        (FINAL, "2026-11", TODAY),
        (PARTIAL, "2026-12", TODAY),
        (FINAL, "2027-03", TODAY),
        (FINAL, "2026-12", dt.date(2026, 12, 31)),
    ):
        with pytest.raises(Invalid):
            await open_settlement(finance, world.version, kind, Month.parse(through), today)
    await settle(world, FINAL, "2026-12")
    with pytest.raises(Conflict):
        await open_settlement(finance, world.version, FINAL, Month.parse("2026-12"), TODAY)


async def test_of_eight_settlements_at_once_one_succeeds(world: World) -> None:
    await sell(world.dealers["D-1"], "2026-12", 20_000)

    async def begin() -> int | None:
        try:
            return await open_settlement(None, world.version, FINAL, Month.parse("2026-12"), TODAY)
        except Conflict:
            return None

    found = await asyncio.gather(*(begin() for _ in range(8)))
    opened = [each for each in found if each is not None]
    assert (len(opened), found.count(None)) == (1, 7)
    await work(opened[0])
    posted = await asyncio.gather(
        *(post_settlement(None, opened[0], BOOKED) for _ in range(8)), return_exceptions=True
    )
    assert (posted.count(None), sum(isinstance(each, Conflict) for each in posted)) == (1, 7)
    await work(opened[0])
    assert await balance_of(world.dealers["D-1"]) == Balance(800, 0, 0)


async def test_the_database_refuses_what_the_ledger_is_not(world: World) -> None:
    dealer = world.dealers["D-1"]
    await sell(dealer, "2026-12", 20_000)
    final = await settle(world, FINAL, "2026-12")
    refused = (
        "update ledger_posting set amount_minor = 1",
        "delete from ledger_posting",
        "update ledger_operation set reason = 'x'",
        "delete from ledger_operation",
        "update ledger_operation set is_sealed = is_sealed",
        "insert into ledger_posting (operation, ledger_account, amount_minor) values (1, 1, 5)",
        "update rebate_settlement_line set amount_minor = 1",
        "delete from rebate_settlement_line",
        "update rebate_settlement set total_minor = 1",
        "update rebate_settlement set state = 'draft'",
        "delete from rebate_settlement",
        "update rebate_version set text = 'x'",
        "update rebate_version set state = 'draft'",
    )
    for statement in refused:
        with pytest.raises(Exception, match=r"append-only|add up to zero|does not change"):
            async with unit_of_work():
                await fetch(statement)
    assert await delta_of(final, dealer) == (800, 800)
