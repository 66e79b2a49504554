"""What happens to a chunk before its values are read: rows left out, blanks filled down, dead formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.sales.reading.converters import Bad
from portal.sales.reading.headers import position_of
from portal.sales.reading.messages import Message
from portal.sales.reading.sheet_xml import COLUMN_BASE

if TYPE_CHECKING:
    from portal.sales.reading.column_map import ColumnMap
    from portal.sales.reading.grid import Chunk, Head
    from portal.sales.reading.headers import Header

WITHOUT_VALUE = Bad.of(Message("formula_without_value"))


class Preparation:
    """Applies a map's ``fill_down`` and ``skip`` to chunks in file order."""

    def __init__(self, column_map: ColumnMap | None, header: Header) -> None:
        fill_down = column_map.fill_down if column_map else ()
        skip = column_map.skip if column_map else ()
        self._fill = {position_of(source, header): "" for source in fill_down}
        self._skip = [(position_of(rule.source, header), frozenset(rule.equals)) for rule in skip]

    def apply(self, chunk: Chunk) -> frozenset[int]:
        """Fill the chunk's blanks from above, across chunk borders too; return the rows to leave out."""
        if self._fill:
            columns = list(chunk.columns)
            for position in self._fill:
                columns[position] = self._filled(position, columns[position])
            chunk.columns = columns
        return frozenset(
            place
            for position, values in self._skip
            for place, cell in enumerate(chunk.columns[position])
            if cell.strip() in values
        )

    def _filled(self, position: int, cells: object) -> list[str]:
        last, filled = self._fill[position], []
        for cell in cells:  # type: ignore[attr-defined]
            last = cell if cell.strip() else last
            filled.append(last)
        self._fill[position] = last
        return filled


def dead_formulas(chunk: Chunk, head: Head, positions: tuple[int, ...]) -> dict[int, Bad]:
    """Rows of a chunk whose cell in one of the positions is a formula that failed or has no value."""
    found: dict[int, Bad] = {}
    if not head.uncached and not head.errors:
        return found
    for position in positions:
        base = position * COLUMN_BASE + chunk.first_row - 1
        for place, cell in enumerate(chunk.columns[position]):
            if cell:
                continue
            if base + place in head.errors:
                found[place] = Bad.of(Message("formula_error", {"found": head.errors[base + place]}))
            elif base + place in head.uncached:
                found[place] = WITHOUT_VALUE
    return found
