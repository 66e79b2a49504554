"""Whom a version binds: what nobody accepted pays nothing and says so, earlier terms go on until they end."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.db import execute, unit_of_work
from portal.errors import Invalid
from portal.rebates.model import Acceptance, SettlementKind
from portal.rebates.queries.acceptance import acceptance_of, bindings_of, count_acceptances
from portal.rebates.queries.ledger import Balance, balance_of, list_defects
from portal.rebates.queries.settlements import lines_of
from portal.rebates.queries.statements import list_programs_of, statement_of
from portal.rebates.queries.versions import get_version, list_awaiting_acceptance, program_of
from portal.rebates.replay import replay
from portal.rebates.service.settlements import accrue, open_settlement, post_settlement
from portal.rebates.service.versions import accept_version, install_version
from portal.rebates.views import stored_line_words
from rules.months import Month
from tests.portal.rebates.test_settlements import BOOKED, TODAY, settle
from tests.portal.rebates.world import EXAMPLE, World, sell, work

FINAL = SettlementKind.FINAL
TOLD, BEFORE = dt.date(2026, 9, 1), dt.date(2026, 9, 10)
# The same programme with better rates from November on.
BETTER = (
    EXAMPLE.replace("2026-10-01", "2026-11-01")
    .replace("2026.4", "2026.5")
    .replace("period: quarter", "period: span")
    .replace(
        "  - {kind: partial, after_month: 2}\n  - {kind: final, after_month: 3}",
        "  - {kind: final, after_month: 2}",
    )
    .replace("rate_bp: 200", "rate_bp: 300")
    .replace("rate_bp: 400", "rate_bp: 600")
)


async def install(world: World, text: str, *, by_contract: bool = False) -> int:
    people = world.people
    return await install_version(
        text,
        TOLD,
        people["author"].signature("rebates.author"),
        people["approver"].signature("rebates.approve"),
        by_contract=by_contract,
    )


async def accept(world: World, version: int, dealer: str) -> None:
    owner = world.people[f"owner{dealer[2:]}"]
    found = await get_version(version)
    await accept_version(owner, version, world.dealers[dealer], found.sha256, BEFORE)


async def notes(settlement: int, account: int) -> tuple[int, int, tuple[str, ...]]:
    (line,) = await lines_of(settlement, (account,))
    return line.basis, line.amount_minor, line.notes


async def test_what_was_not_accepted_pays_nothing_and_says_so(world: World) -> None:
    first, second = world.dealers["D-1"], world.dealers["D-2"]
    other = await install(world, EXAMPLE.replace("program: example", "program: other"))
    await accept(world, other, "D-1")
    found = [await acceptance_of(other, each) for each in (first, second)]
    assert found == [Acceptance.DEALER, Acceptance.NONE]
    assert await acceptance_of(world.version, second) is Acceptance.CONTRACT
    assert await acceptance_of(10**6, second) is Acceptance.NONE
    assert await count_acceptances(other, (first, second)) == 1
    awaiting = await list_awaiting_acceptance(world.people["owner2"], BEFORE)
    assert [(version.id, dealer) for version, dealer in awaiting] == [(other, second)]
    for dealer in (first, second):
        await sell(dealer, "2026-12", 20_000)
    settlement = await open_settlement(None, other, FINAL, Month.parse("2026-12"), TODAY)
    await work(settlement)
    await post_settlement(None, settlement, BOOKED)
    await work(settlement)
    assert await notes(settlement, first) == (20_000, 800, ())
    assert await notes(settlement, second) == (20_000, 0, ("not_accepted",))
    assert (await balance_of(first), await balance_of(second)) == (Balance(800, 0, 0), Balance())
    assert (await replay(settlement), await list_defects()) == ([], [])
    shown = await statement_of(second, other, world.people["owner2"])
    assert (shown.accepted, shown.earned_minor) == (False, 0)
    listed = {
        row.version_id: row.binding for row in await list_programs_of(world.people["owner2"], second, TODAY)
    }
    assert listed == {other: Acceptance.NONE, world.version: Acceptance.CONTRACT}


async def test_earlier_terms_go_on_for_who_did_not_accept_later_ones(world: World) -> None:
    later = await install(world, BETTER)
    await accept(world, later, "D-1")
    agreed, kept = world.dealers["D-1"], world.dealers["D-2"]
    for dealer in (agreed, kept):
        await sell(dealer, "2026-10", 6_000)
        await sell(dealer, "2026-11", 14_000)
    bindings = await bindings_of(world.version, TODAY)
    assert (bindings.until(agreed), bindings.until(kept)) == (dt.date(2026, 11, 1), None)
    earlier = await settle(world, FINAL, "2026-12")
    assert await notes(earlier, agreed) == (6_000, 120, ("replaced",))
    assert await notes(earlier, kept) == (20_000, 800, ())
    settlement = await open_settlement(None, later, FINAL, Month.parse("2026-12"), TODAY)
    await work(settlement)
    await post_settlement(None, settlement, BOOKED)
    await work(settlement)
    assert await notes(settlement, agreed) == (14_000, 420, ())
    assert await notes(settlement, kept) == (14_000, 0, ("not_accepted",))
    assert (await balance_of(agreed), await balance_of(kept)) == (Balance(540, 0, 0), Balance(800, 0, 0))
    assert [await replay(each) for each in (earlier, settlement)] == [[], []]


async def test_terms_of_a_contract_end_the_earlier_ones_for_everybody(world: World) -> None:
    whole = EXAMPLE.replace("2026-10-01", "2026-11-01").replace("2026.4", "2026.5")
    whole = whole.replace("period: quarter", "period: month").replace(
        "  - {kind: partial, after_month: 2}\n", ""
    )
    whole = whole.replace("  - {kind: partial, after_month: 1}\n", "").replace(
        "after_month: 3", "after_month: 1"
    )
    monthly = EXAMPLE.replace("period: quarter", "period: month").replace(
        "program: example", "program: monthly"
    )
    monthly = monthly.replace(
        "  - {kind: partial, after_month: 1}\n  - {kind: partial, after_month: 2}\n", ""
    )
    monthly = monthly.replace("after_month: 3", "after_month: 1")
    first = await install(world, monthly, by_contract=True)
    await install(world, whole.replace("program: example", "program: monthly"), by_contract=True)
    dealer = world.dealers["D-1"]
    await sell(dealer, "2026-12", 20_000)
    settlement = await open_settlement(None, first, FINAL, Month.parse("2026-12"), TODAY)
    await work(settlement)
    assert await notes(settlement, dealer) == (20_000, 0, ("replaced",))


async def test_later_terms_take_nothing_back_that_earlier_ones_paid(world: World) -> None:
    whole = EXAMPLE.replace("program: example", "program: yearly").replace("period: quarter", "period: month")
    whole = whole.replace("  - {kind: partial, after_month: 1}\n  - {kind: partial, after_month: 2}\n", "")
    whole = whole.replace("after_month: 3", "after_month: 1").replace("window: period", "window: program")
    earlier = await install(world, whole, by_contract=True)
    dealer = world.dealers["D-1"]
    await sell(dealer, "2026-10", 10_000)
    found = []
    for through in ("2026-10", "2026-12"):
        settlement = await open_settlement(None, earlier, FINAL, Month.parse(through), TODAY)
        await work(settlement)
        await post_settlement(None, settlement, BOOKED)
        await work(settlement)
        found.append((await notes(settlement, dealer), (await balance_of(dealer)).payable_minor))
        if through == "2026-10":
            later = whole.replace("2026-10-01", "2026-11-01").replace("2026.4", "2026.5")
            await install(world, later, by_contract=True)
    assert found == [((10_000, 200, ()), 200), ((10_000, 0, ("replaced",)), 200)]


async def test_a_later_version_leaves_no_days_to_nobody(world: World) -> None:
    short = BETTER.replace("2026-12-31", "2026-11-30").replace("after_month: 2", "after_month: 1")
    short = short.replace("  - {kind: partial, after_month: 1}\n", "")
    with pytest.raises(Invalid, match="must too"):
        await install(world, short)


CONDITIONS = """conditions:
  subject: dealer
  hit_policy: first
  inputs:
    growth:
      {type: numeric, scale: 2, unit: "%", range: ["-100", "1000"], kpi: yoy_growth, missing: MISSING,
       label: {ko: 성장률, en: Growth}}
  rules:
    - id: fallen
      label: {ko: 감소, en: Fallen}
      when: {all: [{name: growth, operator: less_than, value: "0"}]}
      then: [{name: set_eligible, params: {eligible: false}}]
    - id: doubled
      label: {ko: 두 배, en: Doubled}
      when: {all: [{name: growth, operator: greater_than_or_equal_to, value: "100"}]}
      then: [{name: set_multiplier_bp, params: {multiplier_bp: 12000}}]
"""


@pytest.mark.parametrize("missing", ["no_match", "hold"])
async def test_conditions_are_decided_by_the_facts_of_the_month(world: World, missing: str) -> None:
    text = EXAMPLE.replace("program: example", "program: other") + CONDITIONS.replace("MISSING", missing)
    version = await install(world, text, by_contract=True)
    fallen, doubled = world.dealers["D-1"], world.dealers["D-2"]
    for dealer, before in ((fallen, 30_000), (doubled, 10_000)):
        await sell(dealer, "2026-12", 20_000)
        await sell(dealer, "2025-12", before)
    settlement = await open_settlement(None, version, FINAL, Month.parse("2026-12"), TODAY)
    await work(settlement)
    assert await notes(settlement, fallen) == (20_000, 0, ("not_eligible",))
    assert await notes(settlement, doubled) == (20_000, 960, ("multiplied",))
    async with unit_of_work():
        await execute("update account_month set net_minor = 1 where month_on = {}", dt.date(2025, 12, 1))
    assert await replay(settlement) == []
    await post_settlement(None, settlement, BOOKED)
    await work(settlement)
    assert await balance_of(doubled) == Balance(960, 0, 0)


async def test_what_a_person_must_decide_leaves_everything_as_it_was(world: World) -> None:
    text = EXAMPLE.replace("program: example", "program: other") + CONDITIONS.replace("MISSING", "hold")
    version = await install(world, text, by_contract=True)
    dealer = world.dealers["D-1"]
    await sell(dealer, "2026-12", 20_000)
    accrual = await accrue(None, version, dt.date(2026, 12, 20))
    await work(accrual)
    assert await notes(accrual, dealer) == (20_000, 0, ("undecided",))
    assert await balance_of(dealer) == Balance()


async def test_conditions_name_what_is_measured(world: World) -> None:
    text = EXAMPLE.replace("program: example", "program: other") + CONDITIONS.replace("MISSING", "hold")
    with pytest.raises(Invalid, match="Nobody measures"):
        await install(world, text.replace("kpi: yoy_growth, ", ""))
    with pytest.raises(Invalid, match="Only programmes for dealers"):
        await install(
            world,
            text.replace("beneficiary: dealer", "beneficiary: outlet").replace(
                "subject: dealer", "subject: outlet"
            ),
        )


TABLES = """    tables:
      grown:
        - {from: 1000, rate_bp: 500}
        - {from: 20000, rate_bp: 900}
calendar:"""


async def test_conditions_choose_the_tier_table_and_every_page_says_so(world: World) -> None:
    text = EXAMPLE.replace("program: example", "program: other").replace("calendar:", TABLES)
    chosen = CONDITIONS.replace("MISSING", "no_match").replace(
        "{name: set_multiplier_bp, params: {multiplier_bp: 12000}}",
        "{name: use_tiers, params: {tiers: grown}}",
    )
    version = await install(world, text + chosen, by_contract=True)
    steady, doubled = world.dealers["D-1"], world.dealers["D-2"]
    for dealer, before in ((steady, 19_000), (doubled, 10_000)):
        await sell(dealer, "2026-12", 20_000)
        await sell(dealer, "2025-12", before)
    settlement = await open_settlement(None, version, FINAL, Month.parse("2026-12"), TODAY)
    await work(settlement)
    assert await notes(settlement, steady) == (20_000, 800, ())
    assert await notes(settlement, doubled) == (20_000, 1_800, ("other_tiers",))
    (line,) = await lines_of(settlement, (doubled,))
    assert (line.tier_table, line.tier) == ("grown", 1)
    assert "9 %" in stored_line_words(await program_of(version), line)
    assert await replay(settlement) == []
