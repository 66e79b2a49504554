"""Decisions at speed: one dealer, 240,000 dealer-months, a moved threshold, a checked table, an incentive.

Every round times each side once, one after the other, so that whatever else the machine does touches all of
them; ratios are medians of the rounds. Each side's outcomes are compared before its time counts.
"""

from __future__ import annotations

import gc
import time
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.bench.engines import BusinessRules, numpy_by_hand, rule_engine, zen_engine
from portal.bench.money import OURS as MONEY
from portal.bench.money import THEIRS as RUN_ALL_AND_DECIMAL
from portal.bench.money import money_sides
from portal.bench.rulebook import dealer_rules, grade_table, made_up_dealers, points_of
from rules.columns import Columns
from rules.compile import compile_one
from rules.vector import Plan
from rules.verify import verify
from rules.whatif import Slider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.bitmaps import Bitmaps
    from rules.decisions.model import FactInput, RuleSet
    from rules.verify import Finding

MONTHS, DEALERS = 24, 10_000
SAMPLE = 100
"""Dealers decided one by one: few enough that their facts stay in the cache and deciding is measured."""
ROUNDS = 25
MISSING = 0.02
AGAIN = 20
"""Times a side of less than a millisecond is repeated in its turn, so that it is not its neighbours' caches
that are measured."""
MOVES = ("95", "105", "99.5", "110", "100.01")
SLIDING = ("sales_attainment", "greater_than_or_equal_to", "100")
CHECK_LIMIT = 0.005
"""Seconds in which a table of 25 rows is to be checked."""
BUSINESS_RULES, ZEN, RULE_ENGINE, BY_HAND = (
    "business-rules run_all",
    "zen-engine",
    "rule-engine",
    "NumPy by hand",
)
ONE, MANY, SLIDER = "ours, one", "ours, many", "ours, slider"


class DifferentOutcomesError(RuntimeError):
    """Two sides of a bench did not come to the same."""


def bench_rules(
    subjects: int = MONTHS * DEALERS, sample: int = SAMPLE, rounds: int = ROUNDS
) -> list[dict[str, Any]]:
    """Measure the decision engine beside business-rules and others.

    Args:
        subjects: Dealer-months that are decided at once; 2 % of each of their inputs is missing.
        sample: Dealers that are decided one by one.
        rounds: How often each side is timed.

    Raises:
        DifferentOutcomesError: Two sides came to different decisions.
    """
    ruleset = dealer_rules()
    sides = _one_by_one(ruleset, _rows(made_up_dealers(sample)))
    alone = _each(sides, rounds)
    columns = made_up_dealers(subjects, MISSING)
    each = _each(sides | _at_once(ruleset, columns, subjects, sample), rounds)
    rows = [
        *_compared("rules.one_dealer", ONE, (BUSINESS_RULES, ZEN, RULE_ENGINE), alone, 1),
        *_compared("rules.many", MANY, (BUSINESS_RULES, ZEN, RULE_ENGINE, BY_HAND), each, subjects),
        *_compared("rules.slider", SLIDER, (BUSINESS_RULES, MANY), each, subjects),
    ]
    return rows + bench_check(rounds) + bench_money(rounds, min(subjects, DEALERS), sample)


def bench_money(rounds: int = ROUNDS, dealers: int = DEALERS, sample: int = SAMPLE) -> list[dict[str, Any]]:
    """Calculate an incentive of five lines beside ``run_all`` with Decimal, once both pay the same."""
    sides, same = money_sides(dealers, sample)
    _require_same(MONEY, same, expected=True)
    return _compared("rules.money", MONEY, (RUN_ALL_AND_DECIMAL,), _each(sides, rounds), dealers)


def _rows(columns: Mapping[str, Sequence[FactInput]]) -> list[dict[str, FactInput]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _one_by_one(ruleset: RuleSet, dealers: Sequence[Mapping[str, FactInput]]) -> dict[str, Any]:
    """Return the sides that decide complete dealers, each with their number, once they agree."""
    one, often = compile_one(ruleset), list(dealers) * AGAIN
    engines: dict[str, Callable[[], list[int]] | None] = {
        ONE: lambda: [one(facts) for facts in often][: len(dealers)],
        BUSINESS_RULES: BusinessRules(ruleset, dealers),
        ZEN: zen_engine(ruleset, dealers),
        RULE_ENGINE: rule_engine(ruleset, dealers),
    }
    installed = {name: engine for name, engine in engines.items() if engine is not None}
    outcomes = {name: engine() for name, engine in installed.items()}
    for name, outcome in outcomes.items():
        _require_same(name, outcome, outcomes[BUSINESS_RULES])
    again = {ONE: AGAIN}
    return {name: (engine, len(dealers) * again.get(name, 1)) for name, engine in installed.items()}


def _at_once(
    ruleset: RuleSet, given: Mapping[str, Sequence[FactInput]], subjects: int, sample: int
) -> dict[str, Any]:
    """Return the sides that decide all dealer-months with missing values, once they agree."""
    plan, columns, by_hand = Plan(ruleset), Columns.of(ruleset, given), numpy_by_hand(ruleset, given)
    outcome = plan.run(columns)
    first = _rows({name: values[:sample] for name, values in given.items()})
    _require_same(MANY, [outcome.fired_by(row) for row in range(len(first))], BusinessRules(ruleset, first)())
    flags = np.unpackbits(outcome.fired, axis=1, count=subjects, bitorder="little")
    _require_same(BY_HAND, np.array_equal(flags, np.array(by_hand())), expected=True)
    return {
        MANY: (lambda: plan.run(columns), subjects),
        BY_HAND: (by_hand, subjects),
        SLIDER: (_slider(plan, columns, outcome), subjects * AGAIN),
    }


def _slider(plan: Plan, columns: Columns, before: Bitmaps) -> Callable[[], object]:
    """Return one move with counts, points and changed subjects, once it equals a full run."""
    places = [(found.name, found.operator, found.value) for found in plan.conditions]
    slider, points = Slider(plan, columns, places.index(SLIDING), before=before), points_of(plan.ruleset)
    for threshold in MOVES:
        impact = slider.move(threshold)
        again = Plan(dealer_rules(threshold)).run(columns)
        same = np.array_equal(impact.after().fired, again.fired)
        _require_same(SLIDER, same, expected=True)

    def move(threshold: str) -> object:
        impact = slider.move(threshold)
        return impact.points(points), impact.changed

    return lambda: [move(threshold) for _ in range(AGAIN // len(MOVES)) for threshold in MOVES]


def _require_same(name: str, outcome: object, expected: object) -> None:
    if outcome != expected:
        raise DifferentOutcomesError(f"{name} decides otherwise")


def _timed(sides: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in sides}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, side in sides.items():
                start = time.perf_counter()
                side()
                times[name].append(time.perf_counter() - start)
    finally:
        gc.enable()
    return times


def _each(sides: Mapping[str, Any], rounds: int) -> dict[str, list[float]]:
    """Return the seconds per decision of each side, one entry per round."""
    times = _timed({name: side for name, (side, _) in sides.items()}, rounds)
    return {name: [seconds / sides[name][1] for seconds in found] for name, found in times.items()}


def _compared(
    name: str, ours: str, others: Sequence[str], each: Mapping[str, Sequence[float]], subjects: int
) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "against": "a full run" if other == MANY else other,
            "ratio": median(theirs / mine for theirs, mine in zip(each[other], each[ours], strict=True)),
            "seconds": median(each[ours]) * subjects,
            "n": subjects,
        }
        for other in others
        if other in each
    ]


def bench_check(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Check a table of 25 rows beside z3, when it is installed, and beside its limit of 5 ms."""
    table = grade_table()
    sides: dict[str, Callable[[], object]] = {"ours": lambda: verify(table)}
    if find_spec("z3") is not None:
        z3 = import_module("portal.bench.z3_table").checker(table)
        _require_same("z3", z3(), _dead_rows_and_gap(verify(table)))
        sides["z3"] = z3
    times = _timed(sides, rounds)
    mine = median(times["ours"])
    rows = [{"name": "rules.check", "against": "its limit of 5 ms", "ratio": CHECK_LIMIT / mine}]
    if "z3" in times:
        pairs = zip(times["z3"], times["ours"], strict=True)
        rows.append({"name": "rules.check", "against": "z3", "ratio": median(a / b for a, b in pairs)})
    return [{**row, "seconds": mine, "n": len(table.rules)} for row in rows]


def _dead_rows_and_gap(findings: Sequence[Finding]) -> tuple[set[str], bool]:
    dead = {rule for found in findings if found.kind in ("unreachable", "shadowed") for rule in found.rules}
    return dead, any(found.kind == "gap" for found in findings)
