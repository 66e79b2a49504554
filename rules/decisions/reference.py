"""The reference: a rule fires when ``business_rules.run_all`` says so on the lowered JSON.

Slow and plain. The compiled forms are measured against it, never the other way round.
"""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING

from business_rules import run_all

from rules.decisions.lowering import actions_class, lower, values_for, variables_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.lowering import Recorder
    from rules.decisions.model import FactInput, RuleSet

PRECISION = 60


class DecisionReference:
    """Asks business-rules which rules of a decision fire.

    Args:
        ruleset: A checked decision.
    """

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._variables = variables_class(ruleset.variables)
        self._actions = actions_class(
            frozenset(action.name for rule in ruleset.rules for action in rule.then)
        )
        self._places = {rule.id: place for place, rule in enumerate(ruleset.rules)}

    def fired(self, facts: Mapping[str, FactInput], *, stop_on_first: bool = False) -> tuple[int, ...]:
        """Return places of the rules that fire, in order; ``else`` only when no other does.

        Args:
            facts: Checked values by input; None or absent is missing.
            stop_on_first: Look no further than the first rule that fires.
        """
        places = [self._places[rule] for rule in self.record(facts, stop_on_first=stop_on_first).hits]
        if len(places) > 1 and self._ruleset.rules[places[-1]].when is None:
            places.pop()
        return tuple(places)

    def record(self, facts: Mapping[str, FactInput], *, stop_on_first: bool = False) -> Recorder:
        """Return everything ``run_all`` did, in order, the ``else`` rule included."""
        values = values_for(self._ruleset, facts)
        recorder = self._actions()
        with localcontext(prec=PRECISION):
            run_all(
                lower(self._ruleset, values),
                self._variables(values),
                recorder,
                stop_on_first_trigger=stop_on_first,
            )
        return recorder
