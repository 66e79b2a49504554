"""The arithmetic of results, and reading answers, as pure functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.surveys.answers import answer_fields, payload_sha256, read_answers
from campaigns.surveys.charts import WIDTH, change_bar, share_bar
from campaigns.surveys.commands import ResponseCommand
from campaigns.surveys.model import (
    Option,
    Question,
    QuestionKind,
    Spread,
    SurveyState,
    halved,
    mean_tenths,
    next_state,
    share_bp,
    spread_of,
)
from campaigns.surveys.queries.results import GroupTally, OptionTally, QuestionResult
from campaigns.surveys.results import result_views, too_few
from portal.errors import Conflict
from portal.web.i18n import in_locale
from tests.portal.credit.conftest import NOW


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], None),
        ([-1500], Spread(1, -1500, None, None)),
        ([-1500, -1001], Spread(2, -1251, None, None)),
        ([3, 1, 2], Spread(3, 2, None, None)),
        ([4, 3, 2, 1], Spread(4, 3, 2, 4)),
        ([10, 20, 30, 40, 50], Spread(5, 30, 15, 45)),
    ],
)
def test_the_middle_and_its_half(numbers: list[int], expected: Spread | None) -> None:
    assert spread_of(numbers) == expected


@given(st.lists(st.integers(-10_000, 30_000), min_size=4))
def test_the_middle_lies_between_the_quartiles(numbers: list[int]) -> None:
    spread = spread_of(numbers)
    assert spread is not None
    assert spread.low is not None
    assert spread.high is not None
    assert min(numbers) <= spread.low <= spread.median <= spread.high <= max(numbers)


@pytest.mark.parametrize(("total", "half"), [(3, 2), (-3, -2), (2, 1), (0, 0), (-1, -1)])
def test_a_half_is_away_from_zero(total: int, half: int) -> None:
    assert halved(total) == half


def test_means_and_shares() -> None:
    assert (mean_tenths([]), mean_tenths([3, 4]), mean_tenths([1, 1, 2])) == (None, 35, 13)
    assert (share_bp(1, 3), share_bp(2, 3), share_bp(0, 5), share_bp(0, 0)) == (3333, 6667, 0, None)


def test_a_survey_only_moves_forward() -> None:
    assert next_state(SurveyState.OPEN, SurveyState.CLOSED) is SurveyState.CLOSED
    for state, wanted in ((SurveyState.OPEN, SurveyState.DRAFT), (SurveyState.DRAFT, SurveyState.PUBLISHED)):
        with pytest.raises(Conflict):
            next_state(state, wanted)


def question(kind: QuestionKind, *, required: bool = False, options: int = 0) -> Question:
    made = tuple(Option(10 + i, "", f"선택 {i}", "") for i in range(options))
    return Question(1, 1, kind, "질문", "", "", "", required, False, 1, 5, "", "", "", "", made)


@pytest.mark.parametrize(
    ("kind", "options", "fields", "numbers"),
    [
        (QuestionKind.PERCENT, 0, {"q1": "-15"}, [(None, -1500)]),
        (QuestionKind.PERCENT, 0, {"q1": "−１５%"}, [(None, -1500)]),
        (QuestionKind.PERCENT, 2, {"q1-10": "5", "q1-11": ""}, [(10, 500)]),
        (QuestionKind.ONE, 2, {"q1": "11"}, [(11, None)]),
        (QuestionKind.MANY, 3, {"q1-10": "1", "q1-12": "on", "q1-11": "0"}, [(10, None), (12, None)]),
        (QuestionKind.SCALE, 0, {"q1": "5"}, [(None, 5)]),
    ],
)
def test_answers_are_read(
    kind: QuestionKind, options: int, fields: dict[str, str], numbers: list[tuple[int | None, int | None]]
) -> None:
    given_, problems = read_answers([question(kind, options=options)], fields)
    assert [(one.option_id, one.number) for one in given_] == numbers
    assert problems == []


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (QuestionKind.PERCENT, "-101", "from -100 to 300"),
        (QuestionKind.PERCENT, "ten", "whole number"),
        (QuestionKind.SCALE, "6", "from 1 to 5"),
        (QuestionKind.ONE, "99", "one of the options"),
        (QuestionKind.TEXT, "x" * 1001, "1000 characters"),
        (QuestionKind.TEXT, "a\x00b", "cannot be shown"),
        (QuestionKind.TEXT, "900101-1234567", "resident registration"),
        (QuestionKind.TEXT, "", "Nothing was answered"),
    ],
)
def test_wrong_answers_are_named(kind: QuestionKind, text: str, says: str) -> None:
    given_, (problem,) = read_answers(
        [question(kind, options=1 if kind is QuestionKind.ONE else 0)], {"q1": text}
    )
    assert given_ == []
    assert says in str(problem.message)


def test_what_must_be_answered() -> None:
    _, (problem,) = read_answers([question(QuestionKind.TEXT, required=True)], {})
    assert (problem.field, str(problem.message)) == ("q1", "Please answer this.")


def test_equal_content_has_an_equal_hash() -> None:
    def command(**more: object) -> ResponseCommand:
        values = {"account_id": 7, "fields": {"q1": "a"}, "declined": False, **more}
        return ResponseCommand("key", 1, values["account_id"], NOW, values["fields"], values["declined"])  # type: ignore[arg-type]

    same = [command(), command(fields={"q1": " a ", "q2": "", "_csrf": "x", "place": "9"})]
    other = [command(fields={"q1": "b"}), command(account_id=8), command(declined=True)]
    assert len({payload_sha256(one) for one in same}) == 1
    assert len({payload_sha256(one) for one in (command(), *other)}) == 4


def test_only_fields_of_questions_are_answers() -> None:
    assert answer_fields({"q1": "a", "q2-3": "b", "q": "c", "qx": "d", "_csrf": "e", "q4": "가"}) == {
        "q1": "a",
        "q2-3": "b",
        "q4": "가",
    }


def test_bars_stay_inside() -> None:
    assert f'x="0" y="2" width="{WIDTH}"' in share_bar(20_000, "x")
    fall = change_bar(-2000, (-2000, 0), "탄산 -20%")
    assert f'class="low" x="0" y="2" width="{WIDTH}"' in fall
    assert "탄산 -20%" in fall
    assert "&lt;b&gt;" in change_bar(5, (0, 0), "<b>")


def _said(*tallies: OptionTally, n: int, kind: QuestionKind = QuestionKind.PERCENT) -> tuple[str, str]:
    """The sentence of a question and what an area says in short, in English."""
    question = Question(
        1, 1, kind, "수요", "Demand", "", "", False, True, 1, 5, "", "", "", "", ()
    )  # fmt: skip
    whole, area = GroupTally("", n, True, tallies), GroupTally("서구", n, True, tallies)
    with in_locale("en"):
        (view,) = result_views([QuestionResult(question, whole, (area,))], 5, {})
    return view.sentence, view.areas[0].says


def test_one_change_is_said_with_its_middle_half_when_there_is_one() -> None:
    assert _said(OptionTally(None, 6, Spread(6, -1500, -2000, -500)), n=6) == (
        "The middle answer is -15.0% (n=6); half of the answers lie from -20.0% to -5.0%.",
        "-15.0%",
    )
    assert _said(OptionTally(None, 3, Spread(3, -1500, None, None)), n=3)[0] == (
        "The middle answer is -15.0% (n=3)."
    )


def test_a_change_nobody_gave_a_number_for_is_too_few() -> None:
    sentence, short = _said(OptionTally(None, 2, None), n=6)
    with in_locale("en"):
        assert (sentence, short) == (too_few(6, 5), too_few(6, 5))


def test_an_area_where_nobody_ticked_anything_says_nothing() -> None:
    assert _said(n=6, kind=QuestionKind.MANY)[1] == "–"
