"""Money that follows a slider agrees with a rehearsal that pays the same programme."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.sheets.edits import with_thresholds
from rules.sheets.payments import Payments, paid, paid_before
from rules.sheets.scores import SheetPlan
from rules.sheets.slider import SheetSlider, Stack
from rules.sheets.tally import Grouping, owners_of, tally
from rules.simulate import simulate
from tests.rules.sheets.worlds import sheets
from tests.rules.test_simulate import histories

REGIONS = {"D-1": "North", "D-2": "South", "D-3": "South"}
GRADES = ("S", "A", "B", "C")


@st.composite
def payments(draw, history):
    """Draw amounts per dealer and grade; some months settle nothing."""
    months = {}
    for table in history.tables:
        if draw(st.booleans()):
            size = len(table.subjects) * (len(GRADES) + 1)
            amounts = draw(st.lists(st.integers(-(10**12), 10**12), min_size=size, max_size=size))
            months[table.month] = np.array(amounts, np.int64).reshape(len(table.subjects), len(GRADES) + 1)
    return Payments(GRADES, months)


@settings(max_examples=80, deadline=None)
@given(sheets(), histories(), st.data())
def test_a_slider_pays_what_a_rehearsal_without_kept_grades_pays(book, history, data):
    programme = data.draw(payments(history))
    place = next((line.bands[0].id, 0) for line in book.lines if line.bands)
    if not SheetPlan(book).comparisons(place[0]):
        return
    threshold = data.draw(st.sampled_from(["0", "1.5", "4"]))
    candidate = with_thresholds(book, {place: threshold})
    if candidate.problems:
        return
    owners, count = owners_of(history), len(history.subjects)
    stack = Stack.of(SheetPlan(book), history.tables)
    rows = programme.rows(book, history)

    moved = SheetSlider(stack, *place).move(threshold)
    found = paid(moved, rows, paid_before(rows, stack.grade), owners, count)
    added = tally(moved, owners, count, {"region": Grouping.by(history.subjects, REGIONS)}, found)

    expected = simulate(
        book, candidate, history, programme=programme.pay, groups={"region": REGIONS}, keeping=False
    )
    assert expected.money_minor is not None
    assert (found.base_minor, found.candidate_minor) == (
        expected.money_minor.base,
        expected.money_minor.candidate,
    )
    assert (found.more, found.less) == (expected.better, expected.worse)
    regions = [group.money_minor for group in added.groups["region"]]
    assert regions == [group.money_minor for group in expected.groups["region"]]
    named = [(history.subjects[subject], gain) for subject, gain in found.winners(20)]
    assert named == [(change.subject, change.money_minor) for change in expected.winners]
    named = [(history.subjects[subject], gain) for subject, gain in found.losers(20)]
    assert named == [(change.subject, change.money_minor) for change in expected.losers]
