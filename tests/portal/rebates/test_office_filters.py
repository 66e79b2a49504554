"""Lists of the office follow their filters, unknown ones are no limit; letters and tasks reach who waits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.rebates.proof import prove
from portal.rebates.queries.office import SettlementFilter
from portal.rebates.service.settlements import accrue
from portal.rebates.service.versions import create_version, decline_version, install_version, submit_version
from portal.rebates.tasks import list_tasks
from tests.portal.rebates.office_site import Site, make_client
from tests.portal.rebates.test_office_money import DAY, FIRST, RUNNING, ok, posted
from tests.portal.rebates.world import EXAMPLE, NOW, World, make_world, sell, work

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BOTH = ["D-1", "D-2"]


@pytest.fixture
async def world(database: str) -> World:
    from portal.rebates.work import register_jobs  # noqa: PLC0415  as the fixture it stands for
    from portal.settings import Settings  # noqa: PLC0415  as above

    register_jobs(Settings(database_url=database))
    return await make_world(text=RUNNING)


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


async def place(world: World) -> None:
    """Let the first dealer have a region and both be found by their codes."""
    async with unit_of_work():
        region = await fetch_value(
            "insert into region (code, name, name_en, path) values ('CC', '충청', 'Chungcheong', '/CC/')"
            " returning id"
        )
        await execute("update account set region = {} where id = {}", region, world.dealers["D-1"])


def seen(text: str) -> list[str]:
    return [code for code in BOTH if f">{code}<" in text]


async def test_lists_follow_their_filters(site: Site, world: World) -> None:
    await place(world)
    number = await posted(site, world)
    for path, params, found in (
        ("/rebates/ledger", {"region": "/CC/"}, ["D-1"]),
        ("/rebates/ledger", {"shown": "negative"}, []),
        ("/rebates/ledger", {"shown": "nonsense", "month": "2026-13"}, BOTH),
        (f"/rebates/settlements/{number}", {"region": "/CC/"}, ["D-1"]),
        (f"/rebates/settlements/{number}", {"component": "other"}, []),
        (f"/rebates/settlements/{number}", {"component": "volume", "shown": "odd"}, BOTH),
    ):
        assert (path, params, seen(ok(await site.get("finance", path, **params)))) == (path, params, found)
    for params, count in (
        ({"kind": "settlement", "month": str(FIRST)}, 2),
        ({"kind": "payout"}, 0),
        ({"kind": "nonsense"}, 2),
        ({"month": "2019-01"}, 0),
    ):
        text = ok(await site.get("finance", "/rebates/ledger/movements", **params))
        assert (params, text.count('href="/rebates/ledger/operations/')) == (params, count)


async def test_settlements_are_chosen_by_programme_kind_and_state(site: Site, world: World) -> None:
    await posted(site, world)
    for params, rows in (
        ({"kind": "partial", "state": "posted", "program": "example"}, 1),
        ({"kind": "final"}, 0),
        ({"program": "other"}, 0),
        ({"kind": "x", "state": "y"}, 1),
    ):
        text = ok(await site.get("finance", "/rebates/settlements", **params))
        assert (params, text.count('<th scope="row"><a href="/rebates/settlements/')) == (params, rows)
    wanted = SettlementFilter.of({"kind": "final", "state": "nonsense", "program": "p"})
    assert wanted.params == {"program": "p", "kind": "final"}


async def test_who_is_near_is_chosen_too(site: Site, world: World) -> None:
    await place(world)
    for dealer in world.dealers.values():
        await sell(dealer, str(FIRST), 4_700)
    await work(await accrue(None, world.version, DAY))
    for params, found in (
        ({"region": "/CC/", "sort": "gain"}, ["D-1"]),
        ({"sort": "distance"}, BOTH),
        ({"version": str(world.version), "sort": "nonsense"}, BOTH),
        ({"version": "987"}, []),
    ):
        text = ok(await site.get("finance", "/rebates/watch/rows", **params))
        assert (params, [code for code in BOTH if f">{code} ·" in text]) == (params, found)


async def test_a_settlement_whose_figures_are_lost_says_so(site: Site, world: World) -> None:
    number = await posted(site, world)
    whole = await prove(number)
    assert (whole.lines, whole.differing, whole.figures_kept, whole.bookings_equal) == (2, (), True, True)
    async with unit_of_work():
        await execute("update stored_file set content = {}", b"[]")
    lost = await prove(number)
    assert (lost.figures_kept, lost.bookings_equal) == (False, True)


async def test_owners_who_have_not_accepted_get_one_letter_in_their_language(
    site: Site, world: World
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    first = dt.date(today.year + 1, 1, 1)
    text = (
        EXAMPLE.replace("program: example", "program: ahead")
        .replace("2026-10-01", first.isoformat())
        .replace("2026-12-31", first.replace(month=3, day=31).isoformat())
    )
    author, approver = (
        world.people[who].signature(policy)
        for who, policy in (("author", "rebates.author"), ("approver", "rebates.approve"))
    )
    version = await install_version(text, today, author, approver, by_contract=False)
    async with unit_of_work():
        for who, locale in (("owner1", "en"), ("owner2", "ko")):
            user, dealer = world.people[who].user_id, world.dealers[f"D-{who[-1]}"]
            await execute("update account set state = 'existing' where id = {}", dealer)
            await execute(
                "update login_user set work_email = {}, locale = {} where id = {}",
                f"{who}@example.test", locale, user,
            )  # fmt: skip
            await execute(
                "insert into role_grant (user_id, role, account_id, state, origin, requested_at)"
                " values ({}, 'dealer_owner', {}, 'active', 'demo', {})",
                user, dealer, NOW,
            )  # fmt: skip
    path = f"/rebates/programs/{version}/remind"
    assert (await site.post("author", path)).status_code == 303
    assert (await site.post("author", path)).status_code == 409
    sent = await fetch("select subject from mail_message order by id")
    assert [("Worked example" in row["subject"], "작업 예" in row["subject"]) for row in sent] == [
        (True, False),
        (False, True),
    ]


async def test_drafts_and_submitted_versions_await_people(world: World) -> None:
    author, approver = world.people["author"], world.people["approver"]
    today = dt.date(2026, 8, 1)
    draft = await create_version(author, EXAMPLE.replace("program: example", "program: drafted"))
    await submit_version(author, draft, today, 14, today)
    waiting = await list_tasks(approver, today)
    assert [item.kind for item in waiting] == ["rebates.approve"]
    assert [item.kind for item in await list_tasks(author, today)] == []
    await decline_version(approver, draft, "구간을 다시 보십시오")
    returned = await list_tasks(author, today)
    assert [(item.kind, item.href) for item in returned] == [
        ("rebates.returned", f"/rebates/programs/{draft}")
    ]


async def test_a_draft_begins_with_a_text_of_ones_own(site: Site) -> None:
    empty = await site.post("author", "/rebates/programs", scheme="", pasted="")
    assert (empty.status_code, "Choose a scheme or paste a text." in empty.text) == (422, True)
    made = await site.post("author", "/rebates/programs", scheme="", pasted=EXAMPLE)
    assert made.status_code == 303
    large = await site.post("author", "/rebates/programs", scheme="", pasted="x" * 300_000)
    assert large.status_code == 422
