"""Small decisions for tests, written the way a rule author writes them."""

from __future__ import annotations

from typing import Any

from rules.decisions.book import DecisionBook

NUMBER = {"type": "numeric", "scale": 1, "unit": "%", "range": ["-100", "500"], "missing": "no_match"}
GRADE_A = [{"name": "set_grade", "params": {"grade": "A"}}]
INPUTS: dict[str, Any] = {
    "growth": NUMBER,
    "new": {"type": "boolean", "missing": "no_match"},
    "town": {"type": "string", "missing": "no_match"},
    "was": {"type": "select", "options": ["EI", "EII"], "missing": "no_match"},
    "brands": {"type": "select_multiple", "options": ["soda", "juice"], "missing": "no_match"},
}


def at_least(value: str, name: str = "growth") -> dict[str, Any]:
    """Return the commonest condition."""
    return {"name": name, "operator": "greater_than_or_equal_to", "value": value}


def a_rule(rule: str = "r1", when: Any = None, **changes: Any) -> dict[str, Any]:
    """Return a rule that gives an A."""
    return {"id": rule, "when": at_least("10") if when is None else when, "then": GRADE_A, **changes}


def a_decision(**changes: Any) -> dict[str, Any]:
    """Return the content of a sound decision with one rule, with changes; None leaves a key out."""
    content = {
        "decision": "test_decision",
        "hit_policy": "first",
        "effective_from": "2026-11-01",
        "inputs": INPUTS,
        "rules": [a_rule()],
        **changes,
    }
    return {key: value for key, value in content.items() if value is not None}


def a_table(inputs: list[str], *rows: list[Any], **changes: Any) -> dict[str, Any]:
    """Return the content of a decision with a table; each row gives an A."""
    content = [{"id": f"r{place}", "when": row, "then": ["A"]} for place, row in enumerate(rows, start=1)]
    table = {"inputs": inputs, "outputs": ["set_grade"], "rows": content}
    return a_decision(rules=None, table={**table, **changes})


def load(**changes: Any) -> DecisionBook:
    """Return a decision without the detour over text."""
    return DecisionBook.from_content(a_decision(**changes))


def problems(content: Any) -> list[str]:
    """Return every problem of plain data."""
    return [str(problem) for problem in DecisionBook.from_content(content).check().problems]
