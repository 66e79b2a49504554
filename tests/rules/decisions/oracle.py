"""The meaning of an authored decision, from business-rules itself and with hardly any code of ours.

Each comparison is one call of ``run_all`` on variables declared here with the library's own decorators.
``all``, ``any`` and ``not`` around them are plain Python, with ``not`` moved down to the comparisons, where
one on a missing value is false whichever way it points.
"""

from __future__ import annotations

from decimal import Decimal

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import (
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    rule_variable,
    select_multiple_rule_variable,
    select_rule_variable,
    string_rule_variable,
)

from rules.decisions.types import OptionsType, TextType
from tests.rules.decisions.strategies import SCALES

PLAIN = {
    "does_not_equal": "equal_to",
    "does_not_equal_case_insensitive": "equal_to_case_insensitive",
    "does_not_start_with": "starts_with",
    "does_not_contain": "contains",
    "does_not_end_with": "ends_with",
    "does_not_contain_all": "contains_all",
    "is_not_contained_by": "is_contained_by",
    "does_not_share_exactly_one_element_with": "shares_exactly_one_element_with",
    "is_empty": "non_empty",
}


class Values(BaseVariables):
    def __init__(self, facts):
        self.facts = facts

    def _number(self, name):
        return Decimal(self.facts[name]).scaleb(-SCALES[name])

    @numeric_rule_variable()
    def size(self):
        return self._number("size")

    @numeric_rule_variable()
    def ratio(self):
        return self._number("ratio")

    @numeric_rule_variable()
    def visits(self):
        return self._number("visits")

    @boolean_rule_variable()
    def new(self):
        return self.facts["new"]

    @string_rule_variable()
    def town(self):
        return self.facts["town"]

    @select_multiple_rule_variable()
    def brands(self):
        return self.facts["brands"]

    @select_rule_variable()
    def of_class(self):
        return self.facts["class"]

    @boolean_rule_variable()
    def never(self):
        return False


setattr(Values, "class", Values.of_class)


class ExtendedValues(Values):
    """The same with our opposites of text and option operators, for running lowered JSON as a whole."""

    @rule_variable(TextType)
    def town(self):
        return self.facts["town"]

    @rule_variable(OptionsType)
    def brands(self):
        return self.facts["brands"]


class Notes(BaseActions):
    def __init__(self):
        self.hits = []
        self.points = []

    @rule_action()
    def hit(self, rule):
        self.hits.append(rule)

    @rule_action()
    def add_points(self, points):
        self.points.append(points)


def fired(content, facts) -> list[str]:
    """Return ids of the authored rules that fire, ``else`` only when none does."""
    hits = [rule["id"] for rule in content["rules"] if holds(rule["when"], facts, negated=False)]
    return hits or (["else"] if "else" in content else [])


def holds(clause, facts, *, negated) -> bool:
    if "not" in clause:
        return holds(clause["not"], facts, negated=not negated)
    for word, chosen in (("all", all), ("any", any)):
        if word in clause:
            turned = {all: any, any: all}[chosen] if negated else chosen
            return turned([holds(member, facts, negated=negated) for member in clause[word]])
    return facts[clause["name"]] is not None and _compared(clause, facts) is not negated


def _compared(clause, facts) -> bool:
    name, operator, value = clause["name"], clause["operator"], clause["value"]
    if operator == "between":
        lowest, highest = value
        return asked(name, "greater_than_or_equal_to", lowest, facts) and asked(
            name, "less_than_or_equal_to", highest, facts
        )
    if operator in ("in", "not_in"):
        return any(asked(name, "contains", option, facts) for option in value) is (operator == "in")
    if operator in PLAIN and name != "class":
        return not asked(name, PLAIN[operator], value, facts)
    return asked(name, operator, value, facts)


def asked(name, operator, value, facts) -> bool:
    """Ask business-rules about one comparison."""
    plain = Decimal(value) if name in SCALES else value
    conditions = {"name": name, "operator": operator, "value": plain}
    return run_all([{"conditions": conditions, "actions": []}], Values(facts), Notes())
