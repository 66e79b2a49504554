"""The three clauses that were found unlawful, written as decision books, are refused with the article."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.decisions.book import DecisionBook
from rules.documents import document_from
from rules.fairness import lint, shipped_packs
from rules.verify import places_in

BOOKS = Path(__file__).parent / "books"


def findings(name):
    path = BOOKS / name
    book = DecisionBook.load(path)
    assert book.check().ok, book.check()
    return book, lint(book, shipped_packs(), place_of=places_in(document_from(path)))


@pytest.mark.parametrize(
    ("name", "kind", "rules", "place", "article"),
    [
        ("late_payment.yaml", "forfeit", ("large", "late"), (9, 5), "대리점법 제9조 제1항"),
        ("missed_target.yaml", "penalty", ("short",), (12, 7), "대리점법 제8조 제1항, 시행령 제5조"),
        ("declined.yaml", "scored", ("entered",), (10, 5), "대리점법 제10조 제1항, 시행령 제7조"),
    ],
)
def test_an_unlawful_clause_is_refused_with_its_article(name, kind, rules, place, article):
    _, found = findings(name)
    first = found[0]

    assert (first.severity, first.kind, first.rules, (first.line, first.column)) == (
        "block",
        kind,
        rules,
        place,
    )
    assert first.article["ko"] == article
    assert first.message["ko"].endswith("법률 전문가의 확인이 필요합니다.")
    assert first.source


def test_the_forfeit_is_shown_by_one_day_that_costs_everything():
    book, (found,) = findings("late_payment.yaml")
    decision = book.compile()
    rates = [decision.evaluate(witness.facts).values["rate_bp"] for witness in found.witness]

    assert rates == [200, 0]
    assert [witness.words["ko"] for witness in found.witness] == [
        "분기 매출 50,000,000 원, 연체 일수 0 일",
        "분기 매출 50,000,000 원, 연체 일수 1 일",
    ]
    assert found.say("en") == (
        "9:5 Days overdue: an incentive may not be forfeited because a payment was late, even if the "
        "contract says so. Only an agreed reduction in proportion to amount and days may be considered. "
        "Counsel must confirm. [Agency Transactions Act art. 9(1)] "
        "(Turnover of the quarter 50,000,000 원, Days overdue 0 일 → "
        "Turnover of the quarter 50,000,000 원, Days overdue 1 일)"
    )


def test_both_ways_of_scoring_a_refusal_are_found():
    _, found = findings("declined.yaml")

    assert [(one.kind, one.rules, one.inputs) for one in found] == [
        ("scored", ("entered",), ("prices",)),
        ("scored", ("refused",), ("state",)),
    ]
