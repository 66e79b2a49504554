"""Why a line posts something else than earned less settled, and what replay notices."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.db import engine_kind, execute, fetch, unit_of_work
from portal.errors import Conflict, NotFound
from portal.rebates.model import SettlementKind
from portal.rebates.queries.ledger import list_movements
from portal.rebates.queries.payouts import get_payout
from portal.rebates.queries.settlements import get_settlement, lines_of
from portal.rebates.queries.versions import program_of
from portal.rebates.replay import replay
from portal.rebates.service.bookings import reverse_operation
from portal.rebates.service.payouts import approve_payout, propose_payout
from portal.rebates.service.settlements import open_correction, open_settlement
from portal.rebates.views_statement import delta_note
from portal.rebates.work import register_jobs
from portal.settings import Settings
from portal.web.i18n import in_locale
from rules.months import Month
from tests.portal.rebates.test_settlements import BOOKED, TODAY, settle
from tests.portal.rebates.world import EXAMPLE, World, make_world, sell, work

PARTIAL, FINAL = SettlementKind.PARTIAL, SettlementKind.FINAL


@pytest.fixture
def jobs(database: str) -> None:
    register_jobs(Settings(database_url=database))


async def note_of(settlement_id: int, dealer: int) -> tuple[int, str]:
    settlement = await get_settlement(settlement_id)
    (line,) = await lines_of(settlement_id, (dealer,))
    program = await program_of(settlement.version_id)
    with in_locale("en"):
        return line.delta_minor, delta_note(line, program.component(line.component), program)


async def test_a_line_paid_at_the_end_says_so(jobs: None) -> None:
    world = await make_world(text=EXAMPLE.replace("    mode: retro", "    paid_at: final\n    mode: retro"))
    dealer = world.dealers["D-1"]
    await sell(dealer, "2026-10", 20_000)
    assert await note_of(await settle(world, PARTIAL, "2026-10"), dealer) == (
        0,
        "This line is paid with the final settlement.",
    )
    assert await note_of(await settle(world, FINAL, "2026-12"), dealer) == (800, "")


async def test_a_programme_without_a_claw_back_takes_nothing_back(jobs: None) -> None:
    world = await make_world(text=EXAMPLE.replace("clawback: {window_months: 12, carry_forward: true}\n", ""))
    dealer, finance = world.dealers["D-1"], world.people["finance"]
    await sell(dealer, "2026-12", 20_000)
    await settle(world, FINAL, "2026-12")
    await sell(dealer, "2026-12", 10_000)
    correction = await open_correction(finance, world.version, dt.date(2026, 10, 1), "반품")
    await work(correction)
    assert await note_of(correction, dealer) == (0, "Nothing is taken back by this programme.")


async def test_replay_names_the_line_that_does_not_follow_from_the_figures(world: World) -> None:
    await sell(world.dealers["D-1"], "2026-12", 20_000)
    settlement = await open_settlement(
        world.people["finance"], world.version, FINAL, Month.parse("2026-12"), TODAY
    )
    await work(settlement)
    assert await replay(settlement) == []
    await _tamper("update rebate_settlement_line set amount_minor = 801 where amount_minor = 800")
    assert await replay(settlement) == ["D-1 volume", "results"]


async def _tamper(statement: str) -> None:
    """Change what triggers protect, as somebody who owns the database could."""
    async with unit_of_work():
        if engine_kind() == "postgres":
            await execute("set local session_replication_role = replica")
        else:
            for row in await fetch("select name from sqlite_master where type = 'trigger'"):
                await execute(f"drop trigger {row['name']}")
        await execute(statement)


async def test_an_unknown_settlement_has_nothing_to_replay(world: World) -> None:
    with pytest.raises(NotFound):
        await replay(999)


async def test_a_payout_is_not_undone_by_hand(world: World) -> None:
    finance, dealer = world.people["finance"], world.dealers["D-1"]
    await sell(dealer, "2026-12", 20_000)
    await settle(world, FINAL, "2026-12")
    payout = await propose_payout(finance, (dealer,))
    await approve_payout(world.people["second"], payout, (await get_payout(payout)).content_sha256)
    with pytest.raises(NotFound):
        await reverse_operation(finance, 999, BOOKED, "없음")
    paid = [move.id for move in await list_movements(finance, dealer) if move.kind == "payout"]
    for operation in paid:
        with pytest.raises(Conflict, match="not undone by hand"):
            await reverse_operation(finance, operation, BOOKED, "잘못")
