"""An amount by hand: one person proposes it with a reason, another one books it, nobody does both."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portal.access import Grant, Role
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.paging import Cursor
from portal.rebates.queries.adjustments import find_adjustment, list_adjustments
from portal.rebates.queries.ledger import balance_of, list_defects
from portal.rebates.service.adjustments import approve_adjustment, decline_adjustment, propose_adjustment
from portal.rebates.service.periods import approve_period_close, request_period_close
from portal.rebates.tasks import list_tasks
from rules.months import Month
from tests.portal.rebates.office_site import Site, make_client
from tests.portal.rebates.test_office_money import ok

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.portal.rebates.world import World

MONTH = Month.parse("2026-10")
TODAY = dt.date(2027, 1, 20)


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    """The manager has the region of nobody."""
    world.people["manager"] = replace(world.people["manager"], grants=(Grant(Role.REGIONAL_MANAGER, "/XX/"),))
    async with make_client(world.people) as client:
        yield Site(client)


async def propose(world: World, amount: int = 5000) -> int:
    finance = world.people["finance"]
    return await propose_adjustment(finance, world.dealers["D-1"], amount, MONTH, "행사 지원 합의")


async def test_two_people_book_it_once(world: World) -> None:
    finance, second, dealer = world.people["finance"], world.people["second"], world.dealers["D-1"]
    number = await propose(world)
    assert (await balance_of(dealer)).payable_minor == 0
    with pytest.raises(NotAllowed):
        await approve_adjustment(finance, number)
    operation = await approve_adjustment(second, number)
    assert (await balance_of(dealer)).payable_minor == 5000
    row = await fetch_one("select * from ledger_operation where id = {}", operation)
    assert row is not None
    assert (row["actor_user_id"], row["approver_user_id"], row["reason"], row["kind"]) == (
        finance.user_id,
        second.user_id,
        "행사 지원 합의",
        "adjustment",
    )
    with pytest.raises(Conflict):
        await approve_adjustment(second, number)
    with pytest.raises(Conflict):
        await decline_adjustment(second, number, "늦음")
    assert await fetch_value("select count(*) from ledger_operation") == 1
    assert await list_defects() == []
    found = await find_adjustment(second, number)
    assert (found["state"], found["operation"], found["approved_by"]) == ("approved", operation, "second")


async def test_nothing_of_a_proposal_changes(world: World) -> None:
    number = await propose(world, -1)
    async with unit_of_work():
        with pytest.raises(Exception, match="never changed"):
            await execute("update rebate_adjustment set amount_minor = 7 where id = {}", number)


async def test_declined_with_words(world: World) -> None:
    number = await propose(world, -300)
    with pytest.raises(Invalid):
        await decline_adjustment(world.people["second"], number, " ")
    await decline_adjustment(world.people["second"], number, "근거가 없습니다")
    row = await find_adjustment(world.people["finance"], number)
    assert (row["state"], row["answer"], row["declined_by"]) == ("declined", "근거가 없습니다", "second")
    with pytest.raises(Conflict):
        await approve_adjustment(world.people["second"], number)
    # Who proposed it may take it back.
    again = await propose(world)
    await decline_adjustment(world.people["finance"], again, "잘못 올림")
    assert await fetch_value("select count(*) from ledger_operation") == 0


async def test_what_may_not_be_proposed(world: World) -> None:
    finance, dealer = world.people["finance"], world.dealers["D-1"]
    with pytest.raises(Invalid):
        await propose(world, 0)
    with pytest.raises(Invalid):
        await propose_adjustment(finance, dealer, 1, MONTH, "")
    with pytest.raises(NotFound):
        await propose_adjustment(finance, 10**6, 1, MONTH, "사유")
    with pytest.raises(NotAllowed):
        await propose_adjustment(world.people["author"], dealer, 1, MONTH, "사유")
    waiting = await propose(world)
    await request_period_close(finance, MONTH, TODAY)
    await approve_period_close(world.people["second"], MONTH)
    with pytest.raises(Invalid, match="closed"):
        await propose(world)
    with pytest.raises(Invalid, match="closed"):
        await approve_adjustment(world.people["second"], waiting)
    assert (await find_adjustment(finance, waiting))["state"] == "proposed"


async def test_it_awaits_everybody_but_the_proposer(world: World) -> None:
    number = await propose(world)
    told = [
        task.href
        for who in ("finance", "second", "author")
        for task in await list_tasks(world.people[who], TODAY)
        if task.kind == "rebates.approve_adjustment"
    ]
    assert told == [f"/rebates/adjustments/{number}"]


async def test_pages_of_an_adjustment(site: Site, world: World) -> None:
    dealer = world.dealers["D-1"]
    form = f"/rebates/adjustments/new/{dealer}"
    assert f'href="{form}"' in ok(await site.get("finance", f"/rebates/ledger/accounts/{dealer}"))
    assert "There are no adjustments here." in ok(await site.get("finance", "/rebates/adjustments"))
    assert "Propose" in ok(await site.get("finance", form))
    wrong = await site.post("finance", form, amount="many", month="2026-13", reason="")
    assert wrong.status_code == 422
    assert wrong.text.count('aria-invalid="true"') == 3
    made = await site.post("finance", form, amount="-1,500", month="2026-10", reason="반품 운임")
    assert made.status_code == 303, made.text
    place = made.headers["location"]
    text = ok(await site.get("finance", place))
    assert "You proposed it" in text
    assert f"{place}/approve" not in text
    assert (await site.post("finance", f"{place}/approve")).status_code == 403
    assert f"{place}/approve" in ok(await site.get("second", place))
    assert (await site.post("second", f"{place}/decline", reason="")).status_code == 422
    assert (await site.post("second", f"{place}/approve")).status_code == 303
    text = ok(await site.get("second", place))
    assert "/rebates/ledger/operations/" in text
    assert "-₩1,500" in ok(await site.get("admin", "/rebates/adjustments", state="approved"))
    assert "-₩1,500" not in ok(await site.get("admin", "/rebates/adjustments", state="declined"))
    made = await site.post("finance", form, amount="7", month="2026-10", reason="잘못")
    assert (
        await site.post("second", f"{made.headers['location']}/decline", reason="아님")
    ).status_code == 303
    assert "아님" in ok(await site.get("second", made.headers["location"]))


async def test_another_part_of_the_network_is_not_there(site: Site, world: World) -> None:
    number = await propose(world)
    place = f"/rebates/adjustments/{number}"
    assert (await site.get("manager", place)).status_code == 404
    assert "D-1" not in ok(await site.get("manager", "/rebates/adjustments"))
    assert (await site.post("manager", f"{place}/approve")).status_code == 403
    assert (await site.get("owner1", place)).status_code in (403, 404)
    assert (await site.get("finance", "/rebates/adjustments/999")).status_code == 404
    assert (await site.post("second", "/rebates/adjustments/999/approve")).status_code == 404
    assert (await site.post("second", "/rebates/adjustments/999/decline", reason="사유")).status_code == 404
    assert (await site.post("finance", "/rebates/adjustments/new/999", amount="1")).status_code == 404


async def test_pages_of_many(world: World) -> None:
    numbers = [await propose(world, amount) for amount in (1, 2, 3)]
    viewer = world.people["finance"]
    first = await list_adjustments(viewer, "", Cursor(), limit=2)
    assert [row["id"] for row in first.rows] == numbers[:0:-1]
    rest = await list_adjustments(viewer, "", Cursor((numbers[1],)), limit=2)
    assert [row["id"] for row in rest.rows] == numbers[:1]
    back = await list_adjustments(viewer, "", Cursor((numbers[0],), backwards=True), limit=2)
    assert [row["id"] for row in back.rows] == numbers[:0:-1]
    own = await list_adjustments(viewer, "proposed", Cursor(), account_id=world.dealers["D-2"])
    assert own.rows == ()
