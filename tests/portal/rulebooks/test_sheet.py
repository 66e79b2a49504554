"""The grid of a score sheet and back: nothing that cells cannot hold is lost, nothing typed is refused."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from portal.errors import Invalid
from portal.rulebooks.findings import check_text
from portal.rulebooks.sheet import Sheet, is_sheet, sheet_of
from portal.rulebooks.sheet_edits import content_of, rearranged, text_of
from portal.rulebooks.views import cell_of
from portal.rulebooks.workbook import content_from, workbook_of
from rules.books import FOLDER, shipped_books
from rules.canonical import book_content
from rules.documents import read_document
from rules.rulebook import Rulebook

CONTENT = book_content(shipped_books()[0])
HEADINGS = ("Id", "Line (Korean)", "Line (English)", "Measure", "Weight", "Sign")


def cells_of(sheet: Sheet) -> dict[str, str]:
    """What the browser sends for a grid nobody touched."""
    fields = {f"h-{name}": text for name, text in sheet.head.items()}
    for place, (grade, from_) in enumerate(sheet.grades):
        fields |= {f"g{place}-grade": grade, f"g{place}-from": from_}
    for line in sheet.lines:
        n = line.place
        fields |= {f"r{n}-ko": line.label_ko, f"r{n}-en": line.label_en, f"r{n}-input": line.input}
        if line.form != "informative":
            fields[f"r{n}-weight"] = line.weight
        if line.form == "bands":
            fields[f"r{n}-sign"] = line.operator
        for number, band in enumerate(line.bands):
            fields |= {f"r{n}-t{number}": band.threshold, f"r{n}-p{number}": band.points}
    return fields


def edited(content: dict[str, Any], **changes: str) -> dict[str, Any]:
    cells = cells_of(sheet_of(content)) | {name.replace("_", "-", 1): text for name, text in changes.items()}
    return content_of(cells, content)


@pytest.mark.parametrize("book", shipped_books(), ids=lambda book: f"{book.subject}-{book.version}")
def test_an_untouched_grid_changes_nothing(book: Rulebook) -> None:
    content = book_content(book)
    again = Rulebook.load(text_of(content_of(cells_of(sheet_of(content)), content)))
    assert again.sha256 == book.sha256


def test_cells_are_what_the_sheet_says() -> None:
    sheet = sheet_of(CONTENT)
    growth = sheet.lines[0]
    assert (growth.label_ko, growth.weight, growth.operator) == (
        "전년 동월 대비 신장률", "30", "greater_than_or_equal_to",
    )  # fmt: skip
    assert [(band.threshold, band.points) for band in growth.bands[:2]] == [("10", "30"), ("5", "24")]
    assert (sheet.width, sheet.total, sheet.grades[0]) == (8, 100, ("S", "90"))
    assert [line.form for line in sheet.lines].count("informative") == 1


def test_typed_cells_land_in_the_book() -> None:
    content = edited(CONTENT, r0_t0=" 12% ", r0_p0="30점", r1_weight="20", h_version="2027.1")
    book = Rulebook.load(text_of(content))
    assert (book.version, book.lines[0].bands[0].when.members[0].value) == ("2027.1", "12")
    assert book.check().ok


def test_what_is_wrong_stays_as_typed() -> None:
    content = edited(CONTENT, r0_t0="많이", r0_weight="x", h_keep_months="둘")
    sheet = sheet_of(content)
    assert (sheet.lines[0].bands[0].threshold, sheet.lines[0].weight, sheet.head["keep_months"]) == (
        "많이", "x", "둘",
    )  # fmt: skip
    cells = {cell_of(finding.path) for finding in check_text(text_of(content)).findings}
    assert cells == {"r0-t0", "r0-weight", "h-keep_months"}


def test_a_new_band_and_an_emptied_one() -> None:
    content = edited(CONTENT, r0_t5="-20", r0_p5="3", r0_t0="", r0_p0="")
    bands = content["lines"][0]["bands"]
    assert [band["points"] for band in bands] == ["24", "18", "12", "6", "3"]
    assert len({band["id"] for band in bands}) == 5


def test_an_optional_day_comes_and_goes() -> None:
    content = edited(CONTENT, h_effective_until="2027-03-31")
    assert content["effective_until"] == "2027-03-31"
    assert "effective_until" not in edited(content, h_effective_until="")


def test_lines_are_added_moved_and_removed() -> None:
    names = [line["id"] for line in CONTENT["lines"]]
    more = rearranged(CONTENT, "add")
    assert [line["id"] for line in more["lines"]][:-1] == names
    assert more["lines"][-1]["id"] not in names
    assert [line["id"] for line in rearranged(CONTENT, "down-0")["lines"]][:2] == [names[1], names[0]]
    assert [line["id"] for line in rearranged(CONTENT, "up-1")["lines"]][:2] == [names[1], names[0]]
    fewer = rearranged(CONTENT, "remove-0")
    assert [line["id"] for line in fewer["lines"]] == names[1:]
    assert "yoy_growth" not in fewer["inputs"]
    assert len(rearranged(CONTENT, "grade-0")["grades"]["bands"]) == 4
    assert len(rearranged(CONTENT, "add-grade")["grades"]["bands"]) == 6


@pytest.mark.parametrize("change", ["up-0", "down-99", "remove-", "remove-x", "grade-77", "what"])
def test_changes_that_lead_nowhere(change: str) -> None:
    assert rearranged(CONTENT, change) == CONTENT


def test_a_measure_is_declared_when_a_line_names_it() -> None:
    fewer = rearranged(CONTENT, "remove-0")
    back = rearranged(fewer, "add")
    assert back["lines"][-1]["input"] == "yoy_growth"
    assert back["inputs"]["yoy_growth"] == CONTENT["inputs"]["yoy_growth"]


def test_conditions_that_cells_cannot_hold_stay() -> None:
    content = book_content(shipped_books()[0])
    between = {"all": [
        {"name": "yoy_growth", "operator": "greater_than", "value": "1"},
        {"name": "stability", "operator": "greater_than", "value": "0.5"},
    ]}  # fmt: skip
    content["lines"][0]["bands"][0]["when"] = between
    assert sheet_of(content).lines[0].form == "fixed"
    assert edited(content, r0_weight="30")["lines"][0]["bands"][0]["when"] == between


@pytest.mark.parametrize(
    "content", [{}, {"lines": [1, {"bands": 3}, {"label": "x", "bands": ["y"]}]}, {"grades": []}]
)
def test_broken_content_has_a_grid_too(content: dict[str, Any]) -> None:
    assert is_sheet(content)
    assert edited(content) is not None
    assert not is_sheet([])
    assert not is_sheet({"rules": []})


def test_a_workbook_and_back() -> None:
    content = book_content(shipped_books()[0])
    raw = workbook_of(sheet_of(content), HEADINGS, ("배점표", "등급", "정보"))
    assert Rulebook.load(text_of(content_from(raw, content))).sha256 == shipped_books()[0].sha256


def test_cells_shown_in_per_cent_are_in_the_unit_of_their_input() -> None:
    content = book_content(shipped_books()[0])
    target = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(sheet_of(content), HEADINGS, ("a", "b", "c"))))
    page = book.worksheets[0]
    growth = next(row for row in page.iter_rows() if row[3].value == "yoy_growth")
    stable = next(row for row in page.iter_rows() if row[3].value == "stability")
    weight = growth[4].value
    for cell, value, form in (
        (growth[4], weight / 100, "0%"),
        (growth[6], 0.125, "0.0%"),
        (growth[7], 0.07, '[Red]0.00%;"-"0.00%'),
        (growth[8], 3, '0.0" %"'),
        (stable[6], 0.85, "0%"),
    ):
        cell.value, cell.number_format = value, form
    book.save(target)
    lines = sheet_of(content_from(target.getvalue(), content)).lines
    read = {line.input: line for line in lines}
    assert read["yoy_growth"].weight == str(weight)
    assert [band.threshold for band in read["yoy_growth"].bands[:3]] == ["12.5", "7", "3"]
    assert read["stability"].bands[0].threshold == "0.85"


def test_a_workbook_without_a_base() -> None:
    raw = workbook_of(sheet_of(CONTENT), HEADINGS, ("a", "b", "c"))
    content = content_from(raw, {})
    assert [line["weight"] for line in content["lines"]][:2] == [30, 20]
    assert content["grades"]["bands"][0] == {"grade": "S", "from": "90"}


@pytest.mark.parametrize("raw", [b"PK\x03\x04", b"PK", b"", b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_workbook_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        content_from(raw, CONTENT)


def test_findings_know_their_line_and_show_a_witness() -> None:
    content = edited(CONTENT, r0_t0="4")
    checked = check_text(text_of(content))
    found = [finding for finding in checked.findings if finding.path[:2] == ("lines", 0)]
    assert found
    assert any(finding.witness for finding in checked.findings)
    assert all(finding.line for finding in found)


def test_comments_are_the_only_thing_a_grid_drops() -> None:
    text = (FOLDER / "2025-10-monthly-dealer.yaml").read_text(encoding="utf-8")
    content = read_document(text).content
    assert Rulebook.load(text_of(edited(content))).sha256 == Rulebook.load(text).sha256
