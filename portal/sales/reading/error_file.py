"""The file a person gets back: the rejected rows as they were, and what is wrong with each."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from portal.sales.reading.messages import Message
from portal.sales.reading.process import run_child
from portal.sales.reading.report import ReadReport, iter_problems
from portal.sales.reading.spec import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")
ERROR_HEADER = "Error"
ROW_HEADER = "Row"


def english(message: Message) -> str:
    """Word a message in English; the web hands in its own translator."""
    return message.text


def write_error_file(
    report: ReadReport,
    path: Path,
    *,
    word: Callable[[Message], str] = english,
    headings: tuple[str, str] = (ROW_HEADER, ERROR_HEADER),
    extra: Mapping[int, Sequence[str]] | None = None,
) -> int:
    """Write the rejected rows with their row number and a column of errors; return how many.

    CSV in UTF-8 with mark, so that Korean spreadsheet programs read it. A cell that a spreadsheet
    would run (=, +, -, @, TAB, CR, NUL at its start) gets a leading apostrophe, numbers such as -5
    excepted (ASVS 1.2.10).

    Args:
        report: Its problems and rejected rows must still lie beside each other.
        path: Written anew.
        word: Words a message in the reader's language.
        headings: Headings of the row number and of the error column.
        extra: Further errors by source row, already worded; rows that read well are fetched from the
            source once more, by a child.

    Raises:
        FileRefused: The source, read again for ``extra``, is no longer readable.
    """
    reasons = _reasons(report, word)
    for row, texts in (extra or {}).items():
        reasons[row].extend(texts)
    rows = dict(_rejected(report.rejected_path))
    if absent := set(extra or ()) - rows.keys():
        rows |= fetch_rows(report, absent)
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow([headings[0], *map(defused, report.headers), headings[1]])
        for row in sorted(rows):
            writer.writerow([row, *map(defused, rows[row]), defused("; ".join(reasons[row]))])
    return len(rows)


def fetch_rows(report: ReadReport, rows: set[int]) -> dict[int, list[str]]:
    """Have a child read some rows of the source as they stand there, by source row number."""
    out_dir = Path(report.out_dir)
    request = Request.from_plain(json.loads((out_dir / "request.json").read_text(encoding="utf-8")))
    run_child(replace(request, rows=tuple(sorted(rows))))
    return dict(_rejected(out_dir / "fetched.jsonl"))


def defused(cell: str) -> str:
    """Make a cell harmless to spreadsheet programs; plain numbers stay as they are."""
    if (
        not cell.startswith(FORMULA_STARTS)
        or cell.lstrip("+-").replace(".", "", 1).replace(",", "").isdigit()
    ):
        return cell.replace("\x00", "")
    return "'" + cell.replace("\x00", "")


def _reasons(report: ReadReport, word: Callable[[Message], str]) -> defaultdict[int, list[str]]:
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    for problem in iter_problems(report):
        where = f"{problem['header']}: " if problem["header"] else ""
        reasons[problem["row"]].append(where + word(Message(problem["code"], problem["params"])))
    return reasons


def _rejected(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row, cells = json.loads(line)
            yield row, cells
