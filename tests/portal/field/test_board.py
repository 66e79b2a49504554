"""The board: the stage of each account by hand, what nobody knows, limits, files, and whose it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.field.controllers import HANDLERS
from portal.field.development import BoardFilter, columns_of
from portal.field.queries.board import iter_board, list_board, list_cards, read_columns
from portal.field.queries.census import list_seen
from portal.paging import Cursor
from tests.portal.field.conftest import NEAR, OWN
from tests.portal.field.market import cells, listed, ordered, reported, share, visited
from tests.portal.field.site import make_client
from tests.portal.network.conftest import Statements, statements
from tests.portal.plans.conftest import OTHER_REP, REP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from portal.access import Viewer
    from tests.portal.plans.conftest import World

__all__ = ["statements"]
TODAY = dt.date(2026, 11, 20)
ADDED = dt.date(2026, 7, 1)
MANAGER, OWNER = {"x-viewer": "manager"}, {"x-viewer": "owner"}


def on(month: int, day: int) -> dt.date:
    return dt.date(2026, month, day)


@pytest.fixture
async def site(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(HANDLERS, world.people) as client:
        yield client


@pytest.fixture
async def list_of_ten(world: World) -> None:
    """Ten of OWN's points on the list, one at each place of the board and some at its edges."""
    assert world.people
    async with unit_of_work():
        await execute("delete from target_account")
    for account in range(101, 121, 2):
        await listed(account, ADDED, shared_at=None)
    await reported(on(7, 1))
    await visited(103, on(7, 5), "absent")  # nobody was met
    await visited(105, on(6, 30))  # before it was on the list
    await visited(105, on(7, 6), "refused")
    await visited(107, on(7, 7), "trial")
    await visited(109, on(7, 8), owner="dealer")  # his own staff's
    await visited(111, on(7, 9), cancelled_at=dt.datetime(2026, 7, 9, tzinfo=dt.UTC), cancelled_reason="x")
    await ordered(113, on(6, 1), on(7, 10))  # one before the list, the first since
    await ordered(115, on(7, 12), on(9, 10))  # the second sixty days after the first
    await ordered(117, on(7, 12), on(9, 11))  # sixty-one
    await visited(119, on(7, 14), "trial")
    await ordered(119, on(7, 15), on(7, 16))


async def _stages(viewer: Viewer, **limits: str) -> dict[str, list[int]]:
    cards = await list_cards(viewer, BoardFilter.of(limits), TODAY)
    return {stage: sorted(row["account_id"] for row in rows) for stage, rows in cards.items()}


@pytest.mark.usefixtures("list_of_ten")
async def test_each_account_stands_at_its_furthest_stage(world: World) -> None:
    rep = world.people["rep"]
    assert await _stages(rep) == {
        "target": [101, 103, 109, 111],
        "visited": [105],
        "trial": [107],
        "opened": [113, 117],
        "repeat": [115, 119],
    }
    columns = await read_columns(rep, BoardFilter(), TODAY)
    assert [(one.n, one.reached, one.of, one.unknown) for one in columns] == [
        (4, 10, 10, 0),
        (1, 6, 10, 0),
        (1, 5, 10, 0),
        (2, 4, 10, 0),
        (2, 2, 10, 0),
    ]
    at_the_end_of_july = await _stages(rep, month="2026-07")
    assert at_the_end_of_july["opened"] == [113, 115, 117]
    assert await _stages(rep, month="2026-06") == {}
    opened = (await list_cards(rep, BoardFilter(), TODAY))["opened"]
    assert [(row["account_id"], row["since_on"], row["repeat_by_on"]) for row in opened] == [
        (113, on(7, 10), on(9, 8)),
        (117, on(7, 12), on(9, 10)),
    ]


@pytest.mark.usefixtures("list_of_ten")
async def test_without_sales_lines_orders_are_not_known_and_nobody_is_not_opened(world: World) -> None:
    """A dealer that sends no lines, or shares none, makes 해당 없음, in the columns of orders only."""
    manager = world.people["manager"]
    await listed(100, ADDED)  # NEAR's, who sends nothing
    await visited(100, on(7, 20))
    columns = await read_columns(manager, BoardFilter(), TODAY)
    assert [(one.n, one.reached, one.of, one.unknown) for one in columns[1:]] == [
        (2, 7, 11, 0),
        (1, 5, 11, 0),
        (2, 4, 10, 1),
        (2, 2, 10, 1),
    ]
    async with unit_of_work():
        await execute("update dealer set sell_through_owner = 'dealer' where account = {}", OWN)
    hidden = await read_columns(manager, BoardFilter(), TODAY)
    assert [(one.n, one.of, one.unknown) for one in hidden[3:]] == [(0, 0, 11), (0, 0, 11)]
    await share(OWN, "sell_through")
    assert await read_columns(manager, BoardFilter(), TODAY) == columns


@pytest.mark.usefixtures("list_of_ten")
async def test_limits_and_whose_it_is(world: World) -> None:
    await listed(100, ADDED)
    async with unit_of_work():
        await execute("update account set area = '중구' where id in (101, 115)")
        await execute("update target_account set shared_at = added_at where account in (105, 109)")
        await execute(
            "update target_account set removed_at = {} where account = 107",
            dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
        )
    people = world.people
    assert await _stages(people["manager"], area="중구") == {"target": [101], "repeat": [115]}
    assert await _stages(people["manager"], dealer=str(NEAR)) == {"target": [100]}
    assert await _stages(people["manager"], representative=str(OTHER_REP)) == {"target": [100]}
    assert "trial" not in await _stages(people["manager"], representative=str(REP), month="2026-10")
    assert "trial" in await _stages(people["manager"], month="2026-08", region="/KR/CC/")
    assert await _stages(people["far_manager"]) == await _stages(people["far_rep"]) == {}
    assert await _stages(people["other_rep"]) == {"target": [100]}
    # Of the list a dealer sees what was shown to him; there his own staff's visit counts.
    assert await _stages(people["owner"]) == {"visited": [105, 109]}
    assert (
        BoardFilter.of({"stage": "dream", "data": "all", "month": "x", "dealer": "1e9", "area": "\x00"})
        == BoardFilter()
    )


@pytest.mark.usefixtures("list_of_ten")
async def test_the_page_its_columns_and_its_file(site: httpx.AsyncClient) -> None:
    await listed(100, ADDED)
    board = (await site.get("/field/board", headers=MANAGER)).text
    for words in (
        'href="/terminals/115"',
        "The second order came within 60 days of the first.",
        "Of 1 accounts no orders are known",
        "4 of 10 came this far",
        "not ordered again in time",
    ):
        assert words in board
    column = (await site.get("/field/board", params={"stage": "repeat"}, headers=MANAGER)).text
    assert ("/terminals/115" in column, "/terminals/113" in column) == (True, False)
    unknown = (await site.get("/field/board/rows", params={"data": "none"}, headers=MANAGER)).text
    assert ("/terminals/100" in unknown, "/terminals/101" in unknown, "n/a" in unknown) == (True, False, True)
    his = (await site.get("/field/board", headers=OWNER)).text
    assert "The manufacturer has shown you no target account yet." in his
    far = (await site.get("/field/board", headers={"x-viewer": "far_manager"})).text
    assert "가게 1" not in far
    sent = await site.post("/field/board/export", data={"format": "xlsx", "data": ""}, headers=MANAGER)
    heads, *rows = cells(sent)
    assert (heads[0], len(rows)) == ("Code", 11)
    by_code = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    assert by_code["T100"]["First order"] == "Not applicable: no order data"
    assert (by_code["T101"]["First order"], by_code["T115"]["Second order"]) == ("", "2026-09-10")
    csv = await site.post("/field/board/export", data={"format": "csv", "stage": "trial"}, headers=OWNER)
    assert csv.text.count("\n") == 1
    notes = await fetch("select note from audit_event where action = 'field.board_exported' order by seq")
    assert [row["note"] for row in notes] == ["xlsx", "csv stage=trial"]
    assert (await site.get("/field/board", headers={"x-viewer": "finance"})).status_code == 403


async def test_the_page_costs_the_same_statements_for_any_number_of_accounts(
    site: httpx.AsyncClient, statements: Statements
) -> None:
    counts = []
    for accounts in (range(101, 103), range(103, 140)):
        for account in accounts:
            await listed(account, ADDED)
        for query in ({}, {"stage": "target"}):
            statements.take()
            assert (await site.get("/field/board", params=query, headers=MANAGER)).status_code == 200
            counts.append(statements.take())
    assert counts[:2] == counts[2:]


def test_columns_of_nobody() -> None:
    assert [(one.n, one.reached, one.of) for one in columns_of({})] == [(0, 0, 0)] * 5


async def test_pages_follow_each_other(world: World) -> None:
    for account in range(101, 109):
        await listed(account, ADDED)
    wanted, manager = BoardFilter(month="2026-10", stage="target"), world.people["manager"]
    whole = [row["id"] for row in (await list_board(manager, wanted, TODAY, Cursor())).rows]
    parts = [row["id"] async for rows in iter_board(manager, wanted, TODAY, batch=3) for row in rows]
    assert parts == whole


@pytest.mark.usefixtures("list_of_ten")
async def test_a_record_that_was_merged_brings_its_visits_and_orders_along(world: World) -> None:
    other = await fetch_value("select id from account where dealer <> {} and kind = 'terminal' limit 1", OWN)
    await visited(other, on(7, 20))
    await ordered(other, on(7, 21))
    async with unit_of_work():
        await execute("update target_account set shared_at = added_at")
        await execute("update account set merged_into = 101 where id in (107, 113)")
        await execute("update account set merged_into = 103 where id = {}", other)
    rep, owner = world.people["rep"], world.people["owner"]
    ours, his = await _stages(rep), await _stages(owner)
    assert {stage for stage, found in ours.items() if 101 in found} == {"opened"}
    assert {stage for stage, found in ours.items() if 103 in found} == {"opened"}
    assert {107, 113}.isdisjoint(number for found in ours.values() for number in found)
    assert {stage for stage, found in his.items() if 101 in found} == {"opened"}
    assert {stage for stage, found in his.items() if 103 in found} == {"target"}
    assert await list_seen(rep, [101]) == {101: (on(7, 10), "order")}
    assert await list_seen(rep, [103]) == {103: (on(7, 21), "order")}
    assert (await list_seen(owner, [103]))[103] == (on(7, 5), "visit")
