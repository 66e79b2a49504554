"""Terms may not get worse inside a period that was promised other terms; afterwards they may."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.decisions.book import DecisionBook
from rules.fairness import Period, lint, shipped_packs
from rules.rulebook import Rulebook
from tests.rules.books import a_book, a_line, an_input, at_least

PACKS = shipped_packs()
QUARTER = Period(dt.date(2026, 10, 1), dt.date(2026, 12, 31))


def condition(value, name="turnover"):
    return {"name": name, "operator": "greater_than_or_equal_to", "value": value}


def given(action, **params):
    return [{"name": action, "params": params}]


def a_decision(first, *rules, until=None, scale=0, otherwise=None):
    turnover = {
        "type": "numeric",
        "scale": scale,
        "unit": "",
        "range": ["0", "1000"],
        "missing": "hold",
        "label": {"ko": "매출", "en": "Turnover"},
    }
    content = {
        "decision": "terms",
        "hit_policy": "first",
        "effective_from": first,
        "inputs": {"turnover": turnover},
        "rules": [
            {"id": f"r{place}", "when": {"all": [condition(edge)]}, "then": then}
            for place, (edge, then) in enumerate(rules)
        ],
    }
    content |= {"effective_until": until} if until else {}
    content |= {"else": {"then": otherwise}} if otherwise else {}
    book = DecisionBook.from_content(content)
    assert book.check().ok, book.check()
    return book


def rates(first, edge, bp, **options):
    return a_decision(first, (edge, given("set_rate_bp", rate_bp=bp)), **options)


def worsened(new, base, **options):
    found = [finding for finding in lint(new, PACKS, base, **options) if finding.kind == "worsening"]
    assert {finding.severity for finding in found} <= {"block"}
    return [finding.message["en"].split("; ")[1].split("). Let")[0] for finding in found]


def test_a_rate_that_falls_inside_the_settlement_period_is_refused_with_a_witness():
    base, new = rates("2026-01-01", "100", 200), rates("2026-11-01", "100", 150)

    (found,) = [one for one in lint(new, PACKS, base, period=QUARTER) if one.kind == "worsening"]

    assert found.message["en"].startswith(
        "Beginning 2026-11-01: terms get worse inside a period that has begun (2026-10-01 to 2026-12-31; "
        "payout: 200 → 150). Let them begin with the next period."
    )
    assert found.message["ko"].startswith("2026-11-01 시작: 이미 시작된 기간(2026-10-01 ~ 2026-12-31) 안에")
    assert found.article["en"] == "Agency Transactions Act art. 9(1), Enforcement Decree art. 6(2), 6(5)"
    facts = found.witness[0].facts
    assert [book.compile().evaluate(facts).values["rate_bp"] for book in (base, new)] == [200, 150]


@pytest.mark.parametrize("first", ["2026-10-01", "2027-01-01"])
def test_worse_terms_may_begin_with_a_period(first):
    assert worsened(rates(first, "100", 150), rates("2026-01-01", "100", 200), period=QUARTER) == []


def test_better_terms_may_begin_at_any_time():
    assert worsened(rates("2026-11-01", "90", 250), rates("2026-01-01", "100", 200), period=QUARTER) == []


def test_a_version_with_an_end_promises_its_terms_until_then():
    base = rates("2026-10-01", "100", 200, until="2027-03-31")

    assert worsened(rates("2027-01-01", "120", 200), base) == ["payout: 200 → 0"]
    assert worsened(rates("2027-04-01", "120", 200), base) == []


def test_without_a_promise_or_an_earlier_version_nothing_is_said():
    new = rates("2026-11-01", "100", 150)

    assert worsened(new, rates("2026-01-01", "100", 200)) == []
    assert worsened(new, None, period=QUARTER) == []


def test_a_decision_without_dates_is_not_compared():
    new, base = rates("2026-11-01", "100", 150), rates("2026-01-01", "100", 200)

    assert worsened(new.ruleset, base, period=QUARTER) == []
    assert worsened(new, base.ruleset, period=QUARTER) == ["payout: 200 → 150"]


def test_a_reduction_that_was_not_there_before_is_worse():
    new = a_decision("2026-11-01", ("100", given("reduce_rebate", reduction_bp=500)))

    assert worsened(new, rates("2026-01-01", "100", 200), period=QUARTER) == [
        "payout: 200 → 0",
        "share left after reductions (bp): 10,000 → 9,500",
    ]


def test_points_and_grades_are_compared():
    def graded(first, edge, points):
        then = [*given("set_grade", grade="A"), *given("add_points", points=points)]
        rest = [*given("set_grade", grade="B"), *given("add_points", points=-1)]
        return a_decision(first, (edge, then), otherwise=rest)

    assert worsened(graded("2026-11-01", "120", 5), graded("2026-01-01", "100", 5), period=QUARTER) == [
        "points: 5 → −1",
        "grade: A → B",
    ]


def test_an_input_that_means_something_else_now_cannot_be_compared():
    new = rates("2026-11-01", "100", 200, scale=2)

    assert worsened(new, rates("2026-01-01", "100", 200), period=QUARTER) == [
        "definition of an input: turnover → turnover"
    ]


def a_sheet(first, threshold, best="90", second="stability", share=40):
    grades = {
        "bands": [{"grade": "S", "from": best}, {"grade": "D", "from": "0"}],
        "minimum_support": "10",
        "keep": {"months": 2, "margin": "5"},
    }
    return Rulebook.from_content(
        a_book(
            effective_from=first,
            inputs={"yoy_growth": an_input(), second: an_input(second)},
            lines=[
                a_line("yoy_growth", 100 - share, at_least("yoy_growth", threshold)),
                a_line(second, share, at_least(second, "1")),
            ],
            grades=grades,
        )
    )


def test_score_sheets_are_compared_by_total_and_by_grade_edges():
    base = a_sheet("2026-01-01", "10")

    assert worsened(a_sheet("2026-11-01", "10"), base, period=QUARTER) == []
    assert worsened(a_sheet("2026-11-01", "9", best="95"), base, period=QUARTER) == [
        "points for grade S: 90 → 95"
    ]
    assert worsened(a_sheet("2026-11-01", "12"), base, period=QUARTER) == ["points: 60 → 0"]
    assert worsened(a_sheet("2026-11-01", "10", share=30), base, period=QUARTER) == ["points: 40 → 30"]


def test_a_grade_that_is_gone_is_worse():
    base = a_sheet("2026-01-01", "10")
    new = Rulebook.from_content(
        a_book(
            effective_from="2026-11-01",
            inputs={"yoy_growth": an_input(), "stability": an_input("stability")},
            lines=[
                a_line("yoy_growth", 60, at_least("yoy_growth", "10")),
                a_line("stability", 40, at_least("stability", "1")),
            ],
            grades={
                "bands": [{"grade": "A", "from": "80"}, {"grade": "D", "from": "0"}],
                "minimum_support": "10",
                "keep": {"months": 2, "margin": "5"},
            },
        )
    )

    assert worsened(new, base, period=QUARTER) == ["points for grade S: 90 → —"]
