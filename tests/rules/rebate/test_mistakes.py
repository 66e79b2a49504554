"""What users of other systems complain of: each mistake is a test by its name."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from rules.errors import FactError
from rules.rebate import (
    BasisColumn,
    BasisValue,
    Period,
    SalesLine,
    calculate,
    calculate_many,
    delta,
    double_counted,
    measured,
)
from tests.rules.rebate.programs import line, of, program, worked_example

QUARTER = Period(dt.date(2026, 10, 1), dt.date(2026, 12, 31))


def sale(number, amount, kind="order", **more):
    return SalesLine(f"D{number}", 1, kind, dt.date(2026, 10, 5), amount, amount // 10, 1, **more)


def test_the_worked_example_pays_0_then_140_and_finally_940_of_1080():
    example, paid, posted = worked_example(), {}, []
    for value in (3_000, 7_000, 27_000):
        calculation = calculate(example, of(value))
        due = delta(calculation, paid)
        posted.append((calculation.total_minor, due["volume"]))
        paid = {"volume": paid.get("volume", 0) + due["volume"]}

    assert posted == [(0, 0), (140, 140), (1_080, 940)]


def test_refunds_are_clawed_back():
    after_returns = calculate(worked_example(), of(7_000))

    assert delta(after_returns, {"volume": 1_080}) == {"volume": -940}


def test_credit_notes_are_subtracted_whatever_sign_the_source_gives_them():
    flat = program()
    lines = [
        sale(1, 10_000),
        sale(2, 1_000, "credit_note"),
        sale(3, -500, "credit_note"),
        sale(4, 300, "return"),
    ]

    assert measured(flat, flat.components[0], lines, QUARTER).value == 10_000 - 1_000 - 500 - 300


def test_currency_rounding_does_not_touch_quantities_or_edges():
    counted = program(
        line(measure="quantity", tiers=((1_234, 7),)), rounding={"mode": "down", "quantum_minor": 1_000}
    )
    below, at = (calculate(counted, of(value)).lines[0] for value in (1_233, 1_234))

    assert (below.basis.value, below.tier, below.amount_minor) == (1_233, None, 0)
    assert (at.basis.value, at.exact, at.amount_minor) == (1_234, 8_638, 8_000)


def test_cumulative_sums_do_not_leak_across_customers():
    values = [3_000, 7_000, -7_000, 27_000, 0]
    together = calculate_many(worked_example(), {"volume": BasisColumn(np.array(values))})

    assert together.total.tolist() == [calculate(worked_example(), of(value)).total_minor for value in values]
    assert together.total.tolist() == [0, 140, -140, 1_080, 0]


@pytest.mark.parametrize(
    ("stacking", "amounts"),
    [("sum", [20, 0, 50]), ("max", [0, 0, 50]), ("exclusive", [20, 0, 0])],
)
def test_stacking_is_never_ignored(stacking, amounts):
    stacked = program(
        line("small", tiers=((0, 200),)),
        line("none", tiers=((5_000, 900),)),
        line("large", tiers=((0, 500),)),
        stacking=stacking,
    )
    values = {name: BasisValue(1_000) for name in ("small", "none", "large")}
    calculation = calculate(stacked, values)

    assert [one.amount_minor for one in calculation.lines] == amounts
    assert calculation.total_minor == sum(amounts)
    left_out = [one.component for one in calculation.lines if "stacked_out" in one.notes]
    assert left_out == [one.component for one in calculation.lines if one.exact and not one.amount_minor]


def test_cap_and_floor_are_never_lost():
    limited = program(line(cap_minor=100, floor_minor=40))
    found = [calculate(limited, of(value)).lines[0] for value in (0, 1_000, 3_000, 90_000, -90_000, -100)]

    assert [one.amount_minor for one in found] == [0, 40, 60, 100, -100, -2]
    assert [one.notes for one in found] == [
        (),
        ("raised_to_floor",),
        (),
        ("capped",),
        ("returns_exceed_sales", "capped"),
        ("returns_exceed_sales",),
    ]


@pytest.mark.parametrize(("boundary", "paid"), [("inclusive", [0, 100, 100]), ("exclusive", [0, 0, 100])])
def test_an_edge_is_not_off_by_one(boundary, paid):
    edged = program(line(tiers=((5_000, 200),), boundary=boundary))

    assert [calculate(edged, of(value)).total_minor for value in (4_999, 5_000, 5_001)] == paid


def test_one_sales_line_is_not_counted_in_two_contracts():
    one, other = (program(program=name) for name in ("one", "other"))
    allowed = program(program="other", alongside=["one"])

    assert [(found.kind, found.rules) for found in double_counted([one, other])] == [
        ("counted_twice", ("one", "other"))
    ]
    assert double_counted([one, allowed]) == ()


def test_one_sales_line_is_not_counted_twice_in_one_contract():
    flat = program()

    with pytest.raises(FactError, match="1 lines are there twice"):
        measured(flat, flat.components[0], [sale(1, 10), sale(1, 10)], QUARTER)


def test_deposits_and_empties_never_count():
    flat = program()
    lines = [sale(1, 1_000), sale(2, 500, "deposit"), sale(3, 200, "empties")]

    assert measured(flat, flat.components[0], lines, QUARTER).value == 1_000


def test_a_late_payment_or_a_missed_target_is_never_a_fine():
    assert delta(calculate(worked_example(), of(-50_000)), {}) == {"volume": 0}
    assert delta(calculate(worked_example(), of(-50_000)), {"volume": 140}) == {"volume": -140}
