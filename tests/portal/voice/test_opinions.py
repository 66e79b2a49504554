"""Opinions from giving to closing, with a name and without, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from portal.db import execute, fetch, fetch_one, insert_rows, unit_of_work
from portal.db.schema import all_tables
from portal.errors import Conflict, Invalid, NotFound
from portal.paging import Cursor
from portal.voice.agenda_opinions import waiting_opinions
from portal.voice.commands import AssignCommand
from portal.voice.letters_opinions import answer_letter
from portal.voice.opinion_sources import join_source
from portal.voice.opinions import OWN as OWN_POLICY
from portal.voice.opinions import READ, OpinionRules, OpinionState, SourceKind, code_for, digest
from portal.voice.queries.opinion_figures import OpinionFigures, figures_of, figures_of_many
from portal.voice.queries.opinion_lists import (
    OpinionFilter,
    count_opinions,
    iter_opinions,
    list_opinions,
    opinion_figures,
)
from portal.voice.queries.opinions import (
    find_by_code,
    get_opinion,
    list_by_source,
    list_events,
    list_own,
    open_of_dealer,
)
from portal.voice.service import items, opinion_answers, opinion_owners, opinion_replies
from portal.voice.service.opinions import give
from portal.voice.tasks_opinions import list_tasks
from tests.portal.voice.conftest import FAR, MANAGER, NEAR, NOW, OWN, REP, World, raised, today
from tests.portal.voice.conftest import RULES as VOICE_RULES
from tests.portal.voice.opinions_world import LONELY, RULES, TRAINING, Letters, Trainings, opinion

if TYPE_CHECKING:
    from portal.access import Viewer

LETTER = answer_letter("https://portal.test")


@pytest.fixture
def trainings() -> Trainings:
    made = Trainings({TRAINING: frozenset({OWN, NEAR, FAR}), LONELY: frozenset({OWN})})
    join_source(SourceKind.TRAINING, made)
    return made


async def _answer(viewer: Viewer, number: int, text: str = "오전반을 둡니다.") -> list[tuple[str, str, str]]:
    letters = Letters()
    await opinion_answers.answer(viewer, number, text, letters, LETTER)
    return letters.sent


async def test_from_giving_to_closing(voices: World, trainings: Trainings) -> None:
    owner, rep = voices.people["owner"], voices.people["rep"]
    assert trainings
    async with unit_of_work():
        await execute("update login_user set work_email = 'owner@example.com', locale = 'en' where id = 8")
        await insert_rows(
            "role_grant",
            ("user_id", "role", "account_id", "state", "origin", "requested_at"),
            [(8, "dealer_owner", OWN, "active", "demo", NOW)],
        )
    number = (await give(owner, opinion(dealer_id=OWN), RULES)).id
    item = await get_opinion(owner, number, OWN_POLICY)
    assert (item.owner_user_id, item.due_on, item.side, item.state) == (
        REP, today() + dt.timedelta(days=14), "dealer", OpinionState.OPEN
    )  # fmt: skip
    assert [task.href for task in await list_tasks(rep, today())] == [f"/opinions/{number}"]
    assert [one.href for one in await open_of_dealer(OWN)] == [f"/opinions/{number}"]
    ((address, subject, text),) = await _answer(rep, number)
    assert (address, subject) == ("owner@example.com", "An answer to your opinion")
    assert f"https://portal.test/my/opinions/{number}" in text
    assert await open_of_dealer(OWN) == []
    assert [task.kind for task in await list_tasks(owner, today())] == ["voice.opinion_read"]
    await opinion_answers.take_back_answer(rep, number)
    taken = await get_opinion(owner, number, OWN_POLICY)
    assert (taken.state, taken.answer, taken.answered_on) == (OpinionState.OPEN, "", None)
    await _answer(rep, number, "오전반과 오후반을 둡니다.")
    await opinion_replies.reopen(owner, number, "언제부터입니까?", RULES)
    await _answer(rep, number, "1월부터입니다.")
    await opinion_answers.note(rep, number, "강사 확인함")
    await opinion_answers.solve(rep, number, "1월 교육부터 두 반")
    await opinion_replies.close(owner, number)
    end = await get_opinion(owner, number, OWN_POLICY)
    assert (end.state, end.answer, end.solution, end.solved_on, end.reopened) == (
        OpinionState.CLOSED, "1월부터입니다.", "1월 교육부터 두 반", today(), 1
    )  # fmt: skip
    story = [event.kind.value for event in await list_events(number, internal=False)]
    assert story == ["given", "answered", "withdrawn", "answered", "reopened", "answered", "solved", "closed"]
    assert (await list_events(number, internal=True))[6].kind.value == "noted"
    actions = [row["action"] for row in await fetch("select action from audit_event order by seq")]
    assert actions == [
        f"voice.opinion_{verb}"
        for verb in "given answered taken_back answered reopened answered solved closed".split()
    ]


async def _everything() -> dict[str, list[dict[str, Any]]]:
    names = [table._meta.tablename for table in all_tables()]
    return {name: await fetch(f"select * from {name}") for name in names}


async def test_an_opinion_without_a_name_leads_to_nobody(voices: World, trainings: Trainings) -> None:
    """Every row of every table before and after: nothing but these columns came to be."""
    assert trainings
    command, before = opinion(region_path="/KR/CC/"), await _everything()
    given = await give(voices.people["owner"], command, RULES)
    assert await give(voices.people["owner"], command, RULES) == given
    new = {
        name: found
        for name, rows in (await _everything()).items()
        if (found := [row for row in rows if row not in before[name]])
    }
    (event,) = new.pop("audit_event")
    assert event["actor_user_id"] is None
    assert event["on_behalf_of_user_id"] is None
    assert (event["subject_key"], event["changes"], event["note"], event["request_id"]) == (
        "unnamed", "{}", "", ""
    )  # fmt: skip
    del new["audit_head"]
    assert new == {
        "opinion": [
            {
                "id": given.id, "once_key": digest(command.client_key), "code_sha256": digest(given.code),
                "source_kind": "training", "source_id": TRAINING, "dealer": None, "region": 2,
                "topic": "training", "text": command.text, "side": "dealer", "given_by_user_id": None,
                "given_for_user_id": None, "given_on": today(), "given_at": None, "photo": None,
                "owner_user_id": MANAGER, "due_on": today() + dt.timedelta(days=14), "state": "open",
                "answer": "", "answered_by_user_id": None, "answered_for_user_id": None,
                "answered_on": None, "answered_at": None, "solution": "", "solved_on": None,
                "solved_by_user_id": None, "reopened": 0, "closed_on": None,
            }
        ]
    }  # fmt: skip
    assert command.client_key not in str(new)
    assert given.code not in str(new)


async def test_the_code_reads_the_answer_and_asks_again(voices: World, trainings: Trainings) -> None:
    assert trainings
    command = opinion(region_path="/KR/CC/")
    code = (await give(voices.people["owner"], command, RULES)).code
    assert code == code_for(command.client_key)
    number = (await find_by_code(code.lower().replace("-", " "))).id
    assert await _answer(voices.people["manager"], number) == []
    await opinion_replies.reopen_by_code(code, "오후에는 안 됩니까?", RULES, today())
    await _answer(voices.people["manager"], number, "됩니다.")
    await opinion_replies.close_by_code(code, today())
    assert (await find_by_code(code)).state is OpinionState.CLOSED
    who = [
        (event.kind.value, event.who, event.at is None) for event in await list_events(number, internal=True)
    ]
    assert who == [
        ("answered", "manager", False), ("reopened", "", True), ("answered", "manager", False),
        ("closed", "", True),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        await find_by_code("AAAA-AAAA-AAAA-AAAA")
    with pytest.raises(NotFound):
        await get_opinion(voices.people["owner"], number, OWN_POLICY)


async def test_region_and_source_stand_only_where_others_were_there(voices: World) -> None:
    """A source that only one dealer attended is dropped, and with it what would narrow him down."""
    for there, least, path, region, source in (
        ({OWN, NEAR, FAR}, 2, "/KR/CC/", "CC", TRAINING),
        ({OWN, FAR}, 2, "/KR/CC/", "KR", TRAINING),
        ({OWN, FAR}, 3, "/KR/CC/", "", TRAINING),
        ({OWN}, 2, "/KR/CC/", "", None),
        (set[int](), 2, "/KR/CC/", "CC", None),
        ({OWN, NEAR}, 2, "", "", TRAINING),
    ):
        join_source(SourceKind.TRAINING, Trainings({TRAINING: frozenset(there)}))
        rules = OpinionRules(14, 30, least)
        number = (await give(voices.people["owner"], opinion(region_path=path), rules)).id
        row = await fetch_one(
            "select coalesce(r.code, '') as region, o.source_id from opinion o left join region r"
            " on r.id = o.region where o.id = {}",
            number,
        )
        assert row == {"region": region, "source_id": source}, there
    free = opinion(source_kind=SourceKind.OWN, source_id=None, region_path="/KR/CC/")
    given = await give(voices.people["owner"], free, RULES)
    assert (await find_by_code(given.code)).region == "충청"


async def test_everybody_sees_his_part(voices: World, trainings: Trainings) -> None:
    admin, rules = voices.people["admin"], OpinionRules(14, 30, 2)
    assert trainings
    made = {
        "own": opinion("own", dealer_id=OWN),
        "near": opinion("near", dealer_id=NEAR),
        "far": opinion("far", dealer_id=FAR),
        "cc": opinion("cc", region_path="/KR/CC/"),
        "kr": opinion("kr", region_path="/KR/GS/"),
    }
    numbers = {name: (await give(admin, command, rules)).id for name, command in made.items()}
    for who, seen in (
        ("admin", set(made)),
        ("auditor", set(made)),
        ("manager", {"own", "near", "cc"}),
        ("rep", {"own"}),
    ):
        viewer, wanted = voices.people[who], OpinionFilter(shown="all")
        found = await list_opinions(viewer, wanted, Cursor(), today())
        exported = [row async for rows in iter_opinions(viewer, wanted, today(), batch=2) for row in rows]
        by_source = (await list_by_source(viewer, SourceKind.TRAINING, [TRAINING]))[TRAINING]
        agenda = {note.text for note in await waiting_opinions(viewer, "/KR/CC/", today())}
        assert {row["text"] for row in found.rows} == seen
        assert {row["text"] for row in exported} == seen
        assert {one.text for one in by_source} == seen
        assert agenda == seen & {"own", "near", "cc"}
        assert (await count_opinions(viewer, wanted, today()))["waiting"] == found.total == len(seen)
        assert (await opinion_figures(viewer, wanted, today(), 30)).whole.given == len(seen)
        for name in set(made) - seen:
            with pytest.raises(NotFound):
                await get_opinion(viewer, numbers[name], READ)
            with pytest.raises(NotFound):
                await opinion_owners.take_back_assignment(viewer, [numbers[name]])


async def test_a_dealer_reads_his_own_only(voices: World, trainings: Trainings) -> None:
    admin, owner, far = (voices.people[name] for name in ("admin", "owner", "far"))
    assert trainings
    number = (await give(admin, opinion(dealer_id=OWN), RULES)).id
    await give(admin, opinion(), RULES)
    assert [one.id for one in await list_own(owner)] == [number]
    assert await list_own(far) == []
    for attempt in (
        get_opinion(far, number, OWN_POLICY),
        opinion_replies.close(far, number),
        give(far, opinion(dealer_id=OWN), RULES),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_handing_out_many_is_all_or_nothing_and_can_be_taken_back(
    voices: World, trainings: Trainings
) -> None:
    admin, manager = voices.people["admin"], voices.people["manager"]
    assert trainings
    one, two = [(await give(admin, opinion(dealer_id=dealer), RULES)).id for dealer in (OWN, NEAR)]
    far = (await give(admin, opinion(dealer_id=FAR), RULES)).id
    command = AssignCommand(MANAGER, today() + dt.timedelta(days=3))
    with pytest.raises(Invalid):
        await opinion_owners.assign(admin, [one, far], command)
    assert (await get_opinion(admin, one, READ)).owner_user_id == REP
    await opinion_owners.assign(admin, [one, two], command)
    mine = OpinionFilter(mine="1")
    assert {row["id"] for row in (await list_opinions(manager, mine, Cursor(), today())).rows} == {one, two}
    await _answer(manager, two)
    assert await opinion_owners.take_back_assignment(admin, [one, two]) == 1
    back = await get_opinion(admin, one, READ)
    assert (back.owner_user_id, back.due_on) == (REP, today() + dt.timedelta(days=14))
    with pytest.raises(Conflict):
        await opinion_owners.assign(admin, [two], command)
    with pytest.raises(Conflict):
        await opinion_answers.take_back_answer(admin, two)


async def test_sending_twice_gives_once(voices: World, trainings: Trainings) -> None:
    owner, command = voices.people["owner"], opinion(dealer_id=OWN)
    assert trainings
    first = await give(owner, command, RULES)
    assert await give(owner, command, RULES) == first
    with pytest.raises(Conflict):
        await give(owner, opinion("other", dealer_id=OWN, client_key=command.client_key), RULES)
    unnamed = opinion()
    await give(owner, unnamed, RULES)
    with pytest.raises(Conflict):
        await give(owner, opinion("other", client_key=unnamed.client_key), RULES)


async def test_search_filters_and_what_a_dealer_waits_for(voices: World, trainings: Trainings) -> None:
    admin = voices.people["admin"]
    assert trainings
    number = (await give(admin, opinion("100% 환급을_바랍니다", dealer_id=OWN), RULES)).id
    await give(admin, opinion("Other", source_kind=SourceKind.OWN, source_id=None), RULES)
    concern = await items.raise_item(admin, raised(), VOICE_RULES)

    async def found(**limits: str) -> list[str]:
        wanted = OpinionFilter.of({"shown": "all", **limits})
        return [row["text"] for row in (await list_opinions(admin, wanted, Cursor(), today())).rows]

    assert await found(q="100%") == ["100% 환급을_바랍니다"]
    assert await found(q="0_환") == []
    assert await found(q="OTHER") == ["Other"]
    assert await found(source="training-7", named="1", topic="training", region="/KR/") == [
        "100% 환급을_바랍니다"
    ]
    assert await found(source="own") == ["Other"]
    assert await found(named="0") == ["Other"]
    assert await found(shown="late") == []
    waiting = [(one.kind, one.href) for one in await open_of_dealer(OWN)]
    assert waiting == [("complaint", f"/voice/{concern}"), ("opinion", f"/opinions/{number}")]


async def test_figures_of_a_source(voices: World, trainings: Trainings) -> None:
    admin = voices.people["admin"]
    assert trainings
    numbers = [(await give(admin, opinion(str(n), dealer_id=OWN), RULES)).id for n in range(4)]
    start = today() - dt.timedelta(days=40)
    for number, days in zip(numbers, (0, 30, 31), strict=False):
        await _answer(admin, number)
        async with unit_of_work():
            await execute(
                "update opinion set answered_on = {} where id = {}", start + dt.timedelta(days=days), number
            )
    await opinion_answers.solve(admin, numbers[0], "됨")
    async with unit_of_work():
        await execute("update opinion set given_on = {}", start)
    at_end = await figures_of(SourceKind.TRAINING, TRAINING, today())
    assert at_end == OpinionFigures(
        given=4, answered=3, in_time=2, due=4, solved=1, median_days=30, oldest_on=start
    )
    assert (at_end.answered_bp, at_end.in_time_bp, at_end.solved_bp, at_end.waiting) == (7500, 5000, 2500, 1)
    early = await figures_of(SourceKind.TRAINING, TRAINING, start + dt.timedelta(days=29))
    assert early == OpinionFigures(
        given=4, answered=1, in_time=1, due=1, solved=0, median_days=0, oldest_on=start
    )
    none = (await figures_of_many(SourceKind.TRIP, [5], today()))[5]
    assert (none.given, none.answered_bp, none.median_days, none.oldest_on) == (0, None, None, None)
