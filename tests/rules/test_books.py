"""The rulebooks the product ships."""

from __future__ import annotations

import pytest

from rules.books import FOLDER, book_in_force, shipped_books
from rules.errors import RulebookError
from rules.months import Month, months_between
from rules.rulebook import Rulebook
from tests.rules.books import load

RELEASED = {
    ("dealer_monthly_grade", "2019.1"): "62aab33b00f6d727",
    ("representative_monthly_grade", "2019.1"): "9a0e270cfbfd42a3",
    ("dealer_monthly_grade", "2025.2"): "259f3aece1ba863d",
    ("representative_monthly_grade", "2025.2"): "57c83c829d353e00",
    ("dealer_monthly_grade", "2027.1"): "985859a1a8887f96",
    ("representative_monthly_grade", "2027.1"): "3507597e1070a5bc",
}


def test_released_books_never_change():
    assert {(book.decision, book.version): book.sha256[:16] for book in shipped_books()} == RELEASED


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*-monthly-*.yaml")), ids=lambda path: path.name)
def test_a_file_is_named_after_its_first_month_and_subject(path):
    book = Rulebook.load(path)

    assert str(book.check()) == "no problems"
    assert path.name == f"{book.first_month}-monthly-{book.subject}.yaml"


@pytest.mark.parametrize("kind", ["dealer", "representative"])
def test_every_month_from_2019_has_one_version_in_force(kind):
    for month in months_between(Month.parse("2019-01"), Month.parse("2030-12")):
        assert book_in_force(shipped_books(), kind, month).subject == kind


@pytest.mark.parametrize(
    ("month", "version", "growth", "terminals"),
    [
        ("2020-11", "2019.1", 30, 20),
        ("2025-09", "2019.1", 30, 20),
        ("2025-10", "2025.2", 20, 30),
        ("2026-03", "2025.2", 20, 30),
        ("2026-04", "2019.1", 30, 20),
        ("2026-12", "2019.1", 30, 20),
        ("2027-01", "2027.1", 15, 15),
        ("2027-03", "2027.1", 15, 15),
        ("2027-04", "2019.1", 30, 20),
    ],
)
def test_seasons_shift_points_and_give_them_back(month, version, growth, terminals):
    book = book_in_force(shipped_books(), "dealer", Month.parse(month))

    weights = {line.id: line.weight for line in book.lines}
    assert (book.version, weights["growth"], weights["terminals"]) == (version, growth, terminals)


@pytest.mark.parametrize("book", shipped_books(), ids=lambda book: f"{book.subject}-{book.version}")
def test_no_book_counts_before_it_was_announced(book):
    assert book.change.announced_on < book.effective_from


@pytest.mark.parametrize(
    ("kind", "scored", "informative"),
    [
        (
            "dealer",
            {"retained": 15, "distribution": 10, "conversion": 5},
            {"weighted_distribution", "plan_completion", "visit_coverage", "return_rate"},
        ),
        (
            "representative",
            {"plan": 15, "adherence": 10, "coverage": 10, "retained": 10, "conversion": 5},
            {"numeric_distribution", "weighted_distribution", "return_rate"},
        ),
    ],
)
def test_field_work_scores_the_people_who_do_it(kind, scored, informative):
    book = book_in_force(shipped_books(), kind, Month.parse("2027-02"))

    weights = {line.id: line.weight for line in book.lines if line.weight}
    assert {name: weights[name] for name in scored} == scored
    assert sum(weights.values()) == 100
    assert {line.input for line in book.lines if line.informative} == informative


def test_a_month_without_a_version_is_refused():
    with pytest.raises(RulebookError, match=r"dealer 2018-12.*no version is in force"):
        book_in_force(shipped_books(), "dealer", Month.parse("2018-12"))


def test_two_versions_of_one_day_are_refused():
    with pytest.raises(RulebookError, match="2 versions are in force"):
        book_in_force([load(), load(version="2")], "dealer", Month.parse("2026-10"))


@pytest.mark.parametrize("book", shipped_books(), ids=lambda book: f"{book.subject}-{book.version}")
def test_a_better_number_never_costs_points(book):
    for line in book.lines:
        thresholds = [float(band.when.members[0].value) for band in line.bands]
        points = [band.points_milli for band in line.bands]
        assert thresholds == sorted(thresholds, reverse=True)
        assert points == sorted(points, reverse=True)


@pytest.mark.parametrize("book", shipped_books(), ids=lambda book: f"{book.subject}-{book.version}")
def test_the_return_rate_informs_and_never_scores(book):
    returns = next(line for line in book.lines if line.input == "return_rate")

    assert (returns.informative, returns.weight, returns.bands) == (True, 0, ())
