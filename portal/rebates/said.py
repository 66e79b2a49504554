"""What a file of the ERP says, looked at before it is booked; the file is kept until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import fetch_value, unit_of_work
from portal.files.service import store
from portal.rebates.acknowledgements import check_rows, read_rows
from portal.rebates.queries.payouts import payout_lines_of

if TYPE_CHECKING:
    import datetime as dt

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """A readable file held against a payout.

    Attributes:
        sha256: Hash of the kept file, for booking exactly what was looked at.
        name: Its name.
        fresh: Lines that would be booked.
        known: Lines that were booked before.
        left: Lines of the payout that would stay open.
        total_minor: What would be booked.
        rows: The first of its rows: row, code, name, amount, reference, day, whether new.
    """

    sha256: str
    name: str
    fresh: int
    known: int
    left: int
    total_minor: int
    rows: Sequence[dict[str, Any]]


async def preview_file(payout_id: int, content: bytes, name: str, today: dt.date | None = None) -> Preview:
    """Read a file, hold it against a payout and keep it; nothing is booked. See ``check_rows``.

    Raises:
        NotFound: There is no such payout.
        Conflict: It is not exported.
        Invalid: Every problem of the file, with row and column.
    """
    rows = await read_rows(content, name)
    await check_rows(payout_id, rows, today)
    lines = {line.id: line for line in await payout_lines_of(payout_id)}
    fresh = [row for row in rows if lines[row.said.line_id].state == "open"]
    still_open = sum(line.state == "open" for line in lines.values())
    async with unit_of_work():
        file_id = await store(content, "application/octet-stream")
        sha256: str = await fetch_value("select sha256 from stored_file where id = {}", file_id)
    shown = [
        {
            "row": row.row,
            "code": lines[row.said.line_id].code,
            "name": lines[row.said.line_id].name,
            "amount_minor": row.said.amount_minor,
            "reference": row.said.reference,
            "paid_on": row.said.paid_on,
            "fresh": lines[row.said.line_id].state == "open",
        }
        for row in rows[:SHOWN]
    ]
    return Preview(
        sha256,
        name,
        len(fresh),
        len(rows) - len(fresh),
        still_open - len(fresh),
        sum(row.said.amount_minor for row in fresh),
        shown,
    )
