"""The only door to business-rules: one checked clause at a time, on one subject's numbers.

A condition on a missing number is replaced by one that is false, in the JSON itself, so business-rules
never sees None and ``run_all`` on the same JSON is the reference of what a clause means.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import BaseVariables, boolean_rule_variable, numeric_rule_variable

from rules.terms import Condition
from rules.vocabulary import NEVER, refuse_optimised_mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.terms import Clause, Input

refuse_optimised_mode()
PRECISION = 60
FALSE = {"name": NEVER, "operator": "is_true", "value": True}


class _Award(BaseActions):  # type: ignore[misc]  # business-rules has no types
    """Records that a rule was triggered; rules never do anything else."""

    def __init__(self) -> None:
        self.awarded = False

    @rule_action()  # type: ignore[untyped-decorator]  # business-rules has no types
    def award(self) -> None:
        """Note the award."""
        self.awarded = True


class SubjectVariables(BaseVariables):  # type: ignore[misc]  # business-rules has no types
    """Numbers of one subject under the names of a rulebook; subclasses add one variable per input."""

    def __init__(self, values: Mapping[str, Decimal]) -> None:
        self._values = values

    @boolean_rule_variable(label="Never")  # type: ignore[untyped-decorator]  # business-rules has no types
    def never(self) -> bool:
        """Return False: what a condition on a missing number amounts to."""
        return False


def variables_class(inputs: Mapping[str, Input]) -> type[SubjectVariables]:
    """Return a variables class with one numeric variable per input, labelled in Korean."""
    members = {name: _variable(name, source.label["ko"]) for name, source in inputs.items()}
    return type("BookVariables", (SubjectVariables,), members)


def _variable(name: str, label: str) -> Callable[[SubjectVariables], Decimal]:
    def read(variables: SubjectVariables) -> Decimal:
        return variables._values[name]  # noqa: SLF001  the variable belongs to the class

    read.__name__ = name
    variable: Callable[[SubjectVariables], Decimal] = numeric_rule_variable(label=label)(read)
    return variable


def plain_conditions(clause: Clause, known: Mapping[str, object]) -> dict[str, Any]:
    """Return business-rules JSON of a clause, conditions on unknown names replaced by false."""
    if not isinstance(clause, Condition):
        return {clause.mode: [plain_conditions(member, known) for member in clause.members]}
    if clause.name not in known:
        return dict(FALSE)
    return {"name": clause.name, "operator": clause.operator, "value": Decimal(clause.value)}


def holds(clause: Clause, variables: SubjectVariables, known: Mapping[str, object]) -> bool:
    """Run one clause as one rule through business-rules and tell whether it was triggered."""
    award = _Award()
    rule = {"conditions": plain_conditions(clause, known), "actions": [{"name": "award"}]}
    with localcontext(prec=PRECISION):
        run_all([rule], variables, award)
    return award.awarded
