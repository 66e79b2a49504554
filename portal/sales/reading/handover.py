"""The two forms in which good rows leave the reader: COPY text by rows, or blocks of columns.

A block is one line of JSON, ``{"rows", "first", "words", "columns"}``, and then one line per name in
``columns``: its cells between tabs, escaped as COPY escapes them. ``first`` is the source row of the first
entry when rows follow each other, else the numbers are the first of the columns. ``words`` gives the columns
that are one plain word throughout; a column that is neither is null throughout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.sales.reading.report import NULL

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW_NUMBER = "row_no"
_WORD = re.compile(r"[a-z0-9_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows by column.

    Attributes:
        numbers: Source row of each.
        words: Columns that are one plain word throughout.
        columns: Cells as COPY writes them, by column; what is missing is null throughout.
        escaped: Columns in which something is null or escaped.
    """

    numbers: Sequence[int]
    words: dict[str, str]
    columns: dict[str, list[str]]
    escaped: frozenset[str]


def copy_text(numbers: Sequence[int], _names: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    """Write rows as COPY text, the source row number first."""
    return "\n".join(map("\t".join, zip(map(str, numbers), *columns, strict=True))) + "\n"


def block_text(numbers: Sequence[int], names: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    """Write rows as one block; ``numbers`` is not empty."""
    words: dict[str, str] = {}
    lines: dict[str, str] = {}
    if not isinstance(numbers, range):
        lines[ROW_NUMBER] = "\t".join(map(str, numbers))
    for name, column in zip(names, columns, strict=True):
        first = column[0]
        if first == column[-1] and (first == NULL or _WORD.fullmatch(first)) and _same(column, first):
            if first != NULL:
                words[name] = first
            continue
        lines[name] = "\t".join(column)
    head = {"rows": len(numbers), "first": numbers[0], "words": words, "columns": list(lines)}
    return "\n".join([json.dumps(head, ensure_ascii=True), *lines.values(), ""])


def _same(column: Sequence[str], first: str) -> bool:
    return column.count(first) == len(column)


class Blocks:
    """Cuts blocks out of text that arrives in pieces of whole lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, text: str) -> Iterator[Block]:
        """Take a piece and yield the blocks it completes."""
        self._lines += text[:-1].split("\n")
        start = 0
        while start < len(self._lines):
            head = json.loads(self._lines[start])
            end = start + 1 + len(head["columns"])
            if end > len(self._lines):
                break
            yield _block(head, self._lines[start + 1 : end])
            start = end
        del self._lines[:start]


def _block(head: dict[str, Any], lines: list[str]) -> Block:
    columns = {name: line.split("\t") for name, line in zip(head["columns"], lines, strict=True)}
    escaped = frozenset(name for name, line in zip(head["columns"], lines, strict=True) if "\\" in line)
    numbers: Sequence[int] = range(head["first"], head["first"] + head["rows"])
    if ROW_NUMBER in columns:
        numbers = list(map(int, columns.pop(ROW_NUMBER)))
    return Block(numbers, head["words"], columns, escaped)
