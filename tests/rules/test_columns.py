from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from rules.columns import Columns, everyone, pack, unpack
from rules.decisions.model import RuleSet, Variable
from rules.errors import FactError
from rules.facts import FactTable, Measure
from rules.months import Month
from tests.rules.rulesets import WORDS

LARGEST = 2**63 - 1


def column(kind, values):
    ruleset = RuleSet({"x": Variable("x", kind, WORDS)}, ())
    return Columns.of(ruleset, {"x": values}).by_name["x"]


def numbers(column):
    return [None if code == 0 else code - 1 + column.smallest for code in column.codes.tolist()]


@pytest.mark.parametrize(
    ("values", "width"),
    [
        ([5], np.uint8),
        ([0, 254], np.uint8),
        ([0, 255], np.uint16),
        ([-100, None, 65_434], np.uint16),
        ([0, 65_535], np.uint32),
        ([None, 0, 2**32], np.uint64),
        ([-LARGEST, None, LARGEST], np.uint64),
        ([None, None], np.uint8),
        ([], np.uint8),
    ],
)
def test_numbers_keep_their_values_in_the_narrowest_type(values, width):
    found = column("numeric", values)
    assert numbers(found) == values
    assert found.codes.dtype == width
    known = [value for value in values if value is not None]
    assert (found.smallest, found.largest) == ((min(known), max(known)) if known else (0, -1))


def test_the_row_of_present_values_is_there_only_when_one_is_missing():
    assert column("numeric", [1, 2]).present is None
    assert unpack(column("numeric", [1, None, 3]).present, 3).tolist() == [True, False, True]
    assert unpack(column("boolean", [False, None, True]).present, 3).tolist() == [True, False, True]
    assert unpack(column("string", ["", None, "b"]).present, 3).tolist() == [True, False, True]


def test_truth_values_and_texts():
    assert unpack(column("boolean", [False, None, True]).true, 3).tolist() == [False, False, True]
    found = column("string", ["b", None, "a", "b"])
    assert (found.values, found.codes.tolist()) == (("b", "a"), [1, 0, 2, 1])
    assert column("select_multiple", [("a", "b"), ()]).values == (("a", "b"), ())
    assert column("string", [str(place) for place in range(256)]).codes.dtype == np.uint16


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint16, np.uint64])
def test_arrays_of_whole_numbers(dtype):
    assert numbers(column("numeric", np.array([7, 9], dtype))) == [7, 9]


def test_arrays_of_texts_and_truth_values():
    assert column("string", np.array(["a", "b"])).values == ("a", "b")
    assert unpack(column("boolean", np.array([True, False])).true, 2).tolist() == [True, False]


def test_columns_of_facts_are_taken_as_they_are():
    as_of = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    measure = Measure([10, 20, 30], [1, 0, 1], [1, 1, 1])
    table = FactTable.build("dealer", Month.parse("2026-10"), as_of, ["a", "b", "c"], {"yoy_growth": measure})
    facts = table.columns["yoy_growth"]
    found = column("numeric", facts)
    assert numbers(found) == [int(facts.value[0]), None, int(facts.value[2])]
    present = Measure([10, 20, 30], [1, 1, 1], [1, 1, 1])
    table = FactTable.build("dealer", Month.parse("2026-10"), as_of, ["a", "b", "c"], {"yoy_growth": present})
    assert column("numeric", table.columns["yoy_growth"]).present is None


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        ("numeric", [1, "2"], "'x': expected int, found str"),
        ("numeric", [1, True], "'x': expected int, found bool"),
        ("numeric", np.array([1.0]), "'x': expected integers, found float64"),
        ("numeric", [2**63], "'x': "),
        ("numeric", [-(2**63)], "'x': a number does not fit 64 bits"),
        ("numeric", np.array([2**63], np.uint64), "'x': a number does not fit 64 bits"),
        ("boolean", [0], "'x': expected bool, found int"),
        ("string", [("a",)], "'x': expected str, found tuple"),
        ("select", ["a"], "'x': expected tuple, found str"),
    ],
)
def test_wrong_values_are_refused_with_the_name(kind, values, message):
    with pytest.raises(FactError, match=f"^{message}"):
        column(kind, values)


def test_columns_must_be_there_and_of_one_length():
    ruleset = RuleSet({name: Variable(name, "numeric", WORDS) for name in "abc"}, ())
    with pytest.raises(FactError, match=r"^no column for a, c$"):
        Columns.of(ruleset, {"b": [1]})
    with pytest.raises(FactError, match=r"^columns differ in length: \[1, 2\]$"):
        Columns.of(ruleset, {"a": [1], "b": [1, 2], "c": [1]})
    assert Columns.of(RuleSet({}, ()), {"more": [1, 2]}).count == 0


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65])
def test_packed_rows_are_whole_words_with_nothing_behind_the_end(count):
    packed = pack(np.ones(count, bool))
    assert len(packed) == (count + 63) // 64 * 8
    assert int(np.unpackbits(packed).sum()) == count
    assert unpack(packed, count).tolist() == [True] * count
    assert everyone(count).tobytes() == packed.tobytes()
