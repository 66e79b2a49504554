"""Random rule sets as values, with facts on and around their thresholds, and what business-rules says."""

from __future__ import annotations

from hypothesis import strategies as st

from rules.decisions.model import Action, Rule, RuleSet, Variable
from rules.decisions.reference import DecisionReference
from rules.terms import Condition, Group

WORDS = {"ko": "말", "en": "words"}
THRESHOLDS = ("-2.5", "-1", "-0.00001", "0", "0.00001", "0.1", "1", "1.00001", "2.5", "120", "99999.99999")
COMPARISONS = (
    "greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to", "equal_to",
)  # fmt: skip
TEXTS = ("서울", "서", "부산", "Seoul", "a")
OPTIONS = ("EI", "EII", "PI")
SCALES = {"size": 2, "ratio": 5, "visits": 0}
RANGES = {"visits": 60}


def variables(missing="no_match"):
    numbers = [
        Variable(name, "numeric", WORDS, scale=scale, highest=RANGES.get(name, 0), missing=missing)
        for name, scale in SCALES.items()
    ]
    others = [
        Variable("trained", "boolean", WORDS, missing=missing),
        Variable("town", "string", WORDS, missing=missing),
        Variable("grade", "select", WORDS, options=OPTIONS, missing=missing),
        Variable("brands", "select_multiple", WORDS, options=OPTIONS, missing=missing),
    ]
    return {variable.name: variable for variable in (*numbers, *others)}


def number(name, sign=">=", threshold="1"):
    words = dict(zip((">", ">=", "<", "<=", "="), COMPARISONS, strict=True))
    return Condition(name, words[sign], threshold)


def a_rule(place, when):
    return Rule(f"r{place}", WORDS, when, (Action("add_points", {"points": place + 1}),))


def a_ruleset(*whens, missing="no_match", **changes):
    """Return rules with these clauses; None is an ``else`` rule."""
    rules = tuple(a_rule(place, when) for place, when in enumerate(whens))
    return RuleSet(variables(missing), rules, **changes)


def all_of(*members):
    return Group("all", members)


def any_of(*members):
    return Group("any", members)


def _condition(names, operators, values):
    return st.builds(Condition, st.sampled_from(names), st.sampled_from(operators), st.sampled_from(values))


CONDITIONS = st.one_of(
    _condition(tuple(SCALES), COMPARISONS, THRESHOLDS),
    _condition(("size",), COMPARISONS, THRESHOLDS),
    _condition(("trained",), ("is_true", "is_false"), ("",)),
    _condition(("town",), ("equal_to", "starts_with", "contains", "does_not_contain"), TEXTS),
    _condition(("town",), ("non_empty", "is_empty"), ("",)),
    _condition(("grade",), ("contains", "does_not_contain"), OPTIONS),
    _condition(
        ("brands",),
        ("contains_all", "is_contained_by", "shares_no_elements_with", "does_not_contain_all"),
        (("EI",), ("EI", "PI"), OPTIONS),
    ),
)
CLAUSES = st.recursive(
    CONDITIONS,
    lambda inner: st.builds(
        Group, st.sampled_from(("all", "any")), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)


@st.composite
def rulesets(draw, clauses=CLAUSES, most=9):
    whens = draw(st.lists(clauses, min_size=1, max_size=most))
    return a_ruleset(*whens, *([None] if draw(st.booleans()) else []))


def _near(scale):
    edges = [round(float(threshold) * 10**scale) for threshold in THRESHOLDS]
    return st.builds(int.__add__, st.sampled_from(edges), st.integers(-1, 1))


FACTS = st.fixed_dictionaries(
    {
        **{name: st.none() | _near(scale) | st.integers(-300, 300) for name, scale in SCALES.items()},
        "trained": st.sampled_from((True, False, None)),
        "town": st.sampled_from((*TEXTS, "", "서울 부산", "seoul", None)),
        "grade": st.sampled_from((*((option,) for option in OPTIONS), None)),
        "brands": st.sampled_from(((), ("EI",), ("PI", "EII"), OPTIONS, None)),
    }
)


def as_columns(facts):
    """Turn facts of subjects into one list per variable."""
    return {name: [subject[name] for subject in facts] for name in variables()}


def fired_bits(ruleset, facts):
    """Return the rules that fire according to ``run_all``, as bits."""
    return sum(1 << place for place in DecisionReference(ruleset).fired(facts))
