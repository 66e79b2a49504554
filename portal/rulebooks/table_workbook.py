"""A decision table as an XLSX workbook to edit in a spreadsheet program, and back.

Two sheets by position. The first has the column names in its first row – the rule's id, inputs, ``→`` before
each output – and one rule per row below; a row whose id is ``else`` is the else row. The second has the
fields of the whole decision. What a workbook does not hold (declared inputs, labels) stays as it was.
"""

from __future__ import annotations

import copy
import io
from itertools import zip_longest
from typing import TYPE_CHECKING

import xlsxwriter

from portal.errors import Invalid
from portal.rulebooks.decision_table import MOST_COLUMNS, MOST_ROWS, TABLE_HEAD
from portal.rulebooks.sheet import mapping, members, text
from portal.rulebooks.table_edits import table_content_of
from portal.rulebooks.workbook import cell_at, in_unit, sheets_in, units_of, write_cells
from portal.web.spreadsheet import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.rulebooks.decision_table import TableGrid
    from portal.rulebooks.sheet import Content

ID, PRIORITY, ELSE, GIVES = "id", "priority", "else", "→ "
WIDE = 22


def table_workbook_of(grid: TableGrid, names: tuple[str, str]) -> bytes:
    """Return a decision table as a workbook.

    Args:
        grid: The table.
        names: Names of the two sheets.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    rules, head = (book.add_worksheet(name) for name in names)
    ranked = [PRIORITY] if grid.head["hit_policy"] == PRIORITY else []
    headings = [ID, *ranked, *grid.inputs, *(f"{GIVES}{name}" for name in grid.outputs)]
    rules.write_row(0, 0, [escaped(heading) for heading in headings], bold)
    rules.freeze_panes(1, 1)
    rules.set_column(0, len(headings), WIDE)
    for row in grid.rows:
        rank = [row.priority] if ranked else []
        write_cells(rules, row.place + 1, [row.id, *rank, *row.when, *row.then])
    if grid.otherwise is not None:
        blank = [""] * (len(ranked) + len(grid.inputs))
        write_cells(rules, len(grid.rows) + 1, [ELSE, *blank, *grid.otherwise])
    head.set_column(0, 1, WIDE)
    for number, (name, _) in enumerate(TABLE_HEAD):
        head.write_row(number, 0, [name, escaped(grid.head[name])])
    book.close()
    return target.getvalue()


def table_content_from(raw: bytes, base: Content) -> Content:
    """Return the content a workbook describes.

    Args:
        raw: The file.
        base: Content its cells are put into: rules with the same id keep what the workbook cannot hold.

    Raises:
        Invalid: It is no workbook, or not of this form.
    """
    sheets = sheets_in(raw, 2 * MOST_COLUMNS + 2)
    rows = [row for row in sheets[0] if any(row)] if sheets else []
    headings = [heading.strip() for heading in rows[0]] if rows else []
    if not headings or headings[0] != ID or len(rows) < 2:  # noqa: PLR2004  headings and one rule
        raise Invalid.of("file", "The workbook has no rules: export one and edit that.")
    content = copy.deepcopy(base)
    known = {
        text(row.get("id")): row
        for row in members(mapping(base.get("table")).get("rows"))
        if isinstance(row, dict)
    }
    given = [column for column, name in enumerate(headings) if name.startswith(GIVES)]
    asked = [column for column, name in enumerate(headings) if name and column not in given]
    asked = [column for column in asked if headings[column] not in (ID, PRIORITY)]
    rules = [row for row in rows[1:] if cell_at(row, 0) != ELSE][:MOST_ROWS]
    content["table"] = {
        "inputs": [headings[column] for column in asked],
        "outputs": [headings[column].removeprefix(GIVES).strip() for column in given],
        "rows": [_rule(_in_units(row, headings, base), headings, asked, given, known) for row in rules],
    }
    content.pop("else", None)
    for row in rows[1:]:
        if cell_at(row, 0) == ELSE:
            kept = base.get("else")
            other = kept if isinstance(kept, dict) else {}
            content["else"] = {**other, "then": [cell_at(row, column) for column in given]}
    names = {name for name, _ in TABLE_HEAD}
    head = sheets[1] if len(sheets) > 1 else []
    fields = {f"h-{cell_at(row, 0)}": cell_at(row, 1) for row in head if cell_at(row, 0) in names}
    return table_content_of(fields, content)


def _in_units(row: Sequence[str], headings: Sequence[str], base: Content) -> list[str]:
    """Return a row with the cells of inputs that a spreadsheet shows in per cent in the input's unit."""
    units = units_of(base)
    return [
        in_unit(cell, units[heading]) if heading in units else cell
        for cell, heading in zip_longest(row, headings[: len(row)], fillvalue="")
    ]


def _rule(
    row: Sequence[str],
    headings: Sequence[str],
    asked: Sequence[int],
    given: Sequence[int],
    known: dict[str, Content],
) -> Content:
    rule = copy.deepcopy(known.get(cell_at(row, 0), {})) | {"id": cell_at(row, 0)}
    if PRIORITY in headings:
        rank = cell_at(row, headings.index(PRIORITY))
        rule["priority"] = int(rank) if rank.isdigit() else rank
    rule["when"] = [cell_at(row, column) for column in asked]
    rule["then"] = [cell_at(row, column) for column in given]
    return rule
