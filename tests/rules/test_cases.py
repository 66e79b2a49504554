"""The cases a manager can read, each decided by the rulebook in force in its month."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from rules.books import book_in_force, shipped_books
from rules.evaluation import evaluate
from rules.kpis import catalogue
from rules.months import Month
from rules.outcomes import Context
from tests.rules.books import fact

FOLDER = Path(__file__).parent / "cases"
PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "evaluation.md"
KEYS = {"grade", "points", "grade_of_points", "held", "months_below", "missing", "lines"}


def cases():
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    text = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    yield pytest.param("dealer", yaml.safe_load(text), id="docs/algorithms/evaluation.md")


@pytest.mark.parametrize(("kind", "case"), list(cases()))
def test_case(kind, case):
    month = Month.parse(str(case["month"])[:7])
    previous = case.get("previous", {})
    context = Context(previous.get("grade"), previous.get("months_below", 0))
    measured = {code: fact(code, value) for code, value in case["facts"].items()}

    outcome = evaluate(book_in_force(shipped_books(), kind, month), measured, context)

    expected = case["expect"]
    by_line = {line.id: line for line in outcome.lines}
    found = {
        "grade": outcome.grade,
        "points": Decimal(outcome.points_milli) / 1000,
        "grade_of_points": outcome.earned_grade,
        "held": outcome.held,
        "months_below": outcome.months_below,
        "missing": [line.id for line in outcome.lines if line.missing],
        "lines": {name: Decimal(by_line[name].points_milli) / 1000 for name in expected.get("lines", {})},
    }
    wanted = {
        **expected,
        "points": Decimal(expected["points"]),
        "lines": {name: Decimal(points) for name, points in expected.get("lines", {}).items()},
    }
    assert set(expected) <= KEYS
    assert set(case["facts"]) <= set(catalogue())
    assert {key: found[key] for key in wanted} == wanted
