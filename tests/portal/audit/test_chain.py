"""The audit log keeps every event, in one chain, and any tampering is found and placed."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from portal import db
from portal.access import Signature, Viewer
from portal.audit.model import GENESIS, MASK, Subject, changes_between
from portal.audit.queries import list_events, list_history
from portal.audit.service import record, record_read, verify_chain
from portal.paging import Cursor, cursor_from

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("database")
CARD = Subject.of("scorecard", 7)
KIM = Viewer(1, "김하나", "kim")


async def write(count: int) -> None:
    for number in range(count):
        async with db.unit_of_work():
            await record(KIM, "test.note", CARD, {"points": (number, number + 1)}, note=f"n{number}")


async def without_triggers(statement: str, *args: Any) -> None:
    """Change an event as somebody with the database's own rights would."""
    async with db.unit_of_work():
        if db.engine_kind() == "postgres":
            await db.execute("alter table audit_event disable trigger user")
            await db.execute(statement, *args)
            await db.execute("alter table audit_event enable trigger user")
            return
        triggers = await db.fetch("select name, sql from sqlite_master where type = 'trigger'")
        for trigger in triggers:
            await db.execute(f"drop trigger {trigger['name']}")
        await db.execute(statement, *args)
        for trigger in triggers:
            await db.execute(trigger["sql"].replace("{", "{{").replace("}", "}}"))


async def test_an_empty_log_is_whole() -> None:
    verdict = await verify_chain()
    assert (verdict.is_whole, verdict.events, verdict.head) == (True, 0, GENESIS)


async def test_an_untouched_log_is_whole() -> None:
    await write(12)
    verdict = await verify_chain()
    assert (verdict.is_whole, verdict.events) == (True, 12)


@pytest.mark.parametrize("statement", ["update audit_event set note = 'x'", "delete from audit_event"])
async def test_the_database_refuses_to_change_an_event(statement: str) -> None:
    await write(2)
    with pytest.raises(Exception, match="append-only"):
        async with db.unit_of_work():
            await db.execute(statement)
    assert (await verify_chain()).events == 2


def tamperings() -> Iterator[Any]:
    for column, value in (
        ("note", "other"),
        ("changes", '{{"points":[0,99]}}'),
        ("actor_user_id", 2),
        ("on_behalf_of_user_id", 3),
        ("action", "test.other"),
        ("subject_key", "8"),
        ("request_id", "abc"),
        ("hash", "f" * 64),
    ):
        text = f"'{value}'" if isinstance(value, str) else value
        yield pytest.param(f"update audit_event set {column} = {text} where seq = 4", 4, id=f"edit {column}")
    yield pytest.param("delete from audit_event where seq = 4", 4, id="delete one")
    yield pytest.param("delete from audit_event where seq > 6", 7, id="truncate")
    yield pytest.param("delete from audit_event where seq <= 3", 1, id="cut the beginning")
    yield pytest.param("update audit_event set seq = 100 where seq = 4", 4, id="move")
    yield pytest.param(
        "insert into audit_event (seq, at, action, subject_kind, subject_key, hash)"
        " select 11, at, action, subject_kind, subject_key, hash from audit_event where seq = 10",
        11,
        id="insert",
    )


@pytest.mark.parametrize(("statement", "position"), list(tamperings()))
async def test_tampering_is_found_and_placed(statement: str, position: int) -> None:
    await write(10)
    await without_triggers(statement)
    verdict = await verify_chain()
    assert (verdict.is_whole, verdict.broken_at) == (False, position)


async def test_swapping_two_events_is_found() -> None:
    await write(10)
    await without_triggers("update audit_event set seq = 1000 where seq = 4")
    await without_triggers("update audit_event set seq = 4 where seq = 5")
    await without_triggers("update audit_event set seq = 5 where seq = 1000")
    assert (await verify_chain()).broken_at == 4


async def test_an_event_of_a_rolled_back_change_is_not_kept() -> None:
    await write(1)

    async def fail() -> None:
        async with db.unit_of_work():
            await record(KIM, "test.note", CARD)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await fail()
    await write(1)
    assert (await verify_chain()).events == 2


async def test_concurrent_writers_keep_one_chain() -> None:
    await asyncio.gather(*(write(5) for _ in range(6)))
    verdict = await verify_chain()
    assert (verdict.is_whole, verdict.events) == (True, 30)


async def test_history_names_people_and_what_changed() -> None:
    async with db.unit_of_work():
        for user_id, login, name in ((1, "kim", "김하나"), (2, "lee", "이두리")):
            await db.execute(
                "insert into login_user (id, login, name, created_at) values ({}, {}, {}, {})",
                user_id,
                login,
                name,
                dt.datetime.now(dt.UTC),
            )
        changes = changes_between({"grade": "B", "due": None}, {"grade": "A", "due": dt.date(2026, 11, 30)})
        await record(Signature(2, on_behalf_of=1), "test.sign", CARD, changes, note="검토함")
    await record_read(KIM, Subject.of("person", 3), note="전화")
    (row,) = await list_history(CARD)
    assert (row.actor, row.on_behalf_of, row.action, row.note) == ("이두리", "김하나", "test.sign", "검토함")
    assert row.changes == (("due", None, "2026-11-30"), ("grade", "B", "A"))
    assert row.at.tzinfo is not None


async def test_personal_values_stay_out_of_the_chain() -> None:
    changes = changes_between(
        {"mobile": "010-1234-5678", "title": "대리"},
        {"mobile": "", "title": "과장"},
        personal=frozenset({"mobile"}),
    )
    assert changes == {"mobile": (MASK, None), "title": ("대리", "과장")}


async def test_the_log_pages_both_ways() -> None:
    await write(5)
    first = await list_events(Cursor(), limit=2)
    second = await list_events(cursor_from(first.next_after, None, int), limit=2)
    back = await list_events(cursor_from(None, second.previous_before, int), limit=2)
    assert [row.seq for row in first.rows] == [5, 4]
    assert [row.seq for row in second.rows] == [3, 2]
    assert [row.seq for row in back.rows] == [5, 4]
    assert back.previous_before is None


async def test_recording_outside_of_a_unit_of_work_is_refused() -> None:
    with pytest.raises(RuntimeError):
        await record(KIM, "test.note", CARD)
