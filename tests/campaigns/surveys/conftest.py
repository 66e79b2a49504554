"""The network of credit's tests with retail points in areas, seasons, and a survey to answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

import campaigns.surveys.policies
import portal.seasons.policies
from campaigns.surveys.commands import OptionCommand, QuestionCommand, ResponseCommand, SurveyCommand
from campaigns.surveys.forms import new_key
from campaigns.surveys.model import Question, QuestionKind
from campaigns.surveys.queries.surveys import list_questions
from campaigns.surveys.service import building, life
from portal.db import execute, fetch_value, insert_rows, unit_of_work
from tests.portal.credit.conftest import FAR, NEAR, NOW, OWN, World, world

if TYPE_CHECKING:
    from portal.access import Viewer

__all__ = ["FAR", "NEAR", "NOW", "OWN", "World", "world"]

SEASON, REGIONAL = 1, 2
FLOOR = 3
DUE = dt.date(2099, 1, 31)
# Retail points of the own dealer: five in one area, two in another, one entered and not shared by the dealer.
POINTS = (101, 102, 103, 104, 105)
FEW = (111, 112)
PRIVATE, OUTLET = 121, 131
QUESTIONS = (
    QuestionCommand(
        QuestionKind.PERCENT, "수요 변화", "Change of demand", feeds_target=True,
        options=(OptionCommand("탄산", "탄산", "Soft drinks"), OptionCommand("커피", "커피", "Coffee")),
    ),
    QuestionCommand(
        QuestionKind.MANY, "팔리는 자리", "Occasions",
        options=(OptionCommand("", "집", "Home"), OptionCommand("", "식당", "Restaurants")),
    ),
    QuestionCommand(QuestionKind.SCALE, "영향", "Effect", low_anchor="거의 없음", high_anchor="매우 큼"),
    QuestionCommand(QuestionKind.TEXT, "하고 싶은 말", "Anything else?"),
)  # fmt: skip


@dataclass
class Asked:
    """A survey with its questions, and a way to answer it."""

    world: World
    survey_id: int
    questions: tuple[Question, ...]

    def viewer(self, who: str) -> Viewer:
        return self.world.people[who]

    def fields(self, soft: int | None = -10, coffee: int | None = None, **more: str) -> dict[str, str]:
        """Answers: percentages of the two rows, the first occasion, step 4, a text."""
        percent, many, scale, text = self.questions
        found = {
            f"q{many.id}-{many.options[0].id}": "1",
            f"q{scale.id}": more.get("scale", "4"),
            f"q{text.id}": more.get("text", ""),
        }
        for value, option in zip((soft, coffee), percent.options, strict=True):
            if value is not None:
                found[f"q{percent.id}-{option.id}"] = str(value)
        return found

    def response(self, account: int, fields: dict[str, str] | None = None, **more: object) -> ResponseCommand:
        return ResponseCommand(
            client_key=str(more.get("key") or new_key()),
            survey_id=self.survey_id,
            account_id=account,
            answered_at=more.get("at") or NOW,  # type: ignore[arg-type]
            fields=self.fields() if fields is None else fields,
            declined=bool(more.get("declined")),
        )


@pytest.fixture
async def market(world: World) -> World:
    """Retail points, two seasons (everywhere, and of the own region), products of two categories."""
    assert campaigns.surveys.policies.READ
    assert portal.seasons.policies.READ
    places = [(number, "terminal", "대전 중구", "manufacturer") for number in POINTS]
    places += [(number, "terminal", "공주", "manufacturer") for number in FEW]
    places += [(PRIVATE, "terminal", "공주", "dealer"), (OUTLET, "outlet", "", "manufacturer")]
    async with unit_of_work():
        await insert_rows(
            "account",
            ("id", "kind", "code", "name", "region", "dealer", "owner", "area", "state", "is_stub",
             "version", "created_at", "updated_at"),
            [(number, kind, f"T{number}", f"가게 {number}", 2, OWN, owner, area, "existing", False, 1, NOW,
              NOW) for number, kind, area, owner in places],
        )  # fmt: skip
        await insert_rows(
            "product",
            ("id", "code", "name", "category", "is_own", "status", "is_stub", "updated_at"),
            [(1, "P1", "사이다", "탄산", True, "active", False, NOW),
             (2, "P2", "라떼", "커피", True, "active", False, NOW),
             (3, "X1", "남의 것", "탄산", False, "active", False, NOW)],
        )  # fmt: skip
        for number, region in ((SEASON, None), (REGIONAL, 3)):
            await execute(
                "insert into season (id, code, label, label_en, kind, region, category, from_on, until_on,"
                " state, owner_user_id, created_by_user_id, created_at)"
                " values ({}, {}, {}, {}, 'off', {}, '', {}, {}, 'open', 1, 1, {})",
                number, f"OFF-{number}", "비수기", "Quiet months", region,
                dt.date(2026, 10, 1), dt.date(2027, 4, 1), NOW,
            )  # fmt: skip
    return world


async def draft(world: World, season: int = SEASON, due_on: dt.date | None = DUE) -> int:
    command = SurveyCommand("비수기 조사", "Quiet-months survey", "", "", due_on)
    marketing = world.people["marketing"]
    survey_id = await building.create_survey(marketing, season, command, FLOOR)
    for question in await list_questions(survey_id):
        await building.remove_question(marketing, survey_id, question.id)
    for command_ in QUESTIONS:
        await building.add_question(marketing, survey_id, command_)
    return survey_id


@pytest.fixture
async def asked(market: World) -> Asked:
    """An open survey."""
    survey_id = await draft(market)
    await life.open_survey(market.people["marketing"], survey_id, dt.date(2026, 10, 1))
    return Asked(market, survey_id, await list_questions(survey_id))


async def count(table: str) -> int:
    return int(await fetch_value(f"select count(*) from {table}"))


class Letters:
    """A postman that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    async def queue(self, to_address: str, subject: str, text: str, *, secret: bool = False) -> None:
        assert not secret
        self.sent.append((to_address, subject, text))
