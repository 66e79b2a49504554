"""Rehearsing on published months: sliders, the whole comparison, and what a proposal attaches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, unit_of_work
from portal.evaluations.model import SubjectKind
from portal.evaluations.rehearsal import PublishedMonths, load_past, rehearse, slide
from portal.rulebooks.service.drafts import create_draft
from rules.books import shipped_books
from rules.simulate import per_grade
from tests.portal.evaluations.conftest import MONTH, NEXT, World, evaluate, set_sales

if TYPE_CHECKING:
    from portal.evaluations.queries.runs import RunView
    from tests.portal.evaluations.world import Client

BOOK = next(book for book in shipped_books() if book.subject == "dealer" and book.version == "2025.2")
OTHER = next(book for book in shipped_books() if book.subject == "dealer" and book.version != "2025.2")
PATH = "/evaluations/rehearsal"


@pytest.fixture
async def published(world: World, run: RunView) -> RunView:
    """Two published months."""
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published'")
        for code, net in (("D-1", 1250), ("D-2", 990), ("D-3", 1000)):
            await set_sales(world.dealers[code], NEXT, net)
    later = await evaluate(world, NEXT)
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published'")
    return later


async def test_only_published_months_are_rehearsed_on(world: World, run: RunView) -> None:
    assert (await load_past(SubjectKind.DEALER)).history.tables == ()
    assert (await PublishedMonths().rehearse(BOOK, None))["months"] == 0


async def test_a_proposal_is_rehearsed_on_the_published_months(published: RunView) -> None:
    found = await PublishedMonths().rehearse(BOOK, OTHER)
    assert (found["months"], found["first_month"], found["last_month"]) == (2, str(MONTH), str(NEXT))
    assert (found["subjects"], found["cases"]) == (4, 8)
    assert {group["key"] for group in found["groups"]["region"]} == {"CC", "GW"}
    assert sum(map(sum, found["moves"])) == 8
    again = await PublishedMonths().rehearse(BOOK, OTHER)
    assert json.dumps(found) == json.dumps(again)
    first = await PublishedMonths().rehearse(BOOK, None)
    assert (first["better"], first["worse"], first["worse_bp"]) == (0, 0, 0)


async def test_one_and_several_moved_thresholds(published: RunView) -> None:
    past = await load_past(SubjectKind.DEALER)
    nothing = await slide(past, BOOK, {("growth_1", 0): "10", ("unknown", 0): "1", ("growth_1", 7): "1"})
    one = await slide(past, BOOK, {("growth_1", 0): "25"})
    several = await slide(past, BOOK, {("growth_1", 0): "25", ("growth_2", 0): "24"})
    assert (nothing.tally.better, nothing.tally.worse, nothing.tally.points_milli) == (0, 0, 0)
    assert (one.tally.worse, one.tally.points_milli) == (1, -6200)
    assert (several.tally.worse, several.tally.points_milli < one.tally.points_milli) == (1, True)
    assert sum(map(sum, one.moves)) == 1
    assert [cliff.band for cliff in one.cliffs] == ["S", "A", "B", "C", "growth_1"]
    assert (await slide(past, BOOK, {("growth_1", 0): "9999"})).book.problems != ()
    again = await load_past(SubjectKind.DEALER)
    assert again is past
    impact = await rehearse(past, OTHER, BOOK, per_grade({"S": 100}))
    assert impact.money_minor is not None


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("who", ["admin", "author", "auditor"])
async def test_the_screen_opens(client: Client, published: RunView, who: str, locale: str) -> None:
    for rest in (
        "",
        "/moved?t.growth_1.0=25",
        "/whole?t.growth_1.0=25&t.growth_2.0=1",
        "?subject=representative",
    ):
        assert (await client.get(who, f"{PATH}{rest}", **{"x-locale": locale})).status_code == 200


async def test_the_screen_says_what_a_moved_threshold_changes(client: Client, published: RunView) -> None:
    page = await client.get("author", PATH, **{"x-locale": "en"})
    assert 'name="t.growth_1.0"' in page.text
    assert "Nothing has been moved." in page.text
    moved = await client.get("author", f"{PATH}/moved?t.growth_1.0=25", **{"x-locale": "en"})
    assert "10% → 25%" in moved.text
    assert "충청" in moved.text
    whole = await client.get("author", f"{PATH}/whole?t.growth_1.0=25", **{"x-locale": "en"})
    assert ("대청상사" in whole.text, "Who loses most" in whole.text) == (True, True)


async def test_a_threshold_that_is_none_is_named(client: Client, published: RunView) -> None:
    for rest in ("moved", "whole"):
        answer = await client.get("author", f"{PATH}/{rest}?t.growth_1.0=x&t.growth_1.y=1&other=1")
        assert "a threshold is a decimal number" in answer.text


async def test_a_draft_is_rehearsed_against_its_base(
    client: Client, world: World, published: RunView
) -> None:
    sound = await create_draft(world.people["author"], BOOK.canonical_json, OTHER.sha256)
    broken = await create_draft(world.people["author"], "decision: x")
    assert OTHER.version in (await client.get("author", f"{PATH}/whole?proposal={sound}")).text
    page = await client.get("author", f"{PATH}?proposal={broken}", **{"x-locale": "en"})
    assert "These criteria cannot be rehearsed yet." in page.text
    assert (await client.get("author", f"{PATH}?proposal=99999")).status_code == 404


async def test_nothing_published_nothing_to_rehearse(client: Client, run: RunView) -> None:
    page = await client.get("author", PATH, **{"x-locale": "en"})
    assert "No month has been published yet" in page.text


@pytest.mark.parametrize("who", ["owner", "staff", "manager", "representative", "finance"])
async def test_others_do_not_rehearse(client: Client, published: RunView, who: str) -> None:
    for rest in ("", "/moved", "/whole"):
        assert (await client.get(who, f"{PATH}{rest}")).status_code == 403
