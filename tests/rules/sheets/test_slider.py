"""A moved threshold gives what the changed book gives."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.evaluation import Decision
from rules.rulebook import Rulebook
from rules.sheets.scores import SheetPlan
from rules.sheets.slider import SheetSlider, Stack
from tests.rules.books import a_line, at_least, load
from tests.rules.sheets.worlds import months, sheets


def changed(book: Rulebook, band: str, place: int, threshold: str) -> Rulebook:
    """Return the book with one threshold at another place, by way of its content."""
    import json  # noqa: PLC0415  only here

    content = json.loads(book.canonical_json)

    def walk(clause, count):
        if "operator" in clause:
            if count[0] == place:
                clause["value"] = threshold
            count[0] += 1
        else:
            for member in next(iter(clause.values())):
                walk(member, count)

    for line in content["lines"]:
        for one in line.get("bands", ()):
            if one["id"] == band:
                walk(one["when"], [0])
    return Rulebook.from_content(content)


@settings(max_examples=120, deadline=None)
@given(sheets(), st.lists(months(), max_size=3), st.data())
def test_moving_a_threshold_is_scoring_the_changed_book(book, history, data):
    tables = [table for table, _ in history]
    plan = SheetPlan(book)
    stack = Stack.of(plan, tables)
    band = data.draw(st.sampled_from([band.id for line in book.lines for band in line.bands]))
    place = data.draw(st.integers(0, len(plan.comparisons(band)) - 1))
    slider = SheetSlider(stack, band, place)
    inside = book.inputs[slider.condition.name]
    low, high = Decimal(inside.lowest), Decimal(inside.highest)
    moved_to = str(min(high, max(low, Decimal(data.draw(st.integers(-650, 650))) / 100)))

    moved = slider.move(moved_to)

    other = changed(book, band, place, moved_to)
    before = np.concatenate([[], *(scores(book, table).points for table in tables)])
    after = np.concatenate([[], *(scores(other, table).points for table in tables)])
    grades = np.concatenate([[], *(scores(other, table).grade for table in tables)])
    assert sorted(moved.subjects.tolist()) == np.flatnonzero(before != after).tolist()
    assert moved.points.tolist() == (after - before)[moved.subjects].tolist()
    assert moved.before.tolist() == stack.grade[moved.subjects].tolist()
    assert moved.points_milli == int((after - before).sum())
    assert moved.after.tolist() == grades[moved.subjects].tolist()
    assert int(moved.moves(len(book.grades)).sum()) == len(moved.subjects)


def scores(book, table):
    return Decision(book).evaluate_many(table).scores


def test_a_slider_needs_a_comparison():
    stack = Stack.of(SheetPlan(load()), [])

    with pytest.raises(KeyError):
        SheetSlider(stack, "unknown")
    with pytest.raises(IndexError):
        SheetSlider(stack, a_line()["bands"][0]["id"], 1)
    assert SheetSlider(stack, a_line()["bands"][0]["id"]).move("3").points_milli == 0


@settings(max_examples=20, deadline=None)
@given(st.lists(months(), min_size=1, max_size=2))
def test_of_two_equal_comparisons_only_the_one_asked_for_moves(history):
    both = {"all": [at_least("yoy_growth", "10"), at_least("yoy_growth", "10")]}
    stack = Stack.of(
        SheetPlan(load(lines=[a_line("yoy_growth", 100, both)])), [table for table, _ in history]
    )

    for place in (0, 1):
        moved = SheetSlider(stack, "yoy_growth_0", place).move("-1000")
        assert moved.points_milli == 0
        assert moved.subjects.tolist() == []
