"""A decision table as a grid: inputs and outputs as columns, one rule per row, and back by ``table_edits``.

Pure, and tolerant: what is typed stays as it was typed, however wrong; checks say what to mend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.rulebooks.sheet import HEAD, Content, mapping, members, text

if TYPE_CHECKING:
    from rules.documents import Path

MOST_ROWS = 300
MOST_COLUMNS = 24
ANY = "-"
ROW_DEPTH = 3
TABLE_HEAD = (
    *(field for field in HEAD if field[1][0] != "grades"),
    ("decision", ("decision",)),
    ("hit_policy", ("hit_policy",)),
    ("aggregate", ("aggregate",)),
)
"""Fields of the whole decision and where their values stand in the content."""
INPUT_FIELDS = ("name", "type", "ko", "en", "unit", "scale", "low", "high", "options", "missing")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One rule of the grid.

    Attributes:
        place: Position in the table's rows.
        id: Id of the rule.
        priority: As typed; only the hit policy ``priority`` looks at it.
        when: Input cells, one per input column.
        then: Output cells, one per output column.
    """

    place: int
    id: str
    priority: str
    when: tuple[str, ...]
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableInput:
    """A declared input as cells, as typed; ``kpi`` is the code of the catalogue's measure or empty."""

    place: int
    name: str
    kpi: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableGrid:
    """A whole decision table as cells.

    Attributes:
        head: Fields of the whole decision by name.
        inputs: Name of the input of each condition column.
        outputs: Action of each output column.
        otherwise: Output cells of the else row; None without one.
        declared: Every declared input.
    """

    head: Mapping[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[TableRow, ...]
    otherwise: tuple[str, ...] | None
    declared: tuple[TableInput, ...]


def is_decision(content: object) -> bool:
    """Tell whether content is a decision of rules or a table, not a score sheet."""
    return isinstance(content, dict) and bool({"rules", "table"} & set(content))


def is_table(content: object) -> bool:
    """Tell whether content is a decision table, so that a grid can be made of it."""
    return isinstance(content, dict) and isinstance(content.get("table"), dict) and "rules" not in content


def table_of(content: Content) -> TableGrid:
    """Return the grid of a content that ``is_table``; cells it has no values for hold ``-``."""
    table = mapping(content.get("table"))
    inputs = tuple(text(name) for name in members(table.get("inputs")))[:MOST_COLUMNS]
    outputs = tuple(text(name) for name in members(table.get("outputs")))[:MOST_COLUMNS]
    rows = [row for row in members(table.get("rows")) if isinstance(row, dict)]
    otherwise = content.get("else")
    return TableGrid(
        head={name: text(_at(content, path)) for name, path in TABLE_HEAD},
        inputs=inputs,
        outputs=outputs,
        rows=tuple(
            TableRow(
                place,
                text(row.get("id")),
                text(row.get("priority")),
                _cells(row.get("when"), len(inputs)),
                _cells(row.get("then"), len(outputs)),
            )
            for place, row in enumerate(rows)
        ),
        otherwise=_cells(otherwise.get("then"), len(outputs)) if isinstance(otherwise, dict) else None,
        declared=tuple(
            _declared(place, text(name), mapping(source))
            for place, (name, source) in enumerate(mapping(content.get("inputs")).items())
        ),
    )


def _cells(given: object, width: int) -> tuple[str, ...]:
    cells = [cell_text(cell) for cell in members(given)][:width]
    return (*cells, *[ANY] * (width - len(cells)))


def cell_text(cell: object) -> str:
    """Return a cell as people type it: truth as yes or no, everything else as it stands."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return text(cell) or ANY


def _declared(place: int, name: str, source: Content) -> TableInput:
    label, span = mapping(source.get("label")), members(source.get("range"))
    ends = [text(end) for end in span] if len(span) == len(("low", "high")) else ["", ""]
    return TableInput(
        place,
        name,
        text(source.get("kpi")),
        {
            "name": name,
            "type": text(source.get("type")),
            "ko": text(label.get("ko")),
            "en": text(label.get("en")),
            "unit": text(source.get("unit")),
            "scale": text(source.get("scale")),
            "low": ends[0],
            "high": ends[1],
            "options": ", ".join(text(option) for option in members(source.get("options"))),
            "missing": text(source.get("missing")),
        },
    )


def _at(content: object, path: Path) -> object:
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def row_of(path: Path) -> int:
    """Return the row of the grid a path of the content lies in; -1 when in none."""
    inside = path[:2] == ("table", "rows") and len(path) >= ROW_DEPTH
    return int(path[2]) if inside else -1


_HEAD_CELLS: dict[Path, str] = {path: f"h-{name}" for name, path in TABLE_HEAD}
_INPUT_CELLS = {"range": "low", "label": "ko"}


def table_cell_of(path: Path) -> str:
    """Return the name of the grid's cell a path of the content is shown in; empty when there is none."""
    last = path[-1] if path else ""
    if row_of(path) >= 0:
        if len(path) > ROW_DEPTH + 1 and path[3] in ("when", "then"):
            return f"r{path[2]}-{'w' if path[3] == 'when' else 'o'}{path[4]}"
        return f"r{path[2]}-{'priority' if last == 'priority' else 'id'}"
    if path[:2] in (("table", "inputs"), ("table", "outputs")) and isinstance(last, int):
        return f"{'i' if path[1] == 'inputs' else 'o'}{last}"
    if path[:2] == ("else", "then") and isinstance(last, int):
        return f"e-o{last}"
    if path[:1] == ("inputs",) and len(path) > 1:
        key = path[2] if len(path) > ROW_DEPTH - 1 else "name"
        return f"v-{path[1]}-{_INPUT_CELLS.get(str(key), key)}"
    return _HEAD_CELLS.get(path, "")
