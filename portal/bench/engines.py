"""The rules of the bench in other engines: business-rules itself, zen-engine, rule-engine, NumPy by hand.

Every engine gets facts in the form it likes best, made ready before the clock starts, and the rules compiled
where it can compile them. Only business-rules and NumPy have the missing values; the others are asked about
complete dealers, which is easier.
"""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from business_rules import run_all
from business_rules.actions import BaseActions, rule_action

from portal.bench.rulebook import ACTION, OPERATORS
from rules.decisions.lowering import conditions_json, values_for, variables_class
from rules.decisions.matching import matcher
from rules.terms import Clause, Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from rules.decisions.model import FactInput, RuleSet

SIGNS = {
    word: "==" if sign == "=" else sign
    for sign, word in OPERATORS.items()
    if sign in ("<", "<=", ">", ">=", "=")
}
"""Operators of numbers, and equality of texts, in languages that look like Python."""


class Recorder(BaseActions):  # type: ignore[misc]  # business-rules has no types
    """Notes which rules gave points."""

    def __init__(self) -> None:
        self.fired = 0

    @rule_action()  # type: ignore[untyped-decorator]  # business-rules has no types
    def add_points(self, rule: int) -> None:
        """Note a rule."""
        self.fired |= 1 << rule


class BusinessRules:
    """``run_all`` of business-rules on plain JSON and exact decimals.

    Args:
        ruleset: The rules.
        dealers: Their facts; JSON, values and class are made here, before the clock starts.
    """

    def __init__(self, ruleset: RuleSet, dealers: Sequence[Mapping[str, FactInput]]) -> None:
        self._class = variables_class(ruleset.variables)
        present = [values_for(ruleset, facts) for facts in dealers]
        self._asked = [(_plain(ruleset, values), values) for values in present]

    def __call__(self) -> list[int]:
        """Return the fired rules of each dealer, as bits."""
        found = []
        for rules, values in self._asked:
            recorder = Recorder()
            run_all(rules, self._class(values), recorder)
            found.append(recorder.fired)
        return found


def _plain(ruleset: RuleSet, present: Mapping[str, object]) -> list[dict[str, Any]]:
    return [
        {
            "conditions": conditions_json(rule.when, ruleset.variables, present),
            "actions": [{"name": ACTION, "params": {"rule": place}}],
        }
        for place, rule in enumerate(ruleset.rules)
        if rule.when is not None
    ]


def zen_engine(
    ruleset: RuleSet, dealers: Sequence[Mapping[str, FactInput]]
) -> Callable[[], list[int]] | None:
    """Return zen-engine with all rules compiled to one expression, or None when it is not installed."""
    if find_spec("zen") is None:
        return None
    text = ", ".join(_written(ruleset, rule.when, ZEN) for rule in ruleset.rules if rule.when)
    expression = import_module("zen").compile_expression(f"[{text}]")
    asked = [_with_lists(facts) for facts in dealers]
    return lambda: [_bits(expression.evaluate(facts)) for facts in asked]


def rule_engine(
    ruleset: RuleSet, dealers: Sequence[Mapping[str, FactInput]]
) -> Callable[[], list[int]] | None:
    """Return rule-engine with one compiled rule per rule, or None when it is not installed."""
    if find_spec("rule_engine") is None:
        return None
    compiled = import_module("rule_engine").Rule
    rules = [compiled(_written(ruleset, rule.when, RULE_ENGINE)) for rule in ruleset.rules if rule.when]
    asked = [_with_lists(facts) for facts in dealers]
    return lambda: [_bits([rule.matches(facts) for rule in rules]) for facts in asked]


def numpy_by_hand(
    ruleset: RuleSet, columns: Mapping[str, Sequence[FactInput]]
) -> Callable[[], list[NDArray[np.bool_]]]:
    """Return what a person would write in NumPy: one line of comparisons per rule, NaN for missing numbers.

    Texts are coded and looked up in tables of truths that are made before the clock starts.
    """
    names: dict[str, Any] = {}
    tables: dict[Condition, str] = {}
    for name, variable in ruleset.variables.items():
        values = columns[name]
        if variable.kind == "numeric":
            names[name] = np.array([np.nan if value is None else value for value in values], np.float64)
        else:
            distinct = list(dict.fromkeys(values))
            places = {value: place for place, value in enumerate(distinct)}
            names[name] = np.array([places[value] for value in values], np.uint8)
            for rule in ruleset.rules:
                _tables(ruleset, rule.when, name, distinct, names, tables)
    lines = [_vectors(ruleset, rule.when, tables) for rule in ruleset.rules if rule.when]
    source = compile(f"[{', '.join(lines)}]", "by hand", "eval")

    def run() -> list[NDArray[np.bool_]]:
        found: list[NDArray[np.bool_]] = eval(source, names)  # noqa: S307  written above, from our own rules
        return found

    return run


def _tables(
    ruleset: RuleSet,
    clause: Clause | None,
    name: str,
    distinct: Sequence[FactInput],
    names: dict[str, Any],
    tables: dict[Condition, str],
) -> None:
    if isinstance(clause, Condition):
        if clause.name == name and clause not in tables:
            test = matcher(clause, ruleset.variables[name])
            tables[clause] = f"table_{len(tables)}"
            holding = [value is not None and test.holds(value) for value in distinct]  # type: ignore[arg-type]  # kinds agree
            names[tables[clause]] = np.array(holding, bool)
    elif clause is not None:
        for member in clause.members:
            _tables(ruleset, member, name, distinct, names, tables)


def _vectors(ruleset: RuleSet, clause: Clause, tables: Mapping[Condition, str]) -> str:
    if isinstance(clause, Condition):
        if clause in tables:
            return f"{tables[clause]}[{clause.name}]"
        return f"({clause.name} {SIGNS[clause.operator]} {_whole(ruleset, clause)})"
    sign = " & " if clause.mode == "all" else " | "
    return f"({sign.join(_vectors(ruleset, member, tables) for member in clause.members)})"


# How a condition that is not about a number is written; {all} and {any} are options in {name}, joined.
ZEN = {
    "is_true": "{name}",
    "is_false": "not {name}",
    "equal_to": "{name} == {value}",
    "starts_with": "startsWith({name}, {value})",
    "contains": "contains({name}, {value})",
    "contains_all": "all({value}, # in {name})",
    "shares_at_least_one_element_with": "some({name}, # in {value})",
    "shares_no_elements_with": "none({name}, # in {value})",
}
RULE_ENGINE = {
    **ZEN,
    "starts_with": "{name}.starts_with({value})",
    "contains": "{value} in {name}",
    "contains_all": "({all})",
    "shares_at_least_one_element_with": "({any})",
    "shares_no_elements_with": "not ({any})",
}


def _written(ruleset: RuleSet, clause: Clause, forms: Mapping[str, str]) -> str:
    if not isinstance(clause, Condition):
        word = " and " if clause.mode == "all" else " or "
        return f"({word.join(_written(ruleset, member, forms) for member in clause.members)})"
    if ruleset.variables[clause.name].kind == "numeric":
        return f"{clause.name} {SIGNS[clause.operator]} {_whole(ruleset, clause)}"
    options = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    quoted = [f'"{option}"' for option in options]
    return forms[clause.operator].format(
        name=clause.name,
        value=f"[{', '.join(quoted)}]" if isinstance(clause.value, tuple) else quoted[0],
        all=" and ".join(f"{option} in {clause.name}" for option in quoted),
        any=" or ".join(f"{option} in {clause.name}" for option in quoted),
    )


def _whole(ruleset: RuleSet, condition: Condition) -> int:
    return int(Decimal(condition.threshold).scaleb(ruleset.variables[condition.name].scale))


def _with_lists(facts: Mapping[str, FactInput]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


def _bits(flags: Sequence[bool]) -> int:
    return sum(1 << place for place, flag in enumerate(flags) if flag)
