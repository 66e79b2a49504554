"""Paying out: two people, once, idempotent; what is undone, adjusted or closed."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace

import pytest

from portal.access import DeputyFor
from portal.db import fetch_value
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rebates.model import PayoutState, SettlementKind
from portal.rebates.queries.ledger import Balance, balance_of, list_defects, list_movements
from portal.rebates.queries.payouts import get_payout, list_owed, payout_lines_of
from portal.rebates.service.bookings import adjust, reverse_operation
from portal.rebates.service.payouts import (
    Acknowledgement,
    acknowledge_payout,
    approve_payout,
    decline_payout,
    export_payout,
    propose_payout,
    refuse_line,
    return_line,
)
from portal.rebates.service.periods import approve_period_close, request_period_close, withdraw_period_close
from portal.rebates.service.settlements import open_correction, post_settlement
from rules.months import Month
from tests.portal.rebates.test_settlements import BOOKED, settle
from tests.portal.rebates.world import World, sell, work

PAID_ON = dt.date(2027, 1, 25)
LATER = dt.date(2027, 3, 1)


@pytest.fixture
async def settled(world: World) -> World:
    """Both dealers are owed something: 800 and 200."""
    await sell(world.dealers["D-1"], "2026-12", 20_000)
    await sell(world.dealers["D-2"], "2026-12", 10_000)
    await settle(world, SettlementKind.FINAL, "2026-12")
    return world


async def approved(world: World) -> int:
    payout = await propose_payout(world.people["finance"])
    await approve_payout(world.people["second"], payout, (await get_payout(payout)).content_sha256)
    return payout


async def said_of(payout: int) -> list[Acknowledgement]:
    return [
        Acknowledgement(line.id, f"ERP-{line.code}", PAID_ON, line.amount_minor)
        for line in await payout_lines_of(payout)
    ]


async def test_two_people_pay_once(settled: World) -> None:
    finance, second = settled.people["finance"], settled.people["second"]
    payout = await propose_payout(finance)
    proposal = await get_payout(payout)
    assert (proposal.total_minor, proposal.lines) == (1_000, 2)
    with pytest.raises(Invalid):
        await propose_payout(second)
    deputy = replace(
        second,
        grants=(),
        deputy_for=(DeputyFor(finance.user_id, "f", finance.grants, LATER, LATER),),
    )
    for same in (finance, deputy):
        with pytest.raises(NotAllowed):
            await approve_payout(same, payout, proposal.content_sha256)
    with pytest.raises(Conflict):
        await approve_payout(second, payout, "other")
    with pytest.raises(Conflict):
        await export_payout(finance, payout)
    await approve_payout(second, payout, proposal.content_sha256)
    with pytest.raises(Conflict):
        await decline_payout(second, payout, "늦음")
    assert [line.amount_minor for line in await export_payout(finance, payout)] == [800, 200]
    said = await said_of(payout)
    assert await acknowledge_payout(finance, payout, said[:1]) == 1
    assert await acknowledge_payout(finance, payout, said) == 1
    assert await acknowledge_payout(finance, payout, said) == 0
    assert (await get_payout(payout)).state is PayoutState.PAID
    assert await balance_of(settled.dealers["D-1"]) == Balance(0, 0, 800)
    with pytest.raises(Conflict):
        await acknowledge_payout(finance, payout, [replace(said[0], reference="other")])
    with pytest.raises(Invalid):
        await acknowledge_payout(finance, payout, [replace(said[0], amount_minor=799)])
    assert (await list_owed(), await list_defects()) == ([], [])


async def test_the_same_acknowledgement_eight_times_at_once(settled: World) -> None:
    finance = settled.people["finance"]
    payout = await approved(settled)
    await export_payout(finance, payout)
    said = await said_of(payout)
    found = await asyncio.gather(*(acknowledge_payout(finance, payout, said) for _ in range(8)))
    assert sorted(found) == [0] * 7 + [2]
    assert await balance_of(settled.dealers["D-1"]) == Balance(0, 0, 800)


async def test_of_eight_proposals_at_once_one_stands(settled: World) -> None:
    finance = settled.people["finance"]
    found = await asyncio.gather(*(propose_payout(finance) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(each, int) for each in found) == 1
    assert all(isinstance(each, int | Conflict | Invalid) for each in found)
    assert await fetch_value("select count(*) from rebate_payout_line") == 2


async def test_declined_refused_and_returned_is_owed_again(settled: World) -> None:
    finance = settled.people["finance"]
    await decline_payout(settled.people["second"], await propose_payout(finance), "확인 필요")
    payout = await approved(settled)
    await export_payout(finance, payout)
    first, second = await payout_lines_of(payout)
    await refuse_line(finance, second.id, "계좌 오류")
    await acknowledge_payout(finance, payout, (await said_of(payout))[:1])
    await return_line(finance, first.id, BOOKED, "반송")
    with pytest.raises(Conflict):
        await return_line(finance, first.id, BOOKED, "반송")
    assert await balance_of(settled.dealers["D-1"]) == Balance(800, 0, 0)
    assert [each.amount_minor for each in await list_owed()] == [800, 200]


async def test_too_much_paid_is_carried_forward(settled: World) -> None:
    dealer, finance = settled.dealers["D-1"], settled.people["finance"]
    payout = await approved(settled)
    await export_payout(finance, payout)
    await acknowledge_payout(finance, payout, await said_of(payout))
    await sell(dealer, "2026-12", 10_000)
    correction = await open_correction(finance, settled.version, dt.date(2026, 10, 1), "반품")
    await work(correction)
    await post_settlement(finance, correction, BOOKED)
    await work(correction)
    assert await balance_of(dealer) == Balance(-600, 0, 800)
    with pytest.raises(Invalid):
        await propose_payout(finance)


async def test_an_operation_is_undone_once_and_settled_anew(settled: World) -> None:
    dealer, finance = settled.dealers["D-1"], settled.people["finance"]
    (movement,) = await list_movements(finance, dealer)
    await reverse_operation(finance, movement.id, BOOKED, "잘못된 자료")
    assert await balance_of(dealer) == Balance()
    with pytest.raises(Conflict):
        await reverse_operation(finance, movement.id, BOOKED, "다시")
    correction = await open_correction(finance, settled.version, dt.date(2026, 10, 1), "다시 정산")
    (other,) = await list_movements(finance, settled.dealers["D-2"])
    with pytest.raises(Conflict):
        await reverse_operation(finance, other.id, BOOKED, "도중")
    await work(correction)
    await post_settlement(finance, correction, BOOKED)
    await work(correction)
    assert await balance_of(dealer) == Balance(800, 0, 0)


async def test_an_adjustment_takes_two_people_and_is_booked_once(settled: World) -> None:
    dealer, finance, second = settled.dealers["D-1"], settled.people["finance"], settled.people["second"]
    with pytest.raises(NotAllowed):
        await adjust(finance, finance, dealer, 50, BOOKED, "합의", "k1")
    with pytest.raises(NotFound):
        await adjust(finance, second, 10**9, 50, BOOKED, "합의", "k1")
    first = await adjust(finance, second, dealer, 50, BOOKED, "합의", "k1")
    assert await adjust(finance, second, dealer, 50, BOOKED, "합의", "k1") == first
    with pytest.raises(Conflict):
        await adjust(finance, second, dealer, 51, BOOKED, "합의", "k1")
    assert await balance_of(dealer) == Balance(850, 0, 0)


async def test_a_closed_month_takes_nothing_more(settled: World) -> None:
    finance, second, dealer = settled.people["finance"], settled.people["second"], settled.dealers["D-1"]
    with pytest.raises(Conflict):
        await approve_period_close(second, BOOKED)
    await request_period_close(finance, BOOKED, LATER)
    with pytest.raises(NotAllowed):
        await approve_period_close(finance, BOOKED)
    await approve_period_close(second, BOOKED)
    (movement,) = await list_movements(finance, dealer)
    with pytest.raises(Invalid):
        await reverse_operation(finance, movement.id, BOOKED, "늦음")
    with pytest.raises(Conflict):
        await withdraw_period_close(finance, BOOKED)
    await reverse_operation(finance, movement.id, Month.parse("2027-02"), "늦음")
    assert await balance_of(dealer) == Balance()
    owner = settled.people["owner2"]
    with pytest.raises(NotFound):
        await list_movements(owner, dealer)
    assert len(await list_movements(settled.people["owner1"], dealer)) == 2
