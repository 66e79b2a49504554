"""The collection log: who writes, promises that payments keep or miss, follow-ups that wait."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.credit.commands import ContactCommand
from portal.credit.conduct import promise_state
from portal.credit.model import Channel, PromiseState
from portal.credit.queries.collection import list_contacts, list_owners
from portal.credit.queries.dealers import get_dealer
from portal.credit.queries.entries import read_accounts
from portal.credit.service.collection import finish_follow_up, note_contact
from portal.credit.tasks import list_tasks
from portal.db import fetch_one, fetch_value
from portal.errors import Conflict, Invalid, NotFound
from tests.portal.credit.conftest import FAR, NEAR, OWN, RULES, TODAY, World, day
from tests.portal.credit.site import make_client

TALK = ContactCommand(day("05-20"), Channel.PHONE, "다음 주에 입금", 100, day("05-29"), 6, day("06-03"))


@pytest.mark.parametrize(
    ("payments", "as_of", "expected"),
    [
        ([], "05-29", PromiseState.OPEN),
        ([], "05-30", PromiseState.MISSED),
        ([("05-20", 60), ("05-29", 40)], "05-29", PromiseState.KEPT),
        ([("05-19", 100)], "05-30", PromiseState.MISSED),
        ([("05-30", 100)], "05-30", PromiseState.MISSED),
        ([("05-21", 100), ("05-22", -1)], "05-30", PromiseState.MISSED),
    ],
)
def test_payments_between_talk_and_day_keep_a_promise(
    payments: list[tuple[str, int]], as_of: str, expected: PromiseState
) -> None:
    received = [(day(on), amount) for on, amount in payments]
    assert promise_state(100, (day("05-20"), day("05-29")), received, day(as_of)) is expected


async def log_of(dealer: int = OWN) -> list[tuple[object, ...]]:
    account = (await read_accounts([dealer], TODAY, RULES))[dealer]
    return [
        (row.text, row.promise and row.promise.value, row.owner, row.actor, row.is_open)
        for row in await list_contacts(account)
    ]


async def test_a_talk_is_followed_up_once(world: World) -> None:
    rep, finance = world.people["rep"], world.people["finance"]
    await note_contact(rep, OWN, TALK, TODAY)
    await world.payment("P1", "05-29", 100)
    assert await log_of() == [("다음 주에 입금", "kept", "rep", "rep", True)]
    waiting = await list_tasks(rep, TODAY)
    assert [(task.kind, task.href, task.due_on) for task in waiting] == [
        ("credit.follow_up", f"/credit/{OWN}", day("06-03"))
    ]
    assert await list_tasks(rep, day("05-26")) == []
    assert await list_tasks(finance, TODAY) == []
    contact = await fetch_value("select id from credit_contact")
    await finish_follow_up(finance, OWN, contact)
    assert (await log_of())[0][-1] is False
    assert await list_tasks(rep, TODAY) == []
    with pytest.raises(Conflict):
        await finish_follow_up(finance, OWN, contact)
    done = await fetch_one("select done_by_user_id from credit_contact")
    assert done == {"done_by_user_id": 2}


@pytest.mark.parametrize(
    ("who", "dealer"), [("rep", NEAR), ("manager", FAR), ("marketing", OWN), ("owner", OWN)]
)
async def test_others_talks_are_not_there(world: World, who: str, dealer: int) -> None:
    with pytest.raises(NotFound):
        await note_contact(world.people[who], dealer, TALK, TODAY)
    await note_contact(world.people["finance"], OWN, TALK, TODAY)
    contact = await fetch_value("select id from credit_contact")
    with pytest.raises(NotFound):
        await finish_follow_up(world.people["finance"], NEAR, contact)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"held_on": TODAY + dt.timedelta(days=1)}, "held_on"), ({"owner_user_id": 7}, "owner")],
)
async def test_a_talk_lies_in_the_past_and_names_who_looks_after_the_dealer(
    world: World, change: dict[str, object], field: str
) -> None:
    values = {name: getattr(TALK, name) for name in TALK.__slots__} | change
    with pytest.raises(Invalid) as error:
        await note_contact(world.people["finance"], OWN, ContactCommand(**values), TODAY)
    assert [problem.field for problem in error.value.problems] == [field]


async def test_finance_managers_of_the_region_and_representatives_follow_up(world: World) -> None:
    own, far = [await get_dealer(world.people["finance"], dealer, "credit.collect") for dealer in (OWN, FAR)]
    assert [name for _, name in await list_owners(own, TODAY)] == ["finance", "manager", "rep"]
    assert [name for _, name in await list_owners(far, TODAY)] == ["finance"]


FORM = {"held_on": "2026-05-20", "channel": "visit", "said": "만남", "promised": "", "promised_on": "",
        "owner": "", "due_on": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 303),
        ({"promised": "100", "promised_on": "2026-05-30"}, 303),
        ({"promised": "100"}, 422),
        ({"promised_on": "2026-05-30"}, 422),
        ({"promised": "100", "promised_on": "2026-05-19"}, 422),
        ({"owner": "6"}, 422),
        ({"due_on": "2026-06-30"}, 422),
        ({"said": "900101-1234567"}, 422),
        ({"channel": "gossip"}, 422),
    ],
)
async def test_the_form(world: World, fields: dict[str, str], status: int) -> None:
    async with make_client(world.people) as client:
        path = f"/credit/{OWN}/contacts"
        answer = await client.post(path, data=FORM | fields, headers={"x-viewer": "rep"})
    assert answer.status_code == status
    assert await fetch_value("select count(*) from credit_contact") == (status == 303)


async def test_the_dealer_sees_his_promise_and_not_the_words(world: World) -> None:
    await note_contact(world.people["finance"], OWN, TALK, TODAY)
    contact = await fetch_value("select id from credit_contact")
    async with make_client(world.people) as client:
        own = (await client.get("/my/credit", headers={"x-viewer": "owner"})).text
        far = (await client.get("/my/credit", headers={"x-viewer": "far"})).text
        done = await client.post(f"/credit/{OWN}/contacts/{contact}/done", headers={"x-viewer": "rep"})
    assert ("What you promised to pay" in own, "다음 주" in own, "What you promised" in far) == (
        True,
        False,
        False,
    )
    assert done.status_code == 303
