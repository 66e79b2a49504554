"""Changes of a score sheet's content: cells of the grid put in, lines and grades added, removed, moved.

Pure, and tolerant like the grid: nothing that is typed is refused here.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from portal.rulebooks.sheet import (
    HEAD,
    MOST_BANDS,
    MOST_LINES,
    OPERATORS,
    Content,
    mapping,
    members,
    read_bands,
    text,
)
from rules.books import shipped_books
from rules.canonical import book_content
from rules.kpis import catalogue
from rules.reading import WIDEST_RANGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.kpis import Kpi

_NUMBERS = frozenset({"keep_months"})
_OPTIONAL = frozenset({"effective_until"})


def content_of(fields: Mapping[str, str], before: Content) -> Content:
    """Return the content with the cells of a form put in; what the grid does not show stays as it is.

    Args:
        fields: Cells by name: head fields ``h-…``, grades ``g0-grade`` ``g0-from``, lines ``r0-…``.
        before: Content the form was made from, or a later one.
    """
    content = copy.deepcopy(before)
    for name, path in HEAD:
        if f"h-{name}" in fields:
            put(content, path, _typed(name, fields[f"h-{name}"]), optional=name in _OPTIONAL)
    steps = [
        {"grade": fields[f"g{place}-grade"], "from": fields.get(f"g{place}-from", "")}
        for place in range(MOST_LINES)
        if f"g{place}-grade" in fields
    ]
    if steps:
        put(content, ("grades", "bands"), [step for step in steps if step["grade"] or step["from"]])
    old = [line for line in members(before.get("lines")) if isinstance(line, dict)]
    content["lines"] = [
        _line_content(fields, place, line) if f"r{place}-input" in fields else line
        for place, line in enumerate(old)
    ]
    return _declared(_named(content))


def _typed(name: str, typed: str) -> str | int:
    return int(typed) if name in _NUMBERS and typed.isdigit() else typed


def _line_content(fields: Mapping[str, str], place: int, before: Content) -> Content:
    def cell(name: str) -> str:
        return fields.get(f"r{place}-{name}", "").strip()

    line = copy.deepcopy(before)
    put(line, ("label", "ko"), cell("ko"))
    put(line, ("label", "en"), cell("en"))
    form, _, _ = read_bands(before)
    moved = line.get("input") != cell("input")
    line["input"] = cell("input") if form != "fixed" else line.get("input", "")
    if form == "informative":
        return line
    weight = cell("weight")
    line["weight"] = int(weight) if weight.isdigit() else weight
    if form == "bands":
        operator = cell("sign") or OPERATORS[0]
        line["bands"] = _band_contents(fields, place, line, operator)
        if moved and not line["label"]["ko"] and not line["label"]["en"]:
            line["label"] = _label_of(line["input"])
    return line


def _band_contents(
    fields: Mapping[str, str], place: int, line: Content, operator: str
) -> list[dict[str, Any]]:
    old = [text(mapping(band).get("id")) for band in members(line.get("bands"))]
    bands = []
    for number in range(MOST_BANDS):
        threshold = _number(fields.get(f"r{place}-t{number}", ""))
        points = _number(fields.get(f"r{place}-p{number}", ""))
        if threshold or points:
            name = old[number] if number < len(old) else ""
            condition = {"name": line["input"], "operator": operator, "value": threshold}
            bands.append({"id": name, "points": points, "when": {"all": [condition]}})
    return bands


def _number(typed: str) -> str:
    """Return a number as rulebooks write it: without spaces, thousands separators, percent or point signs."""
    clean = typed.strip().replace(",", "").replace("−", "-").replace("\u00a0", "")
    return clean.removesuffix("%").removesuffix("점").strip().removeprefix("+")


def _named(content: Content) -> Content:
    """Give lines and bands without an id one that nobody has."""
    lines = [line for line in members(content.get("lines")) if isinstance(line, dict)]
    taken = {text(part.get("id")) for line in lines for part in (line, *_band_dicts(line))} - {""}

    def fresh(stem: str) -> str:
        found = next(f"{stem}_{number}" for number in range(1, 10_000) if f"{stem}_{number}" not in taken)
        taken.add(found)
        return found

    for line in lines:
        if not line.get("id"):
            stem = text(line.get("input")) or "line"
            line["id"] = stem if stem not in taken else fresh(stem)
            taken.add(line["id"])
        for band in _band_dicts(line):
            band["id"] = band.get("id") or fresh(text(line["id"]))
    return content


def _band_dicts(line: Content) -> list[Content]:
    return [band for band in members(line.get("bands")) if isinstance(band, dict)]


def _declared(content: Content) -> Content:
    """Declare inputs that lines name, as shipped books do, and drop those nothing names any more."""
    inputs = dict(mapping(content.get("inputs")))
    named = _names_in(content.get("lines")) | _names_in(content.get("curves"))
    for name in sorted(named - set(inputs)):
        if name in catalogue():
            inputs[name] = kpi_declaration(name)
    content["inputs"] = {name: source for name, source in inputs.items() if name in named}
    return content


def _names_in(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {value for key, value in part.items() if key in ("input", "name") and isinstance(value, str)}
        return own.union(*(_names_in(value) for value in part.values()))
    return set().union(*(_names_in(member) for member in part)) if isinstance(part, list) else set()


@cache
def _shipped_declarations() -> Mapping[str, Content]:
    found: dict[str, Content] = {}
    for book in shipped_books():
        for source in book_content(book)["inputs"].values():
            found.setdefault(str(source.get("kpi")), source)
    return found


def kpi_declaration(name: str) -> Content:
    """Return how a measure of the catalogue is declared in shipped score sheets, or widely where in none."""
    if name in _shipped_declarations():
        return copy.deepcopy(dict(_shipped_declarations()[name]))
    kpi = catalogue()[name]
    return {
        "type": "numeric",
        "kpi": name,
        "label": dict(kpi.label),
        "unit": kpi.unit,
        "scale": kpi.scale,
        "range": list(WIDEST_RANGE),
        "missing": "no_match",
        "source": dict(kpi.numerator),
    }


def _label_of(name: str) -> dict[str, str]:
    kpi: Kpi | None = catalogue().get(name)
    return {"ko": kpi.label["ko"], "en": kpi.label["en"]} if kpi else {"ko": "", "en": ""}


def rearranged(content: Content, change: str) -> Content:
    """Return the content after a line or grade was added, removed or moved.

    Args:
        content: As ``content_of`` made it.
        change: ``add``, ``add-grade``, ``up-2``, ``down-2``, ``remove-2`` or ``grade-2``; others do nothing.
    """
    what, _, number = change.partition("-")
    changed = copy.deepcopy(content)
    lines: list[Any] = members(changed.get("lines"))
    place = int(number) if number.isdigit() and len(number) <= len(str(MOST_LINES)) else -1
    if change == "add" and len(lines) < MOST_LINES:
        lines.append(_new_line(changed))
    elif change == "add-grade":
        members(mapping(changed.get("grades")).get("bands")).append({"grade": "", "from": ""})
    elif what == "grade":
        steps = members(mapping(changed.get("grades")).get("bands"))
        steps[place : place + 1] = [] if 0 <= place < len(steps) else steps[place : place + 1]
    elif what == "remove" and 0 <= place < len(lines):
        del lines[place]
    elif what in ("up", "down") and 0 <= place < len(lines):
        other = place + (1 if what == "down" else -1)
        if 0 <= other < len(lines):
            lines[place], lines[other] = lines[other], lines[place]
    changed["lines"] = lines
    return _declared(_named(changed))


def _new_line(content: Content) -> Content:
    """Return a line on the first measure the sheet does not have yet."""
    used = _names_in(content.get("lines"))
    name = next((code for code in catalogue() if code not in used), next(iter(catalogue())))
    kpi = catalogue()[name]
    return {
        "id": "",
        "label": {"ko": kpi.label["ko"], "en": kpi.label["en"]},
        "input": name,
        "weight": "",
        "reason": {"ko": kpi.label["ko"], "en": kpi.label["en"]},
        "bands": [],
    }


def text_of(content: Content) -> str:
    """Return content as YAML that people can read and ``rules`` reads back to the same content."""
    return yaml.dump(
        content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100
    )


class _Dumper(yaml.SafeDumper):
    """Writes without anchors, which rulebooks do not have."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  as the base class asks
        return True


def put(content: Content, path: Sequence[str], value: object, *, optional: bool = False) -> None:
    """Set a value at a path, making mappings on the way; an optional one that is empty is taken out."""
    for key in path[:-1]:
        if not isinstance(content.get(key), dict):
            content[key] = {}
        content = content[key]
    if optional and value == "":
        content.pop(path[-1], None)
    else:
        content[path[-1]] = value
