"""Prospects: the score card, the adjustment, the flag, and what is missing."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.errors import FactError
from rules.segments import Adjustment, Card, Strategic, classify_prospect, explain_prospect
from tests.rules.segments.segments import SHIPPED

ON = dt.date(2026, 11, 2)
NAMES = [one.id for one in SHIPPED.prospects.indicators]
FLAG = Strategic("공항 입점", "이사 김", ON)


def card(rating=3, intent=4, **more):
    return Card("p", dict.fromkeys(NAMES, rating) | more.pop("ratings", {}), intent, **more)


def found(*given, **more):
    return classify_prospect(SHIPPED, card(*given, **more), ON)


@pytest.mark.parametrize(
    ("rating", "intent", "code"), [(4, 4, "PI"), (4, 3, "PII"), (3, 5, "PIII"), (3, 1, "PIV")]
)
def test_the_four_classes(rating, intent, code):
    assert found(rating, intent).code == code


def test_the_limit_itself_is_high_and_weights_count():
    high = dict.fromkeys(["strength", "management", "marketing"], 4)

    assert found(ratings=high).score_hundredths == 350
    assert found(ratings=high).code == "PI"


def test_an_adjustment_moves_the_score_and_is_kept():
    liked = Adjustment(50, "함께 일해 봄", "박 과장")

    assert (found(adjustment=liked).code, found(adjustment=liked).card_hundredths) == ("PI", 300)
    assert found(adjustment=liked).adjustment == liked
    assert found(5, adjustment=liked).score_hundredths == 500
    assert found(1, adjustment=Adjustment(-50, "거짓말", "박 과장")).score_hundredths == 100


def test_a_flag_counts_until_its_last_day():
    assert (found(1, strategic=FLAG).code, found(1, strategic=FLAG).strategic) == ("PI", FLAG)
    late = classify_prospect(SHIPPED, card(1, strategic=FLAG), ON + dt.timedelta(days=1))
    assert (late.code, late.strategic) == ("PIII", None)


def test_a_missing_answer_gives_no_class_and_is_named():
    partly = classify_prospect(SHIPPED, Card("p", {"strength": 5}, None), ON)

    assert (partly.code, partly.score_hundredths) == (None, None)
    assert partly.missing == (*NAMES[1:], "intent")
    assert classify_prospect(SHIPPED, card(intent=None), ON).missing == ("intent",)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (card(6), "a rating is 1 to 5"),
        (card(intent=0), "a rating is 1 to 5"),
        (card(ratings={"mood": 3}), "does not ask for mood"),
        (card(adjustment=Adjustment(51, "x", "y")), "beyond 50"),
        (card(adjustment=Adjustment(-1, " ", "y")), "needs a reason"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(made, message):
    with pytest.raises(FactError, match=message):
        classify_prospect(SHIPPED, made, ON)


def test_a_class_in_words():
    full = explain_prospect(found(strategic=FLAG, adjustment=Adjustment(-20, "늦음", "박")), SHIPPED, "ko")

    assert full.title == "PI 즉시 공략"
    assert full.reasons == (
        "평가표 2.80점 (기준 3.50점)",
        "개인 경험 조정 −0.20점: 늦음 (박)",
        "전략 고객: 공항 입점 (승인 이사 김, 2026-11-02까지)",
        "의향 4: 조건을 물음 (기준 4)",
    )
    nothing = explain_prospect(classify_prospect(SHIPPED, Card("p", {}, None), ON), SHIPPED, "en")
    assert nothing.title.startswith("Without an answer: Strength and size, ")
    assert nothing.title.endswith(", Intent")
    assert nothing.reasons == ()
    same = explain_prospect(found(adjustment=Adjustment(0, "", "박")), SHIPPED, "en")
    assert same.reasons == ("Score card 3.00 (limit 3.50)", "Intent 4: Asks for terms (limit 4)")
