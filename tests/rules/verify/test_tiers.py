"""Tiers: where more turnover pays less, and where one more won pays a lot more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.verify import TierTable, check_tiers
from tests.rules.verify.decisions import kinds


def amounts(findings):
    return [(one.kind, *(witness.facts["amount"] for witness in one.witness)) for one in findings]


def payouts(findings):
    return [[witness.facts["payout"] for witness in one.witness] for one in findings]


def test_a_retroactive_rate_jumps_at_every_edge_and_falls_with_a_smaller_rate():
    found = check_tiers([(5_000_000, 200), (10_000_000, 400), (20_000_000, 100)], "retroactive", unit="원")

    assert amounts(found) == [
        ("payout_jumps", 4_999_999, 5_000_000),
        ("payout_jumps", 9_999_999, 10_000_000),
        ("payout_falls", 19_999_999, 20_000_000),
    ]
    assert payouts(found) == [[0, 100_000], [199_999, 400_000], [799_999, 200_000]]
    assert [one.severity for one in found] == ["info", "info", "block"]
    assert found[2].message == {
        "ko": "실적이 19,999,999 원에서 20,000,000 원(으)로 늘면 "
        "지급액이 799,999 원에서 200,000 원(으)로 줄어듭니다.",
        "en": "When the amount rises from 19,999,999 원 to 20,000,000 원, "
        "the payout falls from 799,999 원 to 200,000 원.",
    }
    assert found[2].witness[0].words["en"] == "19,999,999 원 ⇒ 799,999 원"


def test_a_marginal_rate_neither_jumps_nor_falls():
    assert check_tiers([(0, 100), (5_000_000, 200), (10_000_000, 50)], "marginal") == ()


def test_the_worked_example_of_two_tiers():
    table = TierTable(((5_000, 200), (20_000, 400)), "retroactive")

    assert [table.payout(amount) for amount in (3_000, 7_000, 27_000)] == [0, 140, 1_080]


def test_a_marginal_payout_adds_the_slices():
    table = TierTable(((0, 100), (1_000, 200)), "marginal")

    assert [table.payout(amount) for amount in (0, 1_000, 1_500)] == [0, 10, 20]


def test_steps_pay_fixed_amounts():
    found = check_tiers([(100, 5_000), (200, 4_000)], "step")

    assert amounts(found) == [("payout_jumps", 99, 100), ("payout_falls", 199, 200)]
    assert payouts(found) == [[0, 5_000], [5_000, 4_000]]


def test_an_exclusive_edge_belongs_to_the_tier_below():
    inclusive, exclusive = (
        check_tiers([(100_000, 200)], "retroactive", boundary) for boundary in ("inclusive", "exclusive")
    )

    assert amounts(inclusive) == [("payout_jumps", 99_999, 100_000)]
    assert amounts(exclusive) == [("payout_jumps", 100_000, 100_001)]


def test_a_jump_within_one_rounding_step_is_none():
    assert check_tiers([(100, 200), (1_000, 201)], "retroactive", quantum=10) == ()


def test_a_negative_rate_is_refused():
    found = check_tiers([(0, 100), (1_000, -100)], "marginal")

    assert kinds(found) == [("block", "negative_rate", ())]
    assert found[0].message["en"] == "The tier from 1,000 has a negative rate: more turnover pays less."


@pytest.mark.parametrize("tiers", [[(100, 100), (100, 200)], [(200, 1), (100, 2)], [(-5, 1)]])
def test_tiers_go_up_from_zero(tiers):
    assert kinds(check_tiers(tiers, "retroactive")) == [("block", "tier_order", ())]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 9_000)), min_size=1, max_size=4, unique_by=lambda t: t[0]
    ),
    st.sampled_from(["retroactive", "marginal", "step"]),
    st.sampled_from(["inclusive", "exclusive"]),
)
def test_falls_are_exactly_those_of_all_amounts(tiers, mode, boundary):
    table = TierTable(tuple(sorted(tiers)), mode, boundary)
    paid = [table.payout(amount) for amount in range(80)]
    falls = [(n, n + 1) for n in range(79) if paid[n + 1] < paid[n]]
    found = check_tiers(sorted(tiers), mode, boundary)

    assert [tuple(edges) for kind, *edges in amounts(found) if kind == "payout_falls"] == falls
