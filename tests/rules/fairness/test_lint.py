"""What the linter blocks, warns about and leaves alone, and how an author might try to get round it."""

from __future__ import annotations

import pytest

from rules.books import shipped_books
from rules.decisions.actions import action_vocabulary
from rules.decisions.model import Action, Variable
from rules.fairness import lint, shipped_packs
from rules.terms import Condition
from tests.rules.books import a_line, an_input, load
from tests.rules.verify.decisions import (
    at_least,
    below,
    chosen,
    decision,
    either,
    every,
    flag,
    grade,
    number,
    points,
    row,
    wide,
)

PACKS = shipped_packs()
DEALERS = next(pack for pack in PACKS if pack.name == "kr_dealer_act")


def rate(bp):
    return Action("set_rate_bp", {"rate_bp": bp})


def amount(minor):
    return Action("set_amount_minor", {"amount_minor": minor})


def multiplier(bp):
    return Action("set_multiplier_bp", {"multiplier_bp": bp})


def reduced(bp):
    return Action("reduce_rebate", {"reduction_bp": bp})


def withheld(bp):
    return Action("hold_rebate", {"held_bp": bp})


def eligible(yes):
    return Action("set_eligible", {"eligible": yes})


LATE = number("overdue_days", 0, 90)
SALES = number("turnover", 0, 100)


def told(*args, **options):
    return [(one.severity, one.kind, one.rules) for one in lint(*args, PACKS, **options)]


def late_pays_nothing(variable, policy="first"):
    name = variable.name
    return decision(
        [variable, SALES],
        row("good", every(below(name, 1), at_least("turnover", 10)), rate(200)),
        row("rest", None, rate(0)),
        hit_policy=policy,
    )


def test_every_shipped_book_is_fair():
    assert [finding for book in shipped_books() for finding in lint(book, PACKS)] == []


def test_every_action_that_touches_money_has_a_role():
    touching = {
        name for name, action in action_vocabulary().items() if action.effect in ("money", "eligibility")
    }

    assert touching - set(DEALERS.roles) == set()


@pytest.mark.parametrize(
    "variable",
    [
        LATE,
        number("days_late", 0, 90),
        Variable("x1", "numeric", {"ko": "연체 일수", "en": "X"}, highest=90, missing="hold"),
        Variable("x1", "numeric", {"ko": "미 입력", "en": "Ｏｖｅｒｄｕｅ"}, highest=90, missing="hold"),
        Variable("x1", "numeric", {"ko": "지\u200b표 미\u200b수금", "en": "X"}, highest=90, missing="hold"),
        Variable("x1", "numeric", {"ko": "지표", "en": "X"}, highest=90, missing="hold", topics=("payment",)),
    ],
    ids=["name", "name in words", "label", "full-width label", "invisible characters", "declared topic"],
)
def test_a_forfeit_is_found_whatever_the_input_is_called(variable):
    assert told(late_pays_nothing(variable)) == [("block", "forfeit", ("good", "rest"))]


def test_options_may_give_an_input_away():
    variables = [chosen("state", "select", "정상", "연체", missing="hold")]
    table = decision(
        variables, row("late", Condition("state", "contains", "연체"), rate(0)), row("rest", None, rate(100))
    )

    assert told(table) == [("block", "forfeit", ("rest", "late"))]


def test_an_input_about_something_else_is_left_alone():
    assert told(late_pays_nothing(number("visits", 0, 90))) == []


def test_words_inside_other_words_do_not_count():
    assert told(late_pays_nothing(number("payout_latest", 0, 90))) == []


def test_a_condition_that_always_holds_decides_nothing():
    table = decision(
        [LATE, SALES],
        row("good", every(at_least("overdue_days", 0), at_least("turnover", 10)), rate(200)),
        row("rest", None, rate(0)),
    )

    assert told(table) == []


@pytest.mark.parametrize(
    ("taking", "kind"),
    [
        (reduced(10_000), "forfeit"),
        (withheld(9_500), "forfeit"),
        (multiplier(0), "forfeit"),
        (multiplier(500), "forfeit"),
        (eligible(yes=False), "forfeit"),
        (Action("forfeit_rebate", {"forfeited_bp": 10_000}), "forfeit"),
    ],
)
@pytest.mark.parametrize("policy", ["first", "collect"])
def test_every_way_of_taking_all_is_a_forfeit(taking, kind, policy):
    table = decision([LATE], row("late", at_least("overdue_days", 1), taking), hit_policy=policy)

    assert told(table) == [("block", kind, ("late",))]


def test_a_gate_that_opens_only_for_those_who_paid_is_a_forfeit():
    for policy in ("first", "collect"):
        table = decision([LATE], row("paid", below("overdue_days", 1), eligible(yes=True)), hit_policy=policy)

        assert told(table) == [("block", "forfeit", ("paid",))]


def test_a_row_that_shuts_the_gate_outweighs_one_that_opens_it():
    table = decision(
        [LATE, SALES],
        row("large", at_least("turnover", 10), eligible(yes=True)),
        row("late", at_least("overdue_days", 1), eligible(yes=False)),
        hit_policy="collect",
    )

    assert told(table) == [("block", "forfeit", ("late",))]


def test_a_rate_or_an_amount_that_vanishes_is_a_forfeit():
    table = decision(
        [LATE, SALES],
        row("late", at_least("overdue_days", 1), rate(0)),
        row("large", at_least("turnover", 10), amount(500)),
        row("rest", None, rate(100)),
    )

    assert told(table) == [("block", "forfeit", ("large", "late"))]


def test_trading_a_rate_for_an_amount_is_no_forfeit_but_a_warning():
    table = decision(
        [LATE], row("late", at_least("overdue_days", 1), amount(500)), row("rest", None, rate(100))
    )

    assert told(table) == [("warn", "influence", ("late", "rest"))]


def test_a_rule_that_speaks_of_late_payment_and_pays_nothing_is_a_forfeit():
    table = decision(
        [flag("x1")],
        row("연체-미지급", Condition("x1", "is_true", ""), rate(0)),
        row("연체-감액", Condition("x1", "is_true", ""), withheld(10_000)),
        row("연체-전액", Condition("x1", "is_true", ""), rate(100)),
        row("연체-등급", Condition("x1", "is_true", ""), grade("B")),
        row("rest", None, rate(100)),
    )

    assert told(table)[:2] == [("block", "forfeit", ("연체-미지급",)), ("block", "forfeit", ("연체-감액",))]


def test_a_part_taken_for_lateness_needs_the_word_of_legal():
    table = decision(
        [LATE],
        row("late", at_least("overdue_days", 1), rate(100), reduced(500)),
        row("rest", None, rate(100)),
    )

    assert [one for one in told(table) if one[1] != "influence"] == [("warn", "proportional", ("late",))]


def test_payment_that_moves_a_rate_a_little_is_a_warning_with_its_article():
    table = decision(
        [LATE], row("late", at_least("overdue_days", 1), rate(150)), row("rest", None, rate(200))
    )

    (found,) = lint(table, PACKS)

    assert (found.severity, found.kind, found.rules, found.inputs) == (
        "warn",
        "influence",
        ("late", "rest"),
        ("overdue_days",),
    )
    assert found.article["en"] == "Agency Transactions Act art. 9(1)"


def test_payment_beside_money_is_left_alone():
    table = decision(
        [LATE, SALES],
        row("large", at_least("turnover", 10), rate(100)),
        row("prompt", below("overdue_days", 1), points(5)),
        hit_policy="collect",
    )

    assert told(table) == []


def test_payment_that_gives_points_only_is_left_alone():
    table = decision([LATE], row("prompt", below("overdue_days", 1), points(5)), row("rest", None, points(0)))

    assert told(table) == []


GRADES = decision(
    [number("collection_rate", 0, 100)], row("a", at_least("collection_rate", 95)), row("b", None, grade("B"))
)
PAID_BY_GRADE = decision(
    [chosen("grade", "string", "A", "B", missing="hold")],
    row("top", Condition("grade", "equal_to", "A"), rate(300)),
    row("rest", None, rate(100)),
)


def test_payment_is_followed_through_the_grade_into_money():
    (found,) = lint(PAID_BY_GRADE, PACKS, upstream=[GRADES])

    assert (found.severity, found.kind, found.rules, found.inputs) == (
        "warn",
        "influence",
        ("top", "rest"),
        ("collection_rate",),
    )
    assert found.message["en"].startswith(
        "collection_rate: payment reaches money (collection_rate → grade →). Make sure"
    )


def test_a_score_sheet_is_followed_too():
    sheet = next(book for book in shipped_books() if book.subject == "dealer")

    assert [one.inputs for one in lint(PAID_BY_GRADE, PACKS, upstream=[sheet])] == [("collection_rate",)]


def test_a_curve_is_followed_too():
    words = {"ko": "말", "en": "words"}
    curve = {
        "input": "collection_rate",
        "label": words,
        "unit": "",
        "scale": 0,
        "source": words,
        "points": [["50", "0"], ["100", "100"]],
    }
    line = {**a_line("collection_rate", 100), "curve": "collected"}
    del line["bands"]
    sheet = load(
        inputs={"collection_rate": an_input("collection_rate")}, curves={"collected": curve}, lines=[line]
    )

    assert [one.inputs for one in lint(PAID_BY_GRADE, PACKS, upstream=[sheet])] == [("collection_rate",)]


def test_money_by_a_grade_without_payment_is_left_alone():
    fair = decision([SALES], row("a", at_least("turnover", 95)), row("b", None, grade("B")))

    assert told(PAID_BY_GRADE, upstream=[fair]) == []


@pytest.mark.parametrize("giving", [points(-5), points(5), grade("B"), rate(100), eligible(yes=True)])
@pytest.mark.parametrize("name", ["declined", "consumer_price_given"])
def test_a_refusal_or_a_consumer_price_may_decide_nothing(giving, name):
    table = decision([flag(name)], row("r1", Condition(name, "is_true", ""), giving))

    assert told(table) == [("block", "scored", ("r1",))]


def test_asking_for_a_review_because_of_a_refusal_is_allowed():
    review = Action("ask_review", {"review": "ask"})

    assert told(decision([flag("declined")], row("r1", Condition("declined", "is_true", ""), review))) == []


def test_an_unknown_action_is_taken_for_money():
    table = decision(
        [flag("declined")], row("r1", Condition("declined", "is_true", ""), Action("gift", {"n": 1}))
    )

    assert told(table) == [("block", "scored", ("r1",))]


BEER = decision(
    [number("beer_cases", 0, 100)],
    row("many", at_least("beer_cases", 10), rate(100)),
    row("none", None, rate(0), grade("B")),
)


def test_an_incentive_on_liquor_is_refused_under_any_name():
    (found,) = lint(BEER, PACKS)

    assert (found.severity, found.kind, found.rules) == ("block", "goods", ("many",))
    assert found.article["ko"] == "주류면허법 시행령 제41조 제2항 제1호, 주류 고시"


def test_an_installation_that_sells_liquor_pays_no_incentive_at_all():
    table = decision([SALES], row("many", at_least("turnover", 10), rate(100)), row("none", None, rate(0)))

    assert told(table) == []
    assert told(table, goods={"liquor"}) == [("block", "goods", ("many",))]


def test_a_book_too_large_to_check_is_not_published():
    table = wide(30)
    variables = [number("overdue_days", 0, 10), *table.variables.values()]
    rules = [
        row(
            one.id,
            every(one.when, either(at_least("overdue_days", 1 + place % 9), below("v1", 3))),
            rate(place),
        )
        for place, one in enumerate(table.rules)
    ]

    (found,) = lint(decision(variables, *rules, hit_policy="collect"), PACKS)

    assert (found.severity, found.kind) == ("block", "too_large")
