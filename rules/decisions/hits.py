"""Hit policies: from the rules that fired to one result.

| policy | result |
|---|---|
| unique | what the one rule gave; two that fire are an error |
| any | what they all gave; two that differ are an error |
| first | what the first in book order gave |
| priority | what the rule of the highest priority gave; of equals the first |
| rule_order | lists of what every rule gave, in book order |
| collect | list, sum, smallest, largest or count of what every rule gave |
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules.decisions.outcomes import DecisionOutcome, HitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.decisions.model import Aggregate, Rule, RuleSet
    from rules.decisions.outcomes import Result

AGGREGATIONS: Mapping[Aggregate, Callable[[Any], Any]] = {
    "list": tuple,
    "sum": sum,
    "min": min,
    "max": max,
    "count": len,
}


def settle(ruleset: RuleSet, fired: Sequence[int]) -> DecisionOutcome:
    """Apply the hit policy.

    Args:
        ruleset: The decision.
        fired: Places of the rules that fired, rising; ``else`` only on its own.

    Raises:
        HitError: Two rules fired under ``unique``, or two that disagree under ``any``.
    """
    rules = [ruleset.rules[place] for place in fired]
    chosen = _chosen(ruleset, rules)
    if ruleset.hit_policy in ("rule_order", "collect"):
        values = _gathered(ruleset, chosen)
    else:
        values = {name: value for rule in chosen for name, value in _given(rule).items()}
    ids = tuple(rule.id for rule in rules)
    hits = tuple(rule.id for rule in chosen)
    actions = tuple(action for rule in chosen for action in rule.then)
    return DecisionOutcome(ids, hits, actions, MappingProxyType(values))


def _chosen(ruleset: RuleSet, rules: list[Rule]) -> list[Rule]:
    policy = ruleset.hit_policy
    if policy == "unique" and len(rules) > 1:
        raise HitError(policy, tuple(rule.id for rule in rules))
    if policy == "any":
        differing = [rule for rule in rules if _given(rule) != _given(rules[0])]
        if differing:
            raise HitError(policy, (rules[0].id, *(rule.id for rule in differing)))
    if policy == "priority":
        rules = sorted(rules, key=lambda rule: -rule.priority)
    return rules if policy in ("rule_order", "collect") else rules[:1]


def _given(rule: Rule) -> dict[str, Any]:
    return {name: value for action in rule.then for name, value in action.params.items()}


def _gathered(ruleset: RuleSet, rules: list[Rule]) -> Mapping[str, Result]:
    """Put the values of each result together; with nothing to add or count, 0."""
    lists: dict[str, list[Any]] = {}
    if ruleset.aggregate in ("sum", "count"):
        lists = {name: [] for rule in ruleset.rules for name in _given(rule)}
    for rule in rules:
        for name, value in _given(rule).items():
            lists.setdefault(name, []).append(value)
    return {name: AGGREGATIONS[ruleset.aggregate](values) for name, values in lists.items()}
