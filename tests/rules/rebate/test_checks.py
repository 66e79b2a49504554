"""Programmes checked: tiers that fall, terms the law forbids, promises that are broken."""

from __future__ import annotations

import pytest

from rules.errors import RulebookError
from rules.fairness import shipped_packs
from rules.rebate import Program, check_program, double_counted
from rules.rulebook import Rulebook
from tests.rules.rebate.programs import SHIPPED, content, line, program

PAYMENT = {
    "type": "numeric",
    "scale": 0,
    "unit": "일",
    "range": ["0", "999"],
    "missing": "no_match",
    "label": {"ko": "연체 일수", "en": "Days overdue"},
}


def late(action, **params):
    """Conditions that give something to those who pay late."""
    return {
        "hit_policy": "first",
        "inputs": {"overdue_days": PAYMENT},
        "rules": [
            {
                "id": "late",
                "label": {"ko": "연체", "en": "Late"},
                "when": {"all": [{"name": "overdue_days", "operator": "greater_than", "value": "0"}]},
                "then": [{"name": action, "params": params}],
            }
        ],
    }


def found(made, base=None, **more):
    """Severity, kind and what it is about, without the cliffs."""
    return [
        (one.severity, one.kind, one.rules)
        for one in check_program(made, base, **more)
        if one.kind != "payout_jumps"
    ]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_programmes_are_lawful_and_never_pay_less_for_more(path):
    assert found(Program.load(path)) == []


def test_all_shipped_programmes_together_say_which_count_the_same_sales():
    assert {one.kind for one in double_counted([Program.load(path) for path in SHIPPED])} == {"counted_twice"}


@pytest.mark.parametrize(
    "component",
    [
        line(tiers=((0, 300), (1_000, 200))),
        line(mode="step", tiers=((0, 300), (1_000, 200))),
        line(measure="quantity", tiers=((0, 300), (1_000, 200))),
        line(measure="growth", tiers=((0, 300), (1_000, 200))),
        line(measure="mix", mode="step", tiers=((0, 300), (1_000, 200))),
    ],
)
def test_a_payout_that_falls_is_blocked(component):
    assert found(program(component)) == [("block", "payout_falls", ("volume",))]


def test_a_cliff_is_shown_with_the_amounts_on_both_sides():
    (cliff,) = check_program(program(line(tiers=((5_000, 200),))))

    assert (cliff.severity, cliff.kind) == ("info", "payout_jumps")
    assert [dict(one.facts) for one in cliff.witness] == [
        {"amount": 4_999, "payout": 0},
        {"amount": 5_000, "payout": 100},
    ]
    (units,) = check_program(program(line(measure="quantity", tiers=((10, 7),))))
    assert [dict(one.facts) for one in units.witness] == [
        {"amount": 9, "payout": 0},
        {"amount": 10, "payout": 70},
    ]


@pytest.mark.parametrize(
    "conditions",
    [
        late("set_eligible", eligible=False),
        late("reduce_rebate", reduction_bp=10_000),
        late("set_multiplier_bp", multiplier_bp=0),
    ],
)
def test_a_forfeit_because_of_a_late_payment_is_blocked_with_its_article(conditions):
    (blocked, *rest) = check_program(program(conditions=conditions))

    assert (blocked.severity, blocked.kind, blocked.rules) == ("block", "forfeit", ("late",))
    assert blocked.article == {"ko": "대리점법 제9조 제1항", "en": "Agency Transactions Act art. 9(1)"}
    assert "block" not in {one.severity for one in rest}


def test_a_part_taken_because_of_a_late_payment_needs_a_persons_word():
    assert found(program(conditions=late("reduce_rebate", reduction_bp=500))) == [
        ("warn", "proportional", ("late",))
    ]


def test_payment_that_reaches_money_through_a_grade_is_a_warning():
    sheet = next(path for path in (SHIPPED[0].parents[1]).glob("2025*monthly-dealer.yaml"))
    graded = program(line(multiplier={"S": 12_000, "A": 11_000}))

    assert found(graded, upstream=[Rulebook.load(sheet)]) == [("warn", "influence", ("volume.S", "volume.A"))]
    assert found(graded) == []


def test_nothing_is_paid_on_liquor():
    soju = program(line(label={"ko": "소주 장려금", "en": "Soju"}))
    about = program(line(basis={"categories": ["beer"]}))

    for made, more in (
        (soju, {}),
        (about, {}),
        (program(goods=["liquor"]), {}),
        (program(), {"goods": ["liquor"]}),
    ):
        assert found(made, **more) == [("block", "goods", ("volume.1",))]
    assert found(program(goods=["liquor"]), packs=shipped_packs()[:1]) == []


BASE = program(
    line(tiers=((0, 200),), cap_minor=1_000, floor_minor=10),
    line("bonus", tiers=((0, 100),), multiplier={"S": 12_000}),
    effective_until="2027-09-30",
)


def later(*lines, **more):
    """A version that begins inside the year the base promises."""
    days = {"effective_from": "2027-01-01", "effective_until": "2027-09-30"}
    return program(*lines, **days, **more)


SAME = line(tiers=((0, 200),), cap_minor=1_000, floor_minor=10)
BONUS = line("bonus", tiers=((0, 100),), multiplier={"S": 12_000})


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (later(SAME, BONUS), []),
        (later({**SAME, "cap_minor": 2_000}, BONUS), []),
        (later(line(tiers=((0, 190),), cap_minor=1_000, floor_minor=10), BONUS), ["지급: 200 → 190"]),
        (later({**SAME, "cap_minor": 900}, BONUS), ["상한: 1,000 → 900"]),
        (later({**SAME, "floor_minor": 9}, BONUS), ["하한: 10 → 9"]),
        (later(line(tiers=((0, 200),), cap_minor=1_000), BONUS), ["하한: 10 → —"]),
        (later({**SAME, "every_month": True}, BONUS), ["매월 주문 조건: — → volume"]),
        (later({**SAME, "paid_at": "final"}, BONUS), ["지급 시기: every → final"]),
        (later(SAME), ["항목 삭제: bonus → —"]),
        (later(SAME, line("bonus", tiers=((0, 100),))), ["등급별 배율: S 12000 → —"]),
        (later(SAME, {**BONUS, "multiplier": {"S": 11_000}}), ["배율(bp): 12,000 → 11,000"]),
        (later(SAME, BONUS, stacking="max"), ["중복 적용 방식: sum → max"]),
        (later(SAME, BONUS, conditions=late("reduce_rebate", reduction_bp=1)), ["새 조건: — → test"]),
    ],
)
def test_terms_do_not_get_worse_while_others_are_promised(made, what):
    blocks = [one for one in check_program(made, BASE) if one.severity == "block"]

    assert [one.kind for one in blocks] == ["worsening"] * len(what)
    for one, words in zip(blocks, what, strict=True):
        assert words in one.message["ko"]
        assert "제9조" in one.article["ko"]


def test_a_new_limit_is_worse_than_none():
    free = program(line(), effective_until="2027-09-30")
    (blocked,) = [one for one in check_program(later(line(cap_minor=500)), free) if one.severity == "block"]

    assert "상한: — → 500" in blocked.message["ko"]


def test_after_the_promised_days_terms_may_change():
    after = program(line(tiers=((0, 1),)), effective_from="2027-10-01", effective_until="2027-12-31")

    assert found(after, BASE) == []


def test_conditions_are_compared_with_those_before():
    mild, harder = (late("reduce_rebate", reduction_bp=share) for share in (100, 200))
    base = program(effective_until="2027-09-30", conditions=mild)

    assert ("block", "worsening", ()) in found(later(line(), conditions=harder), base)
    assert ("block", "worsening", ()) not in found(later(line(), conditions=mild), base)


@pytest.mark.parametrize(
    ("more", "basis", "twice"),
    [
        ({}, {}, True),
        ({"beneficiary": "outlet"}, {}, False),
        ({"effective_from": "2027-01-01", "effective_until": "2027-03-31"}, {}, False),
        ({}, {"level": "sell_through"}, False),
        ({}, {"categories": ["B"]}, False),
        ({}, {"categories": ["A", "B"]}, True),
        ({}, {"vendors": ["V"]}, True),
    ],
)
def test_two_programmes_count_the_same_sales(more, basis, twice):
    one = program(line(basis={"categories": ["A"]}), program="one")
    other = program(line(basis=basis), program="other", **more)

    assert bool(double_counted([one, other])) is twice
    assert bool(double_counted([other, one])) is twice
    assert (("warn", "counted_twice", ("one", "other")) in found(one, others=[other])) is twice


def test_a_programme_with_problems_is_not_checked():
    with pytest.raises(RulebookError):
        check_program(Program.from_content(content(currency="x")))
