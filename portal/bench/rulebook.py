"""What the benches of rules decide about: 25 rules with 61 conditions on 15 inputs, and made-up dealers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from rules.decisions.model import Action, Rule, RuleSet, Variable
from rules.terms import Clause, Condition, Group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.decisions.model import FactInput
    from rules.kpis import Text

ACTION = "add_points"
SEED = 20261101
# name, scale, lowest, highest
NUMBERS = (
    ("sales_attainment", 2, 0, 200),
    ("sales_growth", 2, -100, 200),
    ("plan_attainment", 2, 0, 200),
    ("new_terminals", 0, 0, 60),
    ("active_terminal_ratio", 2, 0, 100),
    ("second_tier_count", 0, 0, 40),
    ("visit_ratio", 2, 0, 120),
    ("overdue_days", 0, 0, 180),
    ("overdue_amount", 0, 0, 50_000_000),
    ("return_ratio", 2, 0, 30),
    ("new_product_mix", 2, 0, 60),
)
OFTEN_ZERO = {"overdue_days", "overdue_amount"}
CLASSES = ("EI", "EII", "EIII", "EIV", "")
REGIONS = ("서울", "경기", "부산", "대구", "Gangwon", "Jeju-1", "Jeju-2")
CAMPAIGNS = ("display", "new_brand", "winter", "trip", "loyal")
OPERATORS = {
    ">=": "greater_than_or_equal_to", ">": "greater_than", "<=": "less_than_or_equal_to", "<": "less_than",
    "=": "equal_to", "yes": "is_true", "no": "is_false", "begins": "starts_with", "has": "contains",
    "all_of": "contains_all", "some_of": "shares_at_least_one_element_with",
    "none_of": "shares_no_elements_with",
}  # fmt: skip
# points and the conditions that must all hold, or one of those between bars
RULES = (
    (30, "sales_attainment >= 120; sales_growth > 10; overdue_days = 0"),
    (20, "sales_attainment >= {edge}; sales_attainment < 120; overdue_days <= 7"),
    (10, "sales_attainment >= 90; sales_attainment < 100"),
    (-20, "sales_attainment < 70; sales_growth < 0"),
    (20, "plan_attainment >= 100; new_terminals >= 10"),
    (10, "plan_attainment >= 80; plan_attainment < 100; visit_ratio >= 90"),
    (-15, "plan_attainment < 50; new_terminals < 3 | visit_ratio < 50"),
    (10, "active_terminal_ratio >= 85.5; second_tier_count >= 8"),
    (-10, "active_terminal_ratio < 60; second_tier_count < 3"),
    (-25, "overdue_days > 30; overdue_amount > 5000000"),
    (-40, "overdue_days > 90; overdue_amount > 0"),
    (10, "overdue_days = 0; overdue_amount = 0"),
    (-10, "return_ratio > 8.25; sales_attainment < 100"),
    (5, "return_ratio <= 2.5; sales_attainment >= 80"),
    (15, "new_product_mix >= 20; campaigns all_of new_brand"),
    (-5, "new_product_mix < 5; region begins Jeju; customer_class = EI"),
    (5, "training_attended yes; visit_ratio >= 80"),
    (-5, "training_attended no; sales_attainment < 80"),
    (10, "customer_class = EI; sales_growth >= 0; overdue_days <= 15"),
    (5, "customer_class = EII; campaigns some_of loyal,trip"),
    (15, "customer_class begins EI; sales_growth > 15.5; new_terminals >= 5"),
    (-5, "campaigns none_of display,winter; plan_attainment < 80"),
    (5, "region = 서울 | region has 산; visit_ratio >= 95"),
    (20, "second_tier_count >= 15; new_terminals >= 15; active_terminal_ratio >= 75; return_ratio < 10"),
    (-50, "sales_attainment < 30 | overdue_days > 150 | return_ratio > 25"),
)


# the grade table: a grid of 20 cells, and five rows for dealers who are late and little visited
ATTAINMENT_FROM = ("0", "50", "70", "90", "110")
OVERDUE_FROM = ("0", "7", "15", "30")
LATE_ROWS = (
    "sales_attainment >= 110; overdue_days < 7",
    "overdue_days >= 90; overdue_amount >= 1000000",
    "overdue_days >= 30; return_ratio > 8.25; visit_ratio < 50",
    "overdue_days >= 30; visit_ratio < 20; second_tier_count < 3",
    "overdue_days < 90; sales_growth >= 0 | sales_growth < -50",
)


def grade_table() -> RuleSet:
    """Return a decision table of 25 rows of which the first that holds counts.

    The first of the late rows never gets its turn, and some dealers are in no row.
    """
    grid = [
        f"{attained}; {overdue}" + ("; visit_ratio >= 50" if overdue.endswith(OVERDUE_FROM[-1]) else "")
        for attained in _ranges("sales_attainment", ATTAINMENT_FROM)
        for overdue in _ranges("overdue_days", OVERDUE_FROM)
    ]
    rules = tuple(
        Rule(f"G{place:02d}", _text(text), _clause(text), (Action("set_grade", {"grade": f"G{place:02d}"}),))
        for place, text in enumerate((*grid, *LATE_ROWS))
    )
    return RuleSet(_variables(), rules, "first")


def _ranges(name: str, edges: Sequence[str]) -> Iterator[str]:
    for lowest, above in pairwise(edges):
        yield f"{name} >= {lowest}; {name} < {above}"
    yield f"{name} >= {edges[-1]}"


def dealer_rules(edge: str = "100") -> RuleSet:
    """Return the rules; each gives points by the action ``add_points``.

    Args:
        edge: Where "attainment at least" is asked for 100 % instead, a whole or decimal number.
    """
    rules = tuple(
        Rule(
            f"R{place:02d}",
            _text(f"R{place:02d}"),
            _clause(text.format(edge=edge)),
            (Action(ACTION, {"points": points}),),
        )
        for place, (points, text) in enumerate(RULES)
    )
    return RuleSet(_variables(), rules, "collect", "sum")


def points_of(ruleset: RuleSet) -> list[int]:
    """Return the points each rule gives."""
    return [int(rule.then[0].params["points"]) for rule in ruleset.rules]


def _variables() -> dict[str, Variable]:
    numbers = [
        Variable(name, "numeric", _text(name), "", scale, lowest * 10**scale, highest * 10**scale)
        for name, scale, lowest, highest in NUMBERS
    ]
    others = [
        Variable("training_attended", "boolean", _text("training_attended")),
        Variable("customer_class", "string", _text("customer_class"), options=CLASSES),
        Variable("region", "string", _text("region"), options=REGIONS),
        Variable("campaigns", "select_multiple", _text("campaigns"), options=CAMPAIGNS),
    ]
    return {variable.name: variable for variable in (*numbers, *others)}


def _text(name: str) -> Text:
    return {"ko": name, "en": name}


def _clause(text: str) -> Clause:
    members = [_either(part) for part in text.split("; ")]
    return members[0] if len(members) == 1 else Group("all", tuple(members))


def _either(text: str) -> Clause:
    members = [_condition(part) for part in text.split(" | ")]
    return members[0] if len(members) == 1 else Group("any", tuple(members))


def _condition(text: str) -> Condition:
    name, sign, *rest = text.split(" ")
    value = rest[0] if rest else ""
    return Condition(name, OPERATORS[sign], tuple(value.split(",")) if name == "campaigns" else value)


def made_up_dealers(count: int, missing: float = 0.0) -> dict[str, list[FactInput]]:
    """Return quantised facts of made-up dealers by variable, the same at every call.

    Args:
        count: How many.
        missing: Share of each variable's values that are missing.
    """
    chance = np.random.default_rng(SEED)
    columns: dict[str, list[Any]] = {}
    for name, scale, lowest, highest in NUMBERS:
        numbers = chance.integers(lowest * 10**scale, highest * 10**scale, count, endpoint=True)
        if name in OFTEN_ZERO:
            numbers[chance.random(count) < 0.5] = 0  # noqa: PLR2004  every other dealer owes nothing
        columns[name] = numbers.tolist()
    columns["training_attended"] = (chance.random(count) < 0.4).tolist()  # noqa: PLR2004  two in five
    columns["customer_class"] = [CLASSES[place] for place in chance.integers(0, len(CLASSES), count)]
    columns["region"] = [REGIONS[place] for place in chance.integers(0, len(REGIONS), count)]
    columns["campaigns"] = [_chosen(mask) for mask in chance.integers(0, 1 << len(CAMPAIGNS), count).tolist()]
    for values in columns.values():
        for row in np.flatnonzero(chance.random(count) < missing).tolist():
            values[row] = None
    return columns


def _chosen(mask: int) -> tuple[str, ...]:
    return tuple(option for place, option in enumerate(CAMPAIGNS) if mask >> place & 1)
