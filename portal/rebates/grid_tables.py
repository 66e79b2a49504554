"""Tier tables of a line as cells, and the rules that choose them; see ``grid.py``.

Conditions that do no more than choose a tier table by one measured figure each are rows of cells; whatever
else they do stays as it is in the text.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.rulebooks.sheet_edits import kpi_declaration
from portal.rulebooks.words import SIGNS
from rules.kpis import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.kpis import Locale

Content = dict[str, Any]
Cells = tuple[tuple[str, str], ...]
MOST_TABLES, MOST_CHOICES, EMPTY_CHOICES = 6, 12, 2
DECLARED = ("type", "kpi", "label", "unit", "scale", "range")


@dataclass(frozen=True, slots=True)
class Table:
    """A tier table of a line as cells.

    Attributes:
        place: Place among the line's tables, from 0.
        name: Its name as it is typed.
        tiers: Pairs of cells, empty ones at the end for more.
    """

    place: int
    name: str
    tiers: Cells


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule that chooses a tier table, as cells: a figure, how and with what it is compared, the table."""

    source: str = ""
    operator: str = "greater_than_or_equal_to"
    value: str = ""
    table: str = ""


def tables_of(part: Content, cells_of: Callable[[list[Any]], Cells]) -> tuple[Table, ...]:
    """Return the tier tables of a line.

    Args:
        part: Content of the line.
        cells_of: Makes cells of a list of tiers.
    """
    found = _tables(part).items()
    return tuple(
        Table(place, str(name), cells_of(tiers if isinstance(tiers, list) else []))
        for place, (name, tiers) in enumerate(found)
    )


def put_tables(part: Content, place: int, fields: Mapping[str, str], tiers_of: Callable[[str], Any]) -> None:
    """Put the tables of a form into a line; one without a name is taken out.

    Args:
        part: Content of the line.
        place: Place of the line.
        fields: Cells by name: ``r0-t0-name``, tiers ``r0-t0-f0`` and ``r0-t0-g0``.
        tiers_of: Makes tiers of the cells whose names begin like this.
    """
    tables: Content = {}
    for number in range(MOST_TABLES):
        name = fields.get(f"r{place}-t{number}-name", "").strip()
        if name:
            tables[f"{name}_{number + 1}" if name in tables else name] = tiers_of(f"r{place}-t{number}-")
    if tables:
        part["tables"] = tables
    else:
        part.pop("tables", None)


def add_table(parts: list[Content], place: int) -> None:
    """Add a table to a line: named like one of another line that it lacks, else with a new name."""
    part = parts[place]
    own = _tables(part)
    if len(own) >= MOST_TABLES:
        return
    names = [name for each in parts for name in _tables(each)]
    new = next(f"table_{n}" for n in range(1, len(names) + 2) if f"table_{n}" not in names)
    name = next((name for name in names if name not in own), new)
    part["tables"] = {**own, name: copy.deepcopy(part.get("tiers", []))}


def remove_table(part: Content, number: int) -> None:
    """Remove a table of a line by its place; a place without one removes nothing."""
    named = _tables(part)
    if 0 <= number < len(named):
        kept = [item for place, item in enumerate(named.items()) if place != number]
        part["tables"] = dict(kept)
        if not kept:
            del part["tables"]


def choices_of(content: Content) -> tuple[Choice, ...] | None:
    """Return the rules that choose tables, and empty ones for more; None where conditions do more."""
    if "conditions" not in content:
        return (Choice(),) * EMPTY_CHOICES
    conditions = content["conditions"]
    rules = _plain_rules(conditions)
    if rules is None:
        return None
    found = [
        Choice(
            _text(one.get("name")),
            _text(one.get("operator")),
            _text(one.get("value")),
            rule_table(rule) or "",
        )
        for rule in rules
        if (one := _condition(rule)) is not None
    ]
    if len(found) < len(rules) or any(one.operator not in SIGNS for one in found):
        return None
    return (*found, *[Choice()] * min(EMPTY_CHOICES, MOST_CHOICES - len(found)))


def sources_of(content: Content, measured: frozenset[str], locale: Locale) -> list[tuple[str, str]]:
    """Return what a rule may look at, with words: inputs of the conditions, then other measured figures."""
    conditions = content.get("conditions")
    inputs = conditions.get("inputs") if isinstance(conditions, dict) else None
    declared = inputs if isinstance(inputs, dict) else {}
    found = [(str(name), _label(part, locale) or str(name)) for name, part in declared.items()]
    taken = {part.get("kpi") for part in declared.values() if isinstance(part, dict)} | set(declared)
    known = catalogue()
    found += [
        (code, f"{known[code].label[locale]}{f' ({known[code].unit})' if known[code].unit else ''}")
        for code in sorted(measured & known.keys())
        if code not in taken
    ]
    return found


def renamed(before: list[Any], after: list[Content], fields: Mapping[str, str]) -> dict[str, str]:
    """Return the new names of tables that were given another one in a form, by the old one that is gone."""
    left = {name for part in after for name in _tables(part)}
    pairs = [
        (old, fields.get(f"r{place}-t{number}-name", "").strip())
        for place, part in enumerate(before)
        for number, old in enumerate(_tables(part))
    ]
    return {old: new for old, new in pairs if new and old not in left}


def _tables(part: object) -> Content:
    named = part.get("tables") if isinstance(part, dict) else None
    return named if isinstance(named, dict) else {}


def put_choices(content: Content, fields: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Put the rules of a form into the conditions: ``c0-source``, ``c0-op``, ``c0-value``, ``c0-table``.

    A rule without a value and a table is taken out; without any rule there are no conditions.

    Args:
        content: Content of the programme.
        fields: Cells by name.
        names: New names of tables by the one in the cells.
    """
    before = choices_of(content)
    if before is None or "c0-source" not in fields:
        return
    conditions = copy.deepcopy(content["conditions"]) if "conditions" in content else _new_conditions()
    old = conditions["rules"]
    inputs = conditions.setdefault("inputs", {})
    used = {choice.source for choice in before}
    rules: list[Content] = []
    for number in range(MOST_CHOICES):
        source, operator, value, table = (
            fields.get(f"c{number}-{cell}", "").strip() for cell in ("source", "op", "value", "table")
        )
        if not (value or table):
            continue
        table = names.get(table, table)
        if source not in inputs and source in catalogue():
            inputs[source] = _declared(source)
        condition = {"name": source, "operator": operator, "value": value.replace(",", "").rstrip(" %")}
        rules.append(_rule(old[number] if number < len(old) else None, condition, table, rules))
    named = {_text(found["name"]) for rule in rules if (found := _condition(rule))}
    conditions["inputs"] = {name: part for name, part in inputs.items() if name in named or name not in used}
    if rules:
        content["conditions"] = {**conditions, "rules": rules}
    else:
        content.pop("conditions", None)


def _new_conditions() -> Content:
    return {"subject": "dealer", "hit_policy": "first", "inputs": {}, "rules": []}


def _declared(code: str) -> Content:
    known = kpi_declaration(code)
    return {**{name: known[name] for name in DECLARED if name in known}, "missing": "no_match"}


def _rule(before: Content | None, condition: Content, table: str, rules: list[Content]) -> Content:
    """Return a rule that says what the cells say; id and words of the rule that stood there stay."""
    if before is not None and rule_table(before) == table:
        rule = copy.deepcopy(before)
        if "all" in rule["when"]:
            rule["when"] = {"all": [condition]}
        else:
            rule["when"] = condition
        return rule
    taken = {rule["id"] for rule in rules}
    name = next(
        made for n in range(1, MOST_CHOICES + 2) if (made := f"{table}-{n}" if n > 1 else table) not in taken
    )
    return {
        "id": name,
        "label": {"ko": table, "en": table},
        "when": {"all": [condition]},
        "then": [{"name": "use_tiers", "params": {"tiers": table}}],
    }


def _plain_rules(conditions: object) -> list[Content] | None:
    """Return the rules of conditions in which the first that fires counts; None for another shape."""
    if not isinstance(conditions, dict) or conditions.get("hit_policy") != "first" or "else" in conditions:
        return None
    rules = conditions.get("rules")
    if not isinstance(rules, list) or not isinstance(conditions.get("inputs", {}), dict):
        return None
    return rules if all(rule_table(rule) is not None for rule in rules) else None


def rule_table(rule: object) -> str | None:
    """Return the tier table a rule chooses; None where it gives anything else."""
    then = rule.get("then") if isinstance(rule, dict) else None
    if not (isinstance(then, list) and len(then) == 1 and isinstance(then[0], dict)):
        return None
    params = then[0].get("params")
    if then[0].get("name") != "use_tiers" or not isinstance(params, dict):
        return None
    return _text(params.get("tiers"))


def _condition(rule: Content) -> Content | None:
    """Return the one comparison of a rule; None where it has several or none."""
    when = rule.get("when")
    every = when.get("all") if isinstance(when, dict) and len(when) == 1 else None
    if isinstance(every, list) and len(every) == 1:
        when = every[0]
    return when if isinstance(when, dict) and set(when) == {"name", "operator", "value"} else None


def _label(part: object, locale: str) -> str:
    label = part.get("label") if isinstance(part, dict) else None
    return _text(label.get(locale)) if isinstance(label, dict) else ""


def _text(value: object) -> str:
    return "" if value is None else str(value)
