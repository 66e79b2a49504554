"""What keeps a programme from being published or settled: law with its article, sales counted twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portal.errors import Invalid
from portal.rebates.model import SettlementKind
from portal.rebates.queries.versions import get_version
from portal.rebates.service.checks import check_text, set_regulated_goods
from portal.rebates.service.settlements import open_settlement
from portal.rebates.service.versions import approve_version, create_version, submit_version
from rules.months import Month
from tests.portal.rebates.test_acceptance import install
from tests.portal.rebates.test_settlements import TODAY
from tests.portal.rebates.world import EXAMPLE, World

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER = EXAMPLE.replace("program: example", "program: other")
TOLD, BEFORE = dt.date(2026, 9, 1), dt.date(2026, 8, 20)
LATE = """conditions:
  subject: dealer
  hit_policy: first
  inputs:
    late_days:
      {type: numeric, scale: 0, unit: d, range: ["0", "400"], missing: no_match, topics: [payment],
       label: {ko: 연체일, en: Late}}
  rules:
    - id: late
      label: {ko: 연체, en: Late}
      when: {all: [{name: late_days, operator: greater_than, value: "0"}]}
      then: [{name: set_eligible, params: {eligible: false}}]
"""


@pytest.fixture
def liquor() -> Iterator[None]:
    """An installation that sells liquor."""
    set_regulated_goods(["liquor"])
    yield
    set_regulated_goods([])


def said(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [str(problem.message) for problem in error.value.problems]


async def test_a_forfeit_for_late_payment_is_refused_with_its_article(world: World) -> None:
    with pytest.raises(Invalid) as error:
        await install(world, OTHER + LATE)
    first, second = said(error)
    assert first == "1 problems keep this from being published."
    assert "[대리점법 제9조 제1항]" in second
    english = replace(world.people["author"], locale="en")
    version = await create_version(english, OTHER + LATE)
    with pytest.raises(Invalid) as error:
        await submit_version(english, version, TOLD, 14, BEFORE)
    assert "[Agency Transactions Act art. 9(1)]" in said(error)[1]


async def test_terms_that_get_worse_after_they_began_are_refused(world: World) -> None:
    worse = EXAMPLE.replace("2026-10-01", "2026-11-01").replace("2026.4", "2026.5").replace("quarter", "span")
    worse = worse.replace("  - {kind: partial, after_month: 2}\n", "").replace(
        "after_month: 3", "after_month: 2"
    )
    with pytest.raises(Invalid) as error:
        await install(world, worse.replace("rate_bp: 400", "rate_bp: 300"))
    assert all("[대리점법" in line for line in said(error)[1:])
    assert len(said(error)) > 1
    assert await install(world, worse) > world.version


async def test_nothing_is_paid_on_liquor(world: World, liquor: None) -> None:
    assert liquor is None
    for refused in (
        install(world, OTHER),
        open_settlement(None, world.version, SettlementKind.FINAL, Month.parse("2026-12"), TODAY),
    ):
        with pytest.raises(Invalid, match="주류"):
            await refused


async def test_what_blocks_only_since_it_was_submitted_is_refused_at_approval(world: World) -> None:
    author, approver = world.people["author"], world.people["approver"]
    version = await create_version(author, OTHER)
    await submit_version(author, version, TOLD, 14, BEFORE)
    found = await get_version(version)
    set_regulated_goods(["liquor"])
    try:
        with pytest.raises(Invalid, match="주류"):
            await approve_version(approver, version, found.sha256, 14, BEFORE)
    finally:
        set_regulated_goods([])
    await approve_version(approver, version, found.sha256, 14, BEFORE)


async def test_a_sale_that_counts_in_two_programmes_is_found(world: World) -> None:
    assert world.version
    _, twice = await check_text(OTHER)
    _, allowed = await check_text(OTHER + "alongside: [example]\n")
    _, elsewhere = await check_text(OTHER.replace("beneficiary: dealer", "beneficiary: outlet"))
    kinds = [[finding.kind for finding in found] for found in (twice, allowed, elsewhere)]
    assert ["counted_twice" in found for found in kinds] == [True, False, False]


async def test_payment_behind_a_grade_is_told(world: World) -> None:
    assert world.version
    graded = OTHER.replace("    tiers:", "    multiplier: {S: 12000, A: 11000}\n    tiers:")
    _, found = await check_text(graded)
    assert ("influence", ("volume.S", "volume.A")) in [(one.kind, one.rules) for one in found]
