"""Programmes as files: every problem at once with its place, one text and one identity per content."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

import rules.rebate
from rules.errors import FactError, RulebookError
from rules.rebate import (
    BasisColumn,
    BasisValue,
    Period,
    Program,
    calculate,
    calculate_many,
    delta,
    terms_decided,
    terms_of,
)
from rules.rebate.model import Basis, Clawback, Terms, Tier
from rules.rebate.problem_words import FORMS, program_problem_text
from rules.rebate.words import note_text
from tests.rules.rebate.programs import FOLDER, SHIPPED, content, line, of, program

CONDITIONS = {
    "hit_policy": "first",
    "inputs": {
        "outlets": {
            "type": "numeric",
            "scale": 0,
            "unit": "",
            "range": ["0", "9999"],
            "missing": "no_match",
            "label": {"ko": "거래 2차점", "en": "Outlets served"},
        }
    },
    "rules": [
        {
            "id": "few",
            "label": {"ko": "적음", "en": "Few"},
            "when": {"all": [{"name": "outlets", "operator": "less_than", "value": "5"}]},
            "then": [{"name": "set_multiplier_bp", "params": {"multiplier_bp": 9000}}],
        }
    ],
}


def problems(made):
    return [problem.message for problem in made.check().problems]


def wrong(*lines, **more):
    return problems(Program.from_content(content(*lines, **more)))


@pytest.mark.parametrize("path", [*SHIPPED, *sorted(FOLDER.glob("*.yaml"))], ids=lambda path: path.stem)
def test_every_file_is_sound_and_has_one_text(path):
    made = Program.load(path)

    assert str(made.check()) == "no problems"
    again = Program.from_canonical(made.canonical_json)
    assert again == made
    assert again.sha256 == made.sha256
    assert Program.load(made.canonical_json).sha256 == made.sha256


def test_no_shipped_programme_has_a_grade_multiplier_or_a_word_of_blame():
    assert SHIPPED
    for path in SHIPPED:
        made = Program.load(path)
        assert all(component.multiplier is None for component in made.components)
        assert "리베이트" not in path.read_text(encoding="utf-8")


def test_everything_that_decides_an_amount_is_in_the_text():
    full = program(
        line(
            measure="growth",
            tiers=((0, 100),),
            every_month=True,
            multiplier={"S": 11_000},
            cap_minor=50,
            floor_minor=10,
            paid_at="final",
            basis={"window": "program", "categories": ["C"], "products": ["P"], "vendors": ["V"]},
        ),
        goods=["tobacco"],
        alongside=["other"],
        conditions=CONDITIONS,
    )

    assert Program.from_canonical(full.canonical_json) == full
    text = json.loads(full.canonical_json)
    assert text["components"][0]["paid_at"] == "final"
    assert text["conditions"]["rules"][0]["id"] == "few"
    assert full.components[0].basis == Basis("growth", "sell_in", "program", ("C",), ("P",), ("V",))
    assert full.components[0].tiers == (Tier(0, rate_bp=100),)
    assert full.clawback == Clawback(12, carry_forward=True)
    without = content()
    del without["clawback"]
    kept = Program.from_content(without)
    assert kept.clawback is None
    assert Program.from_canonical(kept.canonical_json) == kept


def test_all_problems_come_at_once_with_line_and_column():
    text = """\
program: Test!
version: "1"
label: {ko: "시험", en: "Test"}
currency: won
beneficiary: dealer
amounts: gross
effective_from: 2026-10-02
effective_until: 2026-12-30
period: quarter
rounding: {mode: down, quantum_minor: 0}
stacking: sum
components:
  - id: a
    label: {ko: "가", en: "A"}
    basis: {measure: net, level: sell_in, window: period}
    mode: retroactive
    boundary: inclusive
    tiers: [{from: 10, rate_bp: 1}, {from: 5, amount_minor: 3}, {from: 7}]
calendar: [{kind: partial, after_month: 2}]
clause: {ko: "제1조", en: "1"}
tax_document: none
extra: 1
"""
    problems = Program.load(text).check().problems
    found = [(problem.line, problem.column, problem.message.split(":")[0]) for problem in problems]
    assert all(program_problem_text(one.message)["ko"] != one.message for one in problems)

    assert found == [
        (1, 10, "'program' must be a name of small letters, digits and single underscores"),
        (4, 11, "'currency' must be three capital letters"),
        (6, 10, "'amounts' must be one of supply, vat_included"),
        (7, 17, "a programme begins on the first day of a month"),
        (8, 18, "a programme ends on the last day of a month, after it began"),
        (10, 39, "'quantum_minor' must be a whole number from 1 to 1000000"),
        (18, 12, "every tier begins above the one before it"),
        (18, 12, "tiers of net in mode retroactive give rate_bp"),
        (18, 65, "a tier gives one of rate_bp, amount_minor, per_unit_minor"),
        (19, 11, "the final settlement is after month 3 of the period"),
        (19, 11, "the last settlement, and no other, is final"),
        (21, 15, "'tax_document' must be one of payment_record, tax_invoice, amended_tax_invoice"),
        (22, 8, "unknown key 'extra'"),
    ]


@pytest.mark.parametrize(
    ("lines", "more", "message"),
    [
        ([line(), line()], {}, "the id 'volume' is used twice"),
        ([line(measure="quantity", mode="step", tiers=((1, 5),))], {}, ""),
        ([line(measure="mix", mode="marginal")], {}, "edges of a share have no slices: retroactive or step"),
        ([line(measure="mix", basis={"categories": ["A"]})], {}, ""),
        (
            [{**line(), "basis": {"measure": "mix", "level": "sell_in", "window": "period"}}],
            {},
            "mix names the categories, products or vendors it is about",
        ),
        ([line(pays_on="value")], {}, "only growth says what it pays on"),
        ([line(every_month="yes")], {}, "'every_month' must be true or false: 'yes'"),
        ([line(multiplier={"Z": 1})], {}, "unknown key 'Z'"),
        ([line(cap_minor=100, floor_minor=200)], {}, "the least amount 200 is above the most 100"),
        (
            [line(cap_minor=15)],
            {"rounding": {"mode": "down", "quantum_minor": 10}},
            "'cap_minor' must be a multiple of the rounding step 10: 15",
        ),
        ([line(basis={"products": ["A", "A"]})], {}, "'products' must be a list of different texts"),
        ([line(basis={"products": [1]})], {}, "'products' must be a list of different texts"),
        ([line(tiers=())], {}, "'tiers' must be a list of 1 to 100 entries"),
        ([{**line(), "tiers": ["x"]}], {}, "expected a mapping"),
        ([], {"effective_until": "2026-11-30"}, "2 months are no whole number of periods of 3"),
        (
            [],
            {"effective_until": "2026-01-31"},
            "a programme ends on the last day of a month, after it began",
        ),
        ([], {"effective_until": "2099-12-31"}, "a programme runs at most 120 months"),
        ([], {"effective_until": "x"}, "'effective_until' must be a date, YYYY-MM-DD: 'x'"),
        (
            [],
            {"calendar": [{"kind": "final", "after_month": 3}, {"kind": "final", "after_month": 3}]},
            "settlements follow each other, one per month at most",
        ),
        ([], {"calendar": []}, "'calendar' must be a list of 1 to 100 entries"),
        ([], {"conditions": []}, "expected a mapping"),
        (
            [],
            {"conditions": {**CONDITIONS, "version": "2"}},
            "'version' of the conditions is that of the programme",
        ),
        (
            [],
            {"conditions": {**CONDITIONS, "hit_policy": "collect", "aggregate": "list"}},
            "the hit policy is one of unique, any, first, priority",
        ),
        (
            [],
            {
                "conditions": {
                    **CONDITIONS,
                    "rules": [
                        {
                            **CONDITIONS["rules"][0],
                            "then": [{"name": "forfeit_rebate", "params": {"forfeited_bp": 10_000}}],
                        }
                    ],
                }
            },
            "rule 'few' gives forfeit_rebate, not set_eligible, set_multiplier_bp, reduce_rebate, use_tiers",
        ),
    ],
)
def test_what_does_not_fit_is_said(lines, more, message):
    found = wrong(*lines, **more)

    assert (message in found) if message else found == []
    for said in found:
        korean = program_problem_text(said)["ko"]
        assert any("가" <= letter <= "힣" for letter in korean)


def test_every_sentence_of_the_reader_has_a_korean_form():
    sources = "".join(
        (Path(rules.rebate.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        for name in ("reading", "components", "fields", "conditions")
    )
    own = sources.count(".complain(") - sources.count('"expected a mapping"')

    assert len(FORMS) == own


def test_a_text_that_is_no_programme_has_problems_and_is_not_calculated():
    broken = Program.load("[")

    assert len(broken.check().problems) == 1
    with pytest.raises(RulebookError):
        calculate(broken, of(1))
    with pytest.raises(RulebookError):
        _ = broken.sha256


@pytest.mark.parametrize("text", ["[", "{", "[]"])
def test_a_stored_version_that_is_damaged_is_refused(text):
    with pytest.raises(RulebookError):
        Program.from_canonical(text)


def test_a_stored_version_is_canonical_or_refused():
    spaced = json.dumps(json.loads(program().canonical_json), indent=1)

    with pytest.raises(RulebookError, match="not canonical"):
        Program.from_canonical(spaced)


def test_periods_follow_each_other_from_the_first_day():
    yearly = program(effective_until="2027-09-30")
    whole = program(
        period="span", calendar=[{"kind": "final", "after_month": 12}], effective_until="2027-09-30"
    )

    assert [str(period.last_on) for period in yearly.periods()] == [
        "2026-12-31",
        "2027-03-31",
        "2027-06-30",
        "2027-09-30",
    ]
    assert yearly.period_of(dt.date(2027, 2, 1)) == Period(dt.date(2027, 1, 1), dt.date(2027, 3, 31))
    assert whole.periods() == (Period(dt.date(2026, 10, 1), dt.date(2027, 9, 30)),)
    assert (yearly.covers(dt.date(2027, 9, 30)), yearly.covers(dt.date(2027, 10, 1))) == (True, False)
    with pytest.raises(ValueError, match="test 1 does not run on 2026-09-30"):
        yearly.period_of(dt.date(2026, 9, 30))


def test_the_months_of_a_window():
    both = program(line("a"), line("b", basis={"window": "program"}), effective_until="2027-09-30")

    assert [both.window_months(component) for component in both.components] == [3, 12]


def test_conditions_decide_terms():
    made = program(conditions=CONDITIONS)
    assert made.conditions is not None
    decision = made.conditions.compile()
    few, many = (terms_of(decision.evaluate({"outlets": count}).values) for count in (4, 5))

    assert (few, many) == (Terms(multiplier_bp=9_000), Terms())
    assert calculate(made, of(10_000), terms=few).total_minor == 180
    with pytest.raises(FactError, match="its conditions are not decided"):
        calculate(made, of(10_000))
    with pytest.raises(FactError, match="its conditions are not decided"):
        calculate_many(made, {"volume": BasisColumn.of([BasisValue(1)])})
    assert terms_of({"eligible": False, "reduction_bp": 500}) == Terms(eligible=False, reduction_bp=500)


def test_conditions_that_a_person_decides_leave_everything_as_it_is():
    asked = {**CONDITIONS, "inputs": {"outlets": {**CONDITIONS["inputs"]["outlets"], "missing": "hold"}}}
    made = program(conditions=asked)
    assert made.conditions is not None
    decision = made.conditions.compile()
    open_, decided = (terms_decided(decision.evaluate({"outlets": count})) for count in (None, 4))

    assert (open_, decided) == (Terms(eligible=False, reason="undecided"), Terms(multiplier_bp=9_000))
    calculation = calculate(made, of(10_000), terms=open_)
    assert (calculation.total_minor, calculation.missing) == (0, ("volume",))
    assert delta(calculation, {"volume": 140}) == {"volume": 0}


@pytest.mark.parametrize("reason", [None, "not_accepted", "replaced"])
def test_who_no_longer_takes_part_keeps_what_was_posted(reason):
    barred = calculate(program(), of(10_000), terms=Terms(eligible=False, reason=reason))
    cut_short = calculate(program(), of(5_000), terms=Terms(reason="replaced"))

    assert (barred.barred, cut_short.barred) == (("volume",), ())
    assert delta(barred, {"volume": 140}) == {"volume": 0}
    assert delta(cut_short, {"volume": 140}) == {"volume": -40}


@pytest.mark.parametrize(
    ("terms", "amount", "notes"),
    [
        (Terms(eligible=False), 0, ("not_eligible",)),
        (Terms(eligible=False, reason="not_accepted"), 0, ("not_accepted",)),
        (Terms(eligible=False, reason="replaced"), 0, ("replaced",)),
        (Terms(reason="replaced"), 200, ("replaced",)),
        (Terms(multiplier_bp=5_000, reason="replaced"), 100, ("multiplied", "replaced")),
    ],
)
def test_a_line_says_why_its_terms_are_others(terms, amount, notes):
    (one,) = calculate(program(), of(10_000), terms=terms).lines

    assert (one.amount_minor, one.notes) == (amount, notes)
    assert all(note_text(note, one, program(), locale) for note in notes for locale in ("ko", "en"))


def test_goods_are_selected_by_every_list_that_is_given():
    basis = Basis("net", "sell_in", "period", ("C",), ("P", "Q"), ())

    assert basis.selects("C", "Q", "anybody")
    assert not basis.selects("C", "R", "anybody")
    assert not basis.selects("D", "P", "anybody")
