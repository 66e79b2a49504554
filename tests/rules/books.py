"""Small rulebooks and facts for tests, written the way a rule author writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rules.facts import FactValue
from rules.kpis import catalogue
from rules.rulebook import Rulebook

WORDS = {"ko": "말", "en": "words"}


def an_input(kpi: str = "yoy_growth", **changes: Any) -> dict[str, Any]:
    """Return an input of a KPI, with changes."""
    unit, scale = catalogue()[kpi].unit, catalogue()[kpi].scale
    return {
        "type": "numeric",
        "kpi": kpi,
        "label": {"ko": f"{kpi}값", "en": f"{kpi} value"},
        "unit": unit,
        "scale": scale,
        "range": ["-1000", "1000"],
        "missing": "no_match",
        "source": WORDS,
        **changes,
    }


def at_least(name: str, value: str) -> dict[str, Any]:
    """Return the commonest condition."""
    return {"name": name, "operator": "greater_than_or_equal_to", "value": value}


def a_line(name: str = "yoy_growth", weight: int = 100, *whens: Any, **changes: Any) -> dict[str, Any]:
    """Return a line whose bands give its weight, a point less, and so on; at least 10 when left out."""
    clauses = whens or (at_least(name, "10"),)
    bands = [
        {
            "id": f"{name}_{place}",
            "points": str(weight - place),
            "when": when,
        }
        for place, when in enumerate(clauses)
    ]
    return {
        "id": f"{name}_line",
        "label": WORDS,
        "input": name,
        "weight": weight,
        "reason": WORDS,
        "bands": bands,
        **changes,
    }


def a_book(**changes: Any) -> dict[str, Any]:
    """Return the content of a sound rulebook with one line, with changes."""
    return {
        "decision": "test_grade",
        "subject": "dealer",
        "version": "1",
        "label": WORDS,
        "effective_from": "2026-01-01",
        "hit_policy": "first",
        "round_points_to": "0.1",
        "change": {"kind": "new", "areas": ["yoy_growth"], "announced_on": "2025-12-01", "note": WORDS},
        "inputs": {"yoy_growth": an_input()},
        "lines": [a_line()],
        "grades": {
            "bands": [
                {"grade": "S", "from": "90"},
                {"grade": "A", "from": "80"},
                {"grade": "B", "from": "50"},
                {"grade": "D", "from": "0"},
            ],
            "minimum_support": "50",
            "keep": {"months": 2, "margin": "5"},
        },
        **changes,
    }


def load(**changes: Any) -> Rulebook:
    """Return a rulebook without the detour over text."""
    return Rulebook.from_content(a_book(**changes))


def facts(**values: str | None) -> dict[str, FactValue]:
    """Return facts by KPI code from decimal texts; None is missing."""
    return {code: fact(code, value) for code, value in values.items()}


def fact(code: str, value: str | None) -> FactValue:
    """Return one fact from a decimal text."""
    if value is None:
        return FactValue.unknown()
    scaled = Decimal(value).scaleb(catalogue()[code].scale)
    if scaled != int(scaled):
        raise ValueError(f"{value} is finer than {code} is measured")
    return FactValue.measured(catalogue()[code], int(scaled), catalogue()[code].multiplier, 1)
