"""The reference: what a rulebook means is what business-rules says, asked one band at a time.

This is the only door to business-rules, and nothing passes it that ``vocabulary`` has not checked.

A condition on a missing number is replaced by one that is false, in the JSON itself, so business-rules
never sees None and ``run_all`` on the same JSON is the reference of what a clause means.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import BaseVariables, boolean_rule_variable, numeric_rule_variable

from rules.outcomes import NO_CONTEXT, Context
from rules.scoring import Values, Verdict, assemble, values_of
from rules.terms import Condition, conditions_of
from rules.vocabulary import NEVER, refuse_optimised_mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.facts import FactValue
    from rules.outcomes import Outcome
    from rules.rulebook import Rulebook
    from rules.terms import Band, Clause, Input

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


class Reference:
    """Evaluates many subjects against one sound rulebook.

    A band depends on the values of the inputs it names and on nothing else, so its verdict is kept
    per distinct values; the same call is never made twice and no verdict can change by it.

    Args:
        rulebook: The version in force.

    Raises:
        RulebookError: The rulebook has problems.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        rulebook.require_sound()
        self.rulebook = rulebook
        self._variables = variables_class(rulebook.inputs)
        self._names = {
            band.id: tuple(sorted({condition.name for condition in conditions_of(band.when)}))
            for line in rulebook.lines
            for band in line.bands
        }
        self._verdicts: dict[tuple[str, tuple[int | None, ...]], Verdict] = {}

    def evaluate(self, facts: Mapping[str, FactValue], context: Context = NO_CONTEXT) -> Outcome:
        """Score one subject; see ``evaluate``."""
        values = values_of(self.rulebook, facts)
        verdicts = {
            band.id: self._verdict(band, values) for line in self.rulebook.lines for band in line.bands
        }
        return assemble(self.rulebook, values, verdicts, context)

    def _verdict(self, band: Band, values: Values) -> Verdict:
        key = band.id, tuple(values.get(name) for name in self._names[band.id])
        if key not in self._verdicts:
            self._verdicts[key] = self._ask(band, values)
        return self._verdicts[key]

    def _ask(self, band: Band, values: Values) -> Verdict:
        numbers = {
            name: Decimal(values[name]).scaleb(-self.rulebook.inputs[name].scale)
            for name in self._names[band.id]
            if name in values
        }
        variables = self._variables(numbers)
        whole = holds(band.when, variables, numbers)
        conditions = tuple(conditions_of(band.when))
        if len(conditions) == 1:
            return (whole,), whole
        return tuple(holds(condition, variables, numbers) for condition in conditions), whole
