"""Limits proposed from the data."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.months import Month
from rules.segments import Account, SegmentBook, classify, found_limit, propose_limits, with_limits
from rules.segments.calibration import best_break
from tests.rules.segments.segments import SHIPPED, plain


def swinging(key, swing, channel="", known=12):
    """An account whose variation is swing / 100."""
    return Account(key, (100 - swing, 100 + swing) * 6, known, channel)


def test_the_distribution_and_two_proposals():
    accounts = [swinging(f"{number:02d}", number) for number in (*range(10, 30), *range(70, 90))]
    whole, *channels = propose_limits(plain().accounts, "dealer", accounts)

    assert channels == []
    assert (whole.accounts, whole.left_out) == (40, 0)
    assert whole.deciles_bp == (1000, 1300, 1700, 2100, 2500, 2900, 7300, 7700, 8100, 8500, 8900)
    assert dict(whole.stable_at)[1000] == 1
    assert dict(whole.stable_at)[3000] == 20
    assert (whole.by_share_bp, whole.by_break_bp) == (2900, 2900)


def test_channels_are_shown_apart_and_few_accounts_say_nothing():
    accounts = [swinging(str(number), number, "B" if number < 30 else "A") for number in range(40)]
    accounts += [Account("x", (0,) * 12, 12), swinging("y", 1, known=0)]
    found = {one.channel: one for one in propose_limits(plain().accounts, "outlet", accounts)}

    assert list(found) == ["", "A", "B"]
    assert (found[""].accounts, found[""].left_out) == (40, 2)
    assert (found["A"].by_share_bp, found["A"].by_break_bp, found["A"].accounts) == (None, None, 10)
    assert found["B"].by_share_bp == 1400


def test_nobody_at_all():
    (nobody,) = propose_limits(plain().accounts, "dealer", [], least_accounts=0)

    assert (nobody.accounts, nobody.deciles_bp, nobody.by_share_bp) == (0, (), None)


def test_active_months_count_from_the_other_end():
    made = plain(stability={"measure": "active_months"}, before_first="left_out")
    accounts = [Account(str(n), (1,) * n + (0,) * (12 - n), 12) for n in range(1, 13)]
    (whole,) = propose_limits(made.accounts, "dealer", accounts, share_bp=2500, least_accounts=12)

    assert whole.by_share_bp == 8333
    assert sum(number >= whole.by_share_bp for number in [n * 10_000 // 12 for n in range(1, 13)]) == 3
    assert dict(whole.stable_at)[10_000] == 1


@pytest.mark.parametrize(
    ("numbers", "end"), [([5], 5), ([5, 5, 5], 5), ([1, 2, 9, 10], 2), ([0, 0, 0, 9], 0), ([1, 2, 3], 1)]
)
def test_the_best_break(numbers, end):
    assert best_break(numbers) == end


@settings(deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=12).map(sorted))
def test_no_other_break_is_better(numbers):
    def spread(part):
        return len(part) * sum(one * one for one in part) - sum(part) ** 2

    def inside(end):
        low = [one for one in numbers if one <= end]
        high = [one for one in numbers if one > end]
        return spread(low) / len(low) + (spread(high) / len(high) if high else 0)

    found = best_break(numbers)
    assert found in numbers
    assert inside(found) <= min(map(inside, numbers)) + 1e-9


def test_a_proposal_becomes_a_limit_through_a_new_version():
    accounts = [swinging(f"{number:02d}", number) for number in range(40)]
    (whole,) = propose_limits(SHIPPED.accounts, "dealer", accounts)
    limit = found_limit(whole, 2000, Month.parse("2026-09"))
    made = SegmentBook.from_content(with_limits(SHIPPED, [limit], "2026.1", dt.date(2026, 10, 1)))

    assert str(made.check()) == "no problems"
    assert [str(one.found.month) if one.found else "" for one in made.accounts.limits] == ["", "", "2026-09"]
    assert made.accounts.limit("dealer", "").limit_bp == 2000
    assert [one.code for one in classify(made, "dealer", accounts)].count("EII") > 0
