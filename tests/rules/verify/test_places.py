"""Findings point at the line of the rule they are about."""

from __future__ import annotations

from rules.decisions.book import DecisionBook
from rules.documents import read_document
from rules.verify import places_in, verify

TEXT = """\
decision: d
hit_policy: first
effective_from: 2026-11-01
inputs:
  x: {type: numeric, scale: 0, unit: "", range: ["0", "9"], missing: hold, label: {ko: 값, en: X}}
table:
  inputs: [x]
  outputs: [set_grade]
  rows:
    - {id: r1, when: [">= 3"], then: [A]}
    - {id: r2, when: [">= 5"], then: [B]}
else:
  then: [C]
"""


def test_rows_and_else_have_places_and_unknown_ids_none():
    place_of = places_in(read_document(TEXT))

    assert [place_of(name) for name in ("r1", "r2", "else", "other")] == [(10, 7), (11, 7), (13, 3), (0, 0)]


def test_a_decision_book_is_verified_with_its_kpis():
    text = TEXT.replace('scale: 0, unit: ""', 'scale: 2, unit: "%", kpi: return_rate')
    found = verify(DecisionBook.load(text), place_of=places_in(read_document(text)))

    assert [(one.kind, one.rules, one.line) for one in found] == [
        ("shadowed", ("r2",), 11),
        ("grade_fall", ("r1", "else"), 13),
    ]


def test_an_empty_document_has_no_places():
    assert places_in(read_document(""))("r1") == (0, 0)
