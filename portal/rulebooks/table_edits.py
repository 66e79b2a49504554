"""Changes of a decision table's content: cells put in, rows, columns and inputs added, removed, moved.

Pure, and tolerant like the grid: nothing that is typed is refused here.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from portal.rulebooks.decision_table import ANY, MOST_COLUMNS, MOST_ROWS, TABLE_HEAD
from portal.rulebooks.sheet import Content, mapping, members, text
from portal.rulebooks.sheet_edits import kpi_declaration, put
from rules.decisions.actions import action_vocabulary
from rules.decisions.cells import TRUTHS
from rules.kpis import catalogue

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from rules.decisions.actions import Param, ParamValue

MOST_INPUTS = 60
NUMERIC_KEYS = ("unit", "scale", "low", "high")
FIRST_OUTPUT = "set_class"
_OPTIONAL = frozenset({"effective_until", "aggregate"})
_WHOLE = re.compile(r"[-+]?[0-9][0-9,]*")
_PERCENT = re.compile(r"([-+]?[0-9]{1,6})(?:\.([0-9]{1,2}))?\s*%")


def table_content_of(fields: Mapping[str, str], before: Content) -> Content:
    """Return the content with the cells of a form put in; what the grid does not show stays as it is.

    Args:
        fields: Cells by name: head ``h-…``, columns ``i0`` ``o0``, rows ``r0-id`` ``r0-w0`` ``r0-o0``, the
            else row ``e-o0``, declared inputs ``v0-name`` ….
        before: Content the form was made from, or a later one.
    """
    content = copy.deepcopy(before)
    for name, path in TABLE_HEAD:
        if f"h-{name}" in fields:
            put(content, path, fields[f"h-{name}"].strip(), optional=name in _OPTIONAL)
    if content.get("hit_policy") != "collect":
        content.pop("aggregate", None)
    renamed = _put_inputs(fields, content)
    table = content["table"] = dict(mapping(content.get("table")))
    for key, letter in (("inputs", "i"), ("outputs", "o")):
        named = [fields.get(f"{letter}{place}", name) for place, name in enumerate(members(table.get(key)))]
        table[key] = [renamed.get(name, name) for name in named]
    rows = [row for row in members(table.get("rows")) if isinstance(row, dict)]
    table["rows"] = [_row(fields, f"r{place}-", row, content) for place, row in enumerate(rows)]
    if isinstance(content.get("else"), dict):
        content["else"] = _row(fields, "e-", content["else"], content)
    return _complete(content)


def _row(fields: Mapping[str, str], prefix: str, before: Content, content: Content) -> Content:
    row = copy.deepcopy(before)
    if f"{prefix}id" in fields:
        row["id"] = fields[f"{prefix}id"].strip()
    typed = fields.get(f"{prefix}priority", text(row.get("priority"))).strip()
    row.pop("priority", None)
    if content.get("hit_policy") == "priority" and prefix != "e-":
        row["priority"] = int(typed) if typed.isdigit() else typed
    for key, letter in (("when", "w"), ("then", "o")):
        if key in row or key == "then":
            cells = members(row.get(key))
            row[key] = [fields.get(f"{prefix}{letter}{place}", cell) for place, cell in enumerate(cells)]
    return row


def _complete(content: Content) -> Content:
    """Give every row an id and as many cells as there are columns, outputs with the type they need."""
    table = content["table"]
    inputs, outputs = members(table.get("inputs")), members(table.get("outputs"))
    taken = {text(row.get("id")) for row in table["rows"]} - {""}
    for row in table["rows"]:
        if not row.get("id"):
            row["id"] = next(f"r{n}" for n in range(1, MOST_ROWS + 2) if f"r{n}" not in taken)
            taken.add(row["id"])
        row["when"] = [_input_cell(cell) for cell in _sized(row.get("when"), len(inputs))]
        row["then"] = _outputs(row, outputs)
    if isinstance(content.get("else"), dict):
        content["else"]["then"] = _outputs(content["else"], outputs)
    declared = content["inputs"] = dict(mapping(content.get("inputs")))
    for name in inputs:
        if isinstance(name, str) and name not in declared and name in catalogue():
            declared[name] = {**kpi_declaration(name)}
            declared[name].pop("source", None)
    return content


def _sized(cells: object, width: int) -> list[Any]:
    given = members(cells)[:width]
    return [*given, *[ANY] * (width - len(given))]


def _input_cell(cell: object) -> object:
    return (cell.strip() or ANY) if isinstance(cell, str) else cell


def _outputs(row: Content, outputs: list[Any]) -> list[Any]:
    return [
        output_value(name, cell)
        for name, cell in zip(outputs, _sized(row.get("then"), len(outputs)), strict=True)
    ]


def output_value(action: object, typed: object) -> object:
    """Return an output cell with the type its action needs, as typed when it cannot be read so.

    ``1.5%`` is 150 basis points; thousands separators fall away.
    """
    if not isinstance(typed, str):
        return typed
    clean = typed.strip() or ANY
    meaning = action_vocabulary().get(action) if isinstance(action, str) else None
    if meaning is None or len(meaning.params) != 1 or clean == ANY:
        return clean
    return _value(next(iter(meaning.params.values())), clean)


def _value(param: Param, clean: str) -> ParamValue:
    if param.kind == "whole" and _WHOLE.fullmatch(clean):
        return int(clean.replace(",", ""))
    if param.kind == "whole" and param.unit == "bp" and (found := _PERCENT.fullmatch(clean)):
        digits = found[1] + (found[2] or "").ljust(2, "0")
        return int(digits)
    if param.kind == "boolean" and clean.lower() in TRUTHS:
        return TRUTHS[clean.lower()] == "is_true"
    return clean


def _put_inputs(fields: Mapping[str, str], content: Content) -> dict[str, str]:
    """Put declared inputs in; return new names by old ones."""
    old = mapping(content.get("inputs"))
    renamed, declared = {}, {}
    for place, (name, source) in enumerate(old.items()):
        changed = fields.get(f"v{place}-name", name).strip() or name
        if changed in declared:
            changed = name
        renamed[name] = changed
        declared[changed] = _input(fields, f"v{place}-", mapping(source))
    content["inputs"] = declared
    return {was: now for was, now in renamed.items() if was != now}


def _input(fields: Mapping[str, str], prefix: str, before: Content) -> Content:
    if f"{prefix}type" not in fields:
        return before
    source = {key: value for key, value in before.items() if key not in ("scale", "unit", "range", "options")}

    def cell(name: str) -> str:
        return fields.get(f"{prefix}{name}", "").strip()

    source["type"], source["missing"] = cell("type"), cell("missing")
    source["label"] = {"ko": cell("ko"), "en": cell("en")}
    if source["type"] == "numeric":
        scale = cell("scale") or "0"
        source |= {"scale": int(scale) if scale.isdigit() else scale, "unit": cell("unit")}
        if cell("low") or cell("high"):
            source["range"] = [cell("low"), cell("high")]
    elif options := [option.strip() for option in cell("options").split(",") if option.strip()]:
        source["options"] = options
    return {key: value for key, value in source.items() if value != "" or key != "unit"}


def rearranged_table(content: Content, change: str) -> Content:
    """Return the content after a row, column or input was added, removed or moved.

    Args:
        content: As ``table_content_of`` made it.
        change: ``add``, ``up-2``, ``down-2``, ``remove-2``, ``copy-2`` for rows; ``else`` puts the else row
            in or away; ``add-inputs``, ``left-inputs-1``, ``drop-outputs-0`` … for columns; ``add-variable``,
            ``drop-variable-1`` for declared inputs; others do nothing.
    """
    changed = copy.deepcopy(content)
    what, _, rest = change.partition("-")
    kind, _, number = rest.rpartition("-")
    kind, number = (rest, "") if not number.isdigit() else (kind, number)
    place = int(number) if number and len(number) <= len(str(MOST_ROWS)) else -1
    if what == "else":
        _toggle_else(changed)
    elif kind in ("inputs", "outputs"):
        _column(changed, what, kind, place)
    elif kind == "variable":
        _variable(changed, what, place)
    elif kind == "":
        _move_row(changed["table"]["rows"], what, place)
    return _complete(changed)


def new_table(decision: str, ko: str, en: str, first: dt.date, told: dt.date) -> Content:
    """Return an empty table to begin a new decision with: one column asked, one given, one rule.

    Args:
        decision: Code of the new family.
        ko: Korean name.
        en: English name.
        first: Suggested first day.
        told: Suggested day of the announcement.
    """
    asked = next(iter(catalogue()))
    label = {"ko": ko, "en": en}
    content: Content = {
        "decision": decision,
        "version": f"{first.year}.{first.month}",
        "label": label,
        "subject": "dealer",
        "hit_policy": "first",
        "effective_from": first.isoformat(),
        "change": {"kind": "new", "areas": [asked], "announced_on": told.isoformat(), "note": dict(label)},
        "inputs": {},
        "table": {
            "inputs": [asked],
            "outputs": [FIRST_OUTPUT],
            "rows": [{"id": "r1", "when": [], "then": []}],
        },
    }
    return _complete(content)


def _toggle_else(content: Content) -> None:
    if content.pop("else", None) is None:
        content["else"] = {"then": []}


def _move_row(rows: list[Any], what: str, place: int) -> None:
    there = 0 <= place < len(rows)
    if what == "add" and len(rows) < MOST_ROWS:
        rows.append({"id": "", "when": [], "then": []})
    elif what == "copy" and there and len(rows) < MOST_ROWS:
        rows.insert(place + 1, {**copy.deepcopy(rows[place]), "id": ""})
    elif what == "remove" and there:
        del rows[place]
    elif what in ("up", "down") and there:
        _swap(rows, place, place + (1 if what == "down" else -1))


def _swap(cells: list[Any], place: int, other: int) -> None:
    if 0 <= other < len(cells):
        cells[place], cells[other] = cells[other], cells[place]


def _column(content: Content, what: str, kind: str, place: int) -> None:
    columns: list[Any] = members(content["table"].get(kind))
    content["table"][kind] = columns
    key = "when" if kind == "inputs" else "then"
    rows = [
        *content["table"]["rows"],
        *([content["else"]] if kind == "outputs" and "else" in content else []),
    ]
    if what == "add" and len(columns) < MOST_COLUMNS:
        columns.append(_next_name(content, kind, columns))
    elif not 0 <= place < len(columns):
        return
    elif what == "drop":
        del columns[place]
        for row in rows:
            del row[key][place]
    elif what in ("left", "right"):
        other = place + (1 if what == "right" else -1)
        for cells in (columns, *(row[key] for row in rows)):
            _swap(cells, place, other)


def _next_name(content: Content, kind: str, used: list[Any]) -> str:
    if kind == "inputs":
        names = [*mapping(content.get("inputs")), *catalogue()]
    else:
        names = [FIRST_OUTPUT, *(each.name for each in action_vocabulary().values() if len(each.params) == 1)]
    return next((name for name in names if name not in used), names[0])


def _variable(content: Content, what: str, place: int) -> None:
    declared: Content = content["inputs"]
    names = list(declared)
    if what == "add" and len(names) < MOST_INPUTS:
        name = next(f"input_{n}" for n in range(1, MOST_INPUTS + 2) if f"input_{n}" not in declared)
        declared[name] = {
            "type": "numeric",
            "label": {"ko": name, "en": name},
            "scale": 0,
            "range": ["0", "100"],
            "missing": "no_match",
        }
    elif what == "drop" and 0 <= place < len(names) and names[place] not in content["table"]["inputs"]:
        del declared[names[place]]
