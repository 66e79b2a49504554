"""Programmes on screen: drafted from a usual scheme, approved by somebody else, accepted, superseded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from portal.db import fetch_value
from rules.months import Month
from rules.rebate import Program
from tests.portal.rebates.office_site import Site, make_client
from tests.portal.rebates.world import sell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.portal.rebates.world import World


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


async def test_the_list_shows_programmes_and_usual_schemes(site: Site) -> None:
    answer = await site.get("author", "/rebates/programs")
    assert answer.status_code == 200, answer.text
    assert "example" in answer.text
    assert 'value="volume_quarter"' in answer.text
    assert 'value="volume_quarter"' not in (await site.get("finance", "/rebates/programs")).text


async def test_a_version_in_words(site: Site, world: World) -> None:
    answer = await site.get("finance", f"/rebates/programs/{world.version}")
    assert answer.status_code == 200, answer.text
    assert "5,000" in answer.text
    assert (await site.get("finance", "/rebates/programs/987654")).status_code == 404
    answer = await site.get("finance", f"/rebates/programs/{world.version}/acceptances")
    assert answer.status_code == 200, answer.text


async def test_from_scheme_to_approval_by_somebody_else(site: Site, world: World) -> None:
    made = await site.post("author", "/rebates/programs", scheme="volume_quarter")
    assert made.status_code == 303, made.text
    place = made.headers["location"].removesuffix("/edit")
    assert f'action="{place}/submit"' in (await site.get("author", place)).text
    assert (await site.post("author", f"{place}/submit", announced_on="2020-01-01")).status_code == 422


async def draft(site: Site, scheme: str = "volume_quarter") -> str:
    made = await site.post("author", "/rebates/programs", scheme=scheme)
    return made.headers["location"].removesuffix("/edit")


def cells(text: str) -> dict[str, str]:
    """Return what a page's editor would send."""
    found = {}
    for node in LexborHTMLParser(text).css("#sheet input, #sheet select, #sheet textarea"):
        name = node.attributes.get("name")
        if not name:
            continue
        value = node.attributes.get("value") or ""
        if node.tag == "select":
            chosen = node.css_first("option[selected]")
            value = (chosen.attributes.get("value") if chosen else "") or ""
        found[name] = node.text() if node.tag == "textarea" else value
    return found


@pytest.mark.parametrize(
    "scheme",
    ["cumulative_quantity", "growth", "mix_and_new", "monthly_flat", "volume_quarter", "year_end"],
)
async def test_the_grid_loses_nothing(site: Site, scheme: str) -> None:
    place = await draft(site, scheme)
    before = Program.load(await fetch_value("select text from rebate_version order by id desc") + "\n")
    sent = cells((await site.get("author", f"{place}/edit")).text)
    answer = await site.post("author", f"{place}/edit/check", **sent)
    assert answer.status_code == 200, answer.text
    after = Program.load(await fetch_value("select text from rebate_version order by id desc") + "\n")
    assert after.sha256 == before.sha256


async def test_cells_and_lines(site: Site) -> None:
    place = await draft(site)
    sent = cells((await site.get("author", f"{place}/edit")).text)
    sent |= {"r0-f0": "10,000,000", "r0-g0": "0.75 %", "r0-f3": "x", "r0-g3": "9"}
    answer = await site.post("author", f"{place}/edit/check", **sent)
    assert "line" in answer.text
    assert "rate_bp: 75" in answer.text
    assert (await site.post("author", f"{place}/edit/check", **sent)).status_code == 409
    for change, lines in (("add", 2), ("up-1", 2), ("down-9", 2), ("remove-0", 1), ("remove-0", 1)):
        sent = cells((await site.get("author", f"{place}/edit")).text)
        answer = await site.client.post(
            f"{place}/edit?do={change}", data=sent, headers={"x-viewer": "author"}
        )
        assert answer.status_code == 303, answer.text
        text = (await site.get("author", f"{place}/edit")).text
        assert text.count('class="grid tiergrid"') == lines, change


async def test_the_text_names_lines(site: Site) -> None:
    place = await draft(site)
    sent = cells((await site.get("author", f"{place}/edit/text")).text)
    sent["text"] = sent["text"].replace("mode: retroactive", "mode: backwards")
    answer = await site.client.post(
        f"{place}/edit/text", data=sent, headers={"x-viewer": "author", "hx-request": "true"}
    )
    assert 'data-goto="' in answer.text
    assert "problems keep this" in answer.text
    sent = cells((await site.get("author", f"{place}/edit/text")).text) | {"text": "just words"}
    assert (await site.post("author", f"{place}/edit/text", **sent)).status_code == 303
    assert (await site.get("author", f"{place}/edit")).status_code == 303
    assert (await site.get("author", place)).status_code == 200
    assert (await site.get("author", f"{place}/simulation")).status_code == 409


async def test_life_cycle(site: Site, world: World) -> None:
    place = await draft(site)
    today = dt.datetime.now(ZoneInfo("Asia/Seoul")).date().isoformat()
    assert (await site.post("author", f"{place}/submit", announced_on=today)).status_code == 303
    assert (await site.get("author", f"{place}/edit")).status_code == 409
    sha256 = await fetch_value("select sha256 from rebate_version order by id desc")
    assert (await site.post("author", f"{place}/approve", sha256=sha256)).status_code == 403
    assert (await site.post("approver", f"{place}/decline", reason="")).status_code == 422
    assert (await site.post("approver", f"{place}/decline", reason="구간이 너무 높습니다")).status_code == 303
    assert "구간이 너무 높습니다" in (await site.get("author", place)).text
    await site.post("author", f"{place}/submit", announced_on=today)
    assert (await site.post("approver", f"{place}/approve", sha256="0" * 64)).status_code == 409
    assert (await site.post("approver", f"{place}/approve", sha256=sha256)).status_code == 303
    assert "Announced" in (await site.get("finance", place)).text
    waiting = (await site.get("author", f"{place}/acceptances", shown="waiting")).text
    assert "D-1" in waiting
    assert (await site.post("author", f"{place}/remind")).status_code == 303
    assert (await site.post("author", f"{place}/remind")).status_code == 409
    assert (await site.post("author", f"/rebates/programs/{world.version}/remind")).status_code == 409
    assert (await site.post("author", f"{place}/copy")).status_code == 303
    assert (await site.post("author", f"{place}/cancel", cancel_reason="")).status_code == 422
    assert (await site.post("author", f"{place}/cancel", cancel_reason="시장 변화")).status_code == 303


async def test_simulation_and_comparison(site: Site, world: World) -> None:
    for back, net in ((1, 6000), (2, 3000), (12, 30_000), (13, 100)):
        month = str(Month.of(dt.datetime.now(ZoneInfo("Asia/Seoul")).date()).shift(-back))
        await sell(world.dealers["D-1"], month, net)
    place = f"/rebates/programs/{world.version}"
    assert "simulation/result" in (await site.get("finance", f"{place}/simulation")).text
    answer = await site.get("finance", f"{place}/simulation/result")
    assert answer.status_code == 200, answer.text
    assert "D-1" in answer.text
    assert "D-2" not in answer.text
    assert "D-1" not in (await site.get("manager", f"{place}/simulation/result")).text
    file = await site.post("finance", f"{place}/simulation/export", format="csv")
    assert file.text.count("\n") == 2
    assert "D-1" not in (await site.post("manager", f"{place}/simulation/export", format="csv")).text
    copied = (await site.post("author", f"{place}/copy")).headers["location"].removesuffix("/edit")
    text = (await site.get("author", f"{copied}/compare")).text
    assert "First day" in text
    assert (await site.get("author", f"{copied}/compare", **{"with": "12345"})).status_code == 404
