"""Cells of decision tables: what may be typed, the one way to write it, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decisions.book import DecisionBook
from rules.decisions.cells import FORMS, NotACell, read_cell
from rules.decisions.model import Variable
from tests.rules.decisions.decisions import GRADE_A, a_table, problems

LABEL = {"ko": "값", "en": "value"}
OPTIONS = ("EI", "EII", "a, b", "not(x)")
VARIABLES = {
    "numeric": Variable("x", "numeric", LABEL, unit="%", scale=1, lowest=-1000, highest=5000),
    "boolean": Variable("x", "boolean", LABEL),
    "string": Variable("x", "string", LABEL),
    "select": Variable("x", "select", LABEL, options=OPTIONS),
    "select_multiple": Variable("x", "select_multiple", LABEL, options=OPTIONS),
}


def one(operator, value):
    return {"name": "x", "operator": operator, "value": value}


EI, EII = one("contains", "EI"), one("contains", "EII")
ABOVE_1, BELOW_3 = one("greater_than", "1"), one("less_than", "3")


@pytest.mark.parametrize(
    ("kind", "cell", "text", "content"),
    [
        ("numeric", " - ", "-", {}),
        ("numeric", "120", "120", one("equal_to", "120")),
        ("numeric", 120, "120", one("equal_to", "120")),
        ("numeric", "= -2.50", "-2.5", one("equal_to", "-2.5")),
        ("numeric", ">=120 %", ">= 120", one("greater_than_or_equal_to", "120")),
        ("numeric", "≤5", "<= 5", one("less_than_or_equal_to", "5")),
        ("numeric", "(1..3)", "(1..3)", {"all": [ABOVE_1, BELOW_3]}),
        (
            "numeric",
            "-1% ~ 3%",
            "-1..3",
            {"all": [one("greater_than_or_equal_to", "-1"), one("less_than_or_equal_to", "3")]},
        ),
        ("numeric", "< 3,> 1", "< 3, > 1", {"any": [BELOW_3, ABOVE_1]}),
        ("numeric", "not(> 1)", "not(> 1)", {"not": ABOVE_1}),
        ("boolean", True, "yes", one("is_true", "")),
        ("boolean", False, "no", one("is_false", "")),
        ("boolean", "참", "yes", one("is_true", "")),
        ("boolean", "아니요", "no", one("is_false", "")),
        ("boolean", "FALSE", "no", one("is_false", "")),
        ("string", "서울", "서울", one("equal_to", "서울")),
        ("string", "서*", "서*", one("starts_with", "서")),
        ("string", "*점", "*점", one("ends_with", "점")),
        ("string", "*본*", "*본*", one("contains", "본")),
        ("string", '"서*"', '"서*"', one("equal_to", "서*")),
        ("string", '"say ""a, b"""', '"say ""a, b"""', one("equal_to", 'say "a, b"')),
        ("string", "a , b", "a, b", {"any": [one("equal_to", "a"), one("equal_to", "b")]}),
        ("select", "EI", "EI", one("contains", "EI")),
        ("select", '"EI"', "EI", one("contains", "EI")),
        ("select", '"a, b"', '"a, b"', one("contains", "a, b")),
        ("select", '"not(x)"', '"not(x)"', one("contains", "not(x)")),
        ("select", "not( EI,EII )", "not(EI, EII)", {"not": {"any": [EI, EII]}}),
        ("select_multiple", "EI,EII", "EI, EII", one("shares_at_least_one_element_with", ["EI", "EII"])),
        ("select_multiple", "all(EI, EII)", "all(EI, EII)", one("contains_all", ["EI", "EII"])),
        ("select_multiple", "only(EI)", "only(EI)", one("is_contained_by", ["EI"])),
        ("select_multiple", "not(EI)", "not(EI)", {"not": one("shares_at_least_one_element_with", ["EI"])}),
    ],
)  # fmt: skip
def test_cells(kind, cell, text, content):
    read = read_cell(VARIABLES[kind], cell)

    assert (read.text, read.content) == (text, content)
    assert read_cell(VARIABLES[kind], read.text) == read


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("numeric", ""),
        ("numeric", None),
        ("numeric", 1.5),
        ("numeric", ["1"]),
        ("numeric", "abc"),
        ("numeric", "1,,2"),
        ("numeric", "1e3"),
        ("numeric", "> "),
        ("numeric", "3..1"),
        ("numeric", "[1..1)"),
        ("numeric", "[1..3"),
        ("numeric", "1..x"),
        ("numeric", "1.."),
        ("numeric", "all(1)"),
        ("numeric", "1\n2"),
        ("numeric", "1" * 401),
        ("boolean", "maybe"),
        ("string", "a*b"),
        ("string", "*"),
        ("string", "a,,b"),
        ("string", '"open'),
        ("select", "EI,"),
        ("select", '""'),
        ("select", "only(EI)"),
        ("select_multiple", "all()"),
    ],
)
def test_what_is_no_cell(kind, cell):
    with pytest.raises(NotACell):
        read_cell(VARIABLES[kind], cell)


def test_a_unit_that_could_be_part_of_a_number_is_not_taken_off():
    variable = Variable("x", "numeric", LABEL, unit="0-", highest=1000)

    assert read_cell(variable, "100").text == "100"


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(sorted(VARIABLES)), st.text('019.,-<>=~[]()*" notalyEI서%', max_size=20))
def test_whatever_is_typed_is_a_cell_with_one_form_or_none(kind, text):
    try:
        cell = read_cell(VARIABLES[kind], text)
    except NotACell:
        return
    assert read_cell(VARIABLES[kind], cell.text) == cell


def test_the_canonical_table_has_cells_in_their_one_form():
    loose = a_table(["growth", "was"], [">=10 %", "EI,EII"], ["5 ~ 10", "-"])
    strict = a_table(["growth", "was"], [">= 10", "EI, EII"], ["5..10", "-"])

    book = DecisionBook.from_content(loose)

    assert book.sha256 == DecisionBook.from_content(strict).sha256
    assert book.table.rows[0].when == (">= 10", "EI, EII")
    assert DecisionBook.from_canonical(book.canonical_json) == book


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (a_table(["grwth"], [">= 1"]), "unknown input 'grwth'"),
        (a_table([["growth"]], [">= 1"]), "unknown input ['growth']"),
        (a_table(["growth", "growth"], [">= 1", "-"]), "a column is given twice"),
        (a_table(["growth"], [">= 1"], outputs=["set_grade", "set_grade"]), "a column is given twice"),
        (a_table(["growth"], [">= 1"], outputs=["eval"]), "unknown output 'eval'"),
        (a_table(["growth"], [">= 1"], outputs=[7]), "unknown output 7"),
        (a_table(["growth"], [">= 1", "-"]), "2 cells for 1 columns"),
        (a_table(["growth"], [">= 1"], outputs=["set_grade", "add_points"]), "1 cells for 2 columns"),
        (a_table(["growth"], []), "'when' must be a list of 1 to 100 entries"),
        (a_table(["growth"], ["-"]), "a row without a condition holds always; write 'else' instead"),
        (a_table(["growth"], [">= x"]), ">= x"),
        (a_table(["growth"], [">= 501"]), "501 lies outside -100 to 500"),
        (a_table(["was"], ["EX"]), "'EX' is none of EI, EII"),
        (a_table(["growth"], rows=[]), "'rows' must be a list of 1 to 32766 entries"),
        (a_table(["growth"], [">= 1"], columns=[]), "unknown key 'columns'"),
        ({**a_table(["growth"], [">= 1"]), "rules": []}, "a decision has rules or a table, not both"),
        ({**a_table(["growth"], [">= 1"]), "else": {"then": ["-"]}}, "a row gives at least one output"),
        ({**a_table(["growth"], [">= 1"]), "else": {"then": ["Z"]}}, "'grade' must be one of"),
        ({**a_table(["growth"], [">= 1"]), "else": {"then": GRADE_A}}, "'grade' must be one of"),
    ],
)  # fmt: skip
def test_tables_are_checked_cell_by_cell(content, message):
    found = problems(content)

    assert any(message in problem for problem in found), found


def test_a_problem_of_a_cell_has_the_place_of_the_cell():
    text = """\
decision: d
hit_policy: first
effective_from: 2026-11-01
inputs:
  growth: {type: numeric, range: ["0", "500"], missing: no_match}
table:
  inputs: [growth]
  outputs: [set_grade]
  rows:
    - {id: r1, when: ["100..x"], then: [A]}
    - {id: r2, when: ["> 600"], then: [A-]}
"""

    assert str(DecisionBook.load(text).check()).splitlines() == [
        f"line 10, column 23: {FORMS['numeric']}: '100..x'",
        "line 11, column 23: 600 lies outside 0 to 500",
        "line 11, column 40: 'grade' must be one of S, A, B, C, D: 'A-'",
    ]
