"""Building, answering once, results with a floor, giving back; on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from functools import partial

import pytest

from campaigns.surveys.commands import OptionCommand, QuestionCommand, SurveyCommand
from campaigns.surveys.exports import iter_answers
from campaigns.surveys.forms import read_item
from campaigns.surveys.letters import result_letter
from campaigns.surveys.model import QuestionKind, SurveyState
from campaigns.surveys.policies import ANSWER, BUILD, EXPORT, READ
from campaigns.surveys.queries import places
from campaigns.surveys.queries.results import list_coverage, list_results, list_texts
from campaigns.surveys.queries.surveys import (
    get_given_back,
    get_survey,
    list_askable,
    list_given_back,
    list_questions,
    list_surveys,
)
from campaigns.surveys.queries.target import expected_change
from campaigns.surveys.results import result_views
from campaigns.surveys.season_step import survey_standing
from campaigns.surveys.service import building, life
from campaigns.surveys.service.responding import OutcomeKind, respond
from campaigns.surveys.tasks import list_tasks
from portal.access import Grant, Role
from portal.db import engine_kind, execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.seasons.queries.seasons import get_season
from portal.web.i18n import in_locale
from tests.campaigns.surveys.conftest import (
    DUE,
    FAR,
    FEW,
    NEAR,
    OUTLET,
    OWN,
    POINTS,
    PRIVATE,
    QUESTIONS,
    REGIONAL,
    SEASON,
    Asked,
    Letters,
    World,
    count,
    draft,
)

TODAY = dt.date(2026, 10, 2)
FAR_MANAGER = (Grant(Role.REGIONAL_MANAGER, "/KR/GS/"),)


async def test_a_survey_starts_from_the_season_template(market: World) -> None:
    marketing = market.people["marketing"]
    command = SurveyCommand("조사", "", "", "", None)
    survey_id = await building.create_survey(marketing, SEASON, command, 5)
    percent, many, scale, products, text = await list_questions(survey_id)
    assert [option.code for option in percent.options] == ["커피", "탄산"] or [
        option.code for option in percent.options
    ] == ["탄산", "커피"]
    assert (percent.feeds_target, len(many.options), scale.scale_most, text.kind) == (
        True, 6, 5, QuestionKind.TEXT,
    )  # fmt: skip
    assert {option.code for option in products.options} == {"P1", "P2"}
    copy = await building.create_survey(marketing, SEASON, command, 5, survey_id)
    assert [one.label for one in await list_questions(copy)] == [
        one.label for one in await list_questions(survey_id)
    ]


async def test_questions_move_change_and_go(market: World) -> None:
    marketing, survey_id = market.people["marketing"], await draft(market)
    first, second, third, last = [one.id for one in await list_questions(survey_id)]
    await building.move_question(marketing, survey_id, last, -1000)
    await building.move_question(marketing, survey_id, first, 1)
    assert [one.id for one in await list_questions(survey_id)] == [last, second, first, third]
    changed = QuestionCommand(QuestionKind.ONE, "하나만", options=(OptionCommand("", "가", ""),))
    await building.edit_question(marketing, survey_id, second, changed)
    await building.remove_question(marketing, survey_id, third)
    questions = await list_questions(survey_id)
    assert [(one.id, one.position) for one in questions] == [(last, 1), (second, 2), (first, 3)]
    assert [option.label for option in questions[1].options] == ["가"]
    with pytest.raises(NotFound):
        await building.remove_question(marketing, survey_id, third)


async def test_only_one_question_feeds_the_target(market: World) -> None:
    marketing, survey_id = market.people["marketing"], await draft(market)
    newer = await building.add_question(
        marketing, survey_id, QuestionCommand(QuestionKind.PERCENT, "전체 변화", feeds_target=True)
    )
    assert [one.id for one in await list_questions(survey_id) if one.feeds_target] == [newer]


async def test_what_is_open_does_not_change(asked: Asked) -> None:
    marketing = asked.viewer("marketing")
    for use_case in (
        building.add_question(marketing, asked.survey_id, QUESTIONS[3]),
        building.move_question(marketing, asked.survey_id, asked.questions[0].id, 1),
        building.remove_question(marketing, asked.survey_id, asked.questions[0].id),
        building.edit_question(marketing, asked.survey_id, asked.questions[0].id, QUESTIONS[3]),
        life.open_survey(marketing, asked.survey_id, TODAY),
    ):
        with pytest.raises(Conflict):
            await use_case
    later = SurveyCommand("다른 제목", "", "", "", dt.date(2099, 3, 1))
    await building.edit_survey(marketing, asked.survey_id, later)
    survey = await get_survey(marketing, asked.survey_id, BUILD)
    assert (survey.title, survey.due_on) == ("비수기 조사", dt.date(2099, 3, 1))


async def test_a_survey_opens_only_when_it_is_complete(market: World) -> None:
    marketing, survey_id = market.people["marketing"], await draft(market, due_on=None)
    await building.add_question(marketing, survey_id, QuestionCommand(QuestionKind.ONE, "비어 있음"))
    with pytest.raises(Invalid) as error:
        await life.open_survey(marketing, survey_id, TODAY)
    assert len(error.value.problems) == 2
    async with unit_of_work():
        await execute("update season set state = 'draft'")
    with pytest.raises(Invalid) as error:
        await life.open_survey(marketing, survey_id, TODAY)
    assert len(error.value.problems) == 3


async def test_sending_again_keeps_one_answer(asked: Asked) -> None:
    owner = asked.viewer("owner")
    command = asked.response(POINTS[0])
    assert (await respond(owner, command)).kind is OutcomeKind.CREATED
    assert (await respond(owner, command)).kind is OutcomeKind.DUPLICATE
    changed = asked.response(POINTS[0], asked.fields(-99), key=command.client_key)
    assert (await respond(owner, changed)).kind is OutcomeKind.CONFLICT
    assert (await respond(asked.viewer("staff"), command)).kind is OutcomeKind.CONFLICT
    again = await respond(asked.viewer("staff"), asked.response(POINTS[0]))
    assert (again.kind, len(again.problems)) == (OutcomeKind.REJECTED, 1)
    assert (await count("survey_response"), await count("survey_answer")) == (1, 3)


async def test_two_tabs_at_once_keep_one_answer(asked: Asked) -> None:
    if engine_kind() == "sqlite":
        pytest.skip("one writer at a time there")
    owner, command = asked.viewer("owner"), asked.response(POINTS[0])
    found = await asyncio.gather(*(respond(owner, command) for _ in range(4)), return_exceptions=True)
    kinds = [one.kind for one in found if not isinstance(one, BaseException)]
    assert kinds.count(OutcomeKind.CREATED) == 1
    assert await count("survey_response") == 1


async def test_both_sides_may_say_what_they_see(asked: Asked) -> None:
    for who in ("owner", "rep"):
        assert (await respond(asked.viewer(who), asked.response(POINTS[0]))).kind is OutcomeKind.CREATED
    (row,) = await list_coverage(asked.survey_id)
    assert (row.area, row.dealer, row.manufacturer) == ("대전 중구", 1, 1)


async def test_wrong_answers_are_refused_and_nothing_is_kept(asked: Asked) -> None:
    outcome = await respond(asked.viewer("owner"), asked.response(POINTS[0], asked.fields(-101)))
    assert (outcome.kind, [problem.field for problem in outcome.problems]) == (
        OutcomeKind.REJECTED,
        [f"q{asked.questions[0].id}-{asked.questions[0].options[0].id}"],
    )
    assert await count("survey_response") == 0


@pytest.mark.parametrize(
    ("who", "account"),
    [("owner", NEAR), ("owner", FAR), ("rep", NEAR), ("rep", PRIVATE), ("manager", FAR), ("far", POINTS[0])],
)
async def test_nobody_answers_about_what_he_does_not_see(asked: Asked, who: str, account: int) -> None:
    with pytest.raises(NotFound):
        await respond(asked.viewer(who), asked.response(account))


async def test_the_dealer_answers_about_what_he_keeps_to_himself(asked: Asked) -> None:
    assert (await respond(asked.viewer("owner"), asked.response(PRIVATE))).kind is OutcomeKind.CREATED
    survey = await get_survey(asked.viewer("admin"), asked.survey_id, EXPORT)
    rows = [row async for batch in iter_answers(asked.viewer("admin"), survey) for row in batch]
    assert {(row["code"], row["name"], row["area"]) for row in rows} == {("", "", "충청")}


async def test_answers_typed_before_the_end_still_arrive(asked: Asked) -> None:
    marketing, owner = asked.viewer("marketing"), asked.viewer("owner")
    await life.close_survey(marketing, asked.survey_id)
    before = await respond(owner, asked.response(POINTS[0]))
    after = await respond(owner, asked.response(POINTS[1], at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC)))
    assert (before.kind, after.kind) == (OutcomeKind.CREATED, OutcomeKind.REJECTED)


async def test_a_season_of_another_region_is_not_there(market: World) -> None:
    survey_id = await draft(market, REGIONAL)
    await life.open_survey(market.people["marketing"], survey_id, TODAY)
    assert [row.id for row in await list_surveys(market.people["admin"], READ)] == [survey_id]
    assert await list_surveys(market.people["manager"], READ) == ()
    assert await list_askable(market.people["owner"], ANSWER) == ()
    assert [row.id for row in await list_askable(market.people["far"], ANSWER)] == [survey_id]
    with pytest.raises(NotFound):
        await get_survey(market.people["owner"], survey_id, ANSWER)


async def test_places_to_answer_about(asked: Asked) -> None:
    survey = await get_survey(asked.viewer("owner"), asked.survey_id, ANSWER)
    await respond(asked.viewer("owner"), asked.response(POINTS[0]))
    await respond(asked.viewer("owner"), asked.response(POINTS[1], declined=True))
    own = await places.list_places(asked.viewer("owner"), survey, OWN)
    assert [place.id for place in own] == [OWN, OUTLET, *POINTS[2:], *FEW, PRIVATE]
    assert own[1].area == "충청"
    rep = await places.list_places(asked.viewer("rep"), survey, OWN)
    assert [place.id for place in rep] == [OWN, OUTLET, *POINTS, *FEW]
    (dealer,) = await places.list_dealers(asked.viewer("owner"), survey)
    assert (dealer.open, dealer.answered) == (8, 2)
    given = await places.list_given(asked.viewer("owner"), survey, OWN)
    assert [(row.name, row.declined) for row in given] == [("가게 102", True), ("가게 101", False)]


async def _answered(asked: Asked) -> None:
    for account, soft in zip(POINTS, (-30, -20, -10, -10, 0), strict=True):
        await respond(asked.viewer("owner"), asked.response(account, asked.fields(soft, 5 if soft else None)))
    for account in FEW:
        await respond(
            asked.viewer("owner"), asked.response(account, asked.fields(-50, text="쉽니다", scale="2"))
        )
    await respond(asked.viewer("owner"), asked.response(OUTLET, declined=True))


async def test_results_say_nothing_under_the_floor(asked: Asked) -> None:
    await _answered(asked)
    survey = await get_survey(asked.viewer("admin"), asked.survey_id, READ)
    assert survey.answers == 7
    results = await list_results(survey, asked.questions)
    percent, many, scale, _ = results
    soft, coffee = percent.whole.options
    assert (soft.n, soft.spread.median if soft.spread else 0, coffee.n) == (7, -2000, 4)
    few = next(area for area in percent.areas if area.area == "공주")
    assert (few.n, few.enough, few.options) == (2, False, ())
    assert (many.whole.options[0].n, many.whole.options[1].n) == (7, 0)
    assert (scale.whole.steps, scale.whole.total) == ((0, 2, 0, 5, 0), 24)
    with in_locale("en"):
        written = await list_texts(asked.viewer("manager"), survey)
        views = result_views(results, survey.least_answers, written)
        assert views[0].sentence == (
            "Lowest Soft drinks with -20.0%, highest Coffee with +5.0% (middle answers, n=7)."
        )
        assert views[2].sentence == "On average 3.4 on a scale from 1 (거의 없음) to 5 (매우 큼) (n=7)."
        assert views[1].sentence == "Named most: Home (100.0%) (n=7)."
        assert [(area.area, area.enough) for area in views[0].areas] == [("공주", False), ("대전 중구", True)]
        assert "Too few to say (n=2, at least 3" in views[0].areas[0].says
        assert views[3].texts == ("쉽니다", "쉽니다")
        assert result_views(results, 3)[3].texts == ()
        assert await list_texts(replace(asked.viewer("manager"), grants=FAR_MANAGER), survey) == {}
        only_reps = await list_results(survey, asked.questions, "manufacturer")
        assert "Too few to say (n=0" in result_views(only_reps, 3)[0].sentence


async def test_the_result_goes_back_to_those_who_answered(asked: Asked) -> None:
    await _answered(asked)
    marketing, owner, far = asked.viewer("marketing"), asked.viewer("owner"), asked.viewer("far")
    async with unit_of_work():
        await execute("update login_user set work_email = login || '@portal.test', locale = 'en'")
    await life.close_survey(marketing, asked.survey_id)
    letters = Letters()
    letter = partial(result_letter, public_url="http://portal.test/")
    assert await life.publish_survey(marketing, asked.survey_id, "준비합시다", letters, letter) == 1
    assert [(to, subject) for to, subject, _ in letters.sent] == [
        ("owner@portal.test", "The result of the survey is there: Quiet-months survey")
    ]
    assert f"http://portal.test/my/surveys/{asked.survey_id}/result" in letters.sent[0][2]
    for who in ("owner", "staff"):
        assert [row.id for row in await list_given_back(asked.viewer(who))] == [asked.survey_id]
    assert (await get_given_back(owner, asked.survey_id)).conclusion == "준비합시다"
    assert await list_given_back(far) == ()
    with pytest.raises(NotFound):
        await get_given_back(far, asked.survey_id)
    with pytest.raises(Conflict):
        await life.publish_survey(marketing, asked.survey_id, "", letters, letter)
    assert (await respond(owner, asked.response(OWN))).kind is OutcomeKind.REJECTED


async def test_nothing_is_published_when_nobody_answered(asked: Asked) -> None:
    marketing = asked.viewer("marketing")
    await life.close_survey(marketing, asked.survey_id)
    with pytest.raises(Conflict):
        await life.publish_survey(
            marketing, asked.survey_id, "", Letters(), partial(result_letter, public_url="")
        )


async def test_the_target_gets_figures_of_published_surveys_only(asked: Asked) -> None:
    await _answered(asked)
    marketing = asked.viewer("marketing")
    assert await expected_change(SEASON) == ()
    await life.close_survey(marketing, asked.survey_id)
    await life.publish_survey(
        marketing, asked.survey_id, "", Letters(), partial(result_letter, public_url="")
    )
    soft, coffee = await expected_change(SEASON)
    assert (soft.category, soft.n, soft.median_bp) == ("탄산", 7, -2000)
    assert (coffee.category, coffee.n, coffee.median_bp) == ("커피", 4, 500)
    async with unit_of_work():
        await execute("update survey set least_answers = 5")
    assert [row.median_bp for row in await expected_change(SEASON)] == [-2000, None]


async def test_what_awaits_whom(asked: Asked) -> None:
    owner, marketing = asked.viewer("owner"), asked.viewer("marketing")
    assert [task.kind for task in await list_tasks(owner, TODAY)] == ["surveys.answer"]
    await respond(owner, asked.response(POINTS[0], declined=True))
    assert await list_tasks(owner, TODAY) == []
    assert await list_tasks(asked.viewer("staff"), TODAY) == []
    assert [task.kind for task in await list_tasks(asked.viewer("rep"), TODAY)] == ["surveys.answer"]
    assert [task.kind for task in await list_tasks(marketing, DUE + dt.timedelta(days=1))] == [
        "surveys.close"
    ]


async def test_the_step_of_the_season_page(asked: Asked) -> None:
    marketing, owner = asked.viewer("marketing"), asked.viewer("owner")
    season = await get_season(marketing, SEASON)
    standing = await survey_standing(marketing, season)
    assert standing is not None
    assert (standing.done, standing.href, str(standing.says)) == (
        0,
        f"/surveys/{asked.survey_id}",
        "0 answers so far",
    )
    own = await survey_standing(owner, season)
    assert own is not None
    assert own.href == f"/my/surveys/{asked.survey_id}"
    await _answered(asked)
    await life.close_survey(marketing, asked.survey_id)
    await life.publish_survey(
        marketing, asked.survey_id, "", Letters(), partial(result_letter, public_url="")
    )
    for viewer, place in (
        (marketing, f"/surveys/{asked.survey_id}"),
        (owner, f"/my/surveys/{asked.survey_id}"),
    ):
        done = await survey_standing(viewer, season)
        assert done is not None
        assert (done.done, done.of, done.print_href) == (1, 1, f"{place}/print")
    await draft(asked.world)
    both = await survey_standing(marketing, season)
    assert both is not None
    assert (both.done, both.of, both.href) == (1, 2, f"/surveys/{asked.survey_id}")
    assert await survey_standing(asked.viewer("finance"), season) is None
    assert await survey_standing(asked.viewer("far"), season) is None
    survey = await get_survey(marketing, asked.survey_id, READ)
    assert survey.state is SurveyState.PUBLISHED


@pytest.mark.parametrize(
    "item",
    [
        None, [], {}, {"id": "x"}, "text", 7,
        {"id": "0" * 36, "survey": 1, "account": 1, "at": "2026-01-01T00:00:00Z", "fields": {}},
        {"id": "00000000-0000-4000-8000-000000000000", "survey": 2**40, "account": 1,
         "at": "2026-01-01T00:00:00Z", "fields": {}},
        {"id": "00000000-0000-4000-8000-000000000000", "survey": 1, "account": 1,
         "at": "2026-01-01T00:00:00", "fields": {}},
        {"id": "00000000-0000-4000-8000-000000000000", "survey": 1, "account": 1,
         "at": "2026-01-01T00:00:00Z", "fields": 7},
    ],
)  # fmt: skip
def test_damaged_items_are_none(item: object) -> None:
    assert read_item(item) is None


async def test_refusing_never_lowers_anything(asked: Asked) -> None:
    """Nothing that evaluates, pays or limits knows of surveys, and a refusal holds no answer."""
    from pathlib import Path  # noqa: PLC0415  only here

    await respond(asked.viewer("owner"), asked.response(POINTS[0], declined=True))
    assert await count("survey_answer") == 0
    root = Path(__file__).parents[3]
    slices = ("portal/evaluations", "portal/rebates", "portal/credit", "portal/voice", "rules")
    users = [
        path
        for name in slices
        for path in (root / name).rglob("*.py")
        if "survey_re" in (text := path.read_text(encoding="utf-8")) or "campaigns.surveys" in text
    ]
    assert users == []
    assert not list((root / "campaigns").rglob("facts*.py"))
    assert await fetch_value("select declined from survey_response")
