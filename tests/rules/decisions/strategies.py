"""Random decisions in the form authors write, with facts around their thresholds and missing values."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from itertools import combinations, count

from hypothesis import strategies as st

NUMBERS = ("-2.5", "0", "0.00001", "1", "99999.99999")
TEXTS = ("서울", "서", "Seoul", "SEOUL")
OPTIONS = ("EI", "EII", "EIII", "PI")
KINDS = {
    "size": {"type": "numeric", "scale": 2, "range": ["-100000", "100000"]},
    "ratio": {"type": "numeric", "scale": 5, "range": ["-100000", "100000"]},
    "visits": {"type": "numeric", "range": ["-100000", "100000"]},
    "new": {"type": "boolean"},
    "town": {"type": "string"},
    "class": {"type": "select", "options": list(OPTIONS)},
    "brands": {"type": "select_multiple", "options": list(OPTIONS)},
}
COMPARISONS = (
    "greater_than",
    "greater_than_or_equal_to",
    "less_than",
    "less_than_or_equal_to",
    "equal_to",
)
TEXT_TESTS = ("equal_to", "equal_to_case_insensitive", "starts_with", "ends_with", "contains")
OWN_TEXT_TESTS = (
    "does_not_equal",
    "does_not_equal_case_insensitive",
    "does_not_start_with",
    "does_not_end_with",
    "does_not_contain",
)
SET_TESTS = (
    "contains_all",
    "is_contained_by",
    "shares_at_least_one_element_with",
    "shares_exactly_one_element_with",
    "shares_no_elements_with",
)
OWN_SET_TESTS = (
    "does_not_contain_all",
    "is_not_contained_by",
    "does_not_share_exactly_one_element_with",
)
NAMES = [*combinations(KINDS, 1), *combinations(KINDS, 2)]
SCALES = {name: kind.get("scale", 0) for name, kind in KINDS.items() if kind["type"] == "numeric"}


def condition(name: str) -> st.SearchStrategy:
    """Return conditions on one input, in every operator authors have."""
    kind = KINDS[name]["type"]
    if kind == "numeric":
        compared = st.builds(
            _condition, st.just(name), st.sampled_from(COMPARISONS), st.sampled_from(NUMBERS)
        )
        ends = st.lists(st.integers(0, len(NUMBERS) - 1), min_size=2, max_size=2).map(sorted)
        return compared | ends.map(
            lambda pair: _condition(name, "between", [NUMBERS[pair[0]], NUMBERS[pair[1]]])
        )
    if kind == "boolean":
        return st.builds(_condition, st.just(name), st.sampled_from(("is_true", "is_false")), st.just(True))
    if kind == "string":
        tests = st.builds(
            _condition, st.just(name), st.sampled_from((*TEXT_TESTS, *OWN_TEXT_TESTS)), st.sampled_from(TEXTS)
        )
        return tests | st.sampled_from([_condition(name, word, True) for word in ("non_empty", "is_empty")])
    some = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=3, unique=True)
    if kind == "select_multiple":
        return st.builds(_condition, st.just(name), st.sampled_from((*SET_TESTS, *OWN_SET_TESTS)), some)
    one = st.builds(
        _condition, st.just(name), st.sampled_from(("contains", "does_not_contain")), st.sampled_from(OPTIONS)
    )
    return one | st.builds(_condition, st.just(name), st.sampled_from(("in", "not_in")), some)


def _condition(name, operator, value):
    return {"name": name, "operator": operator, "value": value}


@cache
def _clauses(names) -> st.SearchStrategy:
    """Return clauses on a few inputs, so that conditions of one rule meet."""
    leaves = st.one_of([condition(name) for name in names])
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(lambda members: {"all": members}, st.lists(inner, min_size=1, max_size=3))
            | st.builds(lambda members: {"any": members}, st.lists(inner, min_size=1, max_size=3))
            | st.builds(lambda member: {"not": member}, inner)
        ),
        max_leaves=5,
    )


@st.composite
def books(draw, policies=("rule_order",), missing=("no_match",), inputs=NAMES) -> dict:
    """Return the content of a sound decision: 1 to 5 rules on 1 or 2 inputs, half of them with ``else``."""
    ids = count(1)
    names = draw(st.sampled_from(inputs))
    rules = [
        {
            "id": f"r{next(ids)}",
            "when": when,
            "then": [{"name": "add_points", "params": {"points": draw(st.integers(0, 3))}}],
        }
        for when in draw(st.lists(_clauses(names), min_size=1, max_size=5))
    ]
    policy = draw(st.sampled_from(policies))
    if policy == "priority":
        rules = [{**rule, "priority": draw(st.integers(0, 3))} for rule in rules]
    then = [{"name": "add_points", "params": {"points": 9}}]
    return {
        "decision": "random",
        "hit_policy": policy,
        "effective_from": "2026-11-01",
        "inputs": {
            name: {**kind, "missing": draw(st.sampled_from(missing)) if len(missing) > 1 else missing[0]}
            for name, kind in KINDS.items()
        },
        "rules": rules,
        **(
            {"aggregate": draw(st.sampled_from(("list", "sum", "min", "max", "count")))}
            if policy == "collect"
            else {}
        ),
        **({"else": {"then": then}} if draw(st.booleans()) else {}),
    }


def _numbers(scale: int) -> list[int]:
    edges = [int(Decimal(number).scaleb(scale)) for number in NUMBERS]
    return sorted({edge + step for edge in edges for step in (-1, 0, 1)})


VALUES = {
    **{name: st.sampled_from(_numbers(scale)) for name, scale in SCALES.items()},
    "new": st.booleans(),
    "town": st.sampled_from(("", *TEXTS, "강서", "역서울", "my Seoul")),
    "class": st.sampled_from([(option,) for option in OPTIONS]),
    "brands": st.lists(st.sampled_from(OPTIONS), max_size=3, unique=True).map(tuple),
}
FACTS = st.fixed_dictionaries({name: st.one_of(st.none(), *[value] * 4) for name, value in VALUES.items()})
SUBJECTS = st.lists(FACTS, min_size=2, max_size=2)
