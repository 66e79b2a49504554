"""From settlement to payment on screen: opened, posted, paid by two people, closed; each in his scope."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from portal.access import Grant, Role
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.rebates.model import SettlementKind
from portal.rebates.service.appeals import raise_appeal
from portal.rebates.service.settlements import accrue, open_settlement
from portal.rebates.work import register_jobs
from portal.settings import Settings
from rules.months import Month
from tests.portal.rebates.office_site import Site, make_client
from tests.portal.rebates.world import EXAMPLE, World, make_world, sell, work

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx


DAY = dt.datetime.now(ZoneInfo("Asia/Seoul")).date()
TODAY = DAY.isoformat()
THIS = Month.of(DAY)
FIRST, SECOND = THIS.shift(-2), THIS.shift(-1)
# The worked example over a quarter of which two months are over today.
RUNNING = EXAMPLE.replace("2026-10-01", FIRST.first_on.isoformat()).replace(
    "2026-12-31", THIS.last_on.isoformat()
)


@pytest.fixture
async def world(database: str) -> World:
    register_jobs(Settings(database_url=database))
    return await make_world(text=RUNNING)


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    """Two dealers in two regions; the manager has the region of the first. Everybody accepted."""
    async with unit_of_work():
        for code, path in (("KR", "/KR/"), ("CC", "/KR/CC/"), ("GS", "/KR/GS/")):
            await execute("insert into region (code, name, path) values ({}, {}, {})", code, code, path)
        for dealer, path in zip(world.dealers.values(), ("/KR/CC/", "/KR/GS/"), strict=True):
            await execute(
                "update account set region = (select id from region where path = {}) where id = {}",
                path,
                dealer,
            )
    grant = Grant(Role.REGIONAL_MANAGER, "/KR/CC/")
    world.people["manager"] = replace(world.people["manager"], grants=(grant,))
    async with make_client(world.people) as client:
        yield Site(client)


async def settled(site: Site, world: World) -> int:
    for dealer, net in zip(world.dealers.values(), (7000, 30000), strict=True):
        await sell(dealer, str(FIRST), net)
    answer = await site.post(
        "finance", "/rebates/settlements", version=str(world.version), kind="partial", through=str(FIRST)
    )
    number = int(answer.headers["location"].rsplit("/", 1)[1])
    await work(number)
    return number


async def posted(site: Site, world: World) -> int:
    number = await settled(site, world)
    answer = await site.post("finance", f"/rebates/settlements/{number}/post", booked=str(FIRST))
    assert answer.status_code == 303, answer.text
    await work(number)
    return number


def ok(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_what_the_calendar_asks_for(site: Site, world: World) -> None:
    text = ok(await site.get("finance", "/rebates/settlements"))
    assert text.count('name="through"') == 2
    assert 'name="through"' not in ok(await site.get("manager", "/rebates/settlements"))
    await settled(site, world)
    assert ok(await site.get("finance", "/rebates/settlements")).count('name="through"') == 1


async def test_a_settlement_with_its_lines(site: Site, world: World) -> None:
    number = await settled(site, world)
    place = f"/rebates/settlements/{number}"
    text = ok(await site.get("finance", place))
    assert "D-1" in text
    assert "D-2" in text
    assert f'action="{place}/post"' in text
    assert "D-2" not in ok(await site.get("finance", f"{place}/rows", q="D-1"))
    assert "D-2" not in ok(await site.get("finance", f"{place}/rows", shown="less"))
    assert "equal" in ok(await site.post("finance", f"{place}/replay"))
    assert (await site.get("finance", "/rebates/settlements/98765")).status_code == 404
    wrong = await site.post("finance", f"{place}/preview", until_on="2020-01-01")
    assert wrong.status_code == 422
    await site.post("finance", f"{place}/preview", until_on=TODAY)
    assert (await site.post("finance", f"{place}/post", booked=str(FIRST))).status_code == 422
    assert (await site.post("finance", f"{place}/cancel", reason="")).status_code == 422
    assert (await site.post("finance", f"{place}/cancel", reason="다시 계산")).status_code == 303


async def test_a_manager_sees_his_region_only(site: Site, world: World) -> None:
    number = await posted(site, world)
    here, there = world.dealers.values()
    for path in (
        f"/rebates/settlements/{number}",
        "/rebates/settlements",
        "/rebates/ledger",
        "/rebates/ledger/movements",
        "/rebates/payouts",
        "/rebates/watch",
        "/rebates/appeals",
        f"/rebates/programs/{world.version}/acceptances",
    ):
        text = ok(await site.get("manager", path))
        assert "D-2" not in text, path
        assert "1,200" not in text, path
    assert "140" in ok(await site.get("manager", "/rebates/settlements"))
    assert ok(await site.get("manager", f"/rebates/ledger/accounts/{here}"))
    assert (await site.get("manager", f"/rebates/ledger/accounts/{there}")).status_code == 404
    assert (await site.post("manager", f"/rebates/ledger/accounts/{there}/check")).status_code == 404
    foreign = await fetch_value("select id from ledger_operation where account = {}", there)
    assert (await site.get("manager", f"/rebates/ledger/operations/{foreign}")).status_code == 404
    own = await fetch_value("select id from ledger_operation where account = {}", here)
    assert ok(await site.get("manager", f"/rebates/ledger/operations/{own}"))
    await site.post("finance", "/rebates/payouts", account=str(there))
    payout = await fetch_value("select max(id) from rebate_payout")
    assert (await site.get("manager", f"/rebates/payouts/{payout}")).status_code == 404
    assert f"/rebates/payouts/{payout}" not in ok(await site.get("manager", "/rebates/payouts"))
    for path in (f"/rebates/settlements/{number}/export", "/rebates/ledger/export", "/rebates/watch/export"):
        answer = await site.post("manager", path, format="csv", list="movements")
        assert answer.status_code == 200
        assert "D-2" not in answer.text


async def test_two_people_pay_and_the_first_is_told(site: Site, world: World) -> None:
    await posted(site, world)
    made = await site.post("finance", "/rebates/payouts")
    place = made.headers["location"]
    sha256 = await fetch_value("select content_sha256 from rebate_payout")
    assert f"{place}/approve" not in ok(await site.get("finance", place))
    assert (await site.post("finance", f"{place}/approve", sha256=sha256)).status_code == 403
    assert f"{place}/approve" in ok(await site.get("second", place))
    assert (await site.post("second", f"{place}/approve", sha256="0" * 64)).status_code == 409
    assert (await site.post("second", f"{place}/approve", sha256=sha256)).status_code == 303
    files = [(await site.post("finance", f"{place}/export", format="csv")).text for _ in range(2)]
    assert files[0].replace("exported", "") == files[1].replace("exported", "")
    rows = list(csv.reader(io.StringIO(files[0].lstrip("\ufeff"))))
    assert [row[3] for row in rows[1:]] == ["140", "1200"]
    line = rows[1][0]
    assert (await site.post("finance", f"{place}/lines/{line}/refuse", reason="")).status_code == 422
    assert (await site.post("finance", "/rebates/payouts/99/lines/1/refuse", reason="x y")).status_code == 404
    assert (await site.post("finance", f"{place}/lines/{line}/refuse", reason="계좌 오류")).status_code == 303
    assert (await site.post("finance", f"{place}/lines/{line}/return", reason="계좌 오류")).status_code == 409


async def test_nobody_is_owed_anything_twice(site: Site, world: World) -> None:
    assert (await site.post("finance", "/rebates/payouts")).status_code == 422
    await posted(site, world)
    place = (await site.post("finance", "/rebates/payouts")).headers["location"]
    assert (await site.post("finance", "/rebates/payouts")).status_code == 422
    assert (await site.post("finance", f"{place}/decline", reason="")).status_code == 422
    assert (await site.post("finance", f"{place}/decline", reason="금액 확인")).status_code == 303
    assert (await site.post("finance", "/rebates/payouts")).status_code == 303


async def test_the_books_add_up_and_close_by_two(site: Site, world: World) -> None:
    number = await posted(site, world)
    text = ok(await site.get("finance", "/rebates/ledger"))
    assert "adds up to zero" in text
    assert "1,340" in text
    dealer = next(iter(world.dealers.values()))
    assert "Equal." in ok(await site.post("finance", f"/rebates/ledger/accounts/{dealer}/check"))
    row = await fetch_one("select id from ledger_operation where account = {} order by id desc", dealer)
    assert row is not None
    place = f"/rebates/ledger/operations/{row['id']}"
    assert (await site.post("finance", f"{place}/reverse", reason="", month=str(THIS))).status_code == 422
    done = await site.post("finance", f"{place}/reverse", reason="두 번 올림", month=str(THIS))
    assert done.status_code == 303
    assert "was reversed" in ok(await site.get("admin", place))
    assert (await site.post("finance", f"/rebates/ledger/months/{THIS}/request")).status_code == 422
    assert (await site.post("finance", f"/rebates/ledger/months/{FIRST}/request")).status_code == 303
    assert (await site.post("finance", f"/rebates/ledger/months/{FIRST}/close")).status_code == 403
    assert "Close for good" not in ok(await site.get("finance", "/rebates/ledger"))
    assert "Close for good" in ok(await site.get("second", "/rebates/ledger"))
    assert (await site.post("second", f"/rebates/ledger/months/{FIRST}/close")).status_code == 303
    assert (await site.post("finance", "/rebates/ledger/months/nonsense/close")).status_code == 404
    assert (await site.post("second", f"/rebates/ledger/months/{SECOND}/withdraw")).status_code == 409
    assert number


async def test_within_reach(site: Site, world: World) -> None:
    first, second = world.dealers.values()
    await sell(first, str(FIRST), 4700)
    await sell(second, str(FIRST), 19000)
    await work(await accrue(None, world.version, DAY))
    text = ok(await site.get("finance", "/rebates/watch"))
    assert text.index("D-2") < text.index("D-1")
    text = ok(await site.get("finance", "/rebates/watch/rows", sort="distance", version=str(world.version)))
    assert text.index("D-1") < text.index("D-2")
    assert "D-2" not in ok(await site.get("finance", "/rebates/watch", region="/KR/CC/"))
    assert "D-1" not in ok(await site.get("finance", "/rebates/watch", version="99"))
    answer = await site.post("finance", "/rebates/watch/export", format="csv", sort="gain")
    assert answer.text.count("\n") == 3
    assert (await site.post("finance", "/rebates/watch/refresh")).status_code in (303, 409)
    assert (await site.post("manager", "/rebates/watch/refresh")).status_code == 403


async def test_an_appeal_is_answered_and_corrects(site: Site, world: World) -> None:
    number = await posted(site, world)
    line = await fetch_value("select min(id) from rebate_settlement_line where settlement = {}", number)
    appeal = await raise_appeal(
        world.people["owner1"], line, "10월 주문이 빠졌습니다.", DAY, ("p.txt", "text/plain", b"proof")
    )
    place = f"/rebates/appeals/{appeal}"
    assert "빠졌습니다" in ok(await site.get("manager", "/rebates/appeals"))
    assert (await site.get("finance", f"{place}/evidence")).content == b"proof"
    assert f"{place}/answer" in ok(await site.get("finance", place))
    assert f"{place}/answer" not in ok(await site.get("manager", place))
    assert (await site.post("finance", f"{place}/answer", outcome="upheld", answer="")).status_code == 422
    done = await site.post("finance", f"{place}/answer", outcome="upheld", answer="맞습니다.", correct="on")
    assert done.status_code == 303, done.text
    row = await fetch_one("select outcome, correction from rebate_appeal where id = {}", appeal)
    assert row is not None
    assert row["outcome"] == "upheld"
    await work(row["correction"])
    assert "Before and after" in ok(await site.get("finance", f"/rebates/settlements/{row['correction']}"))
    assert (await site.get("finance", "/rebates/appeals/999")).status_code == 404
    assert (await site.get("finance", "/rebates/appeals/999/evidence")).status_code == 404
    assert (
        await site.post("finance", f"{place}/answer", outcome="dismissed", answer="no no")
    ).status_code == 409


async def test_another_managers_appeal_is_not_there(site: Site, world: World) -> None:
    number = await posted(site, world)
    line = await fetch_value("select max(id) from rebate_settlement_line where settlement = {}", number)
    appeal = await raise_appeal(world.people["owner2"], line, "D-2 objects", DAY)
    assert (await site.get("manager", f"/rebates/appeals/{appeal}")).status_code == 404
    assert "D-2 objects" not in ok(await site.get("manager", "/rebates/appeals"))


async def test_late_months_are_opened_by_the_service(site: Site, world: World) -> None:
    number = await open_settlement(
        world.people["finance"], world.version, SettlementKind.PARTIAL, SECOND, DAY
    )
    await work(number)
    assert 'name="through"' not in ok(await site.get("finance", "/rebates/settlements"))


async def exported(site: Site, world: World) -> tuple[str, str]:
    await posted(site, world)
    place = (await site.post("finance", "/rebates/payouts")).headers["location"]
    sha256 = await fetch_value("select content_sha256 from rebate_payout")
    await site.post("second", f"{place}/approve", sha256=sha256)
    return place, (await site.post("finance", f"{place}/export", format="csv")).text.lstrip("\ufeff")


async def send(site: Site, place: str, text: str) -> httpx.Response:
    return await site.client.post(
        f"{place}/acknowledge",
        files={"file": ("erp.csv", text.encode(), "text/csv")},
        headers={"x-viewer": "finance"},
    )


async def test_the_erp_answers_with_a_file(site: Site, world: World) -> None:
    place, text = await exported(site, world)
    rows = list(csv.reader(io.StringIO(text)))
    for number, row in enumerate(rows[1:], 1):
        row[5], row[6] = f"ERP-{number}", DAY.isoformat()
    answer = io.StringIO()
    csv.writer(answer).writerows(rows)
    shown = await send(site, place, answer.getvalue())
    assert shown.status_code == 200, shown.text
    assert "1,340" in shown.text
    assert await fetch_value("select count(*) from rebate_payout_line where state = 'paid'") == 0
    sha256 = shown.text.split('name="sha256" value="')[1].split('"')[0]
    booked = await site.post("finance", f"{place}/acknowledge", sha256=sha256, name="erp.csv")
    assert booked.status_code == 303, booked.text
    assert await fetch_value("select count(*) from rebate_payout_line where state = 'paid'") == 2
    again = await site.post("finance", f"{place}/acknowledge", sha256=sha256, name="erp.csv")
    assert again.status_code == 303
    assert await fetch_value("select count(*) from ledger_operation where kind = 'payout'") == 2


async def test_a_payment_of_a_day_to_come_is_refused(site: Site, world: World) -> None:
    place, text = await exported(site, world)
    rows = list(csv.reader(io.StringIO(text)))
    rows[1][5], rows[1][6] = "ERP-1", (DAY + dt.timedelta(days=1)).isoformat()
    answer = io.StringIO()
    csv.writer(answer).writerows(rows)
    refused = await send(site, place, answer.getvalue())
    assert (refused.status_code, "This day is still to come." in refused.text) == (422, True)
    assert "<td>Paid on</td>" in refused.text


async def test_every_problem_of_a_file_by_row(site: Site, world: World) -> None:
    place, text = await exported(site, world)
    rows = list(csv.reader(io.StringIO(text)))
    rows[1][3], rows[1][5], rows[1][6] = "1", "E-1", DAY.isoformat()
    rows[2][0], rows[2][5], rows[2][6] = "999", "E-2", DAY.isoformat()
    answer = io.StringIO()
    csv.writer(answer).writerows(rows)
    wrong = await send(site, place, answer.getvalue())
    assert wrong.status_code == 422
    assert "Line 999 is not of this payout." in wrong.text
    assert "What was paid is not the amount of the line" in wrong.text
    assert (await site.post("finance", f"{place}/acknowledge")).status_code == 422
    assert (await send(site, "/rebates/payouts/777", text)).status_code == 404
