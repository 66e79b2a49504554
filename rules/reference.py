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
from rules.scoring import Values, Verdict, assemble, effective_weights, line_outcome, values_of
from rules.terms import Condition, conditions_of
from rules.vocabulary import NEVER, refuse_optimised_mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.facts import FactValue
    from rules.outcomes import LineOutcome, Outcome
    from rules.rulebook import Rulebook
    from rules.terms import Band, Clause, Input, Line

refuse_optimised_mode()
PRECISION = 60
AWARD = [{"name": "award"}]
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
    return {"name": clause.name, "operator": clause.operator, "value": Decimal(clause.threshold)}


def holds(conditions: Mapping[str, Any], variables: SubjectVariables) -> bool:
    """Run one rule through business-rules and tell whether it was triggered."""
    award = _Award()
    run_all([{"conditions": conditions, "actions": AWARD}], variables, award)
    return award.awarded


class Reference:
    """Evaluates many subjects against one sound rulebook, asking business-rules about each band.

    A line depends on its effective weight and on the values of the inputs it names, and on nothing else.
    So its outcome is kept per distinct values: the same question is not asked twice, and no answer changes.

    Args:
        rulebook: The version in force.

    Raises:
        RulebookError: The rulebook has problems.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        rulebook.require_sound()
        self.rulebook = rulebook
        self._variables = variables_class(rulebook.inputs)
        self._names = {line.id: _names(line) for line in rulebook.lines}
        self._lines: dict[tuple[str, int, tuple[int | None, ...]], LineOutcome] = {}

    def evaluate(self, facts: Mapping[str, FactValue], context: Context = NO_CONTEXT) -> Outcome:
        """Score one subject; see ``rules.evaluation.evaluate``."""
        values = values_of(self.rulebook, facts, context)
        weights = effective_weights(self.rulebook, values)
        pairs = zip(self.rulebook.lines, weights, strict=True)
        lines = tuple(self._line(line, weight, values) for line, weight in pairs)
        return assemble(self.rulebook, values, lines, context)

    def _line(self, line: Line, weight: int, values: Values) -> LineOutcome:
        key = line.id, weight, tuple(map(values.get, self._names[line.id]))
        if key not in self._lines:
            verdicts = self._verdicts(line, values)
            self._lines[key] = line_outcome(self.rulebook, line, weight, values, verdicts)
        return self._lines[key]

    def _verdicts(self, line: Line, values: Values) -> list[Verdict]:
        inputs = self.rulebook.inputs
        numbers = {
            name: Decimal(values[name]).scaleb(-inputs[name].scale)
            for name in self._names[line.id]
            if name in values
        }
        variables = self._variables(numbers)
        with localcontext(prec=PRECISION):
            return [_verdict(band, variables, numbers) for band in line.bands]


def _names(line: Line) -> tuple[str, ...]:
    named = {condition.name for band in line.bands for condition in conditions_of(band.when)}
    return tuple(sorted(named | {line.input} | ({line.curve} if line.curve else set())))


def _verdict(band: Band, variables: SubjectVariables, known: Mapping[str, object]) -> Verdict:
    whole = holds(plain_conditions(band.when, known), variables)
    conditions = tuple(conditions_of(band.when))
    if len(conditions) == 1:
        return (whole,), whole
    return tuple(holds(plain_conditions(one, known), variables) for one in conditions), whole
