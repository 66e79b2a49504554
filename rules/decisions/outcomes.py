"""What a decision gives for one subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rules.decisions.actions import ParamValue
from rules.decisions.model import Action
from rules.errors import RulesError

Result = ParamValue | tuple[ParamValue, ...]
NOTHING: Mapping[str, Result] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """What was decided about one subject, and by which rules.

    Attributes:
        fired: Ids of the rules that fired, in book order; only the first under the hit policy ``first``.
        hits: Ids of the rules that made the result.
        actions: What they gave, in order.
        values: Results by name of the parameter: one value, or a tuple of them under ``rule_order`` and
            ``collect`` with ``list``.
        held_inputs: Missing inputs that leave the subject to a person; nothing is decided then.
    """

    fired: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    values: Mapping[str, Result] = field(default_factory=lambda: NOTHING)
    held_inputs: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        """Whether a person decides."""
        return bool(self.held_inputs)


class HitError(RulesError):
    """Rules that fired together although the hit policy forbids it.

    Args:
        policy: ``unique`` or ``any``.
        rules: Ids of the rules.
    """

    def __init__(self, policy: str, rules: tuple[str, ...]) -> None:
        why = "only one may fire" if policy == "unique" else "they give different results"
        super().__init__(f"hit policy {policy}: rules {', '.join(rules)} fired together; {why}")
        self.policy = policy
        self.rules = rules
