"""One account, many at once, and Decimal agree on every line, returns and negative values included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FactError
from rules.money import ROUNDING_MODES, divide
from rules.rebate import BasisColumn, BasisValue, Terms, TermsColumn, calculate, calculate_many
from rules.rebate.rounding import divide_many
from tests.rules.rebate.programs import line, of, program, worked_example
from tests.rules.rebate.strategies import GRADES, TERMS, programs, textbook, values


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no finding
@given(st.data())
def test_one_by_one_at_once_and_in_decimal_are_the_same(data):
    made = data.draw(programs())
    accounts = [
        {part.id: data.draw(values(part)) for part in made.components}
        for _ in range(data.draw(st.integers(1, 5)))
    ]
    grades = [data.draw(st.sampled_from(GRADES)) for _ in accounts]
    terms = [data.draw(TERMS) for _ in accounts]

    alone = [
        calculate(made, account, grade, term)
        for account, grade, term in zip(accounts, grades, terms, strict=True)
    ]
    columns = {
        part.id: BasisColumn.of([account[part.id] for account in accounts]) for part in made.components
    }
    together = calculate_many(made, columns, grades, TermsColumn.of(terms))

    for number, (account, calculation) in enumerate(zip(accounts, alone, strict=True)):
        amounts = [one.amount_minor for one in calculation.lines]
        assert amounts == textbook(made, account, grades[number], terms[number])
        assert amounts == [int(column[number]) for column in together.amounts.values()]
        assert calculation.total_minor == sum(amounts) == together.total[number]
        for part, one in zip(made.components, calculation.lines, strict=True):
            tier = 0 if one.tier is None else part.using(one.table).tiers.index(one.tier) + 1
            assert together.tiers[part.id][number] == tier


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1),
    st.integers(1, 10**6),
    st.sampled_from(ROUNDING_MODES),
    st.sampled_from([1, 2, 10, 1_000]),
)
def test_many_roundings_are_each_rounding(numerators, denominator, mode, quantum):
    expected = [divide(one, denominator, mode, quantum) for one in numerators]

    for kind in (np.int64, object):
        found = divide_many(np.array(numerators, kind), denominator, mode, quantum)
        assert found.dtype == kind
        assert found.tolist() == expected


def test_64_bits_are_left_before_they_overflow():
    flat = program(line(tiers=((0, 10_000),)))
    largest = (2**63 - 2) // 2 // 10_000
    fits, grows = (
        calculate_many(flat, {"volume": BasisColumn(np.array([1, value]))})
        for value in (largest, largest + 1)
    )

    assert (fits.amounts["volume"].dtype, grows.amounts["volume"].dtype) == (np.int64, object)
    assert (fits.total.tolist(), grows.total.tolist()) == ([1, largest], [1, largest + 1])


def test_a_sum_or_a_value_that_leaves_64_bits_is_still_right():
    huge = program(*(line(name, "quantity", ((0, 10**12),)) for name in "ab"))
    near, beyond = (BasisColumn.of([BasisValue(units)]) for units in (5_000_000, 10**20))

    assert calculate_many(huge, {"a": near, "b": near}).total.tolist() == [10**19]
    assert calculate_many(huge, {"a": near, "b": beyond}).total.tolist() == [10**32 + 5 * 10**18]


def test_tiers_beyond_64_bits_do_no_harm_to_small_values():
    far = program(line(tiers=((0, 10_000), (10**15, 10_000)), mode="marginal"))

    assert calculate_many(far, {"volume": BasisColumn(np.array([5, -5]))}).total.tolist() == [5, -5]


@pytest.mark.parametrize(
    ("stacking", "values", "amounts"),
    [
        ("max", (-1_000, -3_000), [0, -60]),
        ("max", (-1_000, 0), [-20, 0]),
        ("max", (1_000, -3_000), [20, 0]),
        ("max", (1_000, 1_000), [20, 0]),
        ("exclusive", (0, -3_000), [0, -60]),
        ("exclusive", (-1_000, 3_000), [-20, 0]),
    ],
)
def test_returns_are_stacked_like_sales(stacking, values, amounts):
    made = program(line("a"), line("b"), stacking=stacking)
    account = dict(zip("ab", map(BasisValue, values), strict=True))
    together = calculate_many(made, {name: BasisColumn.of([value]) for name, value in account.items()})

    assert [one.amount_minor for one in calculate(made, account).lines] == amounts
    assert [int(column[0]) for column in together.amounts.values()] == amounts


def test_columns_without_optional_parts_count_as_nothing_known():
    strict = program(line(every_month=True))
    mixed = program(line(measure="mix", tiers=((0, 100),)))
    grown = program(line(measure="growth", tiers=((0, 100),)))
    column = BasisColumn(np.array([5_000]))

    assert calculate_many(strict, {"volume": column}).total.tolist() == [0]
    assert calculate_many(strict, {"volume": BasisColumn(np.array([5_000]), months=0)}).total.tolist() == [
        100
    ]
    assert calculate_many(mixed, {"volume": column}).total.tolist() == [0]
    with_year_before = BasisColumn(np.array([5_000]), np.array([4_000]))
    assert calculate_many(grown, {"volume": with_year_before}).total.tolist() == [10]


def test_no_accounts_earn_nothing():
    assert calculate_many(worked_example(), {"volume": BasisColumn.of([])}).total.tolist() == []


def test_values_and_components_go_together():
    made = program(line("a"), line("b"))
    column = BasisColumn(np.array([1]))

    with pytest.raises(FactError, match="values and components differ: a, b, volume"):
        calculate(made, of(1))
    with pytest.raises(FactError, match="values and components differ: b"):
        calculate_many(made, {"a": column})
    with pytest.raises(FactError, match="differ in length"):
        calculate_many(made, {"a": column, "b": BasisColumn(np.array([1, 2]))})
    with pytest.raises(FactError, match="same number of months"):
        BasisColumn.of([BasisValue(1, months=1), BasisValue(1, months=2)])


def test_grades_multiply_and_a_missing_one_is_noted():
    graded = program(line(multiplier={"S": 12_000, "D": 0}))
    found = [calculate(graded, of(10_000), grade).lines[0] for grade in ("S", "D", "A", None)]

    assert [(one.amount_minor, one.notes) for one in found] == [
        (240, ("multiplied",)),
        (0, ("multiplied",)),
        (200, ("grade_unknown",)),
        (200, ("grade_unknown",)),
    ]
    column = BasisColumn(np.array([10_000, 10_000]))
    assert calculate_many(graded, {"volume": column}).total.tolist() == [200, 200]
    assert calculate_many(graded, {"volume": column}, ["S", None]).total.tolist() == [240, 200]


def test_why_a_line_pays_nothing_or_less_is_noted():
    strict = program(line(every_month=True))
    grown = program(line(measure="growth", tiers=((500, 100),)))
    found = [
        calculate(strict, of(10_000, missing=True)),
        calculate(strict, of(10_000, months_with_orders=3), terms=Terms(eligible=False)),
        calculate(strict, of(10_000, months_with_orders=2)),
        calculate(strict, of(10_000, months_with_orders=2, months=2)),
        calculate(grown, of(10_000)),
        calculate(grown, of(10_000, compare=9_999)),
        calculate(grown, of(20_000, compare=10_000), terms=Terms(True, 5_000, 1_000)),
    ]

    assert [(one.total_minor, one.lines[0].notes) for one in found] == [
        (0, ("missing",)),
        (0, ("not_eligible",)),
        (0, ("month_without_order",)),
        (200, ()),
        (0, ("no_comparison",)),
        (0, ("below_first_tier",)),
        (45, ("multiplied", "reduced")),
    ]
