"""Raising, answering, asking again and settling, on both databases."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.paging import Cursor, decode_key
from portal.voice.commands import AnswerCommand, AssignCommand
from portal.voice.model import Cause, VoiceKind, VoiceState, is_late
from portal.voice.policies import OWN as OWN_POLICY
from portal.voice.policies import READ
from portal.voice.queries.dealers import get_voice_dealer, list_answerers
from portal.voice.queries.items import get_item, list_events, list_own
from portal.voice.queries.listing import VoiceFilter, count_items, iter_items, list_items
from portal.voice.service import items
from portal.voice.tasks import list_tasks
from tests.portal.voice.conftest import FAR, MANAGER, NEAR, OWN, REP, RULES, World, raised, today

SEOUL = ZoneInfo("Asia/Seoul")


async def test_the_representative_is_asked_and_the_deadline_comes_from_the_settings(voices: World) -> None:
    owner = voices.people["owner"]
    complaint = await items.raise_item(owner, raised(), RULES)
    concern = await items.raise_item(owner, raised(VoiceKind.CONCERN), RULES)
    item = await get_item(owner, complaint, OWN_POLICY)
    assert (item.owner_user_id, item.due_on, item.side, item.state) == (
        REP,
        today() + dt.timedelta(days=3),
        "dealer",
        VoiceState.OPEN,
    )
    assert (await get_item(owner, concern, OWN_POLICY)).due_on == today() + dt.timedelta(days=7)


async def test_without_a_representative_the_regions_manager_is_asked(voices: World) -> None:
    admin = voices.people["admin"]
    near = await items.raise_item(admin, raised(dealer=NEAR), RULES)
    far = await items.raise_item(admin, raised(dealer=FAR), RULES)
    assert (await get_item(admin, near, READ)).owner_user_id == MANAGER
    assert (await get_item(admin, far, READ)).owner_user_id is None


async def test_sending_twice_raises_once(voices: World) -> None:
    owner, command = voices.people["owner"], raised()
    first = await items.raise_item(owner, command, RULES)
    assert await items.raise_item(owner, command, RULES) == first
    assert await fetch_value("select count(*) from voice_item") == 1
    with pytest.raises(Conflict):
        await items.raise_item(owner, raised(text="다른 내용", key=command.client_key), RULES)


async def test_from_complaint_to_settled(voices: World) -> None:
    owner, rep = voices.people["owner"], voices.people["rep"]
    number = await items.raise_item(owner, raised(), RULES)
    assert [task.href for task in await list_tasks(rep, today())] == [f"/voice/{number}"]
    await items.note(rep, number, "창고에 물어봄")
    await items.answer(rep, number, AnswerCommand("포장을 바꿨습니다.", Cause.WAREHOUSE))
    assert await list_tasks(rep, today()) == []
    assert [task.kind for task in await list_tasks(owner, today())] == ["voice.read"]
    await items.reopen(owner, number, "어제도 젖었습니다.", RULES)
    item = await get_item(owner, number, OWN_POLICY)
    assert (item.state, item.reopened, item.due_on) == (
        VoiceState.REOPENED,
        1,
        today() + dt.timedelta(days=3),
    )
    await items.answer(rep, number, AnswerCommand("비닐로 감쌉니다.", Cause.TRANSPORT))
    await items.settle(owner, number)
    item = await get_item(owner, number, OWN_POLICY)
    assert (item.state, item.answer, item.cause) == (
        VoiceState.CLOSED,
        "비닐로 감쌉니다.",
        Cause.TRANSPORT,
    )
    ours = [event.kind.value for event in await list_events(number, internal=True)]
    theirs = [event.kind.value for event in await list_events(number, internal=False)]
    assert ours == ["raised", "noted", "answered", "reopened", "answered", "closed"]
    assert theirs == ["raised", "answered", "reopened", "answered", "closed"]
    actions = [row["action"] for row in await fetch("select action from audit_event order by seq")]
    assert actions == [
        "voice.raised",
        "voice.answered",
        "voice.reopened",
        "voice.answered",
        "voice.closed",
    ]


async def test_what_is_not_allowed_in_a_state(voices: World) -> None:
    owner, rep = voices.people["owner"], voices.people["rep"]
    number = await items.raise_item(owner, raised(), RULES)
    with pytest.raises(Conflict):
        await items.reopen(owner, number, "아직 답이 없음", RULES)
    with pytest.raises(NotAllowed):
        await items.settle(rep, number)
    await items.answer(rep, number, AnswerCommand("답", Cause.UNKNOWN))
    with pytest.raises(Conflict):
        await items.answer(rep, number, AnswerCommand("또 답", Cause.UNKNOWN))
    with pytest.raises(Conflict):
        await items.assign(rep, number, AssignCommand(MANAGER, today()))


async def test_only_who_looks_after_the_dealer_is_named(voices: World) -> None:
    owner, manager = voices.people["owner"], voices.people["manager"]
    number = await items.raise_item(owner, raised(), RULES)
    dealer = await get_voice_dealer(manager, OWN, READ)
    assert [person.user_id for person in await list_answerers(dealer, today())] == [REP, MANAGER, 1]
    await items.assign(manager, number, AssignCommand(MANAGER, today() + dt.timedelta(days=1)))
    assert (await get_item(manager, number, READ)).owner == "manager"
    with pytest.raises(Invalid):
        await items.assign(manager, number, AssignCommand(7, today()))


async def test_an_approach_our_people_heard_of_is_not_shown_to_the_dealer(voices: World) -> None:
    owner, rep = voices.people["owner"], voices.people["rep"]
    heard = await items.raise_item(rep, raised(VoiceKind.APPROACH, competitor="바다음료"), RULES)
    on_behalf = await items.raise_item(rep, raised(VoiceKind.CONCERN), RULES)
    told = await items.raise_item(owner, raised(VoiceKind.APPROACH), RULES)
    assert [item.id for item in await list_own(owner)] == [told, on_behalf]
    with pytest.raises(NotFound):
        await get_item(owner, heard, OWN_POLICY)
    await items.settle(rep, heard)
    assert (await get_item(rep, heard, READ)).state is VoiceState.CLOSED


@pytest.mark.parametrize(
    ("who", "dealers"),
    [("admin", {OWN, NEAR, FAR}), ("manager", {OWN, NEAR}), ("rep", {OWN}), ("auditor", {OWN, NEAR, FAR})],
)
async def test_everybody_sees_his_part(voices: World, who: str, dealers: set[int]) -> None:
    numbers = {
        dealer: await items.raise_item(voices.people["admin"], raised(dealer=dealer), RULES)
        for dealer in (OWN, NEAR, FAR)
    }
    viewer = voices.people[who]
    found = await list_items(viewer, VoiceFilter(), Cursor(), today())
    assert {row["dealer_id"] for row in found.rows} == dealers
    assert (await count_items(viewer, VoiceFilter(), today()))["waiting"] == len(dealers)
    for dealer, number in numbers.items():
        if dealer in dealers:
            assert (await get_item(viewer, number, READ)).dealer.id == dealer
        else:
            with pytest.raises(NotFound):
                await get_item(viewer, number, READ)


async def test_another_dealers_item_does_not_exist(voices: World) -> None:
    number = await items.raise_item(voices.people["owner"], raised(), RULES)
    far = voices.people["far"]
    for use_case in (
        items.settle(far, number),
        items.reopen(far, number, "x", RULES),
        items.raise_item(far, raised(dealer=OWN), RULES),
    ):
        with pytest.raises(NotFound):
            await use_case
    assert await list_own(far) == []


async def test_the_list_goes_by_deadline_page_by_page(voices: World) -> None:
    admin = voices.people["admin"]
    concern = await items.raise_item(admin, raised(VoiceKind.CONCERN), RULES)
    complaint = await items.raise_item(admin, raised(), RULES)
    approach = await items.raise_item(admin, raised(VoiceKind.APPROACH), RULES)
    order, cursor = [], Cursor()
    for _ in range(3):
        found = await list_items(admin, VoiceFilter(), cursor, today(), limit=1)
        order.append(found.rows[0]["id"])
        cursor = Cursor(decode_key(found.next_after, str, int)) if found.next_after else cursor
    assert order == [approach, complaint, concern]
    batches = [batch async for batch in iter_items(admin, VoiceFilter(), today(), batch=2)]
    assert [row["id"] for batch in batches for row in batch] == order
    back = await list_items(
        admin, VoiceFilter(), Cursor((str(today() + dt.timedelta(days=7)), concern), backwards=True), today()
    )
    assert [row["id"] for row in back.rows] == order[:2]


async def test_late_ones_are_counted_and_marked(voices: World) -> None:
    admin = voices.people["admin"]
    number = await items.raise_item(admin, raised(), RULES)
    async with unit_of_work():
        await execute("update voice_item set due_on = {}", today() - dt.timedelta(days=2))
    assert (await count_items(admin, VoiceFilter(), today()))["late"] == 1
    found = await list_items(admin, VoiceFilter(shown="late"), Cursor(), today())
    assert [row["id"] for row in found.rows] == [number]
    assert (await get_item(admin, number, READ)).late(today(), SEOUL)


@pytest.mark.parametrize(
    ("state", "answered", "expected"),
    [
        (VoiceState.OPEN, None, False),
        (VoiceState.ANSWERED, dt.date(2026, 6, 3), False),
        (VoiceState.CLOSED, dt.date(2026, 6, 4), True),
        (VoiceState.REOPENED, dt.date(2026, 6, 4), False),
    ],
)
def test_when_a_deadline_was_missed(state: VoiceState, answered: dt.date | None, expected: bool) -> None:
    assert is_late(state, dt.date(2026, 6, 3), answered, dt.date(2026, 6, 3)) is expected


def test_no_signal_enters_a_score() -> None:
    """The slice offers no facts, and nothing that evaluates or pays knows it.

    Incentives may clean a photo as this slice does, and list how soon complaints were answered.
    """
    from pathlib import Path  # noqa: PLC0415  only here

    root = Path(__file__).parents[3]
    assert not list((root / "portal" / "voice").rglob("facts*.py"))
    shown_only = {"rebates/forms_own.py", "rebates/queries/support.py"}
    users = [
        path
        for slice_ in ("evaluations", "rebates", "rulebooks")
        for path in (root / "portal" / slice_).rglob("*.py")
        if path.relative_to(root / "portal").as_posix() not in shown_only
        and any(word in path.read_text(encoding="utf-8") for word in ("portal.voice", "voice_item"))
    ]
    assert users == []
