"""A claw-back larger than what is owed is carried to the next settlements: shown, set off, never paid."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.errors import Conflict, NotFound
from portal.rebates.model import SettlementKind
from portal.rebates.queries.carried import SettledPayout, settled_payouts
from portal.rebates.queries.ledger import balance_of
from portal.rebates.queries.payouts import get_payout, list_owed
from portal.rebates.service.bookings import adjust
from portal.rebates.service.payouts import acknowledge_payout, approve_payout, export_payout, propose_payout
from portal.rebates.service.settlements import open_correction, post_settlement
from tests.portal.rebates.test_payouts import approved, said_of
from tests.portal.rebates.test_settlements import BOOKED, settle
from tests.portal.rebates.world import World, sell, work

PERIOD = dt.date(2026, 10, 1)


async def correct(world: World) -> int:
    correction = await open_correction(world.people["finance"], world.version, PERIOD, "반품")
    await work(correction)
    await post_settlement(world.people["finance"], correction, BOOKED)
    await work(correction)
    return correction


async def came_to(world: World, settlement: int) -> tuple[int, int, int, int]:
    (found,) = await settled_payouts(world.people["finance"], settlement)
    balance = await balance_of(found.account_id)
    assert (max(0, balance.payable_minor), min(0, balance.payable_minor)) == (
        found.pay_minor,
        found.carried_minor,
    )
    return found.before_minor, found.due_minor, found.pay_minor, found.carried_minor


async def test_what_was_paid_too_much_is_set_off_once(world: World) -> None:
    dealer, finance = world.dealers["D-1"], world.people["finance"]
    await sell(dealer, "2026-12", 20_000)
    final = await settle(world, SettlementKind.FINAL, "2026-12")
    assert await came_to(world, final) == (0, 800, 800, 0)
    payout = await approved(world)
    await export_payout(finance, payout)
    await acknowledge_payout(finance, payout, await said_of(payout))
    steps = []
    for net in (10_000, 15_000, 40_000):
        await sell(dealer, "2026-12", net)
        steps.append(await came_to(world, await correct(world)))
    # 800 was paid: 200 is right, then 300, then 1,600.
    assert steps == [(0, -600, 0, -600), (-600, 100, 0, -500), (-500, 1_300, 800, 0)]
    (owed,) = await list_owed()
    assert owed.amount_minor == 800


async def test_a_proposal_that_pays_more_than_is_owed_by_now_is_not_approved(world: World) -> None:
    dealer, second = world.dealers["D-1"], world.people["second"]
    await sell(dealer, "2026-12", 20_000)
    await settle(world, SettlementKind.FINAL, "2026-12")
    payout = await propose_payout(world.people["finance"])
    content = (await get_payout(payout)).content_sha256
    await adjust(world.people["finance"], second, dealer, -1, BOOKED, "합의", "less")
    with pytest.raises(Conflict, match="Less is owed"):
        await approve_payout(second, payout, content)
    await adjust(world.people["finance"], second, dealer, 1, BOOKED, "합의", "again")
    await approve_payout(second, payout, content)


async def test_a_dealer_reads_only_his_own(world: World) -> None:
    for dealer in world.dealers.values():
        await sell(dealer, "2026-12", 20_000)
    final = await settle(world, SettlementKind.FINAL, "2026-12")
    found = await settled_payouts(world.people["owner2"], final)
    assert found == [SettledPayout(world.dealers["D-2"], "D-2", "D-2", 0, 800, 800, 0)]
    assert await settled_payouts(world.people["manager"], final) == []
    with pytest.raises(NotFound):
        await settled_payouts(world.people["owner2"], 10**6)
