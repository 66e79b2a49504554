"""Plans and route sheets on paper: what they say, whose they are, and many candidates."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pymupdf
import pytest

from portal.db import fetch_one, fetch_value
from portal.errors import NotFound
from portal.plans.printing import plan_document, print_plan, print_route
from portal.plans.queries.papers import plan_paper, route_paper
from portal.settings import Settings
from portal.web.i18n import in_locale
from tests.portal.plans.conftest import OTHER_REP, REP, World

if TYPE_CHECKING:
    from collections.abc import Sequence


def _texts(pdf: bytes) -> Sequence[str]:
    with pymupdf.open(stream=io.BytesIO(pdf), filetype="pdf") as document:
        return [page.get_text() for page in document]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("ko", ("월간 개발 계획서", "2026년 10월", "한글날", "방문 점포수")),
        ("en", ("Monthly development plan", "October 2026")),
    ],
)
async def test_a_plan_on_paper(world: World, plan: int, locale: str, words: tuple[str, ...]) -> None:
    paper = await plan_paper(world.people["manager"], plan, 500)
    text = "\n".join(_texts(await print_plan(paper, Settings(), locale)))
    assert [word for word in words if word not in text] == []
    assert f"{paper.plan.visits:,}" in text


async def test_the_same_plan_gives_the_same_bytes(world: World, plan: int) -> None:
    paper = await plan_paper(world.people["manager"], plan, 500)
    assert await print_plan(paper, Settings(), "ko") == await print_plan(paper, Settings(), "ko")


async def test_candidates_beyond_the_bound_are_counted_not_printed(world: World, plan: int) -> None:
    paper = await plan_paper(world.people["manager"], plan, 3)
    assert (len(paper.lines), paper.omitted) == (3, paper.plan.outlets - 3)
    with in_locale("en"):
        assert plan_document(paper, Settings()).omitted == paper.plan.outlets - 3


async def test_a_route_sheet_is_in_route_order(world: World, plan: int) -> None:
    row = await fetch_one(
        "select day_on from plan_day where plan = {} and user_id = {} order by 1", plan, REP
    )
    assert row is not None
    paper = await route_paper(world.people["rep"], plan, REP, row["day_on"])
    text = "\n".join(_texts(await print_route(paper, Settings(), "ko")))
    places = [text.index(stop["name"]) for stop in paper.stops]
    assert (places == sorted(places), "방문 순서표" in text) == (True, True)


async def test_papers_of_somebody_else_are_not_found(world: World, plan: int) -> None:
    on = await fetch_value("select min(day_on) from plan_day where plan = {}", plan)
    with pytest.raises(NotFound):
        await plan_paper(world.people["far_manager"], plan, 500)
    with pytest.raises(NotFound):
        await route_paper(world.people["rep"], plan, OTHER_REP, on)
    paper = await plan_paper(world.people["rep"], plan, 500)
    assert [row["user_id"] for row in paper.people] == [REP]
    assert {row["user_id"] for row in paper.lines} == {REP}
