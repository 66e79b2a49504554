"""The one JSON text of a decision's content."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.canonical import clause_content
from rules.vocabulary import shortest_decimal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.decisions.book import DecisionBook
    from rules.decisions.model import Action, Rule, Variable
    from rules.decisions.tables import Row, Table


def decision_content(book: DecisionBook) -> dict[str, Any]:
    """Return everything that decides or explains a result, in the form of a decision file."""
    ruleset = book.ruleset
    rules = ruleset.rules[:-1] if ruleset.rules[-1].when is None else ruleset.rules
    collects = {"aggregate": ruleset.aggregate} if ruleset.hit_policy == "collect" else {}
    ranked = ruleset.hit_policy == "priority"
    body = (
        {"table": _table(book.table, rules, ranked=ranked)}
        if book.table
        else {"rules": [_rule(rule, ranked=ranked) for rule in rules]}
    )
    return {
        "decision": book.decision,
        "subject": book.subject,
        "label": dict(book.label),
        "effective_from": book.effective_from.isoformat(),
        "hit_policy": ruleset.hit_policy,
        **collects,
        **_optional(book),
        "inputs": {
            name: _input(variable, book.kpis.get(name)) for name, variable in ruleset.variables.items()
        },
        **body,
        **_else(book),
    }


def _optional(book: DecisionBook) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if book.version:
        content["version"] = book.version
    if book.effective_until:
        content["effective_until"] = book.effective_until.isoformat()
    if book.change:
        content["change"] = {
            "kind": book.change.kind,
            "areas": list(book.change.areas),
            "announced_on": book.change.announced_on.isoformat(),
            "note": dict(book.change.note),
        }
    return content


def _input(variable: Variable, kpi: str | None) -> dict[str, Any]:
    content: dict[str, Any] = {
        "type": variable.kind,
        "label": dict(variable.label),
        "missing": variable.missing,
    }
    if variable.kind == "numeric":
        ends = (variable.lowest, variable.highest)
        content |= {"scale": variable.scale, "unit": variable.unit}
        content["range"] = [shortest_decimal(f"{Decimal(end).scaleb(-variable.scale):f}") for end in ends]
    if variable.options:
        content["options"] = list(variable.options)
    if variable.topics:
        content["topics"] = list(variable.topics)
    return {**content, "kpi": kpi} if kpi else content


def _rule(rule: Rule, *, ranked: bool) -> dict[str, Any]:
    then = [_action(action) for action in rule.then]
    content = {**_head(rule, ranked=ranked), "then": then}
    return {**content, "when": clause_content(rule.when)} if rule.when else content


def _head(rule: Rule, *, ranked: bool) -> dict[str, Any]:
    head = {"id": rule.id, "label": dict(rule.label)}
    return {**head, "priority": rule.priority} if ranked else head


def _action(action: Action) -> dict[str, Any]:
    return {"name": action.name, "params": dict(action.params)}


def _table(table: Table, rules: Sequence[Rule], *, ranked: bool) -> dict[str, Any]:
    pairs = zip(rules, table.rows, strict=True)
    return {
        "inputs": list(table.inputs),
        "outputs": list(table.outputs),
        "rows": [{**_head(rule, ranked=ranked), **_cells(row)} for rule, row in pairs],
    }


def _cells(row: Row) -> dict[str, Any]:
    return {"when": list(row.when), "then": list(row.then)}


def _else(book: DecisionBook) -> dict[str, Any]:
    otherwise = book.ruleset.rules[-1]
    if otherwise.when is not None:
        return {}
    content = _rule(otherwise, ranked=False)
    if book.table and book.table.otherwise:
        content["then"] = list(book.table.otherwise)
    return {"else": content}
