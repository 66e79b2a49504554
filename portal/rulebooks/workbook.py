"""A score sheet as an XLSX workbook to edit in a spreadsheet program, and back.

Three sheets by position: lines with their bands, grades, and the fields of the whole sheet. A line takes two
rows, thresholds above and points below, as in the grid, so that blocks can be copied either way. What a sheet
does not hold (other bands, sources, reasons) stays as it was. Reading uses Python's own ZIP and XML readers
within narrow bounds: a workbook with a document type declaration, or one too large, is refused.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import xlsxwriter

from portal.errors import Invalid
from portal.rulebooks.sheet import HEAD, MOST_BANDS, MOST_LINES, OPERATORS, mapping, members, text
from portal.rulebooks.sheet_edits import content_of
from portal.web.spreadsheet import escaped
from rules.kpis import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from portal.rulebooks.sheet import Content, Sheet

SIGNS = (">=", ">", "<=", "<")
LEAD = ("id", "ko", "en", "input", "weight", "sign")
"""Columns before the bands."""
POINTS = "points"
"""What stands in the column of the sign in a line's second row."""
PART_BYTES = 8 * 1024 * 1024
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,5})?")
_PERCENT = re.compile(r"(-?[0-9]{1,12}(?:\.[0-9]{1,5})?) ?%")
_PERCENT_FORMATS = ("9", "10")
"""Excel's own formats 0 % and 0.00 %. Source: ECMA-376 part 1, 18.8.30."""
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


def workbook_of(sheet: Sheet, headings: Sequence[str], names: tuple[str, str, str]) -> bytes:
    """Return a score sheet as a workbook.

    Args:
        sheet: The grid.
        headings: Words above the columns of ``LEAD``.
        names: Names of the three sheets.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    bold, wide = book.add_format({"bold": True}), 28
    lines, grades, head = (book.add_worksheet(name) for name in names)
    lines.write_row(0, 0, [*headings, *range(1, sheet.width + 1)], bold)
    lines.freeze_panes(1, 3)
    lines.set_column(1, 2, wide)
    for place, line in enumerate(sheet.lines):
        sign = _sign(line.operator) if line.form == "bands" else ""
        cells = [line.id, line.label_ko, line.label_en, line.input, line.weight, sign]
        write_cells(lines, 2 * place + 1, [*cells, *(band.threshold for band in line.bands)])
        write_cells(lines, 2 * place + 2, ["", "", "", "", "", POINTS, *(band.points for band in line.bands)])
    for number, step in enumerate(sheet.grades):
        write_cells(grades, number, step)
    head.set_column(0, 1, wide)
    for number, (name, _) in enumerate(HEAD):
        head.write_row(number, 0, [name, escaped(sheet.head[name])])
    book.close()
    return target.getvalue()


def _sign(operator: str) -> str:
    return SIGNS[OPERATORS.index(operator)] if operator in OPERATORS else SIGNS[0]


def write_cells(page: Any, row: int, cells: Sequence[str]) -> None:
    """Write texts into a row of a worksheet, plain numbers as numbers and nothing as a formula."""
    for column, cell in enumerate(cells):
        if _NUMBER.fullmatch(cell):
            page.write_number(row, column, float(cell))
        else:
            page.write_string(row, column, str(escaped(cell)))


def content_from(raw: bytes, base: Content) -> Content:
    """Return the content a workbook describes.

    Args:
        raw: The file.
        base: Content its cells are put into: lines with the same id keep what the workbook cannot hold.

    Raises:
        Invalid: It is no workbook, or not of this form.
    """
    sheets = sheets_in(raw)
    rows = [row for row in sheets[0][1:] if any(row)] if sheets else []
    pairs = [
        (row, rows[place + 1 : place + 2])
        for place, row in enumerate(rows)
        if cell_at(row, len(LEAD) - 1) != POINTS
    ]
    if not pairs:
        raise Invalid.of("file", "The workbook has no lines: export one and edit that.")
    known = {text(line.get("id")): line for line in members(base.get("lines")) if isinstance(line, dict)}
    content = copy.deepcopy(base)
    pairs = pairs[:MOST_LINES]
    content["lines"] = [copy.deepcopy(known.get(cell_at(row, 0))) or _blank(row) for row, _ in pairs]
    units = units_of(base)
    fields = {name: cell for place, pair in enumerate(pairs) for name, cell in _fields(place, units, *pair)}
    for place, row in enumerate(sheets[1] if len(sheets) > 1 else []):
        fields |= {f"g{place}-grade": cell_at(row, 0), f"g{place}-from": cell_at(row, 1)}
    names = {name for name, _ in HEAD}
    for row in sheets[2] if len(sheets) > 2 else []:  # noqa: PLR2004  the third sheet
        if cell_at(row, 0) in names:
            fields[f"h-{cell_at(row, 0)}"] = cell_at(row, 1)
    return content_of(fields, content)


def _blank(row: Sequence[str]) -> Content:
    label = {"ko": cell_at(row, 1), "en": cell_at(row, 2)}
    return {"id": cell_at(row, 0), "label": label, "input": "", "weight": "", "reason": label, "bands": []}


def units_of(content: Content) -> dict[str, str]:
    """Return the unit of every input that is a number, of the content or else of the catalogue."""
    found = {code: kpi.unit for code, kpi in catalogue().items()}
    for name, source in mapping(content.get("inputs")).items():
        given = mapping(source)
        if given.get("type", "numeric") == "numeric":
            found[name] = text(given.get("unit"))
        else:
            found.pop(name, None)
    return found


def _fields(
    place: int, units: Mapping[str, str], row: Sequence[str], after: Sequence[Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Yield the cells of a line's row and of the row of points below it, where there is one."""
    below = after[0] if after and cell_at(after[0], len(LEAD) - 1) == POINTS else ()
    for column, name in enumerate(LEAD[1:], 1):
        cell = cell_at(row, column)
        if name == "sign":
            cell = OPERATORS[SIGNS.index(cell)] if cell in SIGNS else OPERATORS[0]
        yield f"r{place}-{name}", in_unit(cell, "%") if name == "weight" else cell
    unit = units.get(cell_at(row, LEAD.index("input")), "")
    for number in range(MOST_BANDS):
        yield f"r{place}-t{number}", in_unit(cell_at(row, len(LEAD) + number), unit)
        yield f"r{place}-p{number}", cell_at(below, len(LEAD) + number)


def cell_at(row: Sequence[str], column: int) -> str:
    """Return a cell of a row without the apostrophe that keeps it a text; nothing beyond the row."""
    return row[column].removeprefix("'").strip() if column < len(row) else ""


def sheets_in(raw: bytes, widest: int = len(LEAD) + MOST_BANDS) -> list[list[list[str]]]:
    """Return rows of texts of the first three sheets.

    Args:
        raw: The file.
        widest: Columns that are read, from the left.

    Raises:
        Invalid: It is no workbook that can be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            strings, percents = _strings(archive), _percent_styles(archive)
            names = [f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3)]
            there = set(archive.namelist())
            return [_rows(_part(archive, name), strings, percents, widest) for name in names if name in there]
    except (
        zipfile.BadZipFile,
        ET.ParseError,
        ValueError,
        KeyError,
        EOFError,
        NotImplementedError,
        IndexError,
    ) as error:
        raise Invalid.of("file", "The file is not a workbook that can be read.") from error


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    with archive.open(name) as part:
        content = part.read(PART_BYTES + 1)
    if len(content) > PART_BYTES or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError(name)
    return ET.fromstring(content)  # noqa: S314  without declarations there is nothing to expand


def _strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text_in(entry) for entry in _part(archive, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _text_in(entry: ET.Element) -> str:
    return "".join(part.text or "" for part in entry.iter(f"{_MAIN}t"))


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the numbers of the cell styles that show a number in per cent."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = _part(archive, "xl/styles.xml")
    own = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter(f"{_MAIN}numFmt")}
    percent = {*_PERCENT_FORMATS, *(number for number, code in own.items() if "%" in _QUOTED.sub("", code))}
    used = styles.find(f"{_MAIN}cellXfs")
    return frozenset(
        str(place)
        for place, style in enumerate(() if used is None else used)
        if style.get("numFmtId") in percent
    )


def _rows(page: ET.Element, strings: Sequence[str], percents: frozenset[str], widest: int) -> list[list[str]]:
    found = []
    for row in page.iter(f"{_MAIN}row"):
        cells = [""] * widest
        for place, cell in enumerate(row.iter(f"{_MAIN}c")):
            column = _column(cell.get("r", ""), place)
            if column < widest:
                cells[column] = _value(cell, strings, percents)
        found.append(cells)
    return found


def _column(reference: str, place: int) -> int:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return place
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ET.Element, strings: Sequence[str], percents: frozenset[str]) -> str:
    value = cell.findtext(f"{_MAIN}v", "")
    kind = cell.get("t", "n")
    if kind == "s":
        return strings[int(value)]
    if kind == "inlineStr":
        return _text_in(cell)
    if kind != "n":
        return value
    if value and cell.get("s") in percents:
        return f"{_decimal(float(value) * 100)}%"
    return _decimal(float(value)) if value else ""


def _decimal(number: float) -> str:
    """Write a stored number as rulebooks do, at most five decimals."""
    return f"{round(number, 5):.5f}".rstrip("0").rstrip(".")


def in_unit(cell: str, unit: str) -> str:
    """Return a cell that is shown in per cent as a column's unit has it; other cells as they are.

    10 % is 10 in a column whose unit is per cent, and 0.1 in any other.
    """
    found = _PERCENT.fullmatch(cell)
    if found is None:
        return cell
    return found[1] if unit == "%" else _decimal(float(found[1]) / 100)
