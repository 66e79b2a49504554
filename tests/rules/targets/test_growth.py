"""Stretch and growth points."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rules.targets import GrowthPoint, Target, check_growth

TARGET = Target(1_300_000, 1_000_000)


def points(*sizes, owner="박 과장"):
    return [GrowthPoint(f"p{at}", "outlet", size, owner) for at, size in enumerate(sizes)]


def test_points_that_add_up():
    found = check_growth(TARGET, points(200_000, 100_000), "KRW")

    assert found.ok
    assert found.sentence["ko"] == "성장 포인트의 합이 추가 목표 300,000 KRW와 같습니다."


@pytest.mark.parametrize(
    ("sizes", "difference", "sentence"),
    [
        (
            (200_000,),
            -100_000,
            "The growth points add up to 200,000 KRW, 100,000 KRW short of the stretch of 300,000 KRW.",
        ),
        (
            (200_000, 150_000),
            50_000,
            "The growth points add up to 350,000 KRW, 50,000 KRW more than the stretch of 300,000 KRW.",
        ),
        ((), -300_000, "The growth points add up to 0 KRW, 300,000 KRW short of the stretch of 300,000 KRW."),
    ],
)
def test_the_difference_is_said(sizes, difference, sentence):
    found = check_growth(TARGET, points(*sizes), "KRW")

    assert (found.difference_minor, found.sentence["en"], found.ok) == (difference, sentence, False)


def test_what_is_wrong_with_a_point_is_named():
    given = [
        GrowthPoint("a", "product", 300_000, " ", 250_000),
        GrowthPoint("a", "terminal", 0, "김", None),
        GrowthPoint("b", "channel", 0, "김", 10_000),
    ]
    found = check_growth(TARGET, given, "KRW")

    assert found.problems == (("a", "no_owner"), ("a", "no_size"), ("b", "no_size"), ("a", "twice"))
    assert (found.difference_minor, found.ok) == (0, False)
    assert (found.result_minor, found.results) == (260_000, 2)


def test_a_target_below_natural_sales_needs_no_points():
    low = Target(900, 1_000)
    found = check_growth(low, [], "KRW")

    assert (found.stretch_minor, found.ok) == (-100, True)
    assert found.sentence["en"] == "The target is not above natural sales, so it needs no growth points."
    assert check_growth(low, points(5), "KRW").difference_minor == 5


def test_attainment_of_the_stretch():
    assert TARGET.stretch_attainment(1_150_000) == Fraction(1, 2)
    assert TARGET.stretch_attainment(900_000) == Fraction(-1, 3)
    assert Target(1_000, 1_000).stretch_attainment(2_000) is None
