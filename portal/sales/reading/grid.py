"""The common shape of every source: first rows for the header, then chunks of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD_ROWS = 60
"""Rows looked at to find the header; it must lie within them."""

CHUNK_ROWS = 1024
"""Few enough that a chunk stays in the processor's cache: 8,192 rows take nearly twice as long."""


@dataclass(slots=True)
class Chunk:
    """Some consecutive rows of a file, by column.

    Attributes:
        first_row: 1-based row of the first entry, as a spreadsheet program counts.
        columns: Text of each column, all of the same length; blank cells are "".
        typed: The cells before they became text, where the source has types; an empty entry for a column
            means that its text says all.
        surplus: Rows (index in the chunk) with more cells than the header line.
        noted: A row with notes beside the table, 0 when there is none.
    """

    first_row: int
    columns: Sequence[Sequence[str]]
    typed: Sequence[Sequence[object]] | None = None
    surplus: frozenset[int] = frozenset()
    noted: int = 0


@dataclass(slots=True)
class Head:
    """Everything known before the data is read.

    Attributes:
        rows: First rows as text, at most ``HEAD_ROWS``.
        merges: Merged ranges as (top, left, bottom, right), 0-based and inclusive.
        uncached: Formula cells that may lack a stored value; keys as in ``sheet_xml``.
        errors: Failed formulas, key → text.
        fixed_header: Rows of the header where the format itself says so (Parquet), else None.
    """

    format: str
    rows: list[list[str]]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    fixed_header: int | None = None
    epoch_1904: bool = False
    notes: list[tuple[str, dict[str, str | int]]] = field(default_factory=list)
    uncached: frozenset[int] = frozenset()
    errors: dict[int, str] = field(default_factory=dict)


class Grid(Protocol):
    """A source that was opened: its head, and its chunks from a row on."""

    head: Head

    def chunks(self, skip: int, width: int, physical: int) -> Iterator[Chunk]:
        """Yield rows after the first ``skip``, ``width`` wide; the header line has ``physical`` cells."""


def chunk_of(rows: list[list[str]], first_row: int, width: int, physical: int) -> Chunk:
    """Turn rows of text into a chunk of ``width`` columns.

    Short rows are padded. Cells past ``width`` but under the header line's own blank cells, up to
    ``physical``, are notes beside the table; cells past those mean that the row is cut wrongly.
    """
    surplus: list[int] = []
    noted = 0
    if set(map(len, rows)) != {width}:
        for place, row in enumerate(rows):
            if len(row) < width:
                rows[place] = row + [""] * (width - len(row))
            elif len(row) > width:
                rows[place] = row[:width]
                if any(cell.strip() for cell in row[physical:]):
                    surplus.append(place)
                elif any(cell.strip() for cell in row[width:]):
                    noted = noted or first_row + place
    return Chunk(first_row, list(zip(*rows, strict=True)), surplus=frozenset(surplus), noted=noted)
