"""Parts of cells over buyers: both margins come out to the unit, whatever the numbers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.targets import SplitError, spread_parts

AMOUNTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=12)


@st.composite
def margins(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Cells, and totals of buyers that add up to the same."""
    cells = draw(AMOUNTS)
    cuts = sorted(draw(st.lists(st.integers(0, sum(cells)), max_size=8)))
    edges = [0, *cuts, sum(cells)]
    return cells, [after - before for before, after in pairwise(edges)]


@given(margins())
def test_every_cell_and_every_buyer_comes_out_to_the_unit(given_margins: tuple[list[int], list[int]]):
    cells, totals = given_margins
    parts = spread_parts(cells, totals)
    assert [sum(row) for row in parts] == cells
    assert [sum(row[buyer] for row in parts) for buyer in range(len(totals))] == totals
    assert min(part for row in parts for part in row) >= 0


def test_a_buyer_carries_every_cell_in_proportion():
    assert spread_parts((600, 300), (600, 300)) == ((400, 200), (200, 100))
    assert spread_parts((0, 0), (0,)) == ((0,), (0,))
    assert spread_parts((), ()) == ()


def test_totals_that_do_not_make_the_target_are_refused():
    with pytest.raises(SplitError) as refused:
        spread_parts((10,), (4, 5))
    assert refused.value.difference_minor == -1
    with pytest.raises(ValueError, match="0 or more"):
        spread_parts((10,), (12, -2))
