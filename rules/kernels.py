"""Conditions on one column as packed rows, for one round of subjects.

Each function fills the rows of all conditions on a column at once, so that what they share is done once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rules.columns import everyone, pack, width_of
from rules.decisions.matching import UNBOUNDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rules.columns import CodedColumn, Codes, Column, NumberColumn, Packed, TruthColumn
    from rules.decisions.matching import Interval, Truth

SPELLED_OUT = 3
"""So many values are looked for one by one; a table of all of them costs as much as about seven."""
BYTE = 8


class Round:
    """Some subjects in a row, small enough for the processor's cache.

    Args:
        first: Position of the first subject, a multiple of 64.
        last: Position behind the last subject.

    Attributes:
        span: The subjects.
        part: Their bytes in a packed row.
        everyone: Packed row of all of them.
    """

    def __init__(self, first: int, last: int) -> None:
        self.span = slice(first, last)
        self.part = slice(first >> 3, (first >> 3) + width_of(last - first))
        self.everyone = everyone(last - first)
        self._flags = np.empty(last - first, bool)

    def present(self, column: Column) -> Packed:
        """Return the packed row of the subjects with a value."""
        return self.everyone if column.present is None else column.present[self.part]

    def at_least(self, codes: Codes, edge: int) -> Packed:
        """Return the packed row of ``code ≥ edge``."""
        return pack(np.greater_equal(codes, codes.dtype.type(edge), out=self._flags))

    def equal(self, codes: Codes, code: int) -> Packed:
        """Return the packed row of ``code = a code``."""
        return pack(np.equal(codes, codes.dtype.type(code), out=self._flags))


def fill_numbers(
    column: NumberColumn, tests: Sequence[Interval], subjects: Round, rows: Sequence[Packed]
) -> None:
    """Fill one row per interval; each different edge is compared once."""
    codes, present = column.codes[subjects.span], subjects.present(column)
    edges: dict[int, Packed] = {}

    def at_least(value: int) -> Packed:
        if value <= column.smallest:
            return present
        code = value - column.smallest + 1
        if code not in edges:
            edges[code] = subjects.at_least(codes, code)
        return edges[code]

    for test, row in zip(tests, rows, strict=True):
        lowest, highest = _inside(column, test)
        if lowest > highest:
            row[:] = 0
        elif highest == column.largest:
            row[:] = at_least(lowest)
        elif lowest == highest > column.smallest:
            row[:] = subjects.equal(codes, lowest - column.smallest + 1)
        else:
            np.bitwise_xor(at_least(lowest), at_least(highest + 1), out=row)


def _inside(column: NumberColumn, test: Interval) -> tuple[int, int]:
    """Return the part of an interval where the column has values; an open end reaches any number."""
    lowest = column.smallest if test.lowest == -UNBOUNDED else max(test.lowest, column.smallest)
    highest = column.largest if test.highest == UNBOUNDED else min(test.highest, column.largest)
    return lowest, highest


def fill_truths(column: TruthColumn, tests: Sequence[Truth], subjects: Round, rows: Sequence[Packed]) -> None:
    """Fill one row per wanted truth value."""
    true = column.true[subjects.part]
    for test, row in zip(tests, rows, strict=True):
        row[:] = true if test.wanted else subjects.present(column) ^ true


def fill_coded(
    column: CodedColumn, answers: NDArray[np.bool_], subjects: Round, rows: Sequence[Packed]
) -> None:
    """Fill one row per text or option condition.

    Args:
        column: Codes and their values.
        answers: One row per value of the column, one entry per condition.
        subjects: The round.
        rows: One per condition.
    """
    codes, present = column.codes[subjects.span], subjects.present(column)
    equal: dict[int, Packed] = {}
    looked_up = []
    for place, holding in enumerate(answers.T):
        few = bool(2 * np.count_nonzero(holding) <= len(holding))
        listed = np.flatnonzero(holding if few else ~holding).tolist()
        if len(listed) > SPELLED_OUT:
            looked_up.append(place)
            continue
        rows[place][:] = 0 if few else present
        for value in listed:
            if value not in equal:
                equal[value] = subjects.equal(codes, value + 1)
            rows[place][:] ^= equal[value]
    for first in range(0, len(looked_up), BYTE):
        places = looked_up[first : first + BYTE]
        _fill_looked_up(codes, answers[:, places], [rows[place] for place in places])


def _fill_looked_up(codes: Codes, answers: NDArray[np.bool_], rows: Sequence[Packed]) -> None:
    """Fill at most eight rows from one table of bytes, a bit per condition."""
    table = np.zeros(max(len(answers) + 1, 256), np.uint8)
    table[1 : len(answers) + 1] = np.packbits(answers, axis=1, bitorder="little")[:, 0]
    if codes.dtype == np.uint8:
        found = np.frombuffer(codes.tobytes().translate(table.tobytes()), np.uint8)
    else:
        found = np.take(table, codes, mode="clip")
    for place, row in enumerate(rows):
        row[:] = pack(found & np.uint8(1 << place))
