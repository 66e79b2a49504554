"""Whole lists are read in batches by key, each row once."""

from __future__ import annotations

import pytest

from portal.paging import Cursor, in_batches


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (2, [[0, 1]]),
        (3, [[0, 1, 2]]),
        (7, [[0, 1, 2], [3, 4, 5], [6]]),
    ],
)
async def test_every_row_comes_once_in_batches(count: int, expected: list[list[int]]) -> None:
    asked: list[Cursor] = []

    async def read(cursor: Cursor) -> list[int]:
        asked.append(cursor)
        start = int(cursor.key[0] or 0) + 1 if cursor.key else 0
        return list(range(start, count))[:3]

    assert [rows async for rows in in_batches(read, lambda row: (row,), 3)] == expected
    # A full last batch costs one more question, any other none.
    ends = [batch[-1] for batch in expected if len(batch) == 3]
    assert asked == [Cursor(), *(Cursor((end,)) for end in ends)]
