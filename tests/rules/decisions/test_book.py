"""Decision books as data: identity, every problem at once with its place, nothing hostile gets through."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata

import pytest
import yaml
from hypothesis import given, settings

from rules.decisions.book import DecisionBook
from rules.decisions.reading import HIT_POLICIES
from rules.errors import RulebookError
from rules.vocabulary import NAME_FORM
from tests.rules.decisions.decisions import (
    GRADE_A,
    INPUTS,
    a_decision,
    a_rule,
    load,
)
from tests.rules.decisions.strategies import books

LABEL = {"ko": "말", "en": "word"}
FULL = a_decision(
    label=LABEL,
    version="2026.11",
    subject="terminal",
    effective_until="2026-12-31",
    change={"kind": "new", "areas": ["growth", "r1"], "announced_on": "2026-10-01", "note": LABEL},
    inputs={
        **INPUTS,
        "growth": {
            "type": "numeric",
            "scale": 2,
            "unit": "%",
            "range": ["-100", "500"],
            "missing": "hold",
            "kpi": "yoy_growth",
            "label": LABEL,
            "topics": ["sales"],
        },
        "region": {"type": "string", "options": ["서울", "부산"], "missing": "error"},
    },
    **{"else": {"id": "rest", "label": LABEL, "then": GRADE_A}},
)
TEXT = """\
decision: dealer_grade
hit_policy: frist
effective_from: 2026-11-31
inputs:
  sales: {type: numeric, scale: 2, range: ["0", "500"], missing: hold}
  _facts: {type: boolean, missing: no_match}
  class: {type: select, missing: no_match}
rules:
  - id: G-A1
    when: {all: []}
    then: [{name: set_grade, params: {grade: Z}}]
  - id: G-A1
    when: {any: [{name: __class__, operator: is_true}, {name: sales, operator: matches_regex, value: "a+"}]}
    then: [{name: __init__, params: {}}]
  - id: G-B
    when: {not: {name: sales, operator: less_than, value: 80}}
    then: []
    prority: 3
"""


def test_every_problem_is_listed_at_once_with_line_and_column():
    report = DecisionBook.load(TEXT).check()

    assert not report.ok
    assert str(report).splitlines() == [
        f"line 2, column 13: 'hit_policy' must be one of {', '.join(HIT_POLICIES)}: 'frist'",
        "line 3, column 17: 'effective_from' must be a date, YYYY-MM-DD: '2026-11-31'",
        f"line 6, column 11: the name of an input consists of {NAME_FORM}: '_facts'",
        "line 7, column 10: 'options' is missing",
        "line 10, column 17: 'all' needs at least one condition",
        "line 11, column 46: 'grade' must be one of S, A, B, C, D: 'Z'",
        "line 12, column 9: the id 'G-A1' is used twice",
        "line 13, column 25: unknown input '__class__'",
        "line 13, column 80: unknown operator 'matches_regex' for a numeric input",
        "line 14, column 19: unknown action '__init__'",
        "line 16, column 59: a threshold is a decimal number in quotation marks, at most 5 decimals: 80",
        "line 17, column 11: 'then' must be a list of 1 to 20 entries",
        "line 18, column 14: unknown key 'prority'",
    ]


def test_a_full_book_comes_back_from_its_canonical_text():
    book = DecisionBook.from_content(FULL)

    again = DecisionBook.from_canonical(book.canonical_json)

    assert str(book.check()) == "no problems"
    assert again == book
    assert again.sha256 == book.sha256
    assert (book.name, book.subject) == ("test_decision 2026.11", "terminal")
    assert book.kpis == {"growth": "yoy_growth"}
    assert book.change.areas == ("growth", "r1")
    assert [condition.threshold for condition in book.conditions] == ["10"]
    assert [row["actions"][0]["params"]["rule"] for row in book.lower()] == ["r1", "rest"]


@settings(max_examples=100, deadline=None)
@given(books(policies=("unique", "any", "first", "priority", "rule_order", "collect")))
def test_any_sound_book_comes_back_from_its_canonical_text(content):
    book = DecisionBook.from_content(content)

    assert DecisionBook.from_canonical(book.canonical_json) == book


def test_a_book_covers_the_days_from_its_first_to_its_last():
    book, endless = DecisionBook.from_content(FULL), load()

    assert [book.covers(dt.date(2026, 11, 1)), book.covers(dt.date(2026, 12, 31))] == [True, True]
    assert [book.covers(dt.date(2026, 10, 31)), book.covers(dt.date(2027, 1, 1))] == [False, False]
    assert endless.covers(dt.date(2099, 1, 1))


def test_form_and_spacing_do_not_change_the_identity_and_content_does(tmp_path):
    unshared = json.loads(json.dumps(FULL))
    yaml_file, json_file = tmp_path / "book.yaml", tmp_path / "book.json"
    yaml_file.write_text("# a comment\n" + yaml.safe_dump(unshared, allow_unicode=True), encoding="utf-8")
    json_file.write_text(json.dumps(FULL, indent="\t"), encoding="utf-8")
    book = DecisionBook.from_content(FULL)

    assert DecisionBook.load(yaml_file).sha256 == book.sha256
    assert DecisionBook.load(json_file).sha256 == book.sha256
    assert DecisionBook.from_content({**FULL, "version": "2"}).sha256 != book.sha256


def test_decomposed_text_is_the_same_text():
    typed = unicodedata.normalize("NFD", "서울")
    condition = {"name": "town", "operator": "equal_to", "value": typed}
    book = load(rules=[a_rule(when=condition)])

    assert book.conditions[0].value == "서울"
    assert book.compile().evaluate(book.facts({"town": typed})).values == {"grade": "A"}


def test_a_file_that_is_not_utf8_or_not_yaml_is_a_problem(tmp_path):
    path = tmp_path / "book.yaml"
    path.write_bytes("decision: 등급".encode("cp949"))

    assert str(DecisionBook.load(path).check()) == "the file is not in UTF-8"
    assert DecisionBook.load("a: [").check().problems[0].message.startswith("not readable as YAML")


@pytest.mark.parametrize("text", ["", "null", "3", "[]", "text", "{}"])
def test_something_else_is_no_decision(text):
    book = DecisionBook.load(text)

    assert not book.check().ok
    with pytest.raises(RulebookError):
        book.compile()
    with pytest.raises(RulebookError):
        _ = book.canonical_json
    with pytest.raises(RulebookError):
        book.lower()


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\ud800", '{"decision": "x"}'])
def test_what_is_not_canonical_is_no_stored_version(text):
    with pytest.raises(RulebookError):
        DecisionBook.from_canonical(text)


def test_a_stored_version_with_other_spacing_is_refused():
    with pytest.raises(RulebookError, match="not canonical"):
        DecisionBook.from_canonical(load().canonical_json.replace('":"', '": "'))
