"""iCalendar read by an independent reader: every event equal, what was called off, folded Korean lines."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import vobject

from portal.db import fetch_value
from portal.occasions.calendar import calendar_of
from portal.occasions.controllers import HANDLERS
from portal.occasions.model import OccasionMove
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.service.occasions import move_occasion
from portal.occasions.sources import OccasionLine
from portal.web.i18n import in_locale
from tests.portal.occasions.conftest import FAR, NOW, OWN, STARTS, open_occasion
from tests.portal.served import serve

if TYPE_CHECKING:
    from tests.portal.occasions.conftest import Site, World

SEOUL = ZoneInfo("Asia/Seoul")
LONG = "가" * 200
TITLE = 'Mix, plan; "stock"\\ and 딜러의 미래'
PLACE = "대전, 유성구; 연수원 \\ 3층"
LINES = (
    OccasionLine("판매 정책, 계획; 단계", STARTS, STARTS + dt.timedelta(hours=3), "1강당", "김교수"),
    OccasionLine(LONG, STARTS + dt.timedelta(hours=4), STARTS + dt.timedelta(hours=6)),
)


async def test_every_event_reads_back_equal(people: World) -> None:
    marketing = people.people["marketing"]
    sites = [
        await open_occasion(people, OWN, title=title, title_en="", place=PLACE, starts_at=start, ends_at=end)
        for title, start, end in (
            (TITLE, STARTS, STARTS + dt.timedelta(days=1, hours=9)),
            (LONG[:160], STARTS + dt.timedelta(days=200), STARTS + dt.timedelta(days=202)),
            ("취소된 교육", STARTS, STARTS + dt.timedelta(hours=8)),
        )
    ]
    await move_occasion(marketing, sites[2].occasion_id, OccasionMove.CANCEL, "폭설; 도로, 통제\n내년에")
    rows = [await get_occasion(marketing, site.occasion_id, "occasions.plan") for site in sites]
    entries = [(row, LINES, f"https://p.test/o/{row.id}") for row in rows]
    with in_locale("en"):
        content = calendar_of(entries, SEOUL, "p.test", NOW)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    content.decode()
    parsed = vobject.readOne(content.decode())
    assert [zone.tzid.value for zone in parsed.vtimezone_list] == ["Asia/Seoul"]
    programme = (
        f"01-20 09:00 · 판매 정책, 계획; 단계 · 김교수 · 1강당\n01-20 13:00 · {LONG}\nWhom to ask: marketing"
    )
    expected = [
        (
            f"occasion-{row.id}@p.test",
            row.title,
            row.place,
            f"Called off: 폭설; 도로, 통제\n내년에\n{programme}" if row is rows[2] else programme,
            row.starts_at,
            row.ends_at,
            "CANCELLED" if row is rows[2] else "CONFIRMED",
            str(row.version),
            f"https://p.test/o/{row.id}",
        )
        for row in rows
    ]
    assert [
        (
            event.uid.value, event.summary.value, event.location.value, event.description.value,
            event.dtstart.value, event.dtend.value, event.status.value, event.sequence.value,
            event.url.value,
        )
        for event in parsed.vevent_list
    ] == expected  # fmt: skip
    assert (rows[0].version, rows[2].version) == (2, 3)


async def test_a_file_and_a_secret_address(site: Site) -> None:
    people = site.world.people
    handlers = HANDLERS
    async with serve(handlers, people, **{"x-viewer": "owner"}) as phone:
        own = await phone.get(f"/my/occasions/{site.occasion_id}/calendar.ics")
        assert vobject.readOne(own.text).vevent.summary.value == "Winter training"
        made = await phone.post("/calendar")
        address = made.text.split('readonly value="')[1].split('"')[0]
        path = "/" + address.split("/", 3)[3]
        assert address.encode() not in (await phone.get("/calendar")).content
    async with serve(handlers, people) as anybody:
        empty = await anybody.get(path)
        assert (empty.status_code, "VEVENT" in empty.text) == (200, False)
        await site.come(user_id=8)
        await site.come("far", FAR)
        full = vobject.readOne((await anybody.get(path)).text)
        assert [event.uid.value for event in full.vevent_list] == [f"occasion-{site.occasion_id}@127.0.0.1"]
        for unknown in ("/calendar/nobody.ics", "/calendar/.ics", path.removesuffix(".ics")):
            assert (await anybody.get(unknown)).status_code == 404
        async with serve(handlers, people, **{"x-viewer": "owner"}) as phone:
            renewed = await phone.post("/calendar")
            assert address not in renewed.text
        assert (await anybody.get(path)).status_code == 404
        newer = "/" + renewed.text.split('readonly value="')[1].split('"')[0].split("/", 3)[3]
        assert (await anybody.get(newer)).status_code == 200
        async with serve(handlers, people, **{"x-viewer": "owner"}) as phone:
            assert (await phone.post("/calendar/withdraw")).status_code == 303
        assert (await anybody.get(newer)).status_code == 404
    assert await fetch_value("select count(*) from calendar_feed") == 0
