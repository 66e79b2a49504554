"""What leads from a page of incentives to the next: papers, contracts, what was carried, what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch_value, unit_of_work
from portal.rebates.queries.settlements import find_open
from portal.rebates.service.appeals import raise_appeal
from portal.rebates.service.settlements import accrue
from portal.rebates.service.versions import install_version
from portal.rebates.work import register_jobs
from portal.settings import Settings
from tests.portal.rebates.office_site import Site, make_client
from tests.portal.rebates.test_office_money import DAY, FIRST, RUNNING, SECOND, THIS, ok, posted, settled
from tests.portal.rebates.world import EXAMPLE, World, make_world, sell, work

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def world(database: str) -> World:
    register_jobs(Settings(database_url=database))
    return await make_world(text=RUNNING)


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


async def test_a_line_leads_to_its_paper(site: Site, world: World) -> None:
    number = await settled(site, world)
    text = ok(await site.get("finance", f"/rebates/settlements/{number}"))
    for dealer in world.dealers.values():
        assert f'href="/rebates/papers/{dealer}/statements/{number}/print"' in text
    accrued = await _accrued(world)
    assert "/rebates/papers/" not in ok(await site.get("finance", f"/rebates/settlements/{accrued}"))


async def _accrued(world: World) -> int:
    async with unit_of_work():
        await execute("update rebate_settlement set state = 'cancelled' where state = 'draft'")
    number = await accrue(None, world.version, DAY)
    await work(number)
    return number


async def test_the_sheet_for_comparing_is_one_click_away(site: Site, world: World) -> None:
    dealer = world.dealers["D-1"]
    await sell(dealer, str(FIRST), 4700)
    await _accrued(world)
    sheet = f"/rebates/papers/{dealer}/switching"
    assert f'href="{sheet}"' in ok(await site.get("finance", f"/rebates/ledger/accounts/{dealer}"))
    assert f'href="{sheet}/print"' in ok(await site.get("finance", "/rebates/watch"))


async def test_what_is_accrued_hides_nothing_that_waits(site: Site, world: World) -> None:
    before = ok(await site.get("finance", "/rebates/settlements")).count('name="through"')
    await _accrued(world)
    assert ok(await site.get("finance", "/rebates/settlements")).count('name="through"') == before == 2


async def test_terms_of_a_contract_ask_nobody_to_accept(site: Site, world: World) -> None:
    place = f"/rebates/programs/{world.version}"
    for path in ("/rebates/programs", place, f"{place}/acceptances"):
        assert "By contract" in ok(await site.get("author", path)), path
    text = ok(await site.get("author", f"{place}/acceptances?shown=waiting"))
    assert "Not accepted" not in text
    assert "D-1" in text
    ahead = await install_version(
        EXAMPLE.replace("2026-10-01", f"{THIS.shift(1)}-01").replace(
            "2026-12-31", str(THIS.shift(3).last_on)
        ),
        DAY,
        world.people["author"].signature("rebates.author"),
        world.people["approver"].signature("rebates.approve"),
    )
    refused = await site.post("author", f"/rebates/programs/{ahead}/remind")
    assert refused.status_code == 409
    assert "stand in the contract" in refused.text


async def test_a_correction_waits_for_what_is_on_its_way(site: Site, world: World) -> None:
    number = await posted(site, world)
    place = f"/rebates/settlements/{number}"
    assert await find_open(world.version) is None
    assert "Open a correction" in ok(await site.get("finance", place))
    answer = await site.post(
        "finance", "/rebates/settlements", version=str(world.version), kind="partial", through=str(SECOND)
    )
    text = ok(await site.get("finance", place))
    assert "Open a correction" not in text
    assert f'href="{answer.headers["location"]}"' in text
    assert await find_open(world.version) == int(answer.headers["location"].rsplit("/", 1)[1])


async def test_a_settlement_shows_what_it_carried(site: Site, world: World) -> None:
    number = await posted(site, world)
    assert "Set off and carried" not in ok(await site.get("finance", f"/rebates/settlements/{number}"))
    await sell(world.dealers["D-2"], str(FIRST), 6000)
    made = await site.post(
        "finance",
        "/rebates/settlements",
        version=str(world.version),
        kind="correction",
        period_on=FIRST.first_on.isoformat(),
        reason="반품",
    )
    assert made.status_code == 303, made.text
    correction = int(made.headers["location"].rsplit("/", 1)[1])
    # The bank has taken the 1,200 by now, so 1,080 too much was paid.
    await _paid(site)
    await work(correction)
    await site.post("finance", f"/rebates/settlements/{correction}/post", booked=str(FIRST))
    await work(correction)
    text = ok(await site.get("finance", f"/rebates/settlements/{correction}"))
    assert "Set off and carried" in text
    assert "-₩1,080" in text
    assert "never asked for" in text


async def _paid(site: Site) -> None:
    place = (await site.post("finance", "/rebates/payouts")).headers["location"]
    sha256 = await fetch_value("select content_sha256 from rebate_payout")
    await site.post("second", f"{place}/approve", sha256=sha256)
    sent = (await site.post("finance", f"{place}/export", format="csv")).text.lstrip("\ufeff")
    rows = [line.split(",") for line in sent.splitlines()]
    for place_, row in enumerate(rows[1:], 1):
        row[5], row[6] = f"ERP-{place_}", DAY.isoformat()
    text = "\n".join(",".join(row) for row in rows)
    shown = await site.client.post(
        f"{place}/acknowledge",
        files={"file": ("erp.csv", text.encode(), "text/csv")},
        headers={"x-viewer": "finance"},
    )
    sha = shown.text.split('name="sha256" value="')[1].split('"')[0]
    await site.post("finance", f"{place}/acknowledge", sha256=sha, name="erp.csv")


async def test_the_months_of_appeals(site: Site, world: World) -> None:
    number = await posted(site, world)
    line = await fetch_value("select min(id) from rebate_settlement_line where settlement = {}", number)
    appeal = await raise_appeal(world.people["owner1"], line, "주문이 빠졌습니다.", DAY)
    text = ok(await site.get("finance", "/rebates/appeals"))
    assert _figures(text) == ["1", "1", "0", "0", "0", "–"]
    await site.post("finance", f"/rebates/appeals/{appeal}/answer", outcome="dismissed", answer="맞습니다.")
    text = ok(await site.get("finance", "/rebates/appeals"))
    assert _figures(text) == ["1", "0", "0", "1", "0", "0"]


def _figures(text: str) -> list[str]:
    row = text.split('id="h-figures"')[1].split("<tbody>")[1].split("</tr>", maxsplit=1)[0]
    return [cell.split("</td>")[0] for cell in row.split('<td class="e num">')[1:]]
