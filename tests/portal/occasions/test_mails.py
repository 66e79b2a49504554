"""Mails: who gets which, once, in which language; reminders and closing by themselves."""

from __future__ import annotations

import datetime as dt

import vobject

from portal.db import execute, fetch, unit_of_work
from portal.jobs.worker import work_once
from portal.occasions.service.seats import cancel
from portal.occasions.work import forget_details, look_ahead, register_jobs
from portal.settings import Settings
from tests.portal.occasions.conftest import FAR, OWN, STARTS, World, open_occasion, person

SETTINGS = Settings()


async def mails() -> list[tuple[str, str]]:
    register_jobs(SETTINGS)
    while await work_once("test"):
        pass
    rows = await fetch("select to_address, subject from mail_message order by id")
    return [(row["to_address"].split("@")[0], row["subject"]) for row in rows]


async def test_each_step_is_told_once_to_whom_it_concerns(people: World) -> None:
    site = await open_occasion(people, OWN, FAR, seats_each=2, seats=1)
    assert await mails() == [
        ("owner", "You are invited: Winter training"),
        ("far", "You are invited: Winter training"),
    ]
    first = await site.come("far", FAR, user_id=10)
    await site.come("owner", OWN, user_id=9)
    await cancel(people.people["far"], site.occasion_id, first.enrollment_id, "")
    await cancel(people.people["far"], site.occasion_id, first.enrollment_id, "")
    said = (await mails())[2:]
    assert sorted(said) == [
        ("far", "The seat is yours: Winter training"),
        ("far", "The sign-up is cancelled: Winter training"),
        ("owner", "You are on the waiting list: Winter training"),
        ("owner", "You have moved up, the seat is yours: Winter training"),
        ("staff", "You are on the waiting list: Winter training"),
        ("staff", "You have moved up, the seat is yours: Winter training"),
    ]
    text = await fetch("select text from mail_message where subject like 'You have moved up%' order by id")
    assert f"/my/occasions/{site.occasion_id}/calendar.ics" in text[0]["text"]
    assert "대전 연수원" in text[0]["text"]
    events = await fetch("select subject, calendar from mail_message order by id")
    with_event = {row["subject"].partition(":")[0] for row in events if row["calendar"]}
    assert with_event == {"The seat is yours", "You have moved up, the seat is yours"}
    read = vobject.readOne(next(row["calendar"] for row in events if row["calendar"])).vevent
    assert (read.uid.value, read.summary.value) == (
        f"occasion-{site.occasion_id}@127.0.0.1",
        "Winter training",
    )


async def test_reminders_and_the_deadline_come_by_themselves(people: World) -> None:
    site = await open_occasion(people, OWN, seats=3)
    for _ in range(2):
        await site.come(user_id=None)
    assert await site.states() == [(1, "confirmed"), (2, "waiting")]
    before = len(await mails())
    eve = STARTS - dt.timedelta(days=2)
    async with unit_of_work():
        await execute("update occasion set sign_up_until = {}", dt.datetime.now(dt.UTC))
    assert await look_ahead(SETTINGS, eve) == 1
    assert await site.states() == [(1, "confirmed"), (2, "confirmed")]
    await look_ahead(SETTINGS, eve)
    told = (await mails())[before:]
    assert told == [
        ("owner", "You have moved up, the seat is yours: Winter training"),
        ("owner", "It begins soon: Winter training"),
    ]
    assert await look_ahead(SETTINGS, STARTS - dt.timedelta(days=9)) == 0


async def test_details_of_people_are_forgotten_when_it_is_long_over(people: World) -> None:
    site = await open_occasion(people, OWN, companions_max=1)
    mother = person("박어머니", relation="어머니", diet="채식")
    await site.come("owner", OWN, mother, user_id=9)
    ends = STARTS + dt.timedelta(days=1, hours=9)
    before = await fetch("select name, phone, diet, relation from guest order by position")
    assert [row["name"] for row in before] == ["김대청", "박어머니"]
    assert await forget_details(SETTINGS, ends + dt.timedelta(days=89)) == 0
    assert await fetch("select name, phone, diet, relation from guest order by position") == before
    gone = ends + dt.timedelta(days=90)
    assert await forget_details(SETTINGS, gone) == len([row for row in before if row["phone"] or row["diet"]])
    assert await fetch("select name, phone, diet, relation from guest order by position") == [
        {"name": "김대청", "phone": "", "diet": "", "relation": ""},
        {"name": "", "phone": "", "diet": "", "relation": ""},
    ]
    assert await forget_details(SETTINGS, gone) == 0
