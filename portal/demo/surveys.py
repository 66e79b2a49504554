"""The demo's season survey (story steps 1 to 3): answered in one region, two areas under the floor."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from campaigns.surveys.commands import ResponseCommand, SurveyCommand
from campaigns.surveys.model import Question, QuestionKind
from campaigns.surveys.queries.surveys import list_questions
from campaigns.surveys.service.building import create_survey
from campaigns.surveys.service.life import open_survey
from campaigns.surveys.service.responding import respond
from portal import db
from portal.demo.network import STORY_CITY, STORY_DIVISION
from portal.demo.plan import LAST_MONTH
from portal.demo.write_network import dealer_id
from portal.identity.queries import load_viewer
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.access import Viewer

_ZONE = "Asia/Seoul"
_OPENED = dt.datetime(2026, 9, 7, 1, tzinfo=dt.UTC)
_CLOSED = dt.datetime(2026, 9, 25, 9, tzinfo=dt.UTC)
_GIVEN_BACK = dt.datetime(2026, 9, 28, 1, tzinfo=dt.UTC)
_STORY_PLACES, _AT_EACH, _LARGE, _FEW = 8, 9, 4, 3
"""Places of the story's dealer; answers in each of the large areas, how many areas, and in two small ones."""
_REFUSES, _BY_REPRESENTATIVE = 17, 2
# Middle of what is expected for a category, percent; the rest expects a fall of a tenth.
_EXPECTED = {"탄산": -22, "이온음료": -28, "생수": -12, "주스": -8, "커피": 6, "차음료": 14}
_TEXTS = ("따뜻한 음료 진열대가 더 필요합니다.", "연말 모임용 대용량이 잘 나갑니다.", "")
_CONCLUSION = (
    "비수기에는 차음료와 커피를 앞에 두고 탄산은 대용량만 남깁니다."
    " 권역별 목표는 이 결과를 자연 판매와 함께 봅니다."
)


async def write_surveys() -> None:
    """Write a survey given back and one being answered, when the demo has an off-season to hang them on."""
    season = await db.fetch_value(
        "select id from season where kind = 'off' and category = '' order by from_on desc, id limit 1"
    ) or await db.fetch_value("select id from season where kind = 'off' order by from_on desc, id limit 1")
    if season is None:
        return
    planner = await load_viewer("marketing", _ZONE)
    least = Settings.model_fields["survey_least_answers"].default
    asked = SurveyCommand(
        "비수기 시장 조사",
        "Off-season market survey",
        "한 곳에 2분이면 됩니다. 결과는 응답하신 모든 분께 돌려드립니다.",
        "Two minutes a place. The result goes back to everybody who answered.",
        dt.date(2026, 9, 25),
    )
    survey_id = await create_survey(planner, season, asked, least)
    await open_survey(planner, survey_id, _OPENED.date())
    await _answer(survey_id)
    await _date(survey_id, planner)
    again = SurveyCommand(
        "성수기 준비 조사", "Survey before the peak", asked.intro, asked.intro_en, LAST_MONTH.shift(3).last_on
    )
    await open_survey(planner, await create_survey(planner, season, again, least, survey_id), _OPENED.date())


async def _answer(survey_id: int) -> None:
    """Answer by dealers' people and, every third time, by the representatives; some do not want to."""
    questions = await list_questions(survey_id)
    for number, (viewer, account) in enumerate(await _places(), start=1):
        command = ResponseCommand(
            client_key=str(
                uuid.uuid5(uuid.NAMESPACE_URL, f"demo-survey-{survey_id}-{viewer.login}-{account}")
            ),
            survey_id=survey_id,
            account_id=account,
            answered_at=_OPENED + dt.timedelta(hours=3 * number),
            fields=_fields(questions, number),
            declined=number % _REFUSES == 0,
        )
        await respond(viewer, command)


async def _places() -> list[tuple[Viewer, int]]:
    """Return who answers about which retail point: the story's dealer first, then area by area."""
    owners, representatives = await _people()
    own = await db.fetch(
        "select id, dealer from account where dealer = {} and kind = 'terminal' and state = 'existing'"
        " and area = {} order by id limit {}",
        dealer_id(0),
        STORY_CITY,
        _STORY_PLACES,
    )
    found = [(owners[row["dealer"]], row["id"]) for row in own]
    for place, area in enumerate(await _areas(sorted(owners))):
        rows = await db.fetch(
            "select id, dealer from account where area = {} and kind = 'terminal' and state = 'existing'"
            " and owner = 'manufacturer' and dealer between {} and {} order by id desc limit {}",
            area,
            min(owners),
            max(owners),
            _AT_EACH if place < _LARGE else _FEW,
        )
        for number, row in enumerate(rows):
            answerer = representatives if number % 3 == _BY_REPRESENTATIVE else owners
            if row["dealer"] in answerer:
                found.append((answerer[row["dealer"]], row["id"]))
    return found


async def _people() -> tuple[dict[int, Viewer], dict[int, Viewer]]:
    """Return the story region's dealers with who answers for each, and their representatives."""
    path = f"/KR/{STORY_DIVISION}/"
    rows = await db.fetch(
        "select g.account_id as dealer, u.login from login_user u join role_grant g on g.user_id = u.id"
        " join account a on a.id = g.account_id join region r on r.id = a.region"
        " where g.role in ('dealer_owner', 'dealer_staff') and substr(r.path, 1, {}) = {} order by u.id",
        len(path),
        path,
    )
    owners = {row["dealer"]: await load_viewer(row["login"], _ZONE) for row in rows}
    rows = await db.fetch(
        "select x.dealer, u.login from representative_assignment x join login_user u on u.id = x.user_id"
        " order by x.id"
    )
    viewers = {login: await load_viewer(login, _ZONE) for login in {row["login"] for row in rows}}
    return owners, {row["dealer"]: viewers[row["login"]] for row in rows}


async def _areas(dealers: list[int]) -> list[str]:
    """Return the areas asked about, those with most retail points of the story's dealers first."""
    rows = await db.fetch(
        "select area, count(*) as n from account where kind = 'terminal' and dealer between {} and {}"
        " and area <> {} group by area order by n desc, area limit {}",
        dealers[0],
        dealers[-1],
        STORY_CITY,
        _LARGE + 2,
    )
    return [row["area"] for row in rows]


def _fields(questions: tuple[Question, ...], number: int) -> dict[str, str]:
    found = {}
    for question in questions:
        name = f"q{question.id}"
        if question.kind is QuestionKind.PERCENT:
            for place, option in enumerate(question.options):
                swing = (number * 7 + place * 5) % 11 - 5
                found[f"{name}-{option.id}"] = str(_EXPECTED.get(option.code, -10) + swing)
        elif question.kind in (QuestionKind.MANY, QuestionKind.PRODUCTS):
            for place, option in enumerate(question.options):
                if (number * (place + 3)) % (place + 4) > (place + 1) // 2:
                    found[f"{name}-{option.id}"] = "1"
        elif question.kind is QuestionKind.SCALE:
            found[name] = str(2 + number * 3 % 4)
        else:
            found[name] = _TEXTS[number % len(_TEXTS)]
    return found


async def _date(survey_id: int, planner: Viewer) -> None:
    """Put the survey's days where the story has them, and give its result back."""
    async with db.unit_of_work():
        await db.execute(
            "update survey set state = 'published', opened_at = {}, closed_at = {}, published_at = {},"
            " published_by_user_id = {}, conclusion = {} where id = {}",
            _OPENED,
            _CLOSED,
            _GIVEN_BACK,
            planner.user_id,
            _CONCLUSION,
            survey_id,
        )
        await db.execute("update survey_response set received_at = answered_at where survey = {}", survey_id)
