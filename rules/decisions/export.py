"""What an editor of decisions may offer: inputs, operators and actions with their words.

business-rules' own ``export_rule_data`` lists neither our operators nor Korean words, and takes classes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.decisions.actions import action_vocabulary
from rules.decisions.operators import OPERATORS
from rules.decisions.words import AGGREGATES, HIT_POLICIES, JOINTS, MISSING
from rules.vocabulary import shortest_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.actions import ActionMeaning, Param
    from rules.decisions.book import DecisionBook
    from rules.decisions.model import Variable
    from rules.kpis import Text


def export_vocabulary(
    book: DecisionBook, actions: Mapping[str, ActionMeaning] | None = None
) -> dict[str, Any]:
    """Return, as plain JSON data, every word a rule of a book may use, each with a Korean and English label.

    Args:
        book: A decision; only its inputs are looked at, so it may have problems.
        actions: What rules may give; the shipped vocabulary when left out.
    """
    meanings = action_vocabulary() if actions is None else actions
    return {
        "variables": [
            _variable(variable, book.kpis.get(name)) for name, variable in book.ruleset.variables.items()
        ],
        "operators": {
            kind: [
                {"name": operator.name, "operand": operator.operand, "words": dict(operator.words)}
                for operator in operators.values()
            ]
            for kind, operators in OPERATORS.items()
        },
        "actions": [_action(meaning) for meaning in meanings.values()],
        "groups": _named({**JOINTS}),
        "hit_policies": _named({**HIT_POLICIES}),
        "aggregates": _named({**AGGREGATES}),
        "missing": _named({**MISSING}),
    }


def _named(texts: Mapping[str, Text]) -> list[dict[str, Any]]:
    return [{"name": name, "label": dict(text)} for name, text in texts.items()]


def _variable(variable: Variable, kpi: str | None) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": variable.name,
        "type": variable.kind,
        "label": dict(variable.label),
        "missing": variable.missing,
        "options": list(variable.options),
        "kpi": kpi,
    }
    if variable.kind != "numeric":
        return content
    ends = (variable.lowest, variable.highest)
    texts = [shortest_decimal(f"{Decimal(end).scaleb(-variable.scale):f}") for end in ends]
    return {**content, "unit": variable.unit, "scale": variable.scale, "range": texts}


def _action(meaning: ActionMeaning) -> dict[str, Any]:
    return {
        "name": meaning.name,
        "label": dict(meaning.label),
        "effect": meaning.effect,
        "params": [_param(param) for param in meaning.params.values()],
    }


def _param(param: Param) -> dict[str, Any]:
    content: dict[str, Any] = {"name": param.name, "type": param.kind, "label": dict(param.label)}
    if param.kind == "whole":
        content |= {"unit": param.unit, "range": [param.lowest, param.highest]}
    return {**content, "options": list(param.options)} if param.options else content
