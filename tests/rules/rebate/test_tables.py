"""Tier tables that conditions choose: read, calculated, said in words, checked, and promised like others."""

from __future__ import annotations

import json

import pytest

from rules.rebate import (
    BasisColumn,
    BasisValue,
    Program,
    Terms,
    TermsColumn,
    calculate,
    calculate_many,
    check_program,
    explain,
    next_tier,
    terms_of,
)
from rules.rebate.problem_words import program_problem_text
from tests.rules.rebate.programs import choosing, content, line, of, program, tiers_of

OWN, NEW = ((5_000, 200), (20_000, 400)), ((1_000, 300), (10_000, 500))


def two_tables(**more):
    """2 % from 5,000 and 4 % from 20,000; for new dealers 3 % from 1,000 and 5 % from 10,000."""
    tables = {"newcomer": tiers_of("net", "retroactive", NEW)}
    return program(line(tiers=OWN, tables=tables), line("plain"), conditions=choosing("newcomer"), **more)


def both(value):
    return {"volume": BasisValue(value), "plain": BasisValue(0)}


def problems(*lines, **more):
    return [problem.message for problem in Program.from_content(content(*lines, **more)).problems]


def test_the_conditions_choose_the_table_of_each_line():
    made = two_tables()
    assert made.conditions is not None
    decision = made.conditions.compile()
    newcomer, other = (terms_of(decision.evaluate({"outlets": count}).values) for count in (0, 1))

    assert (newcomer, other) == (Terms(table="newcomer"), Terms())
    found = [calculate(made, both(10_000), terms=terms).lines[0] for terms in (newcomer, other)]
    assert [(one.amount_minor, one.table, one.notes) for one in found] == [
        (500, "newcomer", ("other_tiers",)),
        (200, None, ()),
    ]
    plain = calculate(made, {**both(0), "plain": BasisValue(1_000)}, terms=newcomer).lines[1]
    assert (plain.amount_minor, plain.table, plain.notes) == (20, None, ())


def test_a_line_that_pays_nothing_says_which_table_it_is_below():
    made, chosen = two_tables(), Terms(table="newcomer")
    below = calculate(made, both(999), terms=chosen).lines[0]
    missing = calculate(made, {**both(0), "volume": BasisValue(0, missing=True)}, terms=chosen).lines[0]

    assert (below.notes, below.table) == (("other_tiers", "below_first_tier"), "newcomer")
    assert (missing.notes, missing.table) == (("missing",), None)
    assert explain(below, made, "en").endswith("below the first tier, 1,000 KRW; 0 KRW")
    assert "by the tier table newcomer, as the conditions say" in explain(below, made, "en")
    assert "구간표 newcomer 적용" in explain(calculate(made, both(1_000), terms=chosen).lines[0], made, "ko")


def test_many_at_once_each_by_his_own_table():
    made = two_tables()
    columns = {name: BasisColumn.of([BasisValue(10_000)] * 3) for name in ("volume", "plain")}
    terms = [Terms(), Terms(table="newcomer"), Terms(table="elsewhere")]
    found = calculate_many(made, columns, terms=TermsColumn.of(terms))

    assert found.amounts["volume"].tolist() == [200, 500, 200]
    assert found.amounts["plain"].tolist() == [200, 200, 200]
    assert found.tiers["volume"].tolist() == [1, 2, 1]
    assert TermsColumn.of([Terms()]).table is None


def test_the_next_tier_is_that_of_the_chosen_table():
    made = two_tables()
    ahead = [
        next_tier(made, "volume", BasisValue(4_000), terms=Terms(table=name)) for name in (None, "newcomer")
    ]

    assert [(one.tier.from_, one.distance, one.gain_minor) for one in ahead if one] == [
        (5_000, 1_000, 100),
        (10_000, 6_000, 380),
    ]


def test_a_programme_without_tables_has_the_text_it_had():
    assert "tables" not in program().canonical_json
    made = two_tables()
    assert Program.from_canonical(made.canonical_json) == made
    kept = json.loads(made.canonical_json)["components"][0]["tables"]
    assert kept == {"newcomer": [{"from": 1_000, "rate_bp": 300}, {"from": 10_000, "rate_bp": 500}]}


@pytest.mark.parametrize(
    ("tables", "more", "message"),
    [
        ({"a": tiers_of("net", "retroactive", NEW)}, {}, "no rule chooses the tier table 'a'"),
        (None, {"conditions": choosing("b")}, "no line has the tier table 'b'"),
        ({}, {}, "'tables' must be a mapping of 1 to 100 entries"),
        (["a"], {}, "'tables' must be a mapping of 1 to 100 entries"),
        ({"a": []}, {"conditions": choosing("a")}, "'a' must be a list of 1 to 100 entries"),
        (
            {"A b": tiers_of("net", "retroactive", NEW)},
            {},
            "the name of a tier table consists of small letters, digits and single underscores: 'A b'",
        ),
        (
            {"a": tiers_of("net", "retroactive", NEW[::-1])},
            {"conditions": choosing("a")},
            "every tier begins above the one before it",
        ),
        (
            {"a": tiers_of("net", "step", NEW)},
            {"conditions": choosing("a")},
            "tiers of net in mode retroactive give rate_bp",
        ),
    ],
)
def test_what_does_not_fit_is_said(tables, more, message):
    found = problems(line(**({} if tables is None else {"tables": tables})), **more)

    assert message in found
    for said in found:
        assert any("가" <= letter <= "힣" for letter in program_problem_text(said)["ko"])


def test_every_table_is_checked():
    falling = {"newcomer": tiers_of("net", "marginal", ((0, 500), (10_000, 100)))}
    jumps = {"newcomer": tiers_of("net", "step", ((0, 500), (10_000, 100)))}
    sound = program(line(mode="marginal", tables=falling), conditions=choosing("newcomer"))
    steps = program(
        line(mode="step", tiers=((0, 100), (10_000, 500)), tables=jumps), conditions=choosing("newcomer")
    )
    about = [(one.severity, one.rules) for one in check_program(steps, packs=()) if one.rules[0] == "volume"]

    assert ("block", ("volume", "newcomer")) in about
    assert ("block", ("volume",)) not in about
    assert all(one.severity != "block" for one in check_program(sound, packs=()))


def test_a_promised_table_is_not_dropped():
    year = {
        "period": "year",
        "effective_from": "2026-01-01",
        "effective_until": "2026-12-31",
        "calendar": [{"kind": "final", "after_month": 12}],
    }
    tables = {"newcomer": tiers_of("net", "retroactive", NEW)}
    base = program(line(tiers=OWN, tables=tables), conditions=choosing("newcomer"), **year)
    later = program(
        line(tiers=OWN), version="2", effective_from="2026-07-01", effective_until="2027-06-30",
        period="year", calendar=year["calendar"],
    )  # fmt: skip
    told = " ".join(one.message["en"] for one in check_program(later, base))

    assert "tier table dropped" in told
    assert "tier table dropped" not in " ".join(one.message["en"] for one in check_program(base, base))


def test_a_value_without_conditions_uses_the_own_tiers():
    plain = program(line(tiers=OWN))

    assert calculate(plain, of(10_000), terms=Terms(table="newcomer")).lines[0].amount_minor == 200
