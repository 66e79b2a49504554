"""From a decision to plain business-rules JSON, and to the classes business-rules runs it with.

The JSON holds nothing of ours but names: ``run_all`` takes it as it stands. Each rule first notes that it
was hit, then gives its actions; both are recorded, nothing is done.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from business_rules.actions import BaseActions
from business_rules.operators import BooleanType, NumericType, SelectType
from business_rules.variables import BaseVariables, boolean_rule_variable, rule_variable

from rules.decisions.actions import action_vocabulary
from rules.decisions.types import OptionsType, TextType
from rules.terms import Condition
from rules.vocabulary import NEVER, refuse_optimised_mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.decisions.model import Kind, Rule, RuleSet, Variable
    from rules.terms import Clause

refuse_optimised_mode()
HIT = "hit"
ALWAYS = {"name": NEVER, "operator": "is_false", "value": True}
FALSE = {"name": NEVER, "operator": "is_true", "value": True}
FIELD_TYPES: dict[Kind, type[Any]] = {
    "numeric": NumericType,
    "boolean": BooleanType,
    "string": TextType,
    "select": SelectType,
    "select_multiple": OptionsType,
}
Lowered = list[dict[str, Any]]


def lower(ruleset: RuleSet, present: Mapping[str, object] | None = None) -> Lowered:
    """Return the rules as business-rules JSON, in order; ``else`` is a rule that always holds.

    Args:
        ruleset: A checked decision.
        present: Inputs that have a value: conditions on any other are replaced by a false one, because
            business-rules has no missing values. Left out, every input counts as present.
    """
    known = ruleset.variables if present is None else present
    return [_rule(rule, ruleset.variables, known) for rule in ruleset.rules]


def _rule(rule: Rule, variables: Mapping[str, Variable], known: Mapping[str, object]) -> dict[str, Any]:
    hit = {"name": HIT, "params": {"rule": rule.id}}
    actions = [{"name": action.name, "params": dict(action.params)} for action in rule.then]
    conditions = dict(ALWAYS) if rule.when is None else conditions_json(rule.when, variables, known)
    return {"conditions": conditions, "actions": [hit, *actions]}


def conditions_json(
    clause: Clause, variables: Mapping[str, Variable], known: Mapping[str, object]
) -> dict[str, Any]:
    """Return a clause as business-rules conditions, those on unknown inputs replaced by false."""
    if not isinstance(clause, Condition):
        return {clause.mode: [conditions_json(member, variables, known) for member in clause.members]}
    if clause.name not in known:
        return dict(FALSE)
    return {"name": clause.name, "operator": clause.operator, "value": _operand(clause, variables)}


def _operand(condition: Condition, variables: Mapping[str, Variable]) -> object:
    if variables[condition.name].kind == "numeric":
        return Decimal(condition.threshold)
    if isinstance(condition.value, tuple):
        return list(condition.value)
    return condition.value or True


class DecisionVariables(BaseVariables):  # type: ignore[misc]  # business-rules has no types
    """Values of one subject; subclasses add one variable per input.

    Args:
        values: Present values by input, numbers as exact decimals.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    @boolean_rule_variable(label="Never")  # type: ignore[untyped-decorator]  # business-rules has no types
    def never(self) -> bool:
        """Return False: what a condition on a missing value amounts to."""
        return False


class Recorder(BaseActions):  # type: ignore[misc]  # business-rules has no types
    """Notes what fired and what it gave, in order.

    Attributes:
        hits: Ids of the rules that fired.
        given: Name and parameters of every action.
    """

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.given: list[tuple[str, dict[str, Any]]] = []

    def hit(self, rule: str) -> None:
        """Note that a rule fired."""
        self.hits.append(rule)


def variables_class(variables: Mapping[str, Variable]) -> type[DecisionVariables]:
    """Return a variables class with one typed variable per input, labelled in Korean."""
    members = {name: _reading(variable) for name, variable in variables.items()}
    return type("BookVariables", (DecisionVariables,), members)


def _reading(variable: Variable) -> Callable[[DecisionVariables], object]:
    def read(variables: DecisionVariables) -> object:
        return variables._values[variable.name]  # noqa: SLF001  the variable belongs to the class

    read.__name__ = variable.name
    decorate = rule_variable(
        FIELD_TYPES[variable.kind], label=variable.label["ko"], options=list(variable.options)
    )
    decorated: Callable[[DecisionVariables], object] = decorate(read)
    return decorated


def actions_class(names: frozenset[str] | None = None) -> type[Recorder]:
    """Return an actions class with one recording method per action, those of the vocabulary by default."""
    offered = frozenset(action_vocabulary()) if names is None else names
    return type("BookActions", (Recorder,), {name: _recording(name) for name in offered})


def _recording(name: str) -> Callable[..., None]:
    def record(actions: Recorder, **params: object) -> None:
        actions.given.append((name, params))

    record.__name__ = name
    return record


def values_for(ruleset: RuleSet, facts: Mapping[str, Any]) -> dict[str, object]:
    """Return the present values of checked facts in the form business-rules takes."""
    return {
        name: Decimal(facts[name]).scaleb(-variable.scale) if variable.kind == "numeric" else facts[name]
        for name, variable in ruleset.variables.items()
        if facts.get(name) is not None
    }
