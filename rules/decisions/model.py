"""What a decision is made of: typed variables, rules, actions and a hit policy. Values only, no logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rules.kpis import Text
from rules.terms import Clause, MissingRule

Kind = Literal["numeric", "boolean", "string", "select", "select_multiple"]
HitPolicy = Literal["unique", "any", "first", "priority", "rule_order", "collect"]
Aggregate = Literal["list", "sum", "min", "max", "count"]
FactInput = int | bool | str | tuple[str, ...] | None
"""One quantised input of one subject: number × 10^scale, truth, text, chosen options; None is missing."""


@dataclass(frozen=True, slots=True)
class Variable:
    """An input that conditions may name.

    Attributes:
        name: Name in conditions.
        kind: Field type of business-rules.
        label: Name for people, by locale.
        unit: Printed behind a number; empty otherwise.
        scale: Decimals of a quantised number, 0 to 5; 0 for other kinds.
        lowest: Smallest plausible number × 10^scale, inclusive; 0 for other kinds.
        highest: Largest plausible number × 10^scale, inclusive; 0 for other kinds.
        options: Every value a string, select or select_multiple may take; empty means any text.
        missing: ``no_match`` makes conditions on it false, ``hold`` leaves the subject to a person,
            ``error`` stops the run.
        topics: What it is about, for the fair-dealing check, for example ``payment``.
    """

    name: str
    kind: Kind
    label: Text
    unit: str = ""
    scale: int = 0
    lowest: int = 0
    highest: int = 0
    options: tuple[str, ...] = ()
    missing: MissingRule = "no_match"
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule gives, as data: the name and parameters of an action in ``vocabulary.yaml``."""

    name: str
    params: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule or one row of a decision table.

    Attributes:
        id: Unique within the decision.
        label: Name for people, by locale.
        when: Clause in negation normal form; None holds always (an ``else`` row).
        then: Actions given when the rule is hit.
        priority: Larger wins under the hit policy ``priority``.
    """

    id: str
    label: Text
    when: Clause | None
    then: tuple[Action, ...]
    priority: int = 0


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Variables and rules in order, with the hit policy that turns fired rules into a result.

    A rule fires when its clause holds, conditions on missing inputs being false. An ``else`` rule, at most
    one and the last, counts only when no other rule fired.

    Attributes:
        variables: Declared inputs by name.
        rules: Rules in book order, fewer than 32,768.
        hit_policy: How fired rules become a result.
        aggregate: How ``collect`` puts numbers of the same action together.
    """

    variables: Mapping[str, Variable]
    rules: tuple[Rule, ...]
    hit_policy: HitPolicy = "first"
    aggregate: Aggregate = "list"
