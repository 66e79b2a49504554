"""Rows nobody reaches, rows in each other's way and holes, each shown by facts that really do it."""

from __future__ import annotations

import pytest

from rules.terms import Condition
from rules.verify import verify
from tests.rules.verify.decisions import (
    at_least,
    below,
    chosen,
    decision,
    either,
    every,
    fired,
    flag,
    grade,
    kinds,
    number,
    row,
    wide,
)

X, Y = number("x"), number("y")


def names(ruleset, witness):
    return [rule.id for rule in fired(ruleset, witness.facts)]


def test_a_complete_table_without_faults_has_no_findings():
    table = decision(
        [X], row("r1", at_least("x", 5)), row("r2", below("x", 5), grade("B")), hit_policy="unique"
    )

    assert verify(table) == ()


def test_contradictory_conditions_make_a_row_unreachable():
    table = decision([X], row("r1", every(at_least("x", 5), below("x", 3))), row("r2", None))

    assert kinds(verify(table)) == [("block", "unreachable", ("r1",))]


def test_a_threshold_outside_the_declared_range_is_unreachable():
    table = decision([X], row("r1", at_least("x", 11)), row("r2", below("x", 0)), row("r3", None))

    assert kinds(verify(table)) == [("block", "unreachable", ("r1",)), ("block", "unreachable", ("r2",))]


def test_an_exact_value_finer_than_the_scale_is_unreachable():
    table = decision([X], row("r1", Condition("x", "equal_to", "2.5")), row("r2", None))

    assert kinds(verify(table)) == [("block", "unreachable", ("r1",))]


def test_a_row_after_a_wider_one_is_shadowed():
    table = decision([X], row("wide", at_least("x", 3)), row("late", at_least("x", 5)), row("rest", None))

    (finding,) = verify(table)

    assert kinds([finding]) == [("block", "shadowed", ("late",))]
    assert finding.message == {
        "ko": "late: 앞선 행이 모든 경우를 차지해 적용되지 않습니다. 순서나 조건을 고치십시오.",
        "en": "late never applies: earlier rows take its every case. Change order or conditions.",
    }


def test_several_rows_together_may_shadow_one():
    table = decision(
        [X, Y],
        row("left", below("x", 5)),
        row("right", at_least("x", 5)),
        row("never", at_least("y", 5)),
        row("rest", None),
    )

    assert kinds(verify(table)) == [("block", "shadowed", ("never",)), ("info", "unused_else", ("rest",))]


def test_overlapping_rows_are_fine_when_the_first_wins():
    table = decision([X], row("r1", at_least("x", 5)), row("r2", at_least("x", 0), grade("B")))

    assert verify(table) == ()


def test_rows_that_meet_are_an_error_of_a_unique_policy():
    table = decision(
        [number("x", unit="%", scale=1)],
        row("r1", at_least("x", 4)),
        row("r2", below("x", 6), grade("B")),
        hit_policy="unique",
    )

    (finding,) = verify(table)

    assert kinds([finding]) == [("block", "contradictory", ("r1", "r2"))]
    assert finding.witness[0].facts == {"x": 40}
    assert finding.witness[0].words == {"ko": "x값 4.0%", "en": "x 4.0%"}
    assert names(table, finding.witness[0]) == ["r1", "r2"]
    assert finding.say("en") == "r1 and r2 hold together but give different results. (x 4.0%)"


@pytest.mark.parametrize(
    ("policy", "second", "expected"),
    [
        ("unique", "A", [("block", "overlapping", ("r1", "r2"))]),
        ("any", "A", []),
        ("any", "B", [("block", "contradictory", ("r1", "r2"))]),
        ("collect", "B", []),
        ("rule_order", "B", []),
        ("priority", "A", []),
        ("priority", "B", [("warn", "same_priority", ("r1", "r2"))]),
    ],
)
def test_what_a_meeting_means_depends_on_the_policy(policy, second, expected):
    table = decision(
        [X], row("r1", at_least("x", 2)), row("r2", below("x", 6), grade(second)), hit_policy=policy
    )

    assert kinds(verify(table)) == expected


def test_a_higher_priority_wins_and_shadows_whatever_the_order():
    table = decision(
        [X],
        row("low", at_least("x", 5), grade("B")),
        row("high", at_least("x", 2), priority=1),
        row("rest", None),
        hit_policy="priority",
    )

    assert kinds(verify(table)) == [("block", "shadowed", ("low",))]


def test_a_hole_is_shown_by_a_subject_nobody_decides():
    table = decision([X, Y], row("r1", at_least("x", 7)), row("r2", every(below("x", 7), below("y", 4))))

    (finding,) = verify(table)

    assert kinds([finding]) == [("block", "gap", ())]
    assert finding.witness[0].facts == {"x": 0, "y": 4}
    assert finding.inputs == ("x", "y")
    assert fired(table, finding.witness[0].facts) == []


@pytest.mark.parametrize("policy", ["collect", "rule_order"])
def test_holes_are_no_problem_when_rules_are_collected(policy):
    assert verify(decision([X], row("r1", at_least("x", 7)), hit_policy=policy)) == ()


def test_a_hole_that_only_a_missing_value_opens_is_named_as_such():
    table = decision(
        [number("x", missing="no_match"), Y], row("r1", at_least("x", 5)), row("r2", below("x", 5))
    )

    (finding,) = verify(table)

    assert kinds([finding]) == [("block", "gap_missing", ())]
    assert finding.witness[0].facts == {"x": None, "y": 0}
    assert finding.witness[0].words == {"ko": "x값 해당 없음", "en": "x n/a"}
    assert finding.inputs == ("x",)
    assert fired(table, finding.witness[0].facts) == []


def test_a_hole_that_needs_two_missing_values_is_found():
    both = [number("x", missing="no_match"), number("y", missing="no_match")]
    rows = [row(f"{one}{n}", test(one, 5)) for one in "xy" for n, test in enumerate((at_least, below))]

    (finding,) = verify(decision(both, *rows, hit_policy="any"))

    assert kinds([finding]) == [("block", "gap_missing", ())]
    assert finding.witness[0].facts == {"x": None, "y": None}


def test_flags_texts_and_options_are_tried_in_full():
    table = decision(
        [
            flag("done"),
            chosen("region", "string", "서울", "부산", "대구"),
            chosen("kind", "select", "EI", "EII"),
            chosen("taken", "select_multiple", "trip", "display"),
        ],
        row("r1", Condition("done", "is_true", "")),
        row("r2", Condition("region", "ends_with", "산")),
        row("r3", Condition("kind", "contains", "EII")),
        row("r4", Condition("taken", "contains_all", ("trip", "display"))),
    )

    (finding,) = verify(table)

    assert finding.witness[0].facts == {"done": False, "region": "서울", "kind": ("EI",), "taken": ()}
    assert finding.witness[0].words == {
        "ko": "done값 아니요, region값 '서울', kind값 EI, taken값 없음",
        "en": "done no, region '서울', kind EI, taken none",
    }
    assert fired(table, finding.witness[0].facts) == []


def test_options_that_no_condition_tells_apart_need_no_row_each():
    table = decision(
        [chosen("region", "string", "서울", "부산", "대구")],
        row("r1", Condition("region", "equal_to", "서울")),
        row("r2", Condition("region", "does_not_equal", "서울")),
        hit_policy="unique",
    )

    assert verify(table) == ()


def test_free_text_is_sampled_and_claims_about_never_are_warnings():
    table = decision(
        [chosen("memo", "string")],
        row("r1", Condition("memo", "contains", "급")),
        row("r2", Condition("memo", "equal_to", "긴급")),
        row("r3", None),
    )

    assert kinds(verify(table)) == [("warn", "shadowed", ("r2",)), ("info", "sampled", ())]


@pytest.mark.parametrize("kind", ["select", "select_multiple"])
def test_options_that_are_not_declared_are_sampled_too(kind):
    operator, value = ("contains", "EI") if kind == "select" else ("contains_all", ("EI",))
    table = decision([chosen("kind", kind)], row("r1", Condition("kind", operator, value)), row("r2", None))

    assert kinds(verify(table)) == [("info", "sampled", ())]


def test_very_many_options_are_sampled():
    options = [f"o{place}" for place in range(13)]
    table = decision(
        [chosen("taken", "select_multiple", *options)],
        row("r1", Condition("taken", "contains_all", tuple(options))),
        row("r2", None),
    )

    assert kinds(verify(table)) == [("info", "sampled", ())]


def test_a_table_too_large_to_prove_says_so_and_does_not_hang():
    found = verify(wide(30))

    assert ("warn", "too_large", ()) in kinds(found)


def test_a_clause_too_large_for_boxes_says_so():
    variables = [number(f"v{place}") for place in range(40)]
    pairs = [either(at_least(f"v{2 * n}", 5), at_least(f"v{2 * n + 1}", 5)) for n in range(20)]

    (finding,) = verify(decision(variables, row("r1", every(*pairs)), row("r2", None)))

    assert finding.kind == "too_large"
    assert finding.message == {
        "ko": "'적용될 수 없는 행' 검사는 경우의 수가 너무 많아 증명하지 못했습니다. "
        "조건을 줄이거나 표를 나누십시오.",
        "en": "The check 'rows that never apply' has too many cases to prove. "
        "Use fewer conditions or split the table.",
    }


def test_only_the_first_hundred_findings_of_a_kind_are_shown():
    rows = [row(f"r{place}", at_least("x", 11)) for place in range(120)]

    found = kinds(verify(decision([X], *rows, row("rest", None))))

    assert [kind for _, kind, _ in found].count("unreachable") == 100
    assert [kind for _, kind, _ in found].count("too_many") == 1


def test_findings_carry_the_place_of_their_last_rule_and_blocks_come_first():
    table = decision(
        [X],
        row("all", at_least("x", 0)),
        row("late", at_least("x", 5)),
        row("rest", None),
    )

    found = verify(table, place_of={"late": (7, 3), "rest": (8, 3)}.__getitem__)

    assert [(one.kind, one.line, one.column) for one in found] == [("shadowed", 7, 3), ("unused_else", 8, 3)]
    assert found[0].say("en").startswith("7:3 late never applies")


def test_a_finding_about_no_rule_has_no_place():
    (finding,) = verify(decision([X], row("r1", at_least("x", 5))), place_of=lambda _: (1, 1))

    assert (finding.line, finding.column) == (0, 0)
