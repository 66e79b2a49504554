"""Prospects: the class and its reasons, who may say what, the list and its file, visits of plans."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.network.scope import today
from portal.paging import Cursor
from portal.portfolio.offered import PortfolioClasses
from portal.portfolio.queries.prospects import (
    ProspectFilter,
    count_prospects,
    find_account,
    iter_prospects,
    list_cards,
    list_prospects,
    prospect_classes_of,
)
from portal.portfolio.service.prospects import CardCommand, fill_card
from rules.months import Month
from tests.portal.network.conftest import Statements, statements
from tests.portal.portfolio.conftest import BIG, FAR, HIDDEN, NEAR, OUTLET, OWN, SMALL, World
from tests.portal.portfolio.test_pages import site

if TYPE_CHECKING:
    from tests.portal.evaluations.world import Client

__all__ = ["site", "statements"]
INDICATORS = ("strength", "management", "network", "marketing", "growth", "advantage")


def card(rating: int = 4, intent: int | None = 5, **changes: Any) -> CardCommand:
    """A card with one rating for every indicator."""
    values: dict[str, Any] = {
        "ratings": dict.fromkeys(INDICATORS, rating),
        "intent": intent,
        "adjustment": 0,
        "adjustment_reason": "",
        "strategic_reason": "",
        "strategic_until_on": None,
        "obstacle": "",
        "next_step": "",
        "next_on": None,
        "seen": 0,
    }
    return CardCommand(**{**values, **changes})


async def names(world: World, who: str, **limits: str) -> list[str]:
    wanted = ProspectFilter.of(limits)
    return [row["name"] for row in (await list_prospects(world.people[who], wanted, Cursor())).rows]


@pytest.mark.parametrize(
    ("rating", "intent", "code"), [(4, 5, "PI"), (4, 1, "PII"), (1, 5, "PIII"), (1, 1, "PIV"), (4, None, "")]
)
async def test_a_card_gives_the_class(world: World, rating: int, intent: int | None, code: str) -> None:
    manager = world.people["manager"]
    assert await fill_card(manager, BIG, card(rating, intent)) == code
    day = today(manager)
    assert await prospect_classes_of([BIG, SMALL], day) == ({BIG: code} if code else {})
    assert await prospect_classes_of([], day) == {}


async def test_every_card_stays_and_the_newest_counts(world: World) -> None:
    manager = world.people["manager"]
    await fill_card(manager, BIG, card(1, 1, obstacle="경쟁사 계약"))
    with pytest.raises(Conflict):
        await fill_card(manager, BIG, card())
    assert (
        await fill_card(manager, BIG, card(seen=1, next_step="시음 행사", next_on=dt.date(2026, 1, 5)))
        == "PI"
    )
    newest, first = await list_cards(BIG)
    assert (newest.code, newest.next_step, first.code, first.obstacle) == (
        "PI",
        "시음 행사",
        "PIV",
        "경쟁사 계약",
    )
    assert await count_prospects(manager, ProspectFilter()) == {"PI": 1}
    events = await fetch("select action, subject_key from audit_event order by seq")
    assert events == [{"action": "portfolio.rated", "subject_key": str(BIG)}] * 2


async def test_an_adjustment_is_bounded_and_gives_its_reason(world: World) -> None:
    manager = world.people["manager"]
    for wrong in ({"adjustment": 51, "adjustment_reason": "감"}, {"adjustment": 50}):
        with pytest.raises(Invalid):
            await fill_card(manager, BIG, card(**wrong))
    # 3.00 with half a point more reaches the limit of 3.50.
    found = await fill_card(manager, BIG, card(3, 5, adjustment=50, adjustment_reason="소개한 분의 평"))
    assert found == "PI"
    assert await fetch_value("select score from prospect_card") == 350


async def test_a_strategic_flag_is_a_managers_and_ends(world: World) -> None:
    manager, rep = world.people["manager"], world.people["rep"]
    flag = {"strategic_reason": "터미널역 앞", "strategic_until_on": dt.date(2099, 1, 1)}
    with pytest.raises(Invalid):
        await fill_card(rep, NEAR, card(1, 5, **flag))
    with pytest.raises(Invalid):
        await fill_card(manager, NEAR, card(1, 5, **{**flag, "strategic_until_on": dt.date(2020, 1, 1)}))
    assert await fill_card(manager, NEAR, card(1, 5, **flag)) == "PI"
    assert await fill_card(rep, NEAR, card(1, 5, seen=1, **flag)) == "PI"
    kept = await fetch_one("select strategic_by_user_id as by from prospect_card where is_newest = 1")
    assert kept == {"by": manager.user_id}
    after = dt.date(2099, 1, 2)
    assert await prospect_classes_of([NEAR], after) == {NEAR: "PIII"}


async def test_lists_show_prospects_in_scope(world: World) -> None:
    async with unit_of_work():
        await execute("update account set state = 'prospect' where id in ({}, {}, {})", SMALL, HIDDEN, FAR)
    await fill_card(world.people["manager"], BIG, card(obstacle="계약 기간"))
    assert await names(world, "manager") == ["terminal 51", "terminal 52"]
    assert await names(world, "manager", sort="name") == ["terminal 51", "terminal 52"]
    assert await names(world, "auditor", kind="dealer") == ["영남물산"]
    assert await names(world, "manager", kind="dealer") == []
    assert await names(world, "rep") == []
    assert await names(world, "manager", code="PI") == ["terminal 51"]
    assert await names(world, "manager", shown="unrated") == ["terminal 52"]
    assert await names(world, "manager", region="/KR/GS/") == []
    for shown in ("open", "late", "listed"):
        assert await names(world, "manager", shown=shown) == []
    wanted = ProspectFilter(sort="name")
    rows = [row async for batch in iter_prospects(world.people["manager"], wanted) for row in batch]
    assert [(row["name"], row["class"]) for row in rows] == [("terminal 51", "PI"), ("terminal 52", "")]
    first = await list_prospects(world.people["manager"], wanted, Cursor(), limit=1)
    assert (len(first.rows), first.next_after is None, first.total) == (1, False, 2)


async def test_the_list_asks_as_often_for_one_row_as_for_three(
    site: Client, world: World, statements: Statements
) -> None:
    counts = []
    for accounts in ((BIG,), (SMALL, OUTLET, OWN)):
        for account in accounts:
            await fill_card(world.people["manager"], account, card())
        async with unit_of_work():
            await execute("update account set kind = 'terminal' where id in ({}, {})", OUTLET, OWN)
        statements.take()
        await site.get("manager", "/portfolio/prospects")
        counts.append(statements.take())
    assert counts[0] == counts[1]


async def test_what_is_not_yours_is_not_found(world: World) -> None:
    for who, account in (("manager", FAR), ("rep", BIG), ("manager", HIDDEN), ("manager", 999)):
        with pytest.raises(NotFound):
            await fill_card(world.people[who], account, card())
    assert await find_account(world.people["manager"], f"T{BIG}") == BIG
    assert await find_account(world.people["rep"], f"T{BIG}") is None


async def test_plans_visit_prospects_as_the_book_says(world: World) -> None:
    await fill_card(world.people["manager"], OUTLET, card())
    month = Month.of(today(world.people["manager"]))
    source = PortfolioClasses()
    assert await source.classes_of([OUTLET, SMALL], month) == {OUTLET: "PI"}
    visits = await source.visits_by_class(month)
    assert (visits["PI"], visits["PII"], visits["PIV"], visits["EI"]) == (4, 2, 0, 4)


def form(rating: str = "4", **changes: str) -> dict[str, str]:
    fields = {f"rating-{name}": rating for name in INDICATORS}
    return {**fields, "intent": "5", "seen": "0", **changes}


async def test_a_card_is_filled_in_on_screen(site: Client, world: World) -> None:
    page = f"/portfolio/prospects/{BIG}"
    assert "Nobody has filled in a score card" in (await site.get("manager", page)).text
    wrong = await site.post("manager", page, form(adjustment="0.555", adjustment_reason="x"))
    assert (wrong.status_code, "at most two decimals" in wrong.text) == (422, True)
    for text in ("viel", "9.99", "nan"):
        assert (await site.post("manager", page, form(adjustment=text))).status_code == 422
    good = form(
        adjustment="−0.25",
        adjustment_reason="작년에 한 번 끊김",
        strategic_reason="역 앞",
        strategic_until_on="2099-01-01",
        obstacle="냉장고 자리",
        next_step="온장고 제안",
        next_on="2026-12-01",
    )
    assert (await site.post("manager", page, good)).status_code == 303
    shown = (await site.get("rep", page)).status_code, (await site.get("manager", page)).text
    assert shown[0] == 404
    for text in ("PI Close now", "작년에 한 번 끊김", "냉장고 자리", "온장고 제안", "-0.25", "2099-01-01"):
        assert text in shown[1]
    assert (await site.post("manager", page, form(seen="1", intent=""))).status_code == 303
    listed = (await site.get("manager", "/portfolio/prospects")).text
    assert ("Answers are missing" in listed, "terminal 51" in listed) == (True, True)
    assert "Earlier cards" in (await site.get("manager", page)).text


async def test_prospects_are_found_by_code_and_leave_as_a_file(site: Client, world: World) -> None:
    path = "/portfolio/prospects"
    found = await site.post("manager", f"{path}/find", {"code": f"T{BIG}"})
    lost = await site.post("manager", f"{path}/find", {"code": "none"})
    assert (found.headers["location"], lost.headers["location"]) == (f"{path}/{BIG}", path)
    await fill_card(world.people["manager"], BIG, card())
    file = await site.post("manager", f"{path}/export", {"format": "csv", "code": "PI"})
    assert f"T{BIG},terminal {BIG}" in file.text
    assert "4.00" in file.text
    note = await fetch_value("select note from audit_event where action = 'portfolio.prospects_exported'")
    assert note == "csv code=PI"
    rows = await site.get("manager", f"{path}/rows?q=terminal&kind=terminal&sort=name")
    assert rows.status_code == 200


@pytest.mark.parametrize("who", ["owner", "finance"])
async def test_prospects_are_internal(site: Client, who: str) -> None:
    for path in ("/portfolio/prospects", f"/portfolio/prospects/{OWN}"):
        assert (await site.get(who, path)).status_code in (403, 404)
    assert (await site.post("auditor", f"/portfolio/prospects/{OWN}", form())).status_code == 403
