"""Moves added up by subject and group agree with a rehearsal without kept grades."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.sheets.edits import with_thresholds
from rules.sheets.scores import SheetPlan
from rules.sheets.slider import SheetSlider, Stack
from rules.sheets.tally import Grouping, compare, owners_of, tally
from rules.simulate import simulate
from tests.rules.sheets.worlds import sheets
from tests.rules.test_simulate import histories

REGIONS = {"D-1": "North", "D-2": "South", "D-3": "South"}


@settings(max_examples=80, deadline=None)
@given(sheets(), histories(), st.data())
def test_a_slider_adds_up_to_what_a_rehearsal_without_kept_grades_says(book, history, data):
    places = [
        (band.id, place)
        for line in book.lines
        for band in line.bands
        for place in range(len(SheetPlan(book).comparisons(band.id)))
    ]
    place = data.draw(st.sampled_from(places))
    threshold = data.draw(st.sampled_from(["0", "1.5", "4"]))
    candidate = with_thresholds(book, {place: threshold})
    if candidate.problems:
        return
    groups = {"region": Grouping.by(history.subjects, REGIONS)}
    owners, count = owners_of(history), len(history.subjects)
    stack = Stack.of(SheetPlan(book), history.tables)

    moved = SheetSlider(stack, *place).move(threshold)
    by_slider = tally(moved, owners, count, groups)
    again = compare(stack, Stack.of(SheetPlan(candidate), history.tables))

    expected = simulate(book, candidate, history, groups={"region": REGIONS}, keeping=False)
    assert (by_slider.better, by_slider.worse) == (expected.better, expected.worse)
    assert by_slider.points_milli == expected.points_milli.difference
    assert by_slider.groups == expected.groups
    assert tally(again, owners, count, groups) == by_slider
    assert again.after.tolist() == moved.after[np.argsort(moved.subjects)].tolist()
    assert with_thresholds(book, {("unknown", 0): "1"}) == book
