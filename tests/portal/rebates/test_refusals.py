"""What is put away, taken back or refused, and what a failed calculation leaves: room for the next one."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.errors import Conflict, Invalid, NotFound
from portal.jobs.worker import work_once
from portal.rebates.model import AppealOutcome, SettlementKind, SettlementState
from portal.rebates.queries.settlements import get_settlement, lines_of
from portal.rebates.service.appeals import answer_appeal, raise_appeal
from portal.rebates.service.payouts import refuse_line, return_line
from portal.rebates.service.periods import request_period_close, withdraw_period_close
from portal.rebates.service.settlements import (
    cancel_settlement,
    open_correction,
    open_settlement,
    post_settlement,
    start_preview,
)
from portal.rebates.service.versions import cancel_version, create_version
from rules.months import Month
from tests.portal.rebates.test_acceptance import CONDITIONS, install
from tests.portal.rebates.test_settlements import BOOKED, TODAY, settle
from tests.portal.rebates.world import EXAMPLE, World, sell, work

FINAL, DECEMBER = SettlementKind.FINAL, Month.parse("2026-12")
BOTH = CONDITIONS.replace("hit_policy: first", "hit_policy: unique").replace("MISSING", "no_match")
BOTH = BOTH.replace('greater_than_or_equal_to, value: "100"', 'less_than, value: "1000"')


async def test_a_settlement_put_away_makes_room(world: World) -> None:
    finance = world.people["finance"]
    first = await open_settlement(finance, world.version, FINAL, DECEMBER, TODAY)
    with pytest.raises(Conflict):
        await cancel_settlement(finance, first, "아직 계산 중")
    await work(first)
    with pytest.raises(Invalid):
        await cancel_settlement(finance, first, " ")
    with pytest.raises(Invalid):
        await start_preview(finance, first, TODAY - dt.timedelta(days=1), TODAY)
    await cancel_settlement(finance, first, "자료를 다시 받음")
    for refused in (
        cancel_settlement(finance, first, "다시"),
        start_preview(finance, first, TODAY, TODAY),
        post_settlement(finance, first, BOOKED),
    ):
        with pytest.raises(Conflict):
            await refused
    await settle(world, FINAL, "2026-12")


async def test_rules_that_contradict_each_other_stop_the_settlement_and_nothing_else(world: World) -> None:
    version = await install(
        world, EXAMPLE.replace("program: example", "program: other") + BOTH, by_contract=True
    )
    for month in ("2025-12", "2026-12"):
        await sell(world.dealers["D-1"], month, 20_000 if month == "2025-12" else 10_000)
    first = await open_settlement(None, version, FINAL, DECEMBER, TODAY)
    assert await work_once("test")
    assert (await get_settlement(first)).state is SettlementState.FAILED
    again = await open_settlement(None, version, FINAL, DECEMBER, TODAY)
    assert again != first
    with pytest.raises(Invalid):
        await open_correction(None, world.version, dt.date(2026, 10, 1), "정산 전")


async def test_a_draft_or_a_version_ahead_is_cancelled_one_that_began_is_not(world: World) -> None:
    author = world.people["author"]
    draft = await create_version(author, EXAMPLE)
    await cancel_version(author, draft, "중복", TODAY)
    for version in (draft, world.version):
        with pytest.raises(Conflict):
            await cancel_version(author, version, "다시", TODAY)


async def test_a_close_that_was_asked_for_is_taken_back(world: World) -> None:
    finance, month = world.people["finance"], Month.parse("2026-11")
    with pytest.raises(Invalid):
        await request_period_close(finance, Month.of(TODAY), TODAY)
    await request_period_close(finance, month, TODAY)
    with pytest.raises(Conflict):
        await request_period_close(finance, month, TODAY)
    await withdraw_period_close(finance, month)
    await request_period_close(finance, month, TODAY)


async def test_an_appeal_says_something_and_names_a_correction(world: World) -> None:
    dealer, owner, finance = world.dealers["D-1"], world.people["owner1"], world.people["finance"]
    await sell(dealer, "2026-12", 20_000)
    final = await settle(world, FINAL, "2026-12")
    (line,) = await lines_of(final, (dealer,))
    for said in (" ", "가" * 2_001):
        with pytest.raises(Invalid):
            await raise_appeal(owner, line.id, said, TODAY)
    appeal = await raise_appeal(owner, line.id, "틀림", TODAY)
    with pytest.raises(Invalid):
        await answer_appeal(finance, appeal, AppealOutcome.OPEN, "글쎄요")
    for unknown, correction in ((10**6, None), (appeal, final)):
        with pytest.raises(NotFound):
            await answer_appeal(finance, unknown, AppealOutcome.UPHELD, "반영함", correction)
    correction = await open_correction(finance, world.version, dt.date(2026, 10, 1), "이의 신청")
    await answer_appeal(finance, appeal, AppealOutcome.UPHELD, "반영함", correction)


async def test_lines_that_are_not_there_are_neither_refused_nor_returned(world: World) -> None:
    finance = world.people["finance"]
    with pytest.raises(NotFound):
        await refuse_line(finance, 10**6, "없음")
    with pytest.raises(NotFound):
        await return_line(finance, 10**6, BOOKED, "없음")
