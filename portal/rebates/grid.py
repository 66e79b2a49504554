"""A programme as cells: tiers as a grid, terms as fields; what cells cannot hold stays as it is in the text.

Pure, and tolerant: nothing that is typed is refused here, the checks say what is wrong with it. Rates and
shares are typed as percent, amounts with or without thousands separators.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from portal.rebates.grid_tables import (
    Cells,
    Choice,
    Table,
    add_table,
    choices_of,
    put_choices,
    put_tables,
    remove_table,
    renamed,
    tables_of,
)
from rules.rebate.model import SHARES

if TYPE_CHECKING:
    from collections.abc import Mapping

Content = dict[str, Any]
MOST_TIERS, MOST_LINES, LEAST_ROWS = 24, 12, 6
ROWS = range(MOST_TIERS)
_PLACE = re.compile(r"[0-9]{1,3}")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_SHARE = re.compile(r"[+-]?\d{1,9}(\.\d{0,9})?")
_LIST = re.compile(r"[,;\s]+")
# Name of the field → path in the content.
HEAD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("program", ("program",)),
    ("version", ("version",)),
    ("label_ko", ("label", "ko")),
    ("label_en", ("label", "en")),
    ("effective_from", ("effective_from",)),
    ("effective_until", ("effective_until",)),
    ("beneficiary", ("beneficiary",)),
    ("amounts", ("amounts",)),
    ("period", ("period",)),
    ("stacking", ("stacking",)),
    ("rounding_mode", ("rounding", "mode")),
    ("rounding_quantum", ("rounding", "quantum_minor")),
    ("clause_ko", ("clause", "ko")),
    ("clause_en", ("clause", "en")),
    ("tax_document", ("tax_document",)),
)
_NUMBERS = frozenset({"rounding_quantum"})
_LINE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("id", ("id",)),
    ("ko", ("label", "ko")),
    ("en", ("label", "en")),
    ("measure", ("basis", "measure")),
    ("level", ("basis", "level")),
    ("window", ("basis", "window")),
    ("mode", ("mode",)),
    ("boundary", ("boundary",)),
)
_LISTS = ("categories", "products", "vendors")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the programme as cells.

    Attributes:
        place: Place in the list, from 0.
        fields: Cells by name; text as it is typed.
        unit: What the left column of the tiers holds: ``money``, ``pieces`` or ``percent``.
        gives: What the right column holds: ``rate_bp``, ``amount_minor`` or ``per_unit_minor``.
        tiers: Pairs of cells, empty ones at the end for more.
        tables: Tier tables that conditions may choose instead.
    """

    place: int
    fields: dict[str, str]
    unit: str
    gives: str
    tiers: Cells
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole programme as cells; ``choices`` are None where the conditions do more than choose a table."""

    head: dict[str, str]
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...] | None = ()


def is_grid(content: object) -> bool:
    """Tell whether a text's content is a programme with lines that cells can show."""
    return isinstance(content, dict) and isinstance(content.get("components"), list)


def grid_of(content: Content) -> Grid:
    """Return the cells of a programme's content, whatever it holds."""
    head = {name: _text(_find(content, path)) for name, path in HEAD}
    calendar = [each for each in _members(content, "calendar") if isinstance(each, dict)]
    head["partial"] = ", ".join(
        _text(each.get("after_month")) for each in calendar if each.get("kind") == "partial"
    )
    head["final"] = ", ".join(
        _text(each.get("after_month")) for each in calendar if each.get("kind") == "final"
    )
    back = content.get("clawback")
    back = back if isinstance(back, dict) else {}
    head["clawback_months"] = _text(back.get("window_months"))
    head["carry_forward"] = "yes" if back.get("carry_forward", True) else "no"
    head["alongside"] = ", ".join(map(_text, _members(content, "alongside")))
    lines = [
        _line(place, each)
        for place, each in enumerate(_members(content, "components"))
        if isinstance(each, dict)
    ]
    return Grid(head, tuple(lines), choices_of(content))


def _line(place: int, part: Content) -> Line:
    fields = {name: _text(_find(part, path)) for name, path in _LINE}
    for name in _LISTS:
        fields[name] = ", ".join(map(_text, _members(_mapping(part.get("basis")), name)))
    fields["pays_on"] = _text(part.get("pays_on"))
    fields["every_month"] = "yes" if part.get("every_month") else "no"
    fields["paid_at"] = _text(part.get("paid_at")) or "every"
    fields["cap"], fields["floor"] = _amount(part.get("cap_minor")), _amount(part.get("floor_minor"))
    unit, gives = _units(fields["measure"], fields["mode"])

    def cells(tiers: list[Any]) -> Cells:
        found = [
            (_edge_text(tier.get("from"), unit), _given_text(tier, gives))
            for tier in tiers
            if isinstance(tier, dict)
        ]
        rows = max(LEAST_ROWS, min(MOST_TIERS, len(found) + 2))
        return (*found, *[("", "")] * (rows - len(found)))

    return Line(place, fields, unit, gives, cells(_members(part, "tiers")), tables_of(part, cells))


def _units(measure: str, mode: str) -> tuple[str, str]:
    unit = "percent" if measure in SHARES else "pieces" if measure == "quantity" else "money"
    if mode == "step":
        return unit, "amount_minor"
    return unit, "per_unit_minor" if measure == "quantity" else "rate_bp"


def content_of(fields: Mapping[str, str], before: Content) -> Content:
    """Return the content with the cells of a form put in; what the grid does not show stays as it is.

    Args:
        fields: Cells by name: head fields ``h-…``, lines ``r0-…``, tiers ``r0-f0`` and ``r0-g0``.
        before: Content the form was made from.
    """
    content = copy.deepcopy(before)
    for name, path in HEAD:
        if f"h-{name}" in fields:
            typed = fields[f"h-{name}"]
            _put(content, path, _number(typed) if name in _NUMBERS else typed)
    if "h-final" in fields:
        _put_calendar(content, fields)
    if "h-alongside" in fields:
        _put_list(content, "alongside", fields["h-alongside"])
    parts = [each for each in _members(content, "components") if isinstance(each, dict)]
    for place, part in enumerate(parts):
        if f"r{place}-id" in fields:
            _put_line(part, place, fields)
    content["components"] = parts
    put_choices(content, fields, renamed(_members(before, "components"), parts, fields))
    return content


def _put_calendar(content: Content, fields: Mapping[str, str]) -> None:
    calendar = [
        {"kind": kind, "after_month": _number(month)}
        for kind in ("partial", "final")
        for month in _LIST.split(fields.get(f"h-{kind}", ""))
        if month
    ]
    content["calendar"] = calendar
    months = fields.get("h-clawback_months", "")
    if months:
        content["clawback"] = {
            "window_months": _number(months),
            "carry_forward": fields.get("h-carry_forward", "yes") == "yes",
        }
    else:
        content.pop("clawback", None)


def _put_line(part: Content, place: int, fields: Mapping[str, str]) -> None:
    def cell(name: str) -> str:
        return fields.get(f"r{place}-{name}", "")

    for name, path in _LINE:
        if f"r{place}-{name}" in fields:
            _put(part, path, cell(name))
    for name in _LISTS:
        _put_list(part.setdefault("basis", {}), name, cell(name))
    measure, mode = cell("measure"), cell("mode")
    _optional(part, "pays_on", (cell("pays_on") or "value") if measure == "growth" else None)
    _optional(part, "every_month", True if cell("every_month") == "yes" else None)
    _optional(part, "paid_at", "final" if cell("paid_at") == "final" else None)
    _optional(part, "cap_minor", _number(cell("cap")) if cell("cap") else None)
    _optional(part, "floor_minor", _number(cell("floor")) if cell("floor") else None)
    unit, gives = _units(measure, mode)

    def tiers(before: str) -> list[Content]:
        pairs = [(fields.get(f"{before}f{row}", ""), fields.get(f"{before}g{row}", "")) for row in ROWS]
        return [
            {
                "from": _percent(edge) if unit == "percent" else _number(edge),
                gives: _percent(given) if gives == "rate_bp" else _number(given),
            }
            for edge, given in pairs
            if edge or given
        ]

    part["tiers"] = tiers(f"r{place}-")
    put_tables(part, place, fields, tiers)


def rearranged(content: Content, change: str) -> Content:
    """Return the content with a line added (``add``), removed (``remove-1``) or moved (``up-1``).

    ``table-1`` adds a tier table to a line, ``untable-1-0`` removes one.
    """
    parts = [each for each in _members(content, "components") if isinstance(each, dict)]
    what, *places = change.split("-")
    at, table = [int(place) if _PLACE.fullmatch(place) else -1 for place in (*places, "", "")][:2]
    if what == "table" and 0 <= at < len(parts):
        add_table(parts, at)
    elif what == "untable" and 0 <= at < len(parts):
        remove_table(parts[at], table)
    elif what == "add" and len(parts) < MOST_LINES:
        parts.append(_new_line(parts))
    elif what == "remove" and 0 <= at < len(parts) and len(parts) > 1:
        del parts[at]
    elif what in ("up", "down") and 0 <= at < len(parts):
        other = at + (1 if what == "down" else -1)
        if 0 <= other < len(parts):
            parts[at], parts[other] = parts[other], parts[at]
    return {**content, "components": parts}


def _new_line(parts: list[Content]) -> Content:
    taken = {part.get("id") for part in parts}
    number = next(n for n in range(1, MOST_LINES + 2) if f"line_{n}" not in taken)
    return {
        "id": f"line_{number}",
        "label": {"ko": f"항목 {number}", "en": f"Line {number}"},
        "basis": {"measure": "net", "level": "sell_in", "window": "period"},
        "mode": "retroactive",
        "boundary": "inclusive",
        "tiers": [{"from": 0, "rate_bp": 0}],
    }


def text_of(content: Content) -> str:
    """Return a content as the text of the editor."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None)


def _find(content: object, path: tuple[str, ...]) -> object:
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _put(content: Content, path: tuple[str, ...], value: object) -> None:
    for key in path[:-1]:
        if not isinstance(content.get(key), dict):
            content[key] = {}
        content = content[key]
    content[path[-1]] = value


def _put_list(content: Content, name: str, typed: str) -> None:
    codes = [code for code in _LIST.split(typed) if code]
    _optional(content, name, codes or None)


def _optional(content: Content, name: str, value: object) -> None:
    if value is None:
        content.pop(name, None)
    else:
        content[name] = value


def _members(content: Mapping[str, Any], name: str) -> list[Any]:
    found = content.get(name)
    return found if isinstance(found, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _amount(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _edge_text(value: object, unit: str) -> str:
    return _percent_text(value) if unit == "percent" else _amount(value)


def _given_text(tier: Content, gives: str) -> str:
    value = tier.get(
        gives, next((tier[key] for key in ("rate_bp", "amount_minor", "per_unit_minor") if key in tier), None)
    )
    return _percent_text(value) if gives == "rate_bp" else _amount(value)


def _percent_text(value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return _text(value)
    return f"{Decimal(value) / 100:f}"


def _number(typed: str) -> int | str:
    """Return a whole number, or what was typed where it is none."""
    plain = typed.replace(",", "").replace(" ", "").replace("\u00a0", "")
    return int(plain) if _WHOLE.fullmatch(plain) else typed


def _percent(typed: str) -> int | str:
    """Return basis points of a percentage, or what was typed where it is none or finer than a basis point."""
    plain = typed.replace("%", "").replace(",", "").strip()
    if not _SHARE.fullmatch(plain):
        return typed
    points = Decimal(plain) * 100
    return int(points) if points == points.to_integral_value() else typed
