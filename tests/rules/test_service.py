"""Service tiers: two criteria for everybody, a better tier never gives less, the last is everybody's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from rules import service
from rules.errors import RulebookError
from rules.service import FOLDER, ServiceBook, service_book_on, service_books

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (FOLDER / "2026-01-dealer.yaml").read_text(encoding="utf-8")
BOOK = ServiceBook.load(TEXT)


@pytest.mark.parametrize(
    ("order_minor", "in_time_bp", "tier"),
    [
        (12_000_000, 9_500, "gold"),
        (11_999_999, 9_500, "silver"),
        (12_000_000, 9_499, "silver"),
        (6_000_000, 8_499, "basic"),
        (12_000_000, None, "gold"),
        (0, 0, "basic"),
        (-5, None, "basic"),
    ],
)
def test_the_best_tier_whose_two_criteria_are_met(
    order_minor: int, in_time_bp: int | None, tier: str
) -> None:
    assert BOOK.tier_of(order_minor, in_time_bp).id == tier


def test_the_next_tier_up() -> None:
    gold, silver, basic = BOOK.tiers
    assert (BOOK.next_up(gold), BOOK.next_up(silver), BOOK.next_up(basic)) == (None, gold, silver)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("in_time_from_bp: 8500", "in_time_from_bp: 9600", "asks for less than the one above"),
        ("order_from_minor: 6000000", "order_from_minor: 13000000", "asks for less than the one above"),
        ("early_payment_bp: 30", "early_payment_bp: 60", "gives no more than the one above"),
        ("id: silver", "id: gold", "two tiers have one id"),
        ("announced_on: 2025-12-01", "announced_on: 2026-02-01", "told before the first day"),
        ("    order_from_minor: 0\n", "    order_from_minor: 1\n", "asks for nothing"),
        ("early_payment_bp: 0}", "early_payment_bp: 0, incentive_bp: 5}", "unknown key 'incentive_bp'"),
        ("    in_time_from_bp: 0\n", "    in_time_from_bp: 0\n    grade: A\n", "unknown key 'grade'"),
    ],
)
def test_what_a_book_may_not_say(old: str, new: str, problem: str) -> None:
    assert old in TEXT
    found = ServiceBook.load(TEXT.replace(old, new)).problems
    assert len(found) == 1
    assert problem in str(found[0])


def test_equal_tiers_are_a_problem() -> None:
    text = TEXT.replace("order_from_minor: 6000000", "order_from_minor: 12000000").replace("8500", "9500")
    assert "asks for less" in str(ServiceBook.load(text).problems[0])


@pytest.mark.parametrize("text", ["", "tiers: []", "[1", "tiers: [1, 2]", "a: b"])
def test_other_texts_are_problems_and_no_exceptions(text: str) -> None:
    assert ServiceBook.load(text).problems


def test_the_book_in_force() -> None:
    assert service_book_on(dt.date(2025, 12, 31)) is None
    assert service_book_on(dt.date(2026, 1, 1)) == service_books()[0]
    later = ServiceBook.load(TEXT.replace("effective_from: 2026-01-01", "effective_from: 2027-01-01"))
    assert service_book_on(dt.date(2027, 1, 1), (later, BOOK)) is later


def test_a_shipped_book_with_problems_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.yaml").write_text("tiers: []", encoding="utf-8")
    monkeypatch.setattr(service, "FOLDER", tmp_path)
    with pytest.raises(RulebookError):
        service_books.__wrapped__()
