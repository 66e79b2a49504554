"""Lines in words: anybody can calculate them again."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rules.rebate import Terms, calculate, explain
from rules.rebate.words import NOTES, amount_text, exact_text, percent_text
from tests.rules.rebate.programs import line, of, program, worked_example

NEUTRAL = Terms()
TEN = {"mode": "down", "quantum_minor": 10}


def said(made, value, locale="en", grade=None, terms=NEUTRAL, **more):
    return explain(calculate(made, of(value, **more), grade, terms).lines[0], made, locale)


def test_a_retroactive_line():
    assert said(worked_example(), 27_000) == (
        "Purchases: 27,000 KRW (supply value, without VAT); 27,000 KRW × 4 % = 1,080 KRW; "
        "cut to 1 KRW: 1,080 KRW"
    )
    assert said(worked_example(), 3_000, "ko") == (
        "누적 매입: 3,000 KRW (공급가액); 첫 구간 5,000 KRW에 이르지 않았습니다; 0 KRW"
    )


def test_a_marginal_line_names_its_slices():
    made = program(line(tiers=((0, 100), (5_000, 250)), mode="marginal"), rounding=TEN)

    assert said(made, 7_001) == (
        "Purchases: 7,001 KRW (supply value, without VAT); 5,000 KRW × 1 % + 2,001 KRW × 2.5 % = "
        "100.025 KRW; cut to 10 KRW: 100 KRW"
    )
    assert "−5,000 KRW × 1 % + −2,001 KRW × 2.5 % = −100.025 KRW; returns exceed sales" in said(made, -7_001)


def test_a_fixed_amount_and_an_amount_per_unit():
    step = program(line(mode="step", tiers=((5_000, 70),), boundary="exclusive"))
    units = program(line(measure="quantity", tiers=((10, 7),)))

    assert said(step, 6_000) == (
        "Purchases: 6,000 KRW (supply value, without VAT); > 5,000 KRW = 70 KRW; cut to 1 KRW: 70 KRW"
    )
    assert said(units, 12, "ko") == "누적 매입: 12 개; 12 개 × 7 KRW = 84 KRW; 1 KRW 미만 버림: 84 KRW"


def test_growth_and_mix_name_what_they_compare_with():
    grown = program(line(measure="growth", tiers=((500, 300),)))

    assert said(grown, 11_000, compare=10_000) == (
        "Purchases: 11,000 KRW / 10,000 KRW (supply value, without VAT); 1,000 KRW × 3 % = 30 KRW; "
        "cut to 1 KRW: 30 KRW"
    )
    assert said(grown, 10_100, compare=10_000).endswith("below the first tier, 5 %; 0 KRW")
    assert said(grown, 10_100) == (
        "Purchases: 10,100 KRW (supply value, without VAT); there is nothing to compare with; 0 KRW"
    )


def test_factors_and_limits_are_said_between_the_rate_and_the_rounding():
    made = program(
        line(multiplier={"S": 12_000}, cap_minor=100, floor_minor=50),
        rounding={"mode": "half_even", "quantum_minor": 1},
    )
    vat = program(amounts="vat_included", currency="USD", rounding={"mode": "half_away", "quantum_minor": 1})

    assert said(made, 4_000, grade="S").endswith(
        "= 80 KRW; with its multiplier; = 96 KRW; rounded to 1 KRW, halves to even: 96 KRW"
    )
    assert "limited to 100 KRW; = 100 KRW" in said(made, 50_000)
    assert "raised to 50 KRW; = 50 KRW" in said(made, 500, terms=Terms(reduction_bp=100))
    assert said(vat, 12_345) == (
        "Purchases: 123.45 USD (VAT included); 123.45 USD × 2 % = 2.469 USD; "
        "rounded to 0.01 USD, halves up in size: 2.47 USD"
    )


def test_a_line_left_out_says_so():
    made = program(line(), line("other"), stacking="exclusive")
    values = of(1_000) | {"other": of(1_000)["volume"]}

    assert "another line counts instead" in explain(calculate(made, values).lines[1], made, "en")


@pytest.mark.parametrize("note", NOTES)
def test_every_note_is_in_both_languages(note):
    assert set(NOTES[note]) == {"ko", "en"}
    assert "리베이트" not in NOTES[note]["ko"]


@pytest.mark.parametrize(("points", "text"), [(0, "0 %"), (5, "0.05 %"), (250, "2.5 %"), (10_000, "100 %")])
def test_basis_points_in_percent(points, text):
    assert percent_text(points) == text


def test_amounts_are_said_in_full():
    assert amount_text(-1_234_567, "KRW") == "−1,234,567 KRW"
    assert amount_text(-5, "USD") == "−0.05 USD"
    assert exact_text(Fraction(1, 10_000), "KRW") == "0.0001 KRW"
    assert exact_text(Fraction(1_234_560, 10), "USD") == "1,234.56 USD"
