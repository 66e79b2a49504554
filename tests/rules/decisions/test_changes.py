"""What differs between two versions of a decision, and what is wrong with its text, in words."""

from __future__ import annotations

import pytest

from rules.decisions.book import DecisionBook
from rules.decisions.cells import FORMS
from rules.decisions.changes import decision_changes
from rules.decisions.problem_words import decision_problem_text
from rules.errors import RulebookError

TABLE = """
decision: dealer_class
label: {ko: "분류", en: "Class"}
hit_policy: first
effective_from: 2026-12-01
inputs:
  reached: {type: numeric, unit: "%", scale: 2, range: ["0", "500"], missing: no_match,
    label: {ko: "달성률", en: "Achievement"}}
  channel: {type: select, options: [mart, agency], missing: no_match, label: {ko: "채널", en: "Channel"}}
table:
  inputs: [reached, channel]
  outputs: [set_class]
  rows:
    - {id: top, when: [">= 120", "mart"], then: [PI]}
    - {id: good, when: ["100..120", "mart, agency"], then: [PII]}
else: {then: [EIV]}
"""


def differences(change: dict[str, str], before: str = TABLE) -> list[tuple[str, str, str, str]]:
    after = before
    for old, new in change.items():
        assert old in after
        after = after.replace(old, new)
    found = decision_changes(DecisionBook.load(before), DecisionBook.load(after))
    return [(each.area, each.kind, each.text["ko"], each.text["en"]) for each in found]


def test_equal_versions_differ_in_nothing() -> None:
    assert differences({}) == []


def test_a_row_changes() -> None:
    assert differences({">= 120": ">= 130"}) == [
        (
            "top",
            "changed",
            (
                "top: 달성률: 120% 이상 그리고 채널: mart이면 고객 분류: PI →"
                " 달성률: 130% 이상 그리고 채널: mart이면 고객 분류: PI"
            ),
            (
                "top: Achievement: at least 120% and Channel: is mart gives Set the class: PI →"
                " Achievement: at least 130% and Channel: is mart gives Set the class: PI"
            ),
        )
    ]


def test_a_row_is_added_and_one_removed() -> None:
    found = differences({"id: top": "id: best"})
    assert [(area, kind) for area, kind, _, _ in found] == [("best", "added"), ("top", "removed")]
    assert found[0][3].startswith("best: rule added – Achievement: at least 120%")
    assert found[1][2].startswith("top: 규칙 삭제 (달성률: 120% 이상")


def test_groups_in_groups_stand_in_brackets() -> None:
    found = differences({"PII": "PIII"})
    assert "(Channel: is mart or Channel: is agency) gives Set the class: PIII" in found[0][3]


def test_the_else_row_changes() -> None:
    assert differences({"EIV": "EIII"})[0][3] == (
        "Otherwise: When no other rule applies: Set the class: EIV →"
        " When no other rule applies: Set the class: EIII"
    )


def test_order_days_and_policy_change() -> None:
    rows = TABLE[TABLE.index("    - {id: top") : TABLE.index("else:")]
    first, second = rows.splitlines()
    found = differences(
        {
            rows: f"{second}\n{first}\n",
            "2026-12-01": "2027-01-01\neffective_until: 2027-06-30",
            "hit_policy: first": "hit_policy: rule_order",
        }
    )
    assert [english for _, _, _, english in found] == [
        "hit policy The first that fires, from the top → All that fire, in order",
        "the order of the rules changes",
        "first day 2026-12-01 → 2027-01-01",
        "last day until further notice → 2027-06-30",
    ]
    ended = TABLE.replace("2026-12-01", "2026-12-01\neffective_until: 2027-06-30")
    assert differences({"\neffective_until: 2027-06-30": ""}, ended)[0][2] == (
        "종료일 2027-06-30 → 따로 정할 때까지"
    )


def test_how_results_are_put_together_changes() -> None:
    collecting = TABLE.replace("hit_policy: first", "hit_policy: collect\naggregate: list")
    assert differences({"aggregate: list": "aggregate: count"}, collecting)[0][3] == (
        "put together as List → Count"
    )


def test_labels_and_priorities_change() -> None:
    ranked = TABLE.replace("hit_policy: first", "hit_policy: priority")
    ranked = ranked.replace("{id: top,", "{id: top, priority: 2,").replace(
        "{id: good,", "{id: good, priority: 1,"
    )
    found = differences({"priority: 2,": 'priority: 3, label: {ko: "우수", en: "Best"},'}, ranked)
    assert [english for _, _, _, english in found] == [
        "Best, name top → Best",
        "Best, priority 2 → 3",
    ]


def test_inputs_change() -> None:
    extra = "  late: {type: boolean, missing: hold, label: {ko: 연체, en: Late}}\ntable:"
    found = differences(
        {"table:": extra, '["0", "500"]': '["0", "400"]', "[mart, agency]": "[mart, agency, web]"}
    )
    assert [english for _, _, _, english in found] == [
        "Achievement, range 0%–500% → 0%–400%",
        "Channel, options mart, agency → mart, agency, web",
        "Late: input added",
    ]
    back = differences({extra: "table:"}, TABLE.replace("table:", extra))
    assert back == [("late", "removed", "연체: 입력 삭제", "Late: input removed")]
    missing = differences(
        {
            '["0", "500"], missing: no_match': '["0", "500"], missing: hold',
            'en: "Achievement"': 'en: "Reached"',
        }
    )
    assert [english for _, _, _, english in missing][:2] == [
        "Reached, name Achievement → Reached",
        "Reached, without a value A missing value meets no condition → A missing value leaves it to a person",
    ]


def test_unsound_versions_are_refused() -> None:
    with pytest.raises(RulebookError):
        decision_changes(DecisionBook.load(TABLE), DecisionBook.load(TABLE.replace(">= 120", "many")))


def test_what_is_wrong_is_said_in_korean() -> None:
    for form in FORMS.values():
        assert decision_problem_text(f"{form}: 'x'")["ko"].endswith("적습니다")
    wrong = TABLE.replace(">= 120", "many").replace("[PII]", "[XX]").replace("id: good", "id: top")
    for problem in DecisionBook.load(wrong).problems:
        said = decision_problem_text(problem.message)
        assert said["en"] == problem.message
        assert said["ko"] != problem.message
    assert decision_problem_text("nobody wrote this")["ko"] == "nobody wrote this"
    assert decision_problem_text("'version' is missing")["ko"] == "version이(가) 없습니다"
