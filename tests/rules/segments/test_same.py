"""Account by account and all at once agree in every number, ties, returns and extremes included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import FactError
from rules.money import BASIS_POINTS
from rules.segments import Account, AccountTable, Standing, classify, classify_many
from rules.segments.axes import MOST_BP, variation_bp
from rules.segments.model import CLASSES
from rules.segments.vector import _shares_bp, variation_bp_many
from tests.rules.segments.segments import book

MONTHS = 4
STANDINGS = st.none() | st.builds(
    Standing, st.sampled_from(CLASSES), st.tuples(st.integers(0, 2), st.integers(0, 2))
)
NETS = st.integers(-5, 30) | st.integers(-(10**15), 10**15) | st.sampled_from([0, 10, 10**17])
BOOKS = st.builds(
    book,
    months=st.just(MONTHS),
    least_months=st.integers(1, MONTHS),
    before_first=st.sampled_from(["empty", "left_out"]),
    contribution=st.builds(
        lambda rule, share, within: (
            {"rule": rule, "within": within} | ({"share_bp": share} if rule == "smallest_set" else {})
        ),
        st.sampled_from(["smallest_set", "above_median"]),
        st.sampled_from([1, 5000, 8000, 10_000]),
        st.sampled_from(["level", "channel"]),
    ),
    stability=st.builds(
        lambda measure: {"measure": measure}, st.sampled_from(["variation", "active_months"])
    ),
    limits=st.just(
        [{"level": "dealer", "limit_bp": 5000}, {"level": "dealer", "channel": "A", "limit_bp": 7500}]
    ),
    hysteresis=st.builds(
        lambda first, second, months: {"contribution_bp": first, "stability_bp": second, "months": months},
        st.sampled_from([0, 500]),
        st.sampled_from([0, 300]),
        st.integers(1, 3),
    ),
)


@st.composite
def populations(draw):
    """Accounts whose months before the first order are empty."""
    accounts = []
    for key in draw(st.lists(st.text("abc", min_size=1, max_size=3), unique=True, max_size=8)):
        known = draw(st.integers(0, MONTHS + 1))
        nets = draw(st.tuples(*[NETS] * MONTHS))
        start = max(0, MONTHS - max(known, 1))
        accounts.append(
            Account(
                key,
                (0,) * start + nets[start:],
                known,
                draw(st.sampled_from(["", "A"])),
                draw(STANDINGS),
            )
        )
    return accounts


@settings(deadline=None)  # the first example pays for reading the book
@given(BOOKS, populations())
def test_one_by_one_and_at_once_are_the_same(made, accounts):
    ordered = sorted(accounts, key=lambda account: account.key)
    alone = classify(made, "dealer", accounts)
    together = classify_many(made, "dealer", AccountTable.of(accounts, MONTHS))

    assert sorted(alone, key=lambda found: found.key) == [together.at(place) for place in range(len(ordered))]
    counted = [found.code for found in alone if found.code]
    assert together.counts() == {code: counted.count(code) for code in CLASSES}


@settings(deadline=None)
@given(st.lists(st.lists(NETS, min_size=3, max_size=3), min_size=1), st.integers(1, 3))
def test_every_root_is_the_exact_one(rows, first):
    counted = np.arange(3) >= 3 - first
    nets = np.where(counted, np.array(rows), 0)

    found = variation_bp_many(nets, np.broadcast_to(counted, nets.shape)).tolist()

    expected = [variation_bp(row[-first:]) for row in nets.tolist()]
    assert found == [-1 if number is None else number for number in expected]


def test_where_floating_point_alone_would_step_over_the_limit():
    low, high = 1_895_672_215, 4_318_627_785  # the variation is 0.3899 exactly, its float is above
    nets = np.array([[low, high] * 5])

    assert variation_bp_many(nets, np.ones_like(nets, np.bool_)).tolist() == [3899]


@given(st.lists(st.integers(-(10**20), 10**20), min_size=1, max_size=6), st.integers(0, MOST_BP - 1))
def test_at_or_below_a_limit_means_what_the_textbook_says(nets, limit):
    number = variation_bp(nets)
    whole, count = sum(nets), len(nets)

    if number is None:
        assert whole <= 0
    else:
        variance = count * sum(net * net for net in nets) - whole * whole
        assert (number <= limit) == (variance * 10_000**2 <= limit * limit * whole * whole)


def table(**columns):
    made = AccountTable.of([Account("a", (1,) * 12, 12), Account("b", (2,) * 12, 12)], 12)
    return AccountTable(**{name: getattr(made, name) for name in AccountTable.__slots__} | columns)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"keys": ("b", "a")}, "ascending order"),
        ({"keys": ("a", "a")}, "ascending order"),
        ({"nets": np.ones((2, 11), np.int64)}, r"expected \(2, 12\)"),
        ({"nets": np.full((2, 12), 2**60)}, "too large"),
        ({"nets": np.full((2, 12), -(2**63))}, "too large"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(columns, message):
    with pytest.raises(FactError, match=message):
        classify_many(book(), "dealer", table(**columns))


def test_a_population_that_contradicts_itself_is_refused():
    one = Account("a", (1,) * 12, 12)

    with pytest.raises(FactError, match="twice"):
        classify(book(), "dealer", [one, one])
    with pytest.raises(FactError, match="a: 2 months, the window has 12"):
        classify(book(), "dealer", [Account("a", (1, 2), 12)])
    with pytest.raises(FactError, match="no stability limit for level 'outlet'"):
        classify(book(limits=[{"level": "dealer", "limit_bp": 1}]), "outlet", [one])


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2**62), st.integers(0, 2**32))
def test_shares_of_many_are_those_of_few(whole, seed):
    parts = np.random.default_rng(seed).integers(0, whole, BASIS_POINTS + 1)

    assert _shares_bp(parts, whole).tolist() == [part * BASIS_POINTS // whole for part in parts.tolist()]
    assert _shares_bp(parts[:3], whole).tolist() == _shares_bp(parts, whole)[:3].tolist()
