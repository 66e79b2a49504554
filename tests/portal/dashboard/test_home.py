"""The home list gathers, orders and reminds: once a day, one letter, nothing when nothing waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from portal.dashboard import queries
from portal.dashboard.model import ordered
from portal.dashboard.reminders import REMIND, Reminders
from portal.db import fetch, fetch_value, insert_rows, unit_of_work
from portal.errors import Message
from portal.jobs.service import register, registered_kinds
from portal.jobs.worker import claim
from portal.settings import Settings
from portal.tasks import TaskItem

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.jobs.run import JobRun

TODAY = dt.date(2026, 11, 2)
AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def task(name: str, due: dt.date | None, age: int = 0) -> TaskItem:
    return TaskItem(
        "test.do", Message("Confirm or discard the import of %(file)s", {"file": name}), f"/{name}", due, age
    )


def test_late_first_then_by_day_then_the_oldest():
    tasks = [
        task("d", None, 3),
        task("c", None, 9),
        task("b", TODAY),
        task("a", TODAY - dt.timedelta(days=1)),
    ]
    assert [row.href for row in ordered(tasks, TODAY)] == ["/a", "/b", "/c", "/d"]


@dataclass
class Letters:
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    async def queue(self, to_address: str, subject: str, text: str, *, secret: bool = False) -> None:  # noqa: ARG002  the protocol
        self.sent.append((to_address, subject, text))


@pytest.fixture
def one_source(monkeypatch):
    async def source(viewer: Viewer, today: dt.date) -> list[TaskItem]:
        return [task("orders.csv", TODAY)] if viewer.login == "busy" else []

    monkeypatch.setattr(queries, "_SOURCES", [source])


async def add_people() -> None:
    rows = [
        ("busy", "박지영", "busy@maker.example", "ko", True, AT),
        ("idle", "이수민", "idle@maker.example", "ko", True, AT),
        ("gone", "김대호", "gone@maker.example", "ko", False, AT),
    ]
    async with unit_of_work():
        await insert_rows(
            "login_user", ("login", "name", "work_email", "locale", "active", "created_at"), rows
        )


async def claimed_job(reminders: Reminders) -> JobRun:
    if REMIND not in registered_kinds():
        register(REMIND, reminders.run)
    async with unit_of_work():
        await reminders.schedule(AT - dt.timedelta(days=2))
    job = await claim("test")
    assert job is not None
    return job


async def test_who_has_something_waiting_gets_one_letter(database, one_source):
    await add_people()
    letters = Letters()
    reminders = Reminders(Settings(public_url="https://portal.example"), letters)
    job = await claimed_job(reminders)
    assert await reminders.run(job) == {"letters": 1}
    address, subject, text = letters.sent[0]
    assert (len(letters.sent), address, "1" in subject) == (1, "busy@maker.example", True)
    assert "https://portal.example/orders.csv" in text


async def test_a_digest_that_was_cut_off_goes_on_where_it_stopped(database, one_source):
    await add_people()
    letters = Letters()
    reminders = Reminders(Settings(), letters)
    job = await claimed_job(reminders)
    job.cursor = {"login": "busy"}
    await reminders.run(job)
    assert letters.sent == []


async def test_asking_for_the_next_digest_twice_is_one_job(database):
    reminders = Reminders(Settings(), Letters())
    async with unit_of_work():
        first = await reminders.schedule(AT)
    async with unit_of_work():
        assert await reminders.schedule(AT) == first
    assert await fetch_value("select count(*) from job where kind = {}", REMIND) == 1
    row = (await fetch("select run_at from job"))[0]
    assert row["run_at"] == dt.datetime(2026, 11, 1, 23, tzinfo=dt.UTC)
