"""The one JSON text of a rulebook's content."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.terms import MILLI, Clause, Condition
from rules.vocabulary import shortest_decimal

if TYPE_CHECKING:
    from rules.rulebook import Rulebook
    from rules.terms import Band, Input, Line


def points_text(milli: int) -> str:
    """Write thousandths of a point as the shortest decimal text."""
    whole, rest = divmod(milli, MILLI)
    return shortest_decimal(f"{whole}.{rest:03d}")


def decimal_text(scaled: int, scale: int) -> str:
    """Write a quantised number as the shortest decimal text."""
    return shortest_decimal(str(Decimal(scaled).scaleb(-scale)))


def clause_content(clause: Clause) -> dict[str, Any]:
    """Return a clause as plain business-rules conditions."""
    if isinstance(clause, Condition):
        return {"name": clause.name, "operator": clause.operator, "value": clause.value}
    return {clause.mode: [clause_content(member) for member in clause.members]}


def book_content(book: Rulebook) -> dict[str, Any]:
    """Return everything that decides or explains a result, in the form of a rulebook file."""
    until = {"effective_until": book.effective_until.isoformat()} if book.effective_until else {}
    return {
        "decision": book.decision,
        "subject": book.subject,
        "version": book.version,
        "label": dict(book.label),
        "effective_from": book.effective_from.isoformat(),
        **until,
        "hit_policy": "first",
        "round_points_to": points_text(book.points_quantum_milli),
        "change": {
            "kind": book.change.kind,
            "areas": list(book.change.areas),
            "announced_on": book.change.announced_on.isoformat(),
            "note": dict(book.change.note),
        },
        "inputs": {name: _input(source) for name, source in book.inputs.items() if not source.curve},
        **_curves(book),
        "lines": [_line(line) for line in book.lines],
        "grades": {
            "bands": [{"grade": step.grade, "from": points_text(step.from_milli)} for step in book.grades],
            "minimum_support": points_text(book.minimum_support_milli),
            "keep": {"months": book.keeping.months, "margin": points_text(book.keeping.margin_milli)},
        },
    }


def _curves(book: Rulebook) -> dict[str, Any]:
    curves = {
        name: {
            "input": source.curve.input,
            "label": dict(source.label),
            "unit": source.unit,
            "scale": source.scale,
            "source": dict(source.source),
            "points": [
                [
                    decimal_text(value, book.inputs[source.curve.input].scale),
                    decimal_text(score, source.scale),
                ]
                for value, score in source.curve.points
            ],
        }
        for name, source in book.inputs.items()
        if source.curve
    }
    return {"curves": curves} if curves else {}


def _input(source: Input) -> dict[str, Any]:
    origin = {"brings": source.brings} if source.brings else {"kpi": source.kpi}
    return {
        "type": "numeric",
        **origin,
        "label": dict(source.label),
        "unit": source.unit,
        "scale": source.scale,
        "range": [source.lowest, source.highest],
        "missing": source.missing,
        "source": dict(source.source),
    }


def _line(line: Line) -> dict[str, Any]:
    content = {
        "id": line.id,
        "label": dict(line.label),
        "input": line.input,
        "reason": dict(line.reason),
    }
    if line.informative:
        return {**content, "informative": True}
    if line.curve:
        return {**content, "weight": line.weight, "curve": line.curve}
    return {**content, "weight": line.weight, "bands": [_band(band) for band in line.bands]}


def _band(band: Band) -> dict[str, Any]:
    return {"id": band.id, "points": points_text(band.points_milli), "when": clause_content(band.when)}
