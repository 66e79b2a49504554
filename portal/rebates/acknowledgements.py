"""The file in which the ERP says what it paid: the exported payout with reference and day filled in.

CSV (UTF-8 with or without mark, UTF-16 with mark, CP949) or XLSX, read by a child process within limits. A
line without reference and day is not paid yet and is passed over. Everything wrong is told at once, with row
and column; a file with one wrong cell books nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from portal.errors import Conflict, Invalid, Message, Problem
from portal.rebates.model import REFERENCE_CHARACTERS, PayoutState
from portal.rebates.policies import PAY
from portal.rebates.queries.payouts import get_payout, payout_lines_of
from portal.rebates.service.ledger import is_closed
from portal.rebates.service.payouts import Acknowledgement, acknowledge_payout
from portal.sales.reading.messages import MESSAGES, FileRefused
from portal.sales.reading.process import read_file
from portal.sales.reading.report import ReadReport, iter_problems, iter_rows
from portal.sales.reading.spec import MIB, ColumnSpec, Kind, Limits, TableSpec
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.access import Viewer
    from portal.rebates.queries.payouts import PayoutLine

FILE_BYTES = 20 * MIB
LIMITS = Limits(
    memory_bytes=512 * MIB, cpu_seconds=60, wall_seconds=90, unzipped_bytes=100 * MIB, cells=2_000_000,
    rows=100_000, columns=200, problems=500,
)  # fmt: skip
SPEC = TableSpec(
    "rebate_acknowledgement",
    (
        ColumnSpec(
            "line_id", Kind.QUANTITY, required=True, aliases=("Line", "항목", "지급 줄", "Line id", "id")
        ),
        ColumnSpec(
            "amount_minor",
            Kind.AMOUNT,
            required=True,
            aliases=("Amount to pay", "지급할 금액", "Amount", "금액", "지급액", "amount_minor"),
        ),
        ColumnSpec(
            "reference",
            Kind.TEXT,
            aliases=("Payment reference", "지급 번호", "Reference", "전표번호", "이체번호", "reference"),
            max_length=REFERENCE_CHARACTERS,
        ),
        ColumnSpec("paid_on", Kind.DAY, aliases=("Paid on", "지급일", "이체일", "Payment date", "paid_on")),
    ),
)


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What one row says.

    Attributes:
        row: Row of the file, 1 for the first row of data.
        said: The acknowledgement.
    """

    row: int
    said: Acknowledgement


async def acknowledge_file(
    viewer: Viewer, payout_id: int, content: bytes, name: str = "", today: dt.date | None = None
) -> int:
    """Book what a file of the ERP says was paid and return how many lines were new.

    The same file again books nothing more; a line that is not in it stays open.

    Args:
        viewer: Somebody of finance.
        payout_id: An exported payout.
        content: The file.
        name: Its name, for the audit log of the caller; never believed.
        today: Current day; with it, payments of days to come are refused.

    Raises:
        NotFound: There is no such payout.
        Conflict: It is not exported, or was acknowledged otherwise at this moment.
        Invalid: Every problem of the file, with row and column.
    """
    viewer.signature(PAY)
    rows = await read_rows(content, name)
    await check_rows(payout_id, rows, today)
    return await acknowledge_payout(viewer, payout_id, [row.said for row in rows])


async def read_acknowledgements(content: bytes, name: str = "") -> list[Acknowledgement]:
    """Return what a file says, in its order; see ``read_rows``."""
    return [row.said for row in await read_rows(content, name)]


async def read_rows(content: bytes, name: str = "") -> list[SaidRow]:
    """Read a file of the ERP without looking at any payout.

    Args:
        content: The file; CSV or XLSX, whatever its name says.
        name: Its name.

    Raises:
        Invalid: It is no table, too large, lacks a column, or has wrong cells: all of them at once.
    """
    if len(content) > FILE_BYTES:
        raise Invalid.of("file", "The file is larger than %(size)s MiB.", size=FILE_BYTES // MIB)
    return await asyncio.to_thread(_read, content, name)


async def check_rows(payout_id: int, rows: Sequence[SaidRow], today: dt.date | None = None) -> None:
    """Hold what a file says against the payout, before anything is booked.

    Args:
        payout_id: The payout.
        rows: What the file says.
        today: Current day; with it, payments of days to come are refused.

    Raises:
        NotFound: There is no such payout.
        Conflict: It is not exported.
        Invalid: Every row that contradicts the payout or an earlier answer, or whose month is closed.
    """
    payout = await get_payout(payout_id)
    if payout.state not in (PayoutState.EXPORTED, PayoutState.PAID):
        raise Conflict("Only an exported payout can be acknowledged.")
    lines = {line.id: line for line in await payout_lines_of(payout_id)}
    closed = {
        month for month in {Month.of(row.said.paid_on) for row in rows} if await is_closed(month.first_on)
    }
    problems = [
        problem for row in rows for problem in _contradictions(row, lines.get(row.said.line_id), closed)
    ]
    problems += [
        _problem("paid_on", row.row, "This day is still to come.")
        for row in rows
        if today is not None and row.said.paid_on > today
    ]
    if problems:
        raise Invalid(problems)


def _contradictions(row: SaidRow, line: PayoutLine | None, closed: set[Month]) -> Iterator[Problem]:
    said = row.said
    if line is None:
        yield _problem("line_id", row.row, "Line %(line)s is not of this payout.", line=said.line_id)
        return
    if said.amount_minor != line.amount_minor:
        yield _problem(
            "amount_minor", row.row, "What was paid is not the amount of the line: %(paid)s, not %(amount)s.",
            paid=f"{said.amount_minor:,}", amount=f"{line.amount_minor:,}",
        )  # fmt: skip
    if line.state == "paid":
        if (said.reference, said.paid_on) != (line.reference, line.paid_on):
            yield _problem("reference", row.row, "This line was acknowledged otherwise.")
    elif line.state != "open":
        yield _problem("line_id", row.row, "This line is no longer to be paid.")
    elif Month.of(said.paid_on) in closed:
        yield _problem(
            "paid_on", row.row, "The month %(month)s is closed.", month=str(Month.of(said.paid_on))
        )


def _read(content: bytes, name: str) -> list[SaidRow]:
    suffix = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="acknowledgement-") as folder:
        path = Path(folder, f"said{suffix if suffix in ('.csv', '.xlsx') else ''}")
        path.write_bytes(content)
        try:
            report = read_file(path, SPEC, None, Path(folder, "out"), LIMITS)
        except FileRefused as refused:
            raise Invalid(
                [Problem("file", Message(MESSAGES[refused.message.code], refused.message.params))]
            ) from refused
        return _rows(report)


def _rows(report: ReadReport) -> list[SaidRow]:
    absent = [name for name in ("reference", "paid_on") if not _has(report, name)]
    if missing := [*report.missing, *absent]:
        both = (SPEC.column(name).aliases[:2] for name in missing)
        labels = ", ".join(f"{korean} ({english})" for english, korean in both)
        raise Invalid.of("file", "These columns were not found: %(columns)s.", columns=labels)
    problems = [
        Problem(found["column"], Message(found["message"], found["params"]), found["row"] - report.header_row)
        for found in iter_problems(report)
        if not found["code"].startswith("skipped_")
    ]
    rows: list[SaidRow] = []
    seen: dict[int, Acknowledgement] = {}
    for number, line_id, amount, reference, paid_on in iter_rows(report):
        row = int(number or 0) - report.header_row
        if reference is None and paid_on is None:
            continue
        if reference is None or paid_on is None:
            name = "reference" if reference is None else "paid_on"
            problems.append(_problem(name, row, "A payment has a reference and a day, or neither."))
            continue
        said = Acknowledgement(
            int(line_id or 0), str(reference), dt.date.fromisoformat(str(paid_on)), int(amount or 0)
        )
        if seen.setdefault(said.line_id, said) is not said:
            problems.append(_problem("line_id", row, "Line %(line)s is there twice.", line=said.line_id))
        rows.append(SaidRow(row, said))
    if problems:
        raise Invalid(sorted(problems, key=lambda problem: problem.row or 0))
    if not rows:
        raise Invalid.of("file", "No row has a reference and a day: nothing was paid.")
    return rows


def _has(report: ReadReport, name: str) -> bool:
    return any(name in columns for columns in report.header_map.values())


def _problem(column: str, row: int, text: str, **params: object) -> Problem:
    return Problem(column, Message(text, params), row)
