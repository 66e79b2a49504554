"""What each side reads of a programme, a settlement and the ledger, and what it does not."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rebates.model import AppealOutcome, SettlementKind, VersionState
from portal.rebates.queries.settlements import find_line, lines_of, list_lines
from portal.rebates.queries.statements import list_programs_of, statement_of, watch_list
from portal.rebates.queries.versions import get_version, has_accepted, list_versions
from portal.rebates.service.appeals import answer_appeal, raise_appeal
from portal.rebates.service.payouts import propose_payout
from portal.rebates.service.settlements import accrue, open_settlement, post_settlement, start_preview
from portal.rebates.service.versions import (
    accept_version,
    approve_version,
    create_version,
    decline_version,
    install_version,
    save_version,
    submit_version,
)
from portal.rebates.tasks import list_tasks
from rules.lifecycle import State
from rules.months import Month
from tests.portal.rebates.test_settlements import BOOKED, TODAY, settle
from tests.portal.rebates.world import EXAMPLE, World, sell, work

TOLD = dt.date(2026, 9, 1)
BEFORE = dt.date(2026, 8, 20)


async def test_a_dealer_reads_his_own_lines_once_they_are_shown(world: World) -> None:
    dealer, owner, other = world.dealers["D-1"], world.people["owner1"], world.people["owner2"]
    finance = world.people["finance"]
    await sell(dealer, "2026-12", 20_000)
    final = await open_settlement(finance, world.version, SettlementKind.FINAL, Month.parse("2026-12"), TODAY)
    await work(final)
    (line,) = await lines_of(final, (dealer,))
    assert await list_lines(owner, final) == []
    with pytest.raises(NotFound):
        await find_line(owner, line.id)
    assert (await statement_of(dealer, world.version, owner)).settlement is None
    await start_preview(finance, final, TODAY, TODAY)
    assert [each.id for each in await list_lines(owner, final)] == [line.id]
    shown = await statement_of(dealer, world.version, owner)
    assert (shown.is_preview, shown.earned_minor, shown.due_minor, shown.settled_minor) == (True, 800, 800, 0)
    with pytest.raises(NotFound):
        await statement_of(dealer, world.version, other)
    with pytest.raises(NotFound):
        await find_line(other, line.id)
    with pytest.raises(NotFound):
        await list_programs_of(other, dealer, TODAY)
    assert line.id not in [each.id for each in await list_lines(other, final)]
    with pytest.raises(Invalid):
        await post_settlement(finance, final, BOOKED, today=TODAY)
    await post_settlement(finance, final, BOOKED, today=TODAY + dt.timedelta(days=1))
    await work(final)
    shown = await statement_of(dealer, world.version, owner)
    assert (shown.is_preview, shown.settled_minor, shown.balance.payable_minor) == (False, 800, 800)
    assert sum(each.line.amount_minor for each in shown.lines) == shown.earned_minor


async def test_the_watch_list_shows_who_is_near(world: World) -> None:
    await sell(world.dealers["D-1"], "2026-10", 4_800)
    await sell(world.dealers["D-2"], "2026-10", 1_000)
    await work(await accrue(None, world.version, dt.date(2026, 10, 31)))
    (near,) = await watch_list(world.version, world.people["finance"])
    found = (near.code, near.distance, near.gain_minor, near.projected_basis, near.reach_bp)
    assert found == ("D-1", 200, 100, 4_800 * 92 // 31, 400)
    assert await watch_list(world.version, world.people["owner2"]) == []
    assert [each.code for each in await watch_list(world.version, world.people["owner1"])] == ["D-1"]
    assert await watch_list(world.version, world.people["manager"]) == []
    (program,) = await list_programs_of(world.people["owner1"], world.dealers["D-1"], TODAY)
    assert (program.earned_minor, program.projected_minor) == (0, 284)


async def test_an_appeal_is_answered_with_reasons(world: World) -> None:
    dealer, owner = world.dealers["D-1"], world.people["owner1"]
    await sell(dealer, "2026-12", 20_000)
    (line,) = await lines_of(await settle(world, SettlementKind.FINAL, "2026-12"), (dealer,))
    with pytest.raises(NotFound):
        await raise_appeal(world.people["owner2"], line.id, "틀림", TODAY)
    appeal = await raise_appeal(
        owner, line.id, "12월 전표 누락", TODAY, ("a.pdf", "application/pdf", b"%PDF")
    )
    with pytest.raises(Conflict):
        await raise_appeal(owner, line.id, "다시", TODAY)
    kinds = {task.kind: task for task in await list_tasks(world.people["finance"], TODAY)}
    assert kinds["rebates.answer"].due_on == TODAY + dt.timedelta(days=30)
    await answer_appeal(world.people["finance"], appeal, AppealOutcome.UPHELD, "전표를 반영함")
    with pytest.raises(Conflict):
        await answer_appeal(world.people["finance"], appeal, AppealOutcome.DISMISSED, "아님")


async def test_a_version_is_written_and_approved_by_two_and_accepted_before_it_starts(world: World) -> None:
    author, approver, owner = (world.people[name] for name in ("author", "approver", "owner1"))
    text = EXAMPLE.replace("program: example", "program: other")
    version = await create_version(author, "program: [")
    with pytest.raises(Invalid):
        await submit_version(author, version, TOLD, 14, BEFORE)
    number = await save_version(author, version, text, 1)
    with pytest.raises(Conflict):
        await save_version(author, version, text, 1)
    with pytest.raises(Invalid):
        await submit_version(author, version, dt.date(2026, 9, 25), 14, BEFORE)
    assert number == 2
    await submit_version(author, version, TOLD, 14, BEFORE)
    found = await get_version(version)
    await decline_version(approver, version, "다시")
    assert (await list_tasks(author, BEFORE))[0].kind == "rebates.returned"
    await submit_version(author, version, TOLD, 14, BEFORE)
    with pytest.raises(NotAllowed):
        await approve_version(author, version, found.sha256, 14, BEFORE)
    with pytest.raises(Conflict):
        await approve_version(approver, version, "other", 14, BEFORE)
    await approve_version(approver, version, found.sha256, 14, BEFORE)
    standing = await get_version(version, BEFORE)
    assert (standing.state, standing.standing) == (VersionState.APPROVED, State.SCHEDULED)
    dealer = world.dealers["D-1"]
    with pytest.raises(NotFound):
        await accept_version(owner, version, dealer, found.sha256, BEFORE)
    assert version not in [each.id for each in await list_versions(owner, BEFORE)]
    with pytest.raises(NotFound):
        await accept_version(owner, version, world.dealers["D-2"], found.sha256, TOLD)
    assert "rebates.accept" in [task.kind for task in await list_tasks(owner, TOLD)]
    await accept_version(owner, version, dealer, found.sha256, TOLD)
    await accept_version(owner, version, dealer, found.sha256, TOLD)
    assert await has_accepted(version, dealer)
    with pytest.raises(Conflict):
        await accept_version(owner, version, dealer, found.sha256, dt.date(2026, 10, 1))
    signature = author.signature("rebates.author")
    with pytest.raises(NotAllowed):
        await install_version(text, TOLD, signature, signature)


async def test_a_payout_awaits_only_the_second_person(world: World) -> None:
    await sell(world.dealers["D-1"], "2026-12", 20_000)
    await settle(world, SettlementKind.FINAL, "2026-12")
    await propose_payout(world.people["finance"])
    waiting = [
        [task.kind for task in await list_tasks(world.people[name], TODAY)] for name in ("finance", "second")
    ]
    assert waiting == [[], ["rebates.approve_payout"]]
