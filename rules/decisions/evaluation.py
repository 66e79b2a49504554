"""A decision made ready to run for one subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.compile import compile_one
from rules.decisions.facts import checked, held_inputs
from rules.decisions.hits import settle
from rules.decisions.outcomes import DecisionOutcome
from rules.decisions.reference import DecisionReference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.model import FactInput, RuleSet


class CompiledDecision:
    """Decides about one subject at a time.

    Args:
        ruleset: A checked decision.

    Attributes:
        ruleset: The decision.
        reference: Asks business-rules itself, hundreds of times more slowly.
    """

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.reference = DecisionReference(ruleset)
        self._bits = compile_one(ruleset, first=ruleset.hit_policy == "first")

    def evaluate(self, facts: Mapping[str, FactInput]) -> DecisionOutcome:
        """Decide about one subject.

        Args:
            facts: Quantised values by input, see ``DecisionBook.facts``; None or absent is missing, other
                names are ignored.

        Raises:
            FactError: A value of the wrong type, or a missing one that is required.
            HitError: The hit policy forbids what fired.
        """
        values = checked(self.ruleset, facts)
        held = held_inputs(self.ruleset, values)
        return DecisionOutcome(held_inputs=held) if held else settle(self.ruleset, self.fired(values))

    def fired(self, facts: Mapping[str, FactInput]) -> tuple[int, ...]:
        """Return places of the rules that fire on checked facts, in order; only one under ``first``."""
        bits, places = self._bits(facts), []
        while bits:
            places.append((bits & -bits).bit_length() - 1)
            bits &= bits - 1
        return tuple(places)
