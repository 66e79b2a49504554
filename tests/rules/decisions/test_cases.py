"""The cases a manager can read: every hit policy, and a decision table."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rules.decisions.book import DecisionBook
from rules.decisions.outcomes import DecisionOutcome
from rules.decisions.reading import AGGREGATES, HIT_POLICIES
from rules.errors import RulesError

FOLDER = Path(__file__).parents[1] / "cases" / "decisions"
FILES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml")}
CASES = [
    pytest.param(
        {**file["book"], **{key: case[key] for key in case.keys() & {"aggregate"}}},
        case,
        id=f"{name}: {case['name']}",
    )
    for name, file in sorted(FILES.items())
    for case in file["cases"]
]


@pytest.mark.parametrize(("content", "case"), CASES)
def test_case(content, case):
    book = DecisionBook.load(yaml.safe_dump(content, allow_unicode=True))
    assert str(book.check()) == "no problems"
    assert DecisionBook.from_canonical(book.canonical_json) == book
    expected = case["expect"]
    decision = book.compile()

    if "error" in expected:
        with pytest.raises(RulesError) as raised:
            decision.evaluate(book.facts(case["facts"]))
        assert str(raised.value) == expected["error"]
        return
    outcome = decision.evaluate(book.facts(case["facts"]))

    assert list(outcome.held_inputs) == expected.get("held", [])
    assert list(outcome.fired) == expected.get("fired", [])
    assert list(outcome.hits) == expected.get("hits", expected.get("fired", []))
    assert {name: plain(value) for name, value in outcome.values.items()} == expected.get("values", {})


def plain(value):
    return list(value) if isinstance(value, tuple) else value


def test_there_are_cases_for_every_hit_policy_and_aggregate():
    policies = {file["book"]["hit_policy"] for file in FILES.values()}
    aggregates = {case.get("aggregate", "sum") for case in FILES["collect"]["cases"]}

    assert policies == set(HIT_POLICIES)
    assert aggregates == set(AGGREGATES)


def test_an_outcome_is_held_when_an_input_is():
    assert DecisionOutcome(held_inputs=("a",)).held
    assert not DecisionOutcome().held
