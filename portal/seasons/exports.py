"""Targets as workbooks: one row per dealer and product, one column per month; out, edited, and in again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import python_calamine as calamine

from portal.errors import Invalid, Problem, message
from portal.seasons.model import Cell
from portal.seasons.queries.targets import list_cells, list_products
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from portal.seasons.queries.seasons import SeasonRow
    from portal.seasons.queries.standings import Standing
    from rules.months import Month

_FIXED = 5
_BATCH = 500
ROWS_MAX, BYTES_MAX = 20_000, 8 * 1024 * 1024
_PROBLEMS_MOST = 20


def target_columns(season: SeasonRow) -> list[Column]:
    """Return the columns in the current language; months are headed ``2026-10``, amounts are minor units."""
    return [
        Column("dealer_code", gettext("Dealer code")),
        Column("dealer", gettext("Dealer"), 24),
        Column("product_code", gettext("Product code")),
        Column("product", gettext("Product"), 28),
        Column("version", gettext("Version"), 9),
        *(Column(str(month), str(month), 14) for month in season.months),
        Column("sum", gettext("Season"), 16),
    ]


async def target_rows(rows: Sequence[Standing], season: SeasonRow) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield dealers' targets, drafts first of all, by dealer and product, in batches."""
    batch: list[dict[str, Any]] = []
    targets = {row.dealer.id: row.draft or row.shown for row in rows}
    for row in rows:
        target = targets[row.dealer.id]
        if target is None:
            continue
        cells = (await list_cells([target.id]))[target.id]
        products = await list_products(cell.product for cell in cells)
        for product in products.values():
            own = {str(cell.month): cell.amount_minor for cell in cells if cell.product == product.id}
            batch.append(
                {
                    "dealer_code": row.dealer.code,
                    "dealer": row.dealer.name,
                    "product_code": product.code,
                    "product": product.name,
                    "version": target.version,
                    **{str(month): own.get(str(month), 0) for month in season.months},
                    "sum": sum(own.values()),
                }
            )
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    yield batch


def read_workbook(content: bytes, season: SeasonRow) -> dict[str, list[tuple[str, Month, int]]]:
    """Read an edited workbook: by dealer code, cells as product code, month and minor units.

    Columns are found by their place (codes) and by month headings; names, version and sum are not read.

    Raises:
        Invalid: It is no workbook, has no month of the season, or cells are no whole numbers.
    """
    if len(content) > BYTES_MAX:
        raise Invalid.of("file", "This file is too large.")
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        table = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (calamine.CalamineError, ValueError, IndexError) as error:
        raise Invalid.of("file", "This is not a workbook (XLSX) that can be read.") from error
    if len(table) > ROWS_MAX:
        raise Invalid.of("file", "At most %(count)s rows, please.", count=ROWS_MAX)
    known = {str(month): month for month in season.months}
    heads = [str(cell).strip() for cell in table[0]] if table else []
    places = {place: known[head] for place, head in enumerate(heads) if head in known}
    if not places:
        raise Invalid.of("file", "No column is headed with a month of this season, such as 2026-10.")
    return _rows(table[1:], places)


def _rows(
    table: Sequence[Sequence[Any]], places: Mapping[int, Month]
) -> dict[str, list[tuple[str, Month, int]]]:
    found: dict[str, list[tuple[str, Month, int]]] = {}
    problems: list[Problem] = []
    for number, row in enumerate(table, 1):
        dealer, product = _code(row, 0), _code(row, 2)
        if not dealer and not product:
            continue
        for place, month in places.items():
            amount = _amount(row[place] if place < len(row) else "")
            if amount is None or amount < 0:
                text = message(
                    "Row %(row)s, %(month)s: a whole number of 0 or more is needed.",
                    row=number,
                    month=str(month),
                )
                problems.append(Problem("file", text, number))
            else:
                found.setdefault(dealer, []).append((product, month, amount))
    if problems:
        raise Invalid(problems[:_PROBLEMS_MOST])
    return found


def _code(row: Sequence[Any], place: int) -> str:
    cell = row[place] if place < len(row) else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip().lstrip("'")


def _amount(cell: object) -> int | None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return int(cell) if float(cell).is_integer() else None
    text = str(cell).strip().replace(",", "")
    if text == "":
        return 0
    return int(text) if text.isascii() and text.isdigit() else None


def cells_of(rows: Sequence[tuple[str, Month, int]], codes: Mapping[str, int]) -> tuple[Cell, ...]:
    """Turn a dealer's rows into cells.

    Raises:
        Invalid: A product code is unknown, or a cell stands there twice.
    """
    unknown = sorted({code for code, _, _ in rows} - set(codes))
    if unknown:
        raise Invalid.of("file", "Unknown product code: %(code)s", code=unknown[0])
    cells = tuple(Cell(codes[code], month, amount) for code, month, amount in rows)
    if len({(cell.product, cell.month) for cell in cells}) != len(cells):
        raise Invalid.of("file", "A product stands there twice for one dealer.")
    return cells
