"""The pages of account classes: what is shown, to whom, and what leaves as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.portfolio.controllers import HANDLERS
from portal.portfolio.service.classify import classify_missing
from portal.settings import Settings
from tests.portal.evaluations.world import Client
from tests.portal.portfolio.conftest import BIG, FAR, NEAR, OWN, TODAY, World
from tests.portal.served import serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def site(world: World) -> AsyncIterator[Client]:
    await classify_missing(TODAY)
    own = Settings(segment_least_accounts=2)
    async with serve(HANDLERS, world.people, settings=own) as client:
        yield Client(client)


async def test_the_list_shows_classes_of_what_the_viewer_may_see(site: Client) -> None:
    everything = (await site.get("auditor", "/portfolio")).text
    region = (await site.get("manager", "/portfolio")).text
    own = (await site.get("rep", "/portfolio")).text
    names = ("대청상사", "한빛유통", "영남물산")
    assert [name in everything for name in names] == [True, True, True]
    assert [name in region for name in names] == [True, True, False]
    assert [name in own for name in names] == [False, True, False]


async def test_filters_narrow_the_list(site: Client) -> None:
    async def rows(query: str) -> list[bool]:
        text = (await site.get("auditor", f"/portfolio/rows?{query}")).text
        return [name in text for name in ("대청상사", "한빛유통", "영남물산")]

    assert await rows("code=EI") == [True, False, False]
    assert await rows("region=/KR/GS/") == [False, False, True]
    assert await rows("shown=moved") == [False, False, False]
    assert await rows("month=2025-01") == [True, False, False]
    assert await rows("month=1999-01&sort=name") == [False, False, False]
    assert await rows("level=nobody&code=X&month=x") == [True, True, True]


@pytest.mark.parametrize("shown", ["moved", "up", "down", "near"])
async def test_moves_are_found(site: Client, shown: str) -> None:
    async with unit_of_work():
        await execute("update account_class set before = 'EII' where account = {} and code <> ''", OWN)
    text = (await site.get("auditor", f"/portfolio/rows?shown={shown}")).text
    assert ("대청상사" in text) == (shown in ("moved", "up"))


async def test_an_account_says_why(site: Client) -> None:
    text = (await site.get("manager", f"/portfolio/accounts/{OWN}")).text
    assert "EI Keep and grow" in text
    assert "2025" in text


@pytest.mark.parametrize(("who", "account"), [("manager", FAR), ("rep", OWN), ("rep", BIG), ("auditor", 999)])
async def test_an_account_of_somebody_else_is_like_an_unknown_one(
    site: Client, who: str, account: int
) -> None:
    assert (await site.get(who, f"/portfolio/accounts/{account}")).status_code == 404


@pytest.mark.parametrize("path", ["/portfolio", f"/portfolio/accounts/{OWN}", "/portfolio/limits"])
@pytest.mark.parametrize("who", ["owner", "finance"])
async def test_class_names_are_internal(site: Client, who: str, path: str) -> None:
    assert (await site.get(who, path)).status_code in (403, 404)


async def test_the_file_holds_the_list(site: Client) -> None:
    answer = await site.post("manager", "/portfolio/export", {"format": "csv", "code": "EI"})
    assert (answer.status_code, answer.text.count("\r\n")) == (200, 2)
    assert "D10,대청상사" in answer.text
    note = await fetch_value("select note from audit_event where action = 'portfolio.exported'")
    assert note == "csv code=EI"


async def test_without_a_run_the_page_says_so(site: Client) -> None:
    async with unit_of_work():
        for table in ("account_class", "segment_run"):
            await execute(f"delete from {table}")
    assert (
        "Nothing has been classed for this level and month yet"
        in (await site.get("author", "/portfolio")).text
    )
    assert (
        "Nothing has been classed for this level yet" in (await site.get("author", "/portfolio/limits")).text
    )


async def test_missing_months_are_asked_for(site: Client) -> None:
    assert (await site.post("author", "/portfolio/classify", {})).status_code == 303
    assert await fetch_value("select count(*) from job where kind = 'portfolio.classify'") == 1


async def test_limits_are_adopted_from_a_coming_month(site: Client) -> None:
    page = (await site.get("author", "/portfolio/limits?level=terminal")).text
    assert page.count('name="limit') == 2  # the level, and its one channel
    form = {"level": "terminal", "limit0": "40", "begin": "2099-01", "reason": "점포는 더 들쭉날쭉합니다"}
    assert (await site.post("author", "/portfolio/limits", form)).status_code == 303
    (row,) = await fetch("select version, reason from segment_book")
    assert (row["version"], row["reason"]) == ("2099.1", "점포는 더 들쭉날쭉합니다")
    assert "점포는 더 들쭉날쭉합니다" in (await site.get("author", "/portfolio/limits")).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"begin": "2026-01"}, "Choose a month that has not begun."),
        ({"begin": "soon"}, "YYYY-MM"),
        ({"limit0": ""}, "The level needs a limit of its own."),
        ({"limit0": "a lot"}, "Please enter a whole number."),
        ({"reason": ""}, "Please fill this in."),
    ],
)
async def test_what_is_wrong_with_limits_is_said_and_nothing_is_kept(
    site: Client, change: dict[str, str], said: str
) -> None:
    form = {"level": "terminal", "limit0": "40", "begin": "2099-01", "reason": "이유"} | change
    answer = await site.post("author", "/portfolio/limits", form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert await fetch_value("select count(*) from segment_book") == 0


async def test_two_versions_do_not_begin_in_one_month(site: Client) -> None:
    form = {"level": "terminal", "limit0": "40", "begin": "2099-01", "reason": "이유"}
    await site.post("author", "/portfolio/limits", form)
    answer = await site.post("author", "/portfolio/limits", form | {"level": "dealer"})
    assert answer.status_code == 422
    assert await fetch_value("select count(*) from segment_book") == 1


async def test_only_authors_adopt(site: Client) -> None:
    form = {"level": "terminal", "limit0": "40", "begin": "2099-01", "reason": "이유"}
    assert (await site.post("manager", "/portfolio/limits", form)).status_code == 403
    assert NEAR != OWN
