"""``portal rules``: rulebooks as files, without a database."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portal.cli import main
from rules.books import FOLDER, shipped_books
from rules.decisions.book import DecisionBook
from rules.rulebook import Rulebook
from tests.rules.books import a_line, at_least, load
from tests.rules.sheets.worlds import OCTOBER, a_month

SHEET = FOLDER / "2025-10-monthly-dealer.yaml"
DECISION = """
decision: dealer_grade
hit_policy: first
effective_from: 2026-11-01
inputs:
  attainment:
    type: numeric
    scale: 2
    unit: "%"
    range: ["0", "500"]
    missing: hold
    label: {ko: 판매 달성률, en: Sales attainment}
rules:
  - id: above
    label: {ko: 목표 초과, en: Above target}
    when: {all: [{name: attainment, operator: greater_than_or_equal_to, value: "120"}]}
    then: [{name: set_grade, params: {grade: S}}]
else:
  label: {ko: 그 밖, en: Otherwise}
  then: [{name: set_grade, params: {grade: B}}]
"""


def portal_rules(*words: str | Path) -> tuple[int, str]:
    """Run a command and return its exit code and everything it printed."""
    ended = CliRunner().invoke(main, ["rules", *map(str, words)])
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended.exit_code, ended.output


@pytest.fixture
def decision(tmp_path: Path) -> Path:
    """A decision as a file."""
    file = tmp_path / "grade.yaml"
    file.write_text(DECISION, encoding="utf-8")
    return file


def test_shipped_books_have_nothing_to_mend():
    for book in sorted(FOLDER.glob("*-monthly-*.yaml")):
        code, out = portal_rules("check", book, "--lang", "en", "--goods", "liquor")
        assert (code, out.splitlines()[-1]) == (0, f"{book}: 0 to mend, 0 to look at")


def test_every_problem_is_listed_with_its_place(tmp_path: Path):
    text = (
        SHEET.read_text(encoding="utf-8")
        .replace('value: "10"', "value: 10")
        .replace("weight: 20", "weight: 21")
    )
    file = tmp_path / "book.yaml"
    file.write_text(text, encoding="utf-8")

    code, out = portal_rules("check", file)

    assert code == 1
    places = re.findall(rf"^{re.escape(str(file))}:(\d+):(\d+): block: ", out, re.MULTILINE)
    assert len(places) >= 2
    assert all(int(line) for line, _ in places)


UNLAWFUL = Path(__file__).parents[2] / "rules" / "fairness" / "books"


@pytest.mark.parametrize(
    ("name", "place", "article"),
    [
        ("late_payment.yaml", "9:5", "Agency Transactions Act art. 9(1)"),
        ("missed_target.yaml", "12:7", "Agency Transactions Act art. 8(1)"),
        ("declined.yaml", "10:5", "Agency Transactions Act art. 10(1)"),
    ],
)
def test_an_unlawful_clause_is_refused_with_place_and_article(name: str, place: str, article: str):
    code, out = portal_rules("check", UNLAWFUL / name, "--lang", "en")
    rows = json.loads(portal_rules("check", UNLAWFUL / name, "--lang", "en", "--json")[1])

    assert code == 1
    assert f"{name}:{place}: block: " in out
    assert article in next(row["message"] for row in rows if row["severity"] == "block")


def test_a_base_makes_worsened_terms_visible(tmp_path: Path, decision: Path):
    worse = tmp_path / "worse.yaml"
    worse.write_text(DECISION.replace('"120"', '"150"'), encoding="utf-8")

    assert portal_rules("check", decision, "--base", decision)[0] == 0
    assert portal_rules("check", worse, "--base", SHEET)[0] == 0


def test_a_file_that_is_no_text_or_not_there(tmp_path: Path, decision: Path):
    file = tmp_path / "bad.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    facts = tmp_path / "facts.json"
    facts.write_text("{}")

    assert portal_rules("check", file)[0] == 1
    assert portal_rules("check", tmp_path / "none.yaml")[0] == 2
    assert portal_rules("export", file, "--to", "json")[0] == 1
    file.write_text("decision: x")
    assert "is missing" in portal_rules("explain", file, "--facts", facts)[1]
    for text in ("[1]", "{"):
        facts.write_text(text)
        assert portal_rules("explain", decision, "--facts", facts)[0] == 1


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_score_sheet_is_explained(tmp_path: Path, wrapped: bool):
    facts: dict[str, Any] = {"yoy_growth": "3.2", "stability": "0.85", "active_terminals_yoy": None}
    facts |= {"sales_attainment": "101.5", "collection_rate": 97}
    file = tmp_path / "facts.json"
    previous = {"grade": "A", "months_below": 0}
    file.write_text(json.dumps({"facts": facts, "previous": previous} if wrapped else facts))

    code, out = portal_rules("explain", SHEET, "--facts", file, "--lang", "en")
    answer = json.loads(portal_rules("explain", SHEET, "--facts", file, "--json")[1])

    assert code == 0
    assert "✓ at least 0%  (3.20%)" in out
    assert "· at least 5%  (3.20%)" in out
    assert answer["grade"] == ("A" if wrapped else "B")
    assert answer["lines"][0]["bands"][2]["applied"] is True


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"unknown": "1"}, "measures no 'unknown'"),
        ({"yoy_growth": "x"}, "must be a decimal number"),
        ({"yoy_growth": True}, "must be a decimal number"),
        ({"facts": {}, "previous": {"months_below": "1"}}, "'months_below' is a whole number"),
    ],
)
def test_facts_that_cannot_be_read(tmp_path: Path, facts: dict[str, Any], said: str):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(facts))

    code, out = portal_rules("explain", SHEET, "--facts", file)

    assert (code, said in out) == (1, True)


def test_a_decision_is_explained(tmp_path: Path, decision: Path):
    file = tmp_path / "facts.json"
    file.write_text('{"attainment": "130"}')

    code, out = portal_rules("explain", decision, "--facts", file, "--lang", "en")
    answer = json.loads(portal_rules("explain", decision, "--facts", file, "--json")[1])

    assert (code, answer["values"]) == (0, {"grade": "S"})
    assert "Above target  ←" in out
    file.write_text('{"nothing": "1"}')
    assert portal_rules("explain", decision, "--facts", file)[0] == 1


def test_the_nearest_change_to_a_wanted_result_is_listed(tmp_path: Path, decision: Path):
    file = tmp_path / "facts.json"
    file.write_text('{"attainment": "100"}')

    _, out = portal_rules("explain", decision, "--facts", file, "--lang", "en", "--want", "grade=S")
    answer = json.loads(
        portal_rules("explain", decision, "--facts", file, "--lang", "en", "--want", "grade=S", "--json")[1]
    )

    assert answer["changes"] == ["Sales attainment: 100.00% → 120.00%"]
    assert f"→ {answer['changes'][0]}" in out
    assert portal_rules("explain", decision, "--facts", file, "--want", "grade")[0] == 2
    assert portal_rules("explain", SHEET, "--facts", file, "--want", "grade=S")[0] == 2


@pytest.fixture
def sheets(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two score sheets and a folder of two months."""
    folder = tmp_path / "months"
    folder.mkdir()
    for number in range(2):
        table = a_month({"yoy_growth": [1500, 2010, 999]}, ["A", "B", "C"], OCTOBER.shift(number))
        (folder / f"{table.month}.facts").write_bytes(table.to_bytes())
    for name, edge in (("base", "10"), ("candidate", "20")):
        book = load(lines=[a_line("yoy_growth", 100, at_least("yoy_growth", edge))])
        (tmp_path / f"{name}.json").write_text(book.canonical_json, encoding="utf-8")
    return tmp_path / "base.json", tmp_path / "candidate.json", folder


def test_two_sheets_are_rehearsed_on_files(sheets: tuple[Path, Path, Path]):
    base, candidate, folder = sheets

    code, out = portal_rules("rehearse", base, candidate, "--history", folder, "--amount", "S=100")
    answer = json.loads(
        portal_rules("rehearse", base, candidate, "--history", folder, "--alone", "--json")[1]
    )

    assert code == 0
    assert out.splitlines()[:3] == [
        "2 months, 3 subjects, 6 subject-months",
        "worse off 1 (33.33%), better off 0, points -200.000",
        "money -200 of 400",
    ]
    assert "near yoy_growth yoy_growth_0 20: 2 met, 0 missed" in out
    assert (answer["months"], answer["worse"], answer["worse_bp"]) == (["2026-10", "2026-11"], 1, 3333)


def test_what_cannot_be_rehearsed(tmp_path: Path, sheets: tuple[Path, Path, Path], decision: Path):
    base, candidate, folder = sheets
    empty = tmp_path / "empty"
    empty.mkdir()
    broken = tmp_path / "broken.facts"
    broken.write_bytes(b"x")
    held = json.loads(base.read_text())
    held["inputs"]["yoy_growth"]["missing"] = "error"
    strict = tmp_path / "strict.json"
    strict.write_text(json.dumps(held))
    hole = tmp_path / "hole.facts"
    hole.write_bytes(a_month({"yoy_growth": [None]}, ["A"]).to_bytes())
    one = next(folder.glob("*.facts"))

    for words, said in (
        ((base, candidate, "--history", empty), "no snapshot of a dealer"),
        ((base, candidate, "--history", broken), "cut short"),
        ((base, candidate, "--history", one, "--history", one), "each once"),
        ((base, decision, "--history", folder), "a decision is not rehearsed"),
        ((strict, strict, "--history", hole), "has no value"),
    ):
        code, out = portal_rules("rehearse", *words)
        assert (code, said in out) == (1, True)
    assert portal_rules("rehearse", base, candidate, "--history", folder, "--amount", "S=x")[0] == 2


def test_a_book_in_other_forms(tmp_path: Path, decision: Path):
    book = next(one for one in shipped_books() if one.version == "2025.2" and one.subject == "dealer")

    assert Rulebook.from_canonical(portal_rules("export", SHEET, "--to", "json")[1].strip()) == book
    assert Rulebook.load(portal_rules("export", SHEET, "--to", "yaml")[1]).sha256 == book.sha256
    plain = json.loads(portal_rules("export", SHEET, "--to", "business-rules")[1])
    assert len(plain) == sum(len(line.bands) for line in book.lines)
    out = tmp_path / "decision.yaml"
    assert portal_rules("export", decision, "--to", "yaml", "--output", out) == (0, "")
    assert DecisionBook.load(out).sha256 == DecisionBook.load(decision).sha256
    assert len(json.loads(portal_rules("export", decision, "--to", "business-rules")[1])) == 2


def test_a_workbook_goes_to_a_file(tmp_path: Path, decision: Path):
    out = tmp_path / "book.xlsx"

    assert portal_rules("export", SHEET, "--to", "xlsx")[0] == 2
    assert portal_rules("export", SHEET, "--to", "xlsx", "--output", out)[0] == 0
    assert out.read_bytes()[:2] == b"PK"
    assert portal_rules("export", decision, "--to", "xlsx", "--output", out)[0] == 1
