"""What did not come in: rejected rows and conflicts, as a file to correct and send again."""

from __future__ import annotations

import asyncio
import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from portal.sales.imports.preview import Tab, preview_rows
from portal.sales.reading import Message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping
    from pathlib import Path

    from portal.sales.imports.batch import Batch

CONFLICTS = "conflicts.jsonl"
MOST_CONFLICTS = 50_000
_PAGE = 1_000
COLUMN = "오류 / error"


async def write_conflicts(batch: Batch, folder: Path) -> None:
    """Keep the rows that wait or conflict, which the stage forgets when it is applied; up to 50,000 each."""
    counts = batch.report.counts
    wanted = [(Tab.CONFLICT, counts.conflict), (Tab.UNKNOWN, counts.unknown)]
    written = [line for tab, count in wanted if count for line in await _kept_rows(batch, tab)]
    if written:
        await asyncio.to_thread(_write, folder / CONFLICTS, written)
    else:
        await asyncio.to_thread((folder / CONFLICTS).unlink, missing_ok=True)


async def _kept_rows(batch: Batch, tab: Tab) -> list[str]:
    written: list[str] = []
    after: int | None = 0
    while after is not None and len(written) < MOST_CONFLICTS:
        page = await preview_rows(batch, tab, after, _PAGE)
        for row in page.rows:
            cells = {name: cell.value for name, cell in row.cells.items()}
            stored = {name: cell.before for name, cell in row.cells.items() if cell.differs}
            entry = {"row": row.row_no, "cells": cells, "stored": stored, "first_row": row.first_row}
            entry["unknown"] = tab is Tab.UNKNOWN
            written.append(json.dumps(entry, ensure_ascii=False))
        after = page.next_after
    return written


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def has_errors(folder: Path) -> bool:
    """Tell whether there is anything to put into an error file."""
    return any(
        (folder / name).is_file() and (folder / name).stat().st_size for name in ("rejected.jsonl", CONFLICTS)
    )


def list_problems(folder: Path, limit: int, after: int = 0) -> list[dict[str, Any]]:
    """Return problems of rejected rows in the file's order: row, column, header, cell, value, message."""
    found = (json.loads(line) for line in _lines(folder / "problems.jsonl"))
    return list(islice((entry for entry in found if entry["row"] > after), limit))


def _lines(path: Path) -> Iterator[str]:
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            yield from (line for line in file if line.strip())


async def error_rows(
    batch: Batch, folder: Path, say: Callable[[Message], str], words: Mapping[str, str]
) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the rows of the error file: the file's own columns and what is wrong.

    Args:
        batch: Its headers name the columns.
        folder: The batch's folder.
        say: Turns a message into the reader's language.
        words: ``row``, ``stored``, ``repeats`` and ``unknown`` in that language.
    """
    headers = [str(header) for header in batch.report.reader.get("headers", [])]
    said: dict[int, list[str]] = {}
    for line in _lines(folder / "problems.jsonl"):
        entry = json.loads(line)
        message = Message(entry["code"], entry["params"])
        said.setdefault(entry["row"], []).append(f"{entry['header'] or ''}: {say(message)}".strip(": "))
    rejected = _lines(folder / "rejected.jsonl")
    while chunk := list(islice(rejected, _PAGE)):
        yield [_rejected(json.loads(line), headers, said) for line in chunk]
    sources: dict[str, str] = batch.report.reader.get("sources", {})
    conflicts = _lines(folder / CONFLICTS)
    while chunk := list(islice(conflicts, _PAGE)):
        yield [_conflict(json.loads(line), sources, words) for line in chunk]


def _rejected(entry: list[Any], headers: list[str], said: dict[int, list[str]]) -> dict[str, Any]:
    number, cells = entry
    return dict(zip(headers, cells, strict=False)) | {"row": number, COLUMN: "; ".join(said.get(number, []))}


def _conflict(entry: dict[str, Any], sources: Mapping[str, str], words: Mapping[str, str]) -> dict[str, Any]:
    row = {sources[name]: value for name, value in entry["cells"].items() if name in sources}
    if entry.get("unknown"):
        reason = words["unknown"]
    elif entry["first_row"] is not None:
        reason = words["repeats"] % {"row": entry["first_row"]}
    else:
        stored = ", ".join(f"{sources.get(name, name)} = {value}" for name, value in entry["stored"].items())
        reason = f"{words['stored']} {stored}".strip()
    return row | {"row": entry["row"], COLUMN: reason}
