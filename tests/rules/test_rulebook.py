"""Rulebooks as data: identity, every problem at once with its place, and nothing hostile gets through."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.books import FOLDER, shipped_books
from rules.documents import MAX_CHARACTERS
from rules.errors import RulebookError
from rules.evaluation import evaluate
from rules.months import Month
from rules.rulebook import Rulebook
from tests.rules.books import WORDS, a_book, a_line, an_input, at_least, load

SOUND = (FOLDER / "2019-01-monthly-dealer.yaml").read_text(encoding="utf-8")


def problems(**changes) -> list[str]:
    return [str(problem) for problem in load(**changes).check().problems]


def test_a_sound_book_has_no_problems():
    report = load().check()

    assert report.ok
    assert str(report) == "no problems"
    assert load().name == "test_grade 1"


def test_every_problem_is_listed_at_once_with_line_and_column():
    text = SOUND.replace("hit_policy: first", "hit_policy: unique").replace(
        'version: "2019.1"', "version: 2019.1"
    )
    text = text.replace(
        'operator: greater_than_or_equal_to, value: "10"', "operator: __class__, value: 10", 1
    )
    text = text.replace("name: stability", "name: _values", 1).replace("weight: 20", "weight: 21", 1)

    report = Rulebook.load(text).check()

    assert not report.ok
    assert str(report).splitlines() == [
        "line 4, column 10: write 2019.1 between quotation marks",
        "line 7, column 13: 'hit_policy' must be one of first: 'unique'",
        "line 74, column 3: the weights add up to 101, not 100",
        "line 80, column 80: unknown operator '__class__'",
        "line 80, column 98: a threshold is a decimal number in quotation marks, at most 5 decimals: 10",
        "line 91, column 7: no band gives the full weight of the line",
        "line 101, column 61: unknown input '_values'",
    ]


def test_spacing_comments_and_key_order_do_not_change_the_identity():
    turned = json.dumps(dict(reversed(a_book().items())), ensure_ascii=False, indent=3)

    book = Rulebook.load("# a comment\n" + turned)

    assert book.sha256 == load().sha256
    assert book == load()


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2"},
        {"label": {"ko": "말", "en": "word"}},
        {"lines": [a_line("yoy_growth", 100, at_least("yoy_growth", "10.1"))]},
    ],
)
def test_any_change_of_content_changes_the_identity(change):
    assert load(**change).sha256 != load().sha256


def test_thresholds_and_names_have_one_way_to_be_written():
    assert load(lines=[a_line("yoy_growth", 100, at_least("yoy_growth", "10.00"))]).sha256 == load().sha256
    decomposed = Rulebook.load(
        yaml.safe_dump(a_book(version="\u1112\u1161\u11ab"), allow_unicode=True)
        .replace("&id001", "")
        .replace("*id001", json.dumps(WORDS, ensure_ascii=False))
    )
    assert decomposed.version == "한"


def test_canonical_json_is_read_back_equal():
    for book in shipped_books():
        assert Rulebook.from_canonical(book.canonical_json) == book
        assert Rulebook.load(book.canonical_json).sha256 == book.sha256


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "expected a mapping"),
        (" " + shipped_books()[0].canonical_json, "not canonical"),
        (shipped_books()[0].canonical_json.replace('"version"', '"version":"0","version"'), "not canonical"),
    ],
    ids=["text", "deep", "list", "space", "double-key"],
)
def test_a_stored_version_that_was_changed_is_refused(text, message):
    with pytest.raises(RulebookError, match=message):
        Rulebook.from_canonical(text)


def test_a_book_with_problems_is_neither_run_nor_identified():
    book = load(version=7)

    with pytest.raises(RulebookError) as refusal:
        evaluate(book, {})
    assert refusal.value.problems == ("'version' must be text of 1 to 400 characters on one line",)
    with pytest.raises(RulebookError):
        _ = book.sha256


def without(content, key):
    return {name: value for name, value in content.items() if name != key}


@pytest.mark.parametrize("key", sorted(set(a_book())))
def test_every_part_is_required(key):
    book = Rulebook.from_content(without(a_book(), key))

    assert f"'{key}' is missing" in [problem.message for problem in book.problems]


GRADES = a_book()["grades"]
INPUT = an_input()
LINE = a_line()
BAND = LINE["bands"][0]
CHANGE = a_book()["change"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"extra": 1}, ["unknown key 'extra'"]),
        (
            {"decision": "Grade"},
            ["'decision' must be a name of small letters, digits and single underscores: 'Grade'"],
        ),
        ({"subject": "outlet"}, ["'subject' must be one of dealer, representative: 'outlet'"]),
        ({"label": "words"}, ["expected a mapping"]),
        (
            {"label": {"ko": "", "en": "a\nb"}},
            [
                "'en' must be text of 1 to 400 characters on one line",
                "'ko' must be text of 1 to 400 characters on one line",
            ],
        ),
        ({"effective_from": "2026-01-02"}, ["a version begins on the first day of a month"]),
        (
            {"effective_from": "20260101"},
            [
                "'effective_from' must be a date, YYYY-MM-DD: '20260101'",
                "a version is announced before it begins, not after",
            ],
        ),
        ({"effective_until": "2026-02-30"}, ["'effective_until' must be a date, YYYY-MM-DD: '2026-02-30'"]),
        ({"effective_until": "2026-02-27"}, ["a version ends on the last day of a month, after it began"]),
        ({"effective_until": "2025-12-31"}, ["a version ends on the last day of a month, after it began"]),
        ({"round_points_to": "0.3"}, ["'round_points_to' must be one of 0.001, 0.01, 0.1, 0.5, 1: '0.3'"]),
        (
            {"change": {**CHANGE, "announced_on": "2026-01-02"}},
            ["a version is announced before it begins, not after"],
        ),
        ({"change": {**CHANGE, "areas": 5}}, ["'areas' must be a list of 1 to 100 entries"]),
        ({"change": {**CHANGE, "areas": ["Sales!"]}}, ["areas are names of lines, inputs or grades"]),
        ({"inputs": {}}, ["'inputs' must be a mapping of 1 to 100 entries", "unknown input 'yoy_growth'"]),
        (
            {"inputs": {"yoy_growth": INPUT, "never": INPUT}},
            ["the name of an input consists of small letters, digits and single underscores: 'never'"],
        ),
        (
            {"inputs": {"yoy_growth": {**INPUT, "type": "string"}}},
            ["'type' must be one of numeric: 'string'"],
        ),
        ({"inputs": {"yoy_growth": {**INPUT, "kpi": "profit"}}}, ["the KPI catalogue has no 'profit'"]),
        (
            {"inputs": {"yoy_growth": {**INPUT, "kpi": 3}}},
            ["'kpi' must be a name of small letters, digits and single underscores: 3"],
        ),
        (
            {"inputs": {"yoy_growth": {**INPUT, "scale": 3}}},
            ["the KPI catalogue has yoy_growth with scale 2 and unit '%'"],
        ),
        (
            {"inputs": {"yoy_growth": {**INPUT, "unit": 5}}},
            [
                "'unit' must be text of at most 20 characters",
                "the KPI catalogue has yoy_growth with scale 2 and unit '%'",
            ],
        ),
        (
            {"inputs": {"yoy_growth": {**INPUT, "scale": True}}},
            [
                "'scale' must be a whole number from 0 to 5: True",
                "the KPI catalogue has yoy_growth with scale 2 and unit '%'",
            ],
        ),
        (
            {"inputs": {"yoy_growth": {**INPUT, "range": ["5", "5"]}}},
            ["'range' must be two decimal numbers in quotation marks, lower one first"],
        ),
        (
            {"inputs": {"yoy_growth": {**INPUT, "range": [0, 100]}}},
            ["'range' must be two decimal numbers in quotation marks, lower one first"],
        ),
        ({"inputs": {"yoy_growth": without(INPUT, "range")}}, ["'range' is missing"]),
        (
            {"inputs": {"yoy_growth": {**INPUT, "missing": "zero"}}},
            ["'missing' must be one of error, no_match, hold: 'zero'"],
        ),
        (
            {"lines": [{**LINE, "weight": 99}]},
            [
                "'points' must be points in quotation marks, 0 to 99, at most 3 decimals: '100'",
                "no band gives the full weight of the line",
                "the weights add up to 99, not 100",
            ],
        ),
        ({"lines": [{**LINE, "informative": False}]}, ["'informative' is true or left out"]),
        (
            {"lines": [LINE, {**LINE, "id": "other", "informative": True}]},
            ["an informative line has no bands", "an informative line has no weight"],
        ),
        ({"lines": [{**LINE, "input": "stability"}]}, ["unknown input 'stability'"]),
        ({"lines": [{**LINE, "id": BAND["id"]}]}, ["the id 'yoy_growth_0' is used twice"]),
        ({"lines": [{**LINE, "bands": []}]}, ["'bands' must be a list of 1 to 100 entries"]),
        ({"lines": [{**LINE, "bands": [without(BAND, "when")]}]}, ["'when' is missing"]),
        (
            {"lines": [{**LINE, "bands": [{**BAND, "points": 100}]}]},
            [
                "'points' must be points in quotation marks, 0 to 100, at most 3 decimals: 100",
                "no band gives the full weight of the line",
            ],
        ),
        (
            {"lines": [{**LINE, "bands": [BAND, {**BAND, "id": "fine", "points": "0.05"}]}]},
            ["the points are finer than 'round_points_to'"],
        ),
        (
            {"lines": [{**LINE, "bands": [BAND, {**BAND, "id": "fine", "points": "0.00001"}]}]},
            ["'points' must be points in quotation marks, 0 to 100, at most 3 decimals: '0.00001'"],
        ),
        (
            {"grades": {**GRADES, "bands": GRADES["bands"][::-1]}},
            ["grades go from the best down, each once, and the last begins at 0 points"],
        ),
        (
            {"grades": {**GRADES, "bands": GRADES["bands"][:-1]}},
            ["grades go from the best down, each once, and the last begins at 0 points"],
        ),
        (
            {"grades": {**GRADES, "bands": [{"grade": "S", "from": "50"}, {"grade": "S", "from": "0"}]}},
            ["grades go from the best down, each once, and the last begins at 0 points"],
        ),
        (
            {"grades": {**GRADES, "keep": {"months": 0, "margin": "5"}}},
            ["'months' must be a whole number from 1 to 12: 0"],
        ),
    ],
)
def test_what_does_not_fit_is_said(changes, expected):
    assert sorted(set(problems(**changes))) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1\nb: *x", "line 1, column 4: not readable as YAML: anchors and aliases are not offered"),
        ("a: *x", "line 1, column 4: not readable as YAML: anchors and aliases are not offered"),
        (
            "a: !!python/object/apply:os.system [id]",
            "line 1, column 4: not readable as YAML: tags are not offered",
        ),
        ("[" * 50, "line 1, column 41: not readable as YAML: nested deeper than 40 levels"),
        (
            "a: [",
            "line 1, column 5: not readable as YAML: expected the node content, but found '<stream end>'",
        ),
        ("a: \0", "not readable as YAML: special characters are not allowed"),
        ("x" * (MAX_CHARACTERS + 1), "longer than 262144 characters"),
        ("--- a\n--- b", "line 2, column 1: not readable as YAML: but found another document"),
    ],
)
def test_hostile_text_is_refused_as_a_whole(text, message):
    (problem,) = Rulebook.load(text).check().problems

    assert str(problem).startswith(message)


@pytest.mark.parametrize("text", ["", "~", "[]", "5", "words"])
def test_text_that_is_no_mapping_is_refused(text):
    assert "expected a mapping" in str(Rulebook.load(text).check())


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "book.yaml"
    path.write_bytes("label: 평가".encode("cp949"))

    assert str(Rulebook.load(path).check()) == "the file is not in UTF-8"


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_no_text_makes_the_reader_fail(text):
    assert not Rulebook.load(text).check().ok


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["all", "1", "yoy_growth"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(["all", "any", "not", "ko", "id"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(a_book())), plain)
def test_no_content_makes_the_reader_fail(key, content):
    Rulebook.from_content(a_book(**{key: content})).check()
    Rulebook.from_content(a_book(lines=[{**LINE, "bands": [{**BAND, "when": content}]}])).check()


def test_a_book_covers_whole_months():
    book = load(effective_until="2026-03-31")

    assert [book.covers(Month.parse(month)) for month in ("2025-12", "2026-01", "2026-03", "2026-04")] == [
        False,
        True,
        True,
        False,
    ]
    assert load().covers(Month.parse("2099-12"))
    assert book.first_month == Month.of(dt.date(2026, 1, 1))
    assert book.edge_milli("A") == 80_000
    with pytest.raises(KeyError):
        book.edge_milli("Z")
