"""Segment books as files: every problem at once with its place, one text and one identity per content."""

from __future__ import annotations

from pathlib import Path

import pytest

import rules.segments
from rules.errors import RulebookError
from rules.months import Month
from rules.segments import SegmentBook, segment_book_in_force, shipped_segment_books
from rules.segments.problem_words import FORMS, segment_problem_text
from rules.segments.shipped import FOLDER
from tests.rules.segments.segments import SHIPPED, book, content

RELEASED = {"2019.1": "e75cdd2d0ba12441"}


def problems(made):
    return [problem.message for problem in made.check().problems]


def wrong(**accounts):
    return problems(SegmentBook.from_content(content(**accounts)))


def test_released_books_never_change():
    assert {made.version: made.sha256[:16] for made in shipped_segment_books()} == RELEASED


def test_every_file_is_sound_and_has_one_text():
    for path in sorted(FOLDER.glob("*.yaml")):
        made = SegmentBook.load(path)
        assert str(made.check()) == "no problems"
        assert SegmentBook.from_canonical(made.canonical_json) == made
        assert SegmentBook.load(made.canonical_json).sha256 == made.sha256
        assert path.name.startswith(str(Month.of(made.effective_from)))


def test_every_key_is_in_the_text():
    limits = [
        {"level": "dealer", "limit_bp": 3000, "found": {"month": "2022-10", "accounts": 99}},
        {"level": "dealer", "limit_bp": 4000, "channel": "유흥"},
    ]
    made = book(limits=limits, contribution={"rule": "above_median", "within": "channel"})

    assert SegmentBook.from_canonical(made.canonical_json) == made
    assert made.accounts.limits[0].found.month == Month.parse("2022-10")
    assert made.accounts.limit("dealer", "유흥").limit_bp == 4000
    assert made.accounts.limit("dealer", "가정").limit_bp == 3000
    assert made.accounts.limit("outlet", "") is None


def test_all_problems_come_at_once_with_line_and_column():
    text = """\
segments: Classes!
version: "1"
label: {ko: "유형", en: "Classes"}
effective_from: 2026-10-02
accounts:
  months: 6
  least_months: 7
  before_first: empty
  contribution: {rule: above_median, share_bp: 8000, within: level}
  stability: {measure: variation}
  limits:
    - {level: dealer, channel: A, limit_bp: 3000, found: {month: 2022-13, accounts: 1}}
    - {level: dealer, channel: A, limit_bp: 4000, found: {month: 5, accounts: 1}}
  hysteresis: {contribution_bp: 0, stability_bp: 0, months: 1}
  classes: {}
prospects: 5
"""
    found = [str(problem) for problem in SegmentBook.load(text).check().problems]

    assert found[:9] == [
        (
            "line 1, column 11: 'segments' must be a name of "
            "small letters, digits and single underscores: 'Classes!'"
        ),
        "line 4, column 17: a version begins on the first day of a month",
        "line 7, column 17: a window of 6 months cannot ask for 7",
        "line 9, column 48: only the smallest set has a share",
        "line 12, column 5: dealer needs a limit for channels without one of their own",
        "line 12, column 66: 'month' must be a month, YYYY-MM: '2022-13'",
        "line 13, column 7: the limit of dealer 'A' is given twice",
        "line 13, column 66: 'month' must be text of 1 to 400 characters on one line",
        "line 15, column 12: 'EI' is missing",
    ]
    assert "line 16, column 12: expected a mapping" in found


def test_a_score_card_adds_up_and_says_every_step():
    made = content()
    card = made["prospects"]["indicators"]
    card[0] |= {"weight": 19, "id": card[1]["id"]}
    card[2]["anchors"] = card[2]["anchors"][:4]

    assert problems(SegmentBook.from_content(made)) == [
        "'anchors' says what each step from 1 to 5 means",
        "the id 'management' is used twice",
        "the weights add up to 99, not 100",
    ]
    made["prospects"]["indicators"] = []
    assert problems(SegmentBook.from_content(made)) == ["'indicators' must be a list of 1 to 100 entries"]


def test_text_that_is_no_book():
    assert str(SegmentBook.load("a: [").check()).startswith("line 1")
    assert "'segments' is missing" in problems(SegmentBook.from_content({}))
    with pytest.raises(RulebookError, match="the text is not JSON"):
        SegmentBook.from_canonical("{")
    with pytest.raises(RulebookError, match="the text is not canonical"):
        SegmentBook.from_canonical(SHIPPED.canonical_json + " ")
    with pytest.raises(RulebookError, match="expected a mapping"):
        SegmentBook.from_content(5).require_sound()


def test_the_version_that_began_last_is_in_force():
    later = SegmentBook.from_content(content() | {"version": "2", "effective_from": "2026-11-01"})
    both = (*shipped_segment_books(), later)

    assert segment_book_in_force(both, Month.parse("2026-10")).version == "2019.1"
    assert segment_book_in_force(both, Month.parse("2026-11")).version == "2"
    with pytest.raises(RulebookError, match="no version"):
        segment_book_in_force(both, Month.parse("2018-12"))
    with pytest.raises(RulebookError, match="2 versions"):
        segment_book_in_force([later, later], Month.parse("2026-12"))


def test_a_shipped_book_with_problems_is_refused(tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text("segments: a", encoding="utf-8")
    monkeypatch.setattr("rules.segments.shipped.FOLDER", tmp_path)

    with pytest.raises(RulebookError, match="is missing"):
        shipped_segment_books.__wrapped__()


def test_every_problem_has_a_korean_sentence():
    said = segment_problem_text("the limit of dealer 'A' is given twice")

    assert said["ko"] == "dealer 'A'의 기준이 두 번 적혔습니다"
    assert segment_problem_text("expected a mapping")["ko"] == "이름과 값의 묶음이어야 합니다"
    source = (Path(rules.segments.__file__).parent / "reading.py").read_text(encoding="utf-8")
    assert source.count(".complain(") == len(FORMS) + 3
