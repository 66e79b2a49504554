"""Late records: kept whole, seen by who decides, written in the name of who logged them, or refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.field.commands import Decision
from portal.field.queries.late import count_late, list_late
from portal.field.queries.phones import count_waiting, list_phones
from portal.field.service.late import decide
from portal.field.service.photos import add_photo
from portal.field.tasks import list_tasks
from portal.paging import Cursor
from tests.portal.field.conftest import OWN, SAT, Phone, close, grant
from tests.portal.plans.conftest import REP

if TYPE_CHECKING:
    from tests.portal.plans.conftest import World

OCTOBER, DAY = dt.date(2026, 10, 1), dt.timedelta(days=1)
YES, NO = Decision(accept=True, words=""), Decision(accept=False, words="다른 사람이 이미 적음")


async def _late(phone: Phone, now: dt.datetime = SAT) -> tuple[int, str]:
    draft = phone.visit(SAT - 25 * DAY, note="지하 매장", promise_text="카탈로그", promise_side="ours",
                        promise_due_on="2026-12-01")  # fmt: skip
    assert await phone.statuses(draft, now=now) == ["late"]
    number = await fetch_value("select id from late_record where client_key = {}", draft["id"])
    return int(number), draft["id"]


@pytest.fixture
async def october(world: World) -> World:
    """October is closed, and the representative's role is stored."""
    await close(OCTOBER)
    await grant(REP, "sales_representative")
    await grant(9, "dealer_owner", account=OWN)
    return world


async def test_a_record_of_a_closed_month_waits_and_is_written_when_accepted(
    october: World, rep: Phone
) -> None:
    manager = october.people["manager"]
    late_id, key = await _late(rep)
    assert await fetch_value("select count(*) from visit") == 0
    assert await fetch_value("select needs_correction from evaluation_run") in (False, 0)
    row = (await list_late(manager, Cursor(), "waiting")).rows[0]
    assert (row["reason"], row["month_on"], row["person"]) == ("closed_month", OCTOBER, "rep 씨")
    assert await count_late(manager) == 1
    await decide(manager, late_id, YES, SAT + DAY)
    visit = await fetch_one("select visitor_user_id, visited_on, note, rank, client_key from visit")
    assert visit == {
        "visitor_user_id": REP, "visited_on": dt.date(2026, 10, 27), "note": "지하 매장",
        "rank": "representative", "client_key": key,
    }  # fmt: skip
    assert await fetch_value("select count(*) from promise") == 1
    assert await fetch_value("select needs_correction from evaluation_run") in (True, 1)
    with pytest.raises(Conflict):
        await decide(manager, late_id, NO, SAT)
    assert (await list_late(manager, Cursor(), "accepted")).rows[0]["decided_by"] == "manager 씨"
    assert await count_late(manager) == 0


async def test_what_is_late_stays_late_until_it_is_decided(october: World, rep: Phone) -> None:
    draft = rep.visit(SAT - 25 * DAY)
    assert await rep.statuses(draft, draft) == ["late", "late"]
    late_id = int(await fetch_value("select id from late_record"))
    await decide(october.people["manager"], late_id, NO, SAT)
    assert await rep.statuses(draft) == ["refused"]
    assert await fetch_value("select count(*) from visit") == 0


async def test_what_was_made_long_ago_waits_too(world: World, rep: Phone) -> None:
    draft = rep.visit(SAT - 31 * DAY)
    assert await rep.statuses(draft, rep.visit(SAT - 30 * DAY)) == ["late", "created"]
    assert await fetch_value("select reason from late_record") == "long_ago"


async def test_not_yours(october: World, rep: Phone) -> None:
    late_id, _ = await _late(rep)
    for who in ("far_manager", "owner", "rep", "finance"):
        viewer = october.people[who]
        assert (await list_late(viewer, Cursor(), "waiting")).rows == ()
        with pytest.raises(NotFound):
            await decide(viewer, late_id, YES, SAT)
    owner = Phone(october.people["owner"])
    his, _ = await _late(owner)
    with pytest.raises(NotFound):
        await decide(october.people["manager"], his, YES, SAT)
    assert [row["id"] for row in (await list_late(owner.viewer, Cursor(), "waiting")).rows] == [his]
    await decide(owner.viewer, his, YES, SAT)
    assert await fetch_value("select owner from visit") == "dealer"


async def test_what_cannot_be_written_any_more_says_so_and_stays(october: World, rep: Phone) -> None:
    manager = october.people["manager"]
    late_id, _ = await _late(rep)
    async with unit_of_work():
        await execute("update account set state = 'closed' where id = 101")
    with pytest.raises(Invalid):
        await decide(manager, late_id, YES, SAT)
    async with unit_of_work():
        await execute("update login_user set active = {} where id = {}", False, REP)
    with pytest.raises(Invalid):
        await decide(manager, late_id, YES, SAT)
    assert await fetch_value("select state from late_record") == "waiting"


async def test_a_photo_waits_with_its_record(october: World, rep: Phone) -> None:
    late_id, key = await _late(rep)
    assert await add_photo(rep.viewer, key, b"\xff\xd8 jpeg") is True
    assert await add_photo(rep.viewer, key, b"\xff\xd8 other") is False
    await decide(october.people["manager"], late_id, YES, SAT)
    kept = await fetch_value("select f.content from visit v join stored_file f on f.id = v.photo")
    assert kept == b"\xff\xd8 jpeg"


async def test_a_photo_belongs_to_who_made_the_record(rep: Phone, world: World) -> None:
    visit, account = rep.visit(SAT), rep.account(SAT, "사진 없는 가게")
    await rep.send(visit, account)
    for viewer, key in ((world.people["manager"], visit["id"]), (rep.viewer, "0" * 36)):
        with pytest.raises(NotFound):
            await add_photo(viewer, key, b"x")
    with pytest.raises(NotFound):
        await add_photo(rep.viewer, account["id"], b"x")
    assert await add_photo(rep.viewer, visit["id"], b"x") is True
    assert await fetch_value("select count(*) from visit where photo is not null") == 1


async def test_pages_of_late_records_hold_each_once(october: World, rep: Phone) -> None:
    ids = [(await _late(rep))[0] for _ in range(5)]
    manager = october.people["manager"]
    first = await list_late(manager, Cursor(), "waiting", limit=2)
    rest = await list_late(manager, Cursor((ids[1],)), "waiting", limit=3)
    back = await list_late(manager, Cursor((ids[2],), backwards=True), "waiting", limit=2)
    assert [[row["id"] for row in page.rows] for page in (first, rest, back)] == [ids[:2], ids[2:], ids[:2]]


async def test_a_manager_sees_how_much_waits_on_how_many_phones(october: World, rep: Phone) -> None:
    manager, far = october.people["manager"], october.people["far_manager"]
    wrong = rep.visit(SAT, outcome="dream")
    await rep.send(wrong, waiting=9, stuck=1)
    await Phone(rep.viewer).send(waiting=3)
    await Phone(rep.viewer).send(now=SAT + DAY)
    owner = Phone(october.people["owner"])
    await owner.send(waiting=4)
    seen = await count_waiting(manager)
    assert (seen.records, seen.phones, seen.stuck, seen.heard_at) == (12, 2, 1, SAT)
    assert [row["waiting"] for row in await list_phones(manager)] == [9, 3, 0]
    assert (await count_waiting(far)).records == 0
    assert await list_phones(far) == []
    assert (await count_waiting(owner.viewer)).records == 4
    assert [item.kind for item in await list_tasks(manager, SAT.date())] == ["field.phones"]
    await _late(rep)
    assert [item.kind for item in await list_tasks(manager, SAT.date())] == ["field.decide", "field.phones"]
    assert await list_tasks(october.people["finance"], SAT.date()) == []
