"""Examples a person can work out on paper: the smallest set, the median, hysteresis, new accounts."""

from __future__ import annotations

import pytest

from rules.segments import Account, Standing, classify
from rules.segments.axes import contribution_bps, variation_bp
from rules.segments.classes import turn
from rules.segments.model import Contribution
from tests.rules.segments.segments import book, plain

SET = Contribution("smallest_set", 8000, "level")
MEDIAN = Contribution("above_median", 10_000, "level")


def codes(made, *accounts):
    return [found.code for found in classify(made, "dealer", accounts)]


def steady(key, net, **more):
    return Account(key, (net,) * 12, more.pop("known", 12), **more)


def test_the_account_that_crosses_the_edge_belongs_to_the_set():
    assert contribution_bps([50, 30, 10, 10], SET) == [0, 5000, 8000, 9000]
    assert codes(plain(), steady("a", 50), steady("b", 30), steady("c", 10), steady("d", 10)) == [
        "EI",
        "EI",
        "EIII",
        "EIII",
    ]
    assert contribution_bps([79, 1, 20], SET) == [0, 9900, 7900]


def test_equal_nets_are_ordered_by_key_whatever_the_order_given():
    found = classify(plain(), "dealer", [steady("b", 1), steady("a", 1)])

    assert [(one.key, one.contribution_bp) for one in found] == [("b", 5000), ("a", 0)]


def test_returns_neither_contribute_nor_shrink_the_total():
    assert contribution_bps([80, -50, 20], SET) == [0, None, 8000]
    found = classify(plain(), "dealer", [steady("a", -1), steady("b", 1)])
    assert [one.code for one in found] == ["EIV", "EI"]


@pytest.mark.parametrize(
    ("nets", "numbers"),
    [
        ([1, 2, 3], [5000, 10_000, 15_000]),
        ([1, 2], [6667, 13_334]),
        ([-1, 5, 0], [None, 10**7, None]),
        ([], []),
    ],
)
def test_the_median(nets, numbers):
    assert contribution_bps(nets, MEDIAN) == numbers


def test_a_variation_at_the_limit_is_stable():
    assert variation_bp([7, 13]) == 3000
    assert variation_bp([1, 0]) == 10_000
    assert variation_bp([5, 5]) == 0
    assert variation_bp([70_000, 130_001]) == 3001
    six = (7, 13) * 6
    assert codes(plain(), Account("a", six, 12)) == ["EI"]
    assert codes(plain(2999), Account("a", six, 12)) == ["EII"]


def test_months_before_the_first_order_can_be_left_out():
    young = Account("a", (0,) * 6 + (9,) * 6, 6)

    assert codes(plain(), young) == ["EII"]
    assert codes(plain(before_first="left_out"), young) == ["EI"]


def test_fewer_months_than_the_least_are_new():
    found = classify(book(), "dealer", [steady("a", 1, known=5), steady("b", 1, known=6)])

    assert [one.code for one in found] == [None, "EI"]
    assert (found[0].observed, found[0].standing) == (None, None)


def test_active_months():
    made = plain(5000, stability={"measure": "active_months"})

    assert codes(made, Account("a", (1, 0) * 6, 12), Account("b", (1,) + (0,) * 11, 12)) == ["EI", "EIV"]


def test_groups_of_channels_are_compared_apart():
    accounts = [steady("a", 100, channel="A"), steady("b", 1, channel="B")]

    assert codes(plain(), *accounts) == ["EI", "EIII"]
    within = {"rule": "smallest_set", "share_bp": 8000, "within": "channel"}
    assert codes(plain(contribution=within), *accounts) == ["EI", "EI"]


@pytest.mark.parametrize(
    ("margin", "held", "wavering", "after"),
    [
        (0, None, 0, (True, 0)),
        (-1, None, 0, (False, 0)),
        (-10, True, 1, (True, 0)),
        (-11, True, 0, (True, 1)),
        (-11, True, 1, (False, 0)),
        (9, False, 1, (False, 0)),
        (10, False, 0, (False, 1)),
        (10, False, 1, (True, 0)),
    ],
)
def test_an_axis_turns_after_months_beyond_the_band(margin, held, wavering, after):
    assert turn(margin, 10, 2, held, wavering) == after


def test_a_class_needs_its_months_in_a_row():
    made = book()
    loud, calm = (0, 100) * 6, (50,) * 12
    standing, seen = Standing("EI"), []
    for nets in (loud, calm, loud, loud, calm, calm):
        (found,) = classify(made, "dealer", [Account("a", nets, 12, standing=standing)])
        standing = found.standing
        seen.append(found.code)

    assert seen == ["EI", "EI", "EI", "EII", "EII", "EI"]
