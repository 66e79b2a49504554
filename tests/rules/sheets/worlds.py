"""Random score sheets and months for property tests: nulls, curves, contexts, huge values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from rules.facts import INT64_MAX, FactTable, Measure
from rules.months import Month
from rules.outcomes import Context
from rules.vocabulary import OPERATORS
from tests.rules.books import WORDS, a_line, an_input, load

if TYPE_CHECKING:
    from rules.rulebook import Rulebook

MEASURED = ("yoy_growth", "stability", "return_rate")
BROUGHT = ("last_edge", "months_low")
CURVES = ("growth_score", "low_score")
NAMES = (*MEASURED, *BROUGHT, *CURVES)
SMALL = st.integers(-650, 650)
OCTOBER = Month.parse("2026-10")


def brought(name: str, what: str, scale: int) -> dict[str, Any]:
    """Return an input that subjects bring along."""
    content = an_input(brings=what, scale=scale, unit="")
    return {key: value for key, value in content.items() if key != "kpi"} | {"label": WORDS}


def a_curve(source: str, *points: tuple[str, str], **changes: Any) -> dict[str, Any]:
    """Return the content of a curve."""
    return {
        "input": source,
        "label": WORDS,
        "unit": "",
        "scale": 1,
        "source": WORDS,
        "points": [list(point) for point in points],
        **changes,
    }


INPUTS = {
    **{name: an_input(name) for name in MEASURED},
    "last_edge": brought("last_edge", "previous_grade", 1),
    "months_low": brought("months_low", "months_below", 0),
}
CURVE_CONTENTS = {
    "growth_score": a_curve("yoy_growth", ("-5", "3.3"), ("-1.11", "0"), ("0", "17.5"), ("6.43", "30")),
    "low_score": a_curve("months_low", ("0", "10"), ("3", "0"), scale=3),
}
comparisons = st.builds(
    lambda name, operator, value: {"name": name, "operator": operator, "value": value},
    st.sampled_from(NAMES),
    st.sampled_from(sorted(OPERATORS)),
    SMALL.map(lambda number: str(abs(Decimal(number)) / 100)),
)
clauses = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(
            lambda mode, members: {mode: members},
            st.sampled_from(["all", "any"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        inner.map(lambda clause: {"not": clause}),
    ),
    max_leaves=5,
)


@st.composite
def sheets(draw: st.DrawFn) -> Rulebook:
    """Draw a sound score sheet of four lines, one on a curve and one for information."""
    inputs = {name: dict(content) for name, content in INPUTS.items()}
    held = draw(st.sampled_from([None, None, "stability", "return_rate"]))
    if held:
        inputs[held]["missing"] = "hold"
    weights = draw(st.sampled_from([(30, 40, 30), (30, 69, 1), (30, 35, 35)]))
    whens = draw(st.lists(clauses, min_size=1, max_size=4))
    return load(
        inputs=inputs,
        curves=CURVE_CONTENTS,
        round_points_to=draw(st.sampled_from(["0.001", "0.1", "0.5", "1"])),
        lines=[
            {
                "id": "on_curve",
                "label": WORDS,
                "input": "yoy_growth",
                "weight": weights[0],
                "reason": WORDS,
                "curve": "growth_score",
            },
            a_line("stability", weights[1], *whens[:1] * weights[1] if weights[1] == 1 else whens),
            a_line("return_rate", weights[2], whens[-1]),
            {"id": "info", "label": WORDS, "input": "last_edge", "informative": True, "reason": WORDS},
        ],
    )


numbers = st.none() | SMALL | st.sampled_from([INT64_MAX, -INT64_MAX, 2**62 + 1])
contexts = st.builds(
    Context, st.sampled_from([None, "S", "A", "B", "D", "C"]), st.integers(min_value=0, max_value=3)
)


@st.composite
def months(draw: st.DrawFn) -> tuple[FactTable, dict[str, Context]]:
    """Draw a month of up to six subjects with what they bring along."""
    count = draw(st.integers(0, 6))
    subjects = [f"D-{number}" for number in range(count)]
    return a_month(
        {name: draw(st.lists(numbers, min_size=count, max_size=count)) for name in MEASURED},
        subjects,
    ), {subject: draw(contexts) for subject in subjects if draw(st.booleans())}


def a_month(values: dict[str, list[int | None]], subjects: list[str], month: Month = OCTOBER) -> FactTable:
    """Return the facts of a month from quantised values; None is missing."""
    measures = {}
    for name, column in values.items():
        measures[name] = Measure(
            [0 if value is None else value for value in column],
            [0 if value is None else _ONE[name] for value in column],
            [1] * len(column),
        )
    return FactTable.build("dealer", month, dt.datetime(2026, 11, 2, tzinfo=dt.UTC), subjects, measures)


_ONE = {"yoy_growth": 10_000, "stability": 100, "return_rate": 10_000}
