"""Facts: exact fractions, quantised once, the same bytes everywhere."""

from __future__ import annotations

import datetime as dt
import time
from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.errors import FactError, SnapshotError
from rules.facts import FactTable, FactValue, Measure, quantise
from rules.kpis import Kpi, catalogue
from rules.months import Month
from rules.snapshot import canonical_json, pack

AS_OF = dt.datetime(2026, 11, 2, 9, 30, 15, 999, tzinfo=dt.timezone(dt.timedelta(hours=9)))
OCTOBER = Month.parse("2026-10")
GOLDEN_SHA256 = "63c40a0f86455e30efdc3441cea5359549b123ceac5427fccce3a88fa4e8477a"


def table(subjects=("B", "가", "A"), **measures) -> FactTable:
    columns = measures or {
        "yoy_growth": Measure([5, -1, 100], [1000, 3, 0], [3, 4, 5]),
        "stability": Measure(
            [830_000, 0, 1], [10**6, 10**6, 10**6], [12, 6, 7], missing=[False, False, True]
        ),
    }
    return FactTable.build("dealer", OCTOBER, AS_OF, list(subjects), columns)


def test_values_are_quantised_and_subjects_sorted():
    facts = table()

    assert facts.subjects == ("A", "B", "가")
    assert facts.as_of == dt.datetime(2026, 11, 2, 0, 30, 15, tzinfo=dt.UTC)
    assert facts.facts("B") == {
        "stability": FactValue(830_000, 1_000_000, 12, 83),
        "yoy_growth": FactValue(5, 1000, 3, 50),
    }
    assert facts.facts("가")["yoy_growth"] == FactValue(-1, 3, 4, -3333)


def test_a_divisor_of_zero_and_what_is_not_shared_are_missing_not_zero():
    assert table().facts("A") == {
        "stability": FactValue(0, 0, 0, None),
        "yoy_growth": FactValue(100, 0, 5, None),
    }
    assert FactValue.measured(catalogue()["yoy_growth"], 7, -3, 1) == FactValue(7, -3, 1, None)
    assert FactValue.unknown() == FactValue(0, 0, 0, None)


def test_a_subject_without_facts_is_unknown():
    with pytest.raises(KeyError):
        table().facts("C")


def test_columns_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        table().columns["yoy_growth"].value[0] = 1


wide = st.integers(-(2**63), 2**63 - 1)
near = st.integers(-2000, 2000)


@example([], 100)
@example([(2**63 - 1, 1)], 100)
@example([(-(2**63), 1), (5, 10)], 1)
@given(
    st.lists(st.tuples(wide | near, st.integers(1, 2**63 - 1) | st.integers(1, 2000)), max_size=8),
    st.sampled_from([1, 100, 10_000]),
)
def test_quantised_values_equal_decimal_half_away(pairs, multiplier):
    above, below = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    with localcontext(prec=80):
        textbook = [
            int((Decimal(a) * multiplier / b).quantize(Decimal(1), rounding=ROUND_HALF_UP)) for a, b in pairs
        ]

    if any(abs(value) > 2**63 - 1 for value in textbook):
        with pytest.raises(FactError, match="does not fit 64 bits"):
            quantise(above, below, multiplier)
    else:
        assert quantise(above, below, multiplier).tolist() == textbook


@given(near, st.integers(1, 2000), st.sampled_from(sorted(catalogue())))
def test_one_value_equals_a_column(numerator, denominator, code):
    column = table(("only",), **{code: Measure([numerator], [denominator], [1])})

    assert column.facts("only")[code] == FactValue.measured(catalogue()[code], numerator, denominator, 1)


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (Measure([1], [1, 1, 1], [1, 1, 1]), "1 entries for 3 subjects"),
        (Measure([1, 2, 3.5], [1, 1, 1], [1, 1, 1]), "not an integer: 1.0"),
        (Measure([1, 2, None], [1, 1, 1], [1, 1, 1]), "not an integer: None"),
        (Measure([1, True, "3"], [1, 1, 1], [1, 1, 1]), "not an integer"),
        (Measure(np.array([1, 2, 2**63], dtype=np.uint64), [1, 1, 1], [1, 1, 1]), "does not fit 64 bits"),
        (Measure([1, 2, 2**70], [1, 1, 1], [1, 1, 1]), "KPI 'yoy_growth'"),
        (Measure([1, 2, 2**62], [1, 1, 1], [1, 1, 1]), "KPI 'yoy_growth': a quantised value does not fit"),
        (Measure([1, 2, 3], [1, 1, 1], [1, 1, 1], [True]), "KPI 'yoy_growth': .*out of bounds"),
        (Measure([1, 2, 3], [1, 1, 1], [1, 1, -1]), "n is negative"),
    ],
    ids=["length", "float", "none", "text", "uint64", "huge", "huge-value", "missing-length", "negative-n"],
)
def test_impossible_columns_are_refused(measure, message):
    with pytest.raises(FactError, match=message):
        table(yoy_growth=measure)


def test_impossible_tables_are_refused():
    with pytest.raises(FactError, match="twice"):
        table(("A", "A", "B"))
    with pytest.raises(FactError, match="unknown KPI 'profit'"):
        table(profit=Measure([1, 2, 3], [1, 1, 1], [1, 1, 1]))
    with pytest.raises(FactError, match="time zone"):
        FactTable.build("dealer", OCTOBER, dt.datetime(2026, 11, 2), [], {})  # noqa: DTZ001  the naive instant is the point


def test_no_subjects_make_an_empty_table():
    empty = FactTable.build("dealer", OCTOBER, AS_OF, [], {"yoy_growth": Measure([], [], [])})

    assert FactTable.from_bytes(empty.to_bytes()).subjects == ()


def test_the_bytes_are_golden():
    text = {"ko": "신장률", "en": "Growth"}
    kpi = Kpi("growth", text, "%", 2, 100, "higher", text, text, text, "sell_in", "test")
    measure = Measure([5, -1, 100], [1000, 3, 0], [3, 4, 5])

    facts = FactTable.build(
        "dealer", OCTOBER, AS_OF, ["B", "가", "A"], {"growth": measure}, kpis={"growth": kpi}
    )

    assert facts.sha256 == GOLDEN_SHA256


def test_the_order_of_the_source_does_not_change_the_bytes():
    turned = {
        "stability": Measure([1, 0, 830_000], [10**6] * 3, [7, 6, 12], missing=[True, False, False]),
        "yoy_growth": Measure([100, -1, 5], [0, 3, 1000], [5, 4, 3]),
    }

    assert table(("A", "가", "B"), **turned).to_bytes() == table().to_bytes()


def test_a_snapshot_is_read_back_equal():
    original = table()
    back = FactTable.from_bytes(original.to_bytes())

    assert back.to_bytes() == original.to_bytes()
    assert (back.kind, back.month, back.as_of, back.subjects) == (
        "dealer",
        OCTOBER,
        original.as_of,
        original.subjects,
    )
    assert {subject: back.facts(subject) for subject in back.subjects} == {
        subject: original.facts(subject) for subject in original.subjects
    }
    assert [column.kpi for column in back.columns.values()] == [
        catalogue()["stability"],
        catalogue()["yoy_growth"],
    ]


def test_ten_thousand_subjects_are_built_within_a_second():
    draw = np.random.default_rng(7)
    measure = Measure(
        draw.integers(-(10**12), 10**12, 10_000),
        draw.integers(0, 10**12, 10_000),
        draw.integers(0, 99, 10_000),
    )
    started = time.process_time()

    facts = table([f"{number:06d}" for number in range(10_000)], **dict.fromkeys(catalogue(), measure))

    assert len(facts.sha256) == 64
    assert time.process_time() - started < 1


def _with_header(**changes) -> bytes:
    header = {"as_of": "2026-11-02T00:30:15Z", "kind": "dealer", "month": "2026-10", "kpis": [], **changes}
    return pack(header, ["A"], [])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cut short"),
        (b"PK\x03\x04zipfile", "not a facts snapshot"),
        (b"BISUGIF\x09", "version 9 is unknown"),
        (table().to_bytes()[:-1], "cut short"),
        (table().to_bytes() + b"\0", "left over"),
        (table().to_bytes().replace(b'"month"', b'"montx"'), "damaged"),
        (table().to_bytes().replace(b'"kpis"', b'"kpiz"'), "damaged"),
        (table().to_bytes().replace(b'{"as_of"', b'["as_of"'), "damaged"),
        (table().to_bytes().replace(b"AB\xea\xb0\x80", b"BB\xea\xb0\x80"), "not unique and sorted"),
        (table().to_bytes().replace(b"AB\xea\xb0\x80", b"AB\xff\xff\xff"), "damaged"),
        (table().to_bytes()[:-25] + b"\x09" + table().to_bytes()[-24:], "fractions do not give"),
        (_with_header(month="2026-13"), "damaged"),
        (_with_header(as_of="yesterday"), "damaged"),
        (_with_header(kpis=5), "damaged"),
    ],
    ids=lambda part: part if isinstance(part, str) else "bytes",
)
def test_damaged_snapshots_are_refused(data, message):
    with pytest.raises(SnapshotError, match=message):
        FactTable.from_bytes(data)


def test_a_kpi_with_other_attributes_is_refused():
    data = table().to_bytes().replace(b'"better"', b'"bitter"')

    with pytest.raises(SnapshotError, match="damaged"):
        FactTable.from_bytes(data)


def test_canonical_json_is_one_text():
    assert canonical_json({"b": [1, None], "a": "가"}) == '{"a":"가","b":[1,null]}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))
