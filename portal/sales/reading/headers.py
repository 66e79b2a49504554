"""Find the header among notes and decide which column is which."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.sales.reading.cells import column_letters
from portal.sales.reading.messages import FileRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.sales.reading.column_map import ColumnMap, Source
    from portal.sales.reading.grid import Head
    from portal.sales.reading.spec import TableSpec

DEEPEST_HEADER = 3
PART_SEPARATOR = " / "

_NOISE = re.compile(r"[\s_\-./·:*()\[\]<>'\"]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MULTIPLES = re.compile(
    r"[(\[]\s*(?:천|백만|만|억|십억|thousand|million|'?000)\s*(?:원|won|krw)?\s*[)\]]"
    r"|단위\s*[:：]?\s*(?:천|백만|만|억|십억)\s*원",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found.

    Attributes:
        row: 1-based row of its last line; data follows.
        labels: One text per column; parts of several lines joined by " / ".
        physical: Cells of the header line, blank ones at its end included.
        columns: Column of ours → 0-based position.
        ignored: (position, column of ours): further source columns that mean the same.
    """

    row: int
    labels: list[str]
    physical: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    ignored: list[tuple[int, str]] = field(default_factory=list)


def find_header(head: Head, spec: TableSpec, column_map: ColumnMap | None) -> Header:
    """Choose the header rows that name most of the wanted columns; the flattest, then earliest of equals.

    Raises:
        FileRefused: A wanted header stands over two columns.
    """
    wanted = wanted_labels(spec, column_map)
    first = column_map.skip_rows if column_map else 0
    depths = _depths(head, column_map)
    best, best_score = None, (-1, 0, 0)
    for top in range(first, max(first + 1, len(head.rows))):
        for depth in depths:
            if top + depth > len(head.rows) and top > first:
                continue
            labels = header_labels(head, top, depth)
            score = (_matches(labels, wanted), -depth, -top)
            if score > best_score:
                best, best_score = (top + depth, labels), score
        if column_map is not None and column_map.header_rows is not None:
            break
    if best is None or best_score[0] == 0:
        best = (first + depths[0], header_labels(head, first, depths[0]))
    physical = len(head.rows[best[0] - 1]) if 0 < best[0] <= len(head.rows) else 0
    farthest = max(column_map.positions, default=-1) if column_map else -1
    labels = best[1] + [""] * (min(farthest + 1, physical) - len(best[1]))
    required = frozenset() if column_map else frozenset(c.name for c in spec.columns if c.required)
    header = _mapped(Header(best[0], labels, max(physical, len(labels))), wanted)
    return header if column_map else _each_position_once(header, required)


def wanted_labels(spec: TableSpec, column_map: ColumnMap | None) -> dict[str, list[str]]:
    """Column of ours (or source header of the map) → normalised spellings, best first."""
    if column_map is not None:
        return {source: [normalised(source)] for source in sorted(column_map.sources)}
    return {
        column.name: list(dict.fromkeys(map(normalised, (*column.aliases, column.name))))
        for column in spec.columns
    }


def position_of(source: Source, header: Header) -> int:
    """Position of a source a map names.

    Raises:
        FileRefused: The file has no such header or position.
    """
    if isinstance(source, int):
        if source >= len(header.labels):
            raise FileRefused.because("map_source_missing", header=source)
        return source
    if source not in header.columns:
        raise FileRefused.because("map_source_missing", header=source)
    return header.columns[source]


def normalised(label: str) -> str:
    """Reduce a header to what tells it apart: NFKC, lower case, without spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", label).replace("\ufeff", "").casefold())


def in_multiples(label: str) -> bool:
    """Tell whether a header says that its amounts are in thousands, millions …, such as 금액(천원)."""
    return _MULTIPLES.search(label) is not None


def header_labels(head: Head, top: int, depth: int) -> list[str]:
    """Join the header lines of each column, upper lines filled to the right under merged or blank cells.

    Without header lines the columns are named A, B, C …
    """
    if depth == 0:
        return [column_letters(place) for place in range(max(map(len, head.rows[top:]), default=0))]
    lines = [list(row) for row in head.rows[top : top + depth]]
    width = (
        max((len(row) for row in head.rows[top:]), default=0)
        if depth > 1
        else max(map(len, lines), default=0)
    )
    for line in lines:
        line.extend([""] * (width - len(line)))
    _fill_merged(head, lines, top)
    for place, line in enumerate(lines[:-1]):
        _fill_right(line, lines[place + 1])
    labels = []
    for parts in zip(*lines, strict=True):
        distinct = list(dict.fromkeys(cleaned for part in parts if (cleaned := " ".join(part.split()))))
        labels.append(unicodedata.normalize("NFC", PART_SEPARATOR.join(distinct)))
    while labels and not labels[-1]:
        labels.pop()
    return labels


def _depths(head: Head, column_map: ColumnMap | None) -> Sequence[int]:
    if head.fixed_header is not None:
        return (head.fixed_header,)
    if column_map is not None and column_map.header_rows is not None:
        return (column_map.header_rows,)
    return range(1, DEEPEST_HEADER + 1)


def _fill_merged(head: Head, lines: list[list[str]], top: int) -> None:
    for upper, left, lower, right in head.merges:
        for row in range(max(upper, top), min(lower + 1, top + len(lines))):
            for column in range(left, min(right + 1, len(lines[row - top]))):
                value = (
                    head.rows[upper][left] if upper < len(head.rows) and left < len(head.rows[upper]) else ""
                )
                lines[row - top][column] = lines[row - top][column] or value


def _fill_right(line: list[str], below: list[str]) -> None:
    last = ""
    for place, cell in enumerate(line):
        if cell.strip():
            last = cell
        elif below[place].strip():
            line[place] = last


def _spellings(label: str) -> list[str]:
    """Ways to read one label, the fullest first: whole, without brackets, its last and first line."""
    parts = label.split(PART_SEPARATOR)
    forms = [label, _BRACKETS.sub("", label), parts[-1], _BRACKETS.sub("", parts[-1]), parts[0]]
    return [form for form in dict.fromkeys(map(normalised, forms)) if form]


def _matches(labels: Sequence[str], wanted: Mapping[str, list[str]]) -> int:
    spellings = {form for label in labels for form in _spellings(label)}
    return sum(any(form in spellings for form in forms) for forms in wanted.values())


def _mapped(header: Header, wanted: Mapping[str, list[str]]) -> Header:
    by_rank = [(_spellings(label), place) for place, label in enumerate(header.labels)]
    for name, forms in wanted.items():
        hits = sorted(
            (rank, forms.index(form), place)
            for spelled, place in by_rank
            for rank, form in enumerate(spelled)
            if form in forms
        )
        if not hits:
            continue
        best = hits[0]
        if any(hit[:2] == best[:2] and hit[2] != best[2] for hit in hits):
            raise FileRefused.because("header_twice", header=header.labels[best[2]])
        header.columns[name] = best[2]
        others = dict.fromkeys(hit[2] for hit in hits if hit[2] != best[2])
        header.ignored.extend((place, name) for place in others)
    return header


def _each_position_once(header: Header, required: frozenset[str]) -> Header:
    """Give a source column that two of ours claim to the required one: 대리점코드 alone is the buyer."""
    owners: dict[int, str] = {}
    for name in sorted(header.columns, key=lambda name: name not in required):
        owners.setdefault(header.columns[name], name)
    for name, place in list(header.columns.items()):
        if owners[place] != name:
            del header.columns[name]
    header.ignored[:] = [(place, name) for place, name in header.ignored if place not in owners]
    return header
