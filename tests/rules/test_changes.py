"""Differences of two versions in words: one sentence each, none for what stays."""

from __future__ import annotations

import pytest

from rules.books import FOLDER
from rules.changes import changes
from rules.errors import RulebookError
from rules.rulebook import Rulebook

TEXT = (FOLDER / "2019-01-monthly-dealer.yaml").read_text(encoding="utf-8")
BEFORE = Rulebook.load(TEXT)


def differing(*pairs: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    """Area, kind, Korean and English of every change after replacing words in the standing version."""
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    after = Rulebook.load(text)
    after.require_sound()
    return [
        (change.area, change.kind, change.text["ko"], change.text["en"]) for change in changes(BEFORE, after)
    ]


def test_equal_books_differ_in_nothing() -> None:
    assert changes(BEFORE, BEFORE) == ()


def test_the_season_in_words() -> None:
    season = Rulebook.load(FOLDER / "2025-10-monthly-dealer.yaml")
    found = [change.text["ko"] for change in changes(BEFORE, season)]
    assert found[0] == "전년 동월 대비 신장률 배점 30점 → 20점"
    assert "전년 동월 대비 거래 소매점 배점 20점 → 30점" in found
    assert "종료일 따로 정할 때까지 → 2026-03-31" in found


def test_a_book_with_problems_is_refused() -> None:
    with pytest.raises(RulebookError):
        changes(BEFORE, Rulebook.load("x: 1"))


def test_thresholds_and_points() -> None:
    assert differing(('name: yoy_growth, operator: greater_than_or_equal_to, value: "10"',
                      'name: yoy_growth, operator: greater_than_or_equal_to, value: "12"')) == [
        ("growth", "changed", "전년 동월 대비 신장률: 10% 이상 30점 → 12% 이상 30점",
         "Growth on the same month last year: at least 10% gives 30 points → at least 12% gives 30 points"),
    ]  # fmt: skip
    found = differing(('- {id: growth_2, points: "24"', '- {id: growth_2, points: "26"'))
    assert [text for _, _, text, _ in found] == ["전년 동월 대비 신장률: 5% 이상 24점 → 5% 이상 26점"]


def test_bands_and_lines_come_and_go() -> None:
    band = TEXT[TEXT.index("      - {id: growth_5") :].splitlines(keepends=True)[0]
    assert [(kind, ko) for _, kind, ko, _ in differing((band, ""))] == [
        ("removed", "전년 동월 대비 신장률: 기준 삭제 – −10% 이상 6점")
    ]
    more = band.replace("growth_5", "growth_6").replace('"6"', '"3"').replace('"-10"', '"-20"')
    assert [(kind, ko) for _, kind, ko, _ in differing((band, band + more))] == [
        ("added", "전년 동월 대비 신장률: 기준 추가 – −20% 이상 3점")
    ]
    start = TEXT.index("  - id: returns")
    returns = TEXT[start : TEXT.index("\ngrades:")]
    assert differing((returns, ""))[0] == (
        "returns", "removed", "반품률: 항목 삭제 (배점 참고)", "Return rate: line removed (for information)",
    )  # fmt: skip
    without = Rulebook.load(TEXT.replace(returns, ""))
    assert [change.text["en"] for change in changes(without, BEFORE)] == [
        "Return rate: line added, for information"
    ]


def test_a_line_that_comes_names_its_thresholds() -> None:
    start = TEXT.index("  - id: collection")
    collection = TEXT[start : TEXT.index("  - id: returns")]
    fewer = Rulebook.load(
        TEXT.replace(collection, "")
        .replace("weight: 30", "weight: 45")
        .replace('points: "30"', 'points: "45"')
    )
    fewer.require_sound()
    kinds = [(change.area, change.kind) for change in changes(fewer, BEFORE)]
    assert kinds[:4] == [("growth", "changed")] * 2 + [("collection", "added")] * 2


def test_the_order_of_lines() -> None:
    start, middle = TEXT.index("  - id: collection"), TEXT.index("  - id: returns")
    end = TEXT.index("\ngrades:")
    swapped = TEXT[:start] + TEXT[middle:end] + "\n" + TEXT[start:middle] + TEXT[end:]
    found = changes(BEFORE, Rulebook.load(swapped))
    assert [(change.area, change.text["en"]) for change in found] == [
        ("order", "the order of the lines changes")
    ]


@pytest.mark.parametrize(
    ("old", "new", "area", "korean"),
    [
        ("ko: 회수율, en: Collection rate}\n    input", "ko: 수금률, en: Collection rate}\n    input",
         "collection", "항목 이름 회수율 → 수금률"),
        ("점수에만 쓰며 장려금을 없애지 않습니다", "점수에만 씁니다", "collection",
         "회수율 사유 점수에만 쓰며 장려금을 없애지 않습니다 → 점수에만 씁니다"),
        ("missing: no_match", "missing: hold", "yoy_growth",
         "전년 동월 대비 신장률, 값이 없을 때 다른 항목에 배점을 나눔 → 사람이 결정"),
        ('range: ["-100", "1000"]', 'range: ["-100", "500"]', "yoy_growth",
         "전년 동월 대비 신장률, 값의 범위 −100%–1,000% → −100%–500%"),
        ("월 매출 집계, 공급가액", "월 매출", "yoy_growth",
         "전년 동월 대비 신장률, 자료 월 매출 집계, 공급가액 → 월 매출"),
        ('{grade: S, from: "90"}', '{grade: S, from: "92"}', "grades", "S 등급 기준 90점 → 92점"),
        ('    - {grade: S, from: "90"}\n', "", "grades", "S 등급 기준 삭제 (90점)"),
        ("keep: {months: 2", "keep: {months: 3", "keeping", "등급이 내려가기까지 2개월 → 3개월"),
        ('margin: "5"', 'margin: "4"', "keeping", "곧바로 내려가는 점수 차 5점 → 4점"),
        ('minimum_support: "50"', 'minimum_support: "60"', "keeping", "등급에 필요한 최소 배점 50점 → 60점"),
        ('round_points_to: "0.1"', 'round_points_to: "0.5"', "rounding", "점수 반올림 단위 0.1점 → 0.5점"),
        ("effective_from: 2019-01-01", "effective_from: 2019-02-01", "days",
         "시행일 2019-01-01 → 2019-02-01"),
    ],
)  # fmt: skip
def test_everything_else(old: str, new: str, area: str, korean: str) -> None:
    assert [(found[0], found[2]) for found in differing((old, new))] == [(area, korean)]


def test_a_grade_that_comes() -> None:
    text = TEXT.replace('    - {grade: S, from: "90"}\n', "")
    found = changes(Rulebook.load(text), BEFORE)
    assert [(change.kind, change.text["ko"], change.text["en"]) for change in found] == [
        ("added", "S 등급 기준 추가 90점", "grade S from 90 points, new")
    ]


def test_a_line_on_another_measure() -> None:
    found = differing(("input: collection_rate\n", "input: sales_attainment\n"))
    assert found[0][2] == "회수율 지표 회수율 → 목표 달성률"


CURVES = """
curves:
  smooth:
    input: yoy_growth
    label: {ko: 신장 점수, en: Growth score}
    unit: ""
    scale: 1
    source: {ko: 곡선, en: Curve}
    points: [["0", "0"], ["10", "30"]]

lines:"""


def curved(*pairs: tuple[str, str]) -> Rulebook:
    start, end = TEXT.index("    bands:\n      - {id: growth_1"), TEXT.index("  - id: terminals")
    text = (TEXT[:start] + "    curve: smooth\n" + TEXT[end:]).replace("\nlines:", CURVES, 1)
    for old, new in pairs:
        text = text.replace(old, new, 1)
    book = Rulebook.load(text)
    book.require_sound()
    return book


def test_curves() -> None:
    found = changes(curved(), curved(('["10", "30"]', '["12", "30"]')))
    assert [(change.area, change.text["en"]) for change in found] == [
        ("growth", "Growth on the same month last year: the curve that gives its points changes")
    ]
    assert changes(curved(), curved()) == ()


def test_a_line_with_other_points_and_words() -> None:
    found = differing(
        ('- {id: growth_5, points: "6"', '- {id: growth_5, points: "3"'),
        ('value: "-10"', 'value: "-12"'),
    )
    assert [text for _, _, text, _ in found] == ["전년 동월 대비 신장률: −10% 이상 6점 → −12% 이상 3점"]
