"""Sort converted chunks into good rows, rejected rows and skipped rows, and count."""

from __future__ import annotations

import json
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Self, TextIO

from portal.sales.reading.cells import column_letters
from portal.sales.reading.converters import REQUIRED, Bad
from portal.sales.reading.handover import block_text, copy_text
from portal.sales.reading.headers import normalised
from portal.sales.reading.messages import FileRefused, Message
from portal.sales.reading.prepare import dead_formulas
from portal.sales.reading.report import NULL, from_copy
from portal.sales.reading.spec import DAY_KINDS, Kind, Layout
from portal.sales.reading.tally import TALLIED, LineTally
from portal.sales.reading.texts import mask_national_ids, total_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.sales.reading.grid import Chunk, Head
    from portal.sales.reading.plan import Plan, Plans
    from portal.sales.reading.prepare import Preparation
    from portal.sales.reading.report import ReadReport
    from portal.sales.reading.spec import Request

SAMPLE_ROWS = 20
SHOWN_CHARACTERS = 200
SURPLUS = Bad.of(Message("extra_cells"))
SKIPPED = Bad.of(Message("skipped_by_map"))


class Output:
    """Writes rows.tsv, problems.jsonl and rejected.jsonl, and fills the counts of the report."""

    def __init__(
        self, report: ReadReport, plans: Plans, preparation: Preparation, head: Head, request: Request
    ) -> None:
        self._report, self._plans, self._header, self._head = report, plans, plans.header, head
        self._preparation, self._limits = preparation, request.limits
        self._written = block_text if request.layout is Layout.COLUMNS else copy_text
        columns = plans.spec.columns
        self._names = [column.name for column in columns]
        self._day = next((column.name for column in columns if column.kind in DAY_KINDS), None)
        self._summed = [column.name for column in columns if column.summed]
        self._codes = {column.name for column in columns if column.kind is Kind.CODE}
        self._days: Counter[str] = Counter()
        self._problems: Counter[str] = Counter()
        self._listed = self._kept = 0
        self._noted = False
        self._tally = LineTally() if set(self._names) >= TALLIED else None

    def __enter__(self) -> Self:
        self._rows: TextIO = self._report.rows_path.open("w", encoding="utf-8", newline="\n")
        self._problem_lines: TextIO = self._report.problems_path.open("w", encoding="utf-8")
        self._rejected: TextIO = self._report.rejected_path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._rows, self._problem_lines, self._rejected):
            stream.close()
        self._report.problem_counts = dict(sorted(self._problems.items()))
        self._report.months, self._report.days = _months(self._days), len(self._days)
        self._report.tally = None if self._tally is None else self._tally.plain()

    def take(self, chunk: Chunk) -> None:
        """Convert a chunk and write what is good in it."""
        size = len(chunk.columns[0]) if chunk.columns else 0
        if self._report.missing or not size:
            self._report.rows_read += size
            return
        if chunk.noted and not self._noted:
            self._noted = True
            self._report.warn("warn_notes", row=chunk.noted)
        skipped = self._preparation.apply(chunk)
        done = self._plans.convert(chunk)
        keep = self._judge(chunk, done, size, skipped)
        columns = [done.get(name) or [NULL] * size for name in self._names]
        numbers: Sequence[int] = range(chunk.first_row, chunk.first_row + size)
        if keep is not None:
            columns = [list(compress(column, keep)) for column in columns]
            numbers = list(compress(numbers, keep))
        self._write(numbers, columns)
        if self._report.rows_read > self._limits.rows:
            raise FileRefused.because("too_many_rows", limit=self._limits.rows)

    def _write(self, numbers: Sequence[int], columns: list[Sequence[str]]) -> None:
        report = self._report
        count = len(numbers)
        report.rows_read += count
        report.rows_good += count
        if not count:
            return
        self._rows.write(self._written(numbers, self._names, columns))
        by_name = dict(zip(self._names, columns, strict=True))
        if self._day is not None:
            self._days.update(by_name[self._day])
        sums = {name: _sum(by_name[name]) for name in self._summed if name in self._plans.names}
        for name, total in sums.items():
            report.totals[name] = report.totals.get(name, 0) + total
        if self._tally is not None:
            self._tally.take(by_name, sums)
        for place in range(min(count, SAMPLE_ROWS - len(report.sample))):
            report.sample.append({name: from_copy(by_name[name][place]) for name in self._names})

    def _judge(
        self, chunk: Chunk, done: dict[str, Sequence[str]], size: int, skipped: frozenset[int]
    ) -> list[bool] | None:
        """Find the rows that may not be written; None when all may."""
        bad: dict[int, list[tuple[Plan | None, Bad]]] = {}
        for plan in self._plans.plans:
            if plan.converter.any_bad:
                for place, cell in enumerate(done[plan.column.name]):
                    if cell.__class__ is Bad:
                        bad.setdefault(place, []).append((plan, cell))
            for place, fault in dead_formulas(chunk, self._head, plan.positions).items():
                bad.setdefault(place, []).append((plan, fault))
        for place in chunk.surplus:
            bad.setdefault(place, []).append((None, SURPLUS))
        for place in skipped:
            bad[place] = [(None, SKIPPED)]
        if not bad:
            return None
        keep = [True] * size
        for place in sorted(bad):
            keep[place] = False
            self._refuse(chunk, place, bad[place])
        return keep

    def _refuse(self, chunk: Chunk, place: int, problems: list[tuple[Plan | None, Bad]]) -> None:
        cells = [column[place] for column in chunk.columns]
        if not any(cell.strip() for cell in cells):
            return
        row = chunk.first_row + place
        self._report.rows_read += 1
        reason = self._why_skipped(cells, problems)
        if reason:
            self._report.rows_skipped += 1
            self._list(row, None, "", Message(reason))
            return
        self._report.rows_rejected += 1
        for plan, bad in problems:
            value = " × ".join(cells[position] for position in plan.positions) if plan else ""
            self._list(row, plan, value, bad.message)
        if self._kept < self._limits.error_rows:
            self._kept += 1
            self._rejected.write(
                json.dumps([row, list(map(mask_national_ids, cells))], ensure_ascii=True) + "\n"
            )
        else:
            self._report.warn("warn_error_rows_capped", limit=self._limits.error_rows)

    def _why_skipped(self, cells: list[str], problems: list[tuple[Plan | None, Bad]]) -> str:
        """Name why a row that cannot be read is no record at all; "" when it is one."""
        for _, bad in problems:
            if bad.message.code.startswith("skipped_"):
                return bad.message.code
        keys_blank = any(
            bad is REQUIRED and plan and plan.column.name in self._codes for plan, bad in problems
        )
        if keys_blank and any(total_word(cell) for cell in cells):
            return "skipped_total"
        named = [label for label in self._header.labels if label]
        same = sum(
            bool(cell.strip()) and normalised(cell) == normalised(label.split(" / ")[-1])
            for cell, label in zip(cells, self._header.labels, strict=True)
        )
        return "skipped_header" if same * 2 > len(named) else ""

    def _list(self, row: int, plan: Plan | None, value: str, message: Message) -> None:
        self._problems[message.code] += 1
        if self._listed >= self._limits.problems:
            self._report.warn("warn_problems_capped", limit=self._limits.problems)
            return
        self._listed += 1
        position = plan.positions[0] if plan and plan.positions else None
        entry = {
            "row": row,
            "column": plan.column.name if plan else None,
            "header": None if position is None else self._header.labels[position],
            "cell": self._cell(row, position),
            "value": mask_national_ids(value)[:SHOWN_CHARACTERS],
            **message.plain(),
        }
        self._problem_lines.write(json.dumps(entry, ensure_ascii=True) + "\n")

    def _cell(self, row: int, position: int | None) -> str:
        if position is None:
            return ""
        place = f"{column_letters(position)}{row}"
        return f"{self._report.sheet}!{place}" if self._report.sheet else place


def _sum(cells: Sequence[str]) -> int:
    if NULL not in cells:
        return sum(map(int, cells))
    return sum(int(cell) for cell in cells if cell != NULL)


def _months(days: Counter[str]) -> dict[str, int]:
    months: Counter[str] = Counter()
    for day, count in days.items():
        if day != NULL:
            months[day[:7]] += count
    return dict(sorted(months.items()))
