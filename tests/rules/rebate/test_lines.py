"""What a component measures, from the lines of documents."""

from __future__ import annotations

import datetime as dt

from rules.rebate import BasisValue, Period, SalesLine, measured
from tests.rules.rebate.programs import line, program

QUARTER = Period(dt.date(2026, 10, 1), dt.date(2026, 12, 31))


def sale(number, on, amount, quantity=1, kind="order", category="", level="sell_in"):
    day = dt.date.fromisoformat(on)
    return SalesLine(str(number), 1, kind, day, amount, amount // 10, quantity, category, level=level)


LINES = [
    sale(1, "2026-10-01", 1_000, 10, category="FOCUS"),
    sale(2, "2026-12-31", 2_000, 20, category="OTHER"),
    sale(3, "2026-11-15", 500, 5, "return", "FOCUS"),
    sale(4, "2026-11-15", 9_999, 99, level="sell_through"),
    sale(5, "2026-09-30", 7_777, 77),
    sale(6, "2027-01-01", 7_777, 77),
    sale(7, "2025-10-01", 1_500, 15),
    sale(8, "2025-12-31", 300, 3, "credit_note"),
    sale(9, "2025-09-30", 8_888, 88),
]


def value_of(component, lines=tuple(LINES), **more):
    made = program(component, **more)
    return measured(made, made.components[0], lines, QUARTER)


def test_net_is_of_the_window_and_the_level_less_returns():
    assert value_of(line()) == BasisValue(2_500, None, 2)
    assert value_of(line(basis={"level": "sell_through"})).value == 9_999


def test_amounts_include_vat_only_where_the_programme_says_so():
    assert value_of(line(), amounts="vat_included").value == 2_750


def test_quantities_are_units_less_returned_ones():
    assert value_of(line(measure="quantity")).value == 25


def test_growth_compares_with_the_same_months_a_year_before():
    assert value_of(line(measure="growth")) == BasisValue(2_500, 1_200, 2)
    assert value_of(line(measure="growth"), LINES[:3]).compare is None


def test_a_mix_compares_the_chosen_goods_with_all():
    assert value_of(line(measure="mix")) == BasisValue(500, 2_500, 1)


def test_new_products_are_the_listed_ones():
    assert value_of(line(measure="new_products")).value == 500


def test_a_month_with_nothing_but_a_return_has_no_order():
    assert value_of(line(), LINES[2:3]) == BasisValue(-500, None, 0)


def test_months_that_have_passed_are_kept():
    made = program()

    assert measured(made, made.components[0], LINES, QUARTER, 2).months == 2
