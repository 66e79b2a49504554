"""From a line of a statement to the documents it adds up, and to the lines of one document."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from portal.db import fetch_value, unit_of_work
from portal.errors import NotFound
from portal.paging import Cursor
from portal.rebates.model import SettlementKind
from portal.rebates.queries.sources import (
    list_source_documents,
    months_of,
    open_document,
    source_of,
)
from portal.rebates.queries.versions import program_of
from portal.rebates.service.versions import install_version
from portal.rebates.work import register_jobs
from portal.settings import Settings
from portal.web.ladder import Ladder, Step, draw
from rules.months import Month
from tests.portal.rebates.own_site import MARCH, TEXT, YEAR, Site, build_site, line_of, order, settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def site(database: str, tmp_path: Path) -> AsyncIterator[Site]:
    """A dealer who bought in January and February, and one who did not."""
    register_jobs(Settings(database_url=database))
    made = await build_site(tmp_path)
    yield made
    await made.client.aclose()


async def test_months_add_up_to_what_was_settled_and_lead_to_documents(site: Site) -> None:
    settlement = await settled(site)
    line = await line_of(settlement, site.dealer)
    path = f"/my/rebates/lines/{line}/documents"
    page = await site.get("owner1", path)
    assert [text in page.text for text in (f"January {YEAR}", f"February {YEAR}", "₩10,000")] == [True] * 3
    assert "Difference" not in page.text
    month = await site.get("owner1", f"{path}?month={YEAR}-01")
    assert ("I-1" in month.text, "I-2" in month.text) == (True, False)
    file = await site.get("owner1", f"{path}/file?form=csv")
    rows = list(csv.reader(io.StringIO(file.text.lstrip("\ufeff"))))[1:]
    assert [(row[1], row[4]) for row in rows] == [("I-1", "5000"), ("I-2", "5000")]
    assert (await site.get("owner1", f"{path}?month=nonsense")).status_code == 404
    assert (await site.get("owner1", f"{path}?part=compare")).status_code == 404


async def test_a_document_shows_what_counts_and_what_does_not(site: Site) -> None:
    final = await settled(site, SettlementKind.FINAL, Month.parse(f"{YEAR}-12"))
    line = await line_of(final, site.dealer, "bonus")
    document = await fetch_value("select id from document where number = 'I-1'")
    page = await site.get("owner1", f"/my/rebates/lines/{line}/documents/{document}")
    assert page.text.count("does not count") == 2
    assert [text in page.text for text in ("coffee 상자", "Container deposit", "₩4,000")] == [True] * 3
    other = await fetch_value("select id from document where number = 'I-2'")
    assert (await site.get("owner1", f"/my/rebates/lines/{line}/documents/{other}")).status_code == 404


async def test_what_came_in_later_is_named_as_the_difference(site: Site) -> None:
    settlement = await settled(site)
    await order(site, "R-1", f"{YEAR}-02-20", {"tea": -2_000}, kind=2)
    line = await line_of(settlement, site.dealer)
    page = await site.get("owner1", f"/my/rebates/lines/{line}/documents")
    assert [text in page.text for text in ("Difference", "-₩2,000", "₩8,000")] == [True] * 3


async def test_documents_come_page_by_page(site: Site) -> None:
    for number in range(4):
        await order(site, f"X-{number}", f"{YEAR}-03-0{number + 1}", {"tea": 10})
    program = await program_of(site.world.version)
    source = source_of(program, program.components[0], site.dealer, MARCH.last_on)
    first = await list_source_documents(source, Cursor(), limit=2)
    assert [row.number for row in first.rows] == ["I-1", "I-2"]
    last = first.rows[-1]
    second = await list_source_documents(source, Cursor((last.on.isoformat(), last.id)), limit=2)
    assert [row.number for row in second.rows] == ["X-0", "X-1"]
    head = second.rows[0]
    back = await list_source_documents(
        source, Cursor((head.on.isoformat(), head.id), backwards=True), limit=2
    )
    assert [row.number for row in back.rows] == ["I-1", "I-2"]


COMPARED = (
    TEXT.replace("program: own", "program: compared")
    .replace(
        "{measure: net, level: sell_in, window: period}", "{measure: growth, level: sell_in, window: period}"
    )
    .replace(
        "{measure: net, level: sell_in, window: period, categories: [coffee]}",
        "{measure: mix, level: sell_in, window: period, categories: [coffee]}",
    )
    .replace("amounts: supply", "amounts: vat_included")
)


async def test_growth_and_mix_show_what_they_are_compared_with(site: Site) -> None:
    await order(site, "OLD", f"{YEAR - 1}-02-10", {"tea": 700})
    people = site.world.people
    text = COMPARED.replace("mode: marginal", "mode: retroactive").replace(
        "boundary: inclusive", "boundary: inclusive\n    pays_on: value", 1
    )
    version = await install_version(
        text,
        MARCH.first_on.replace(month=1),
        people["author"].signature("rebates.author"),
        people["approver"].signature("rebates.approve"),
    )
    program = await program_of(version)
    growth, mix = program.components
    found = {
        (component.id, part): [
            row.value
            for row in await months_of(source_of(program, component, site.dealer, MARCH.last_on, part))
        ]
        for component in (growth, mix)
        for part in ("this", "compare")
    }
    assert found == {
        ("volume", "this"): [5_500, 5_500],
        ("volume", "compare"): [770],
        ("bonus", "this"): [4_400],
        ("bonus", "compare"): [5_500, 5_500],
    }
    site.world.version = version
    settlement = await settled(site)
    line = await line_of(settlement, site.dealer)
    page = await site.get("owner1", f"/my/rebates/lines/{line}/documents?part=compare")
    assert [text in page.text for text in ("A year before", "VAT included", "₩770")] == [True] * 3
    with pytest.raises(NotFound):
        await open_document(source_of(program, growth, site.dealer, MARCH.last_on), 999_999)


async def test_quantities_are_units(site: Site) -> None:
    async with unit_of_work():
        await fetch_value(
            "update account_month set quantity = 40 where account = {} returning id", site.dealer
        )
    text = TEXT.replace("program: own", "program: units").replace(
        "{measure: net, level: sell_in, window: period}",
        "{measure: quantity, level: sell_in, window: period}",
    )
    text = text.replace("{from: 5000, rate_bp: 200}", "{from: 1, per_unit_minor: 5}").replace(
        "{from: 20000, rate_bp: 400}", "{from: 100, per_unit_minor: 7}"
    )
    people = site.world.people
    site.world.version = await install_version(
        text,
        MARCH.first_on.replace(month=1),
        people["author"].signature("rebates.author"),
        people["approver"].signature("rebates.approve"),
    )
    settlement = await settled(site)
    page = await site.get("owner1", f"/my/rebates/{site.world.version}/statement")
    assert "80 units" in page.text
    line = await line_of(settlement, site.dealer)
    assert "units" in (await site.get("owner1", f"/my/rebates/lines/{line}/documents")).text


def test_a_ladder_names_tiers_that_have_room_and_escapes_what_it_is_told() -> None:
    steps = (Step(100, "100", "1 %"), Step(110, "110", "2 %"), Step(1_000, "1,000", "<3> %"))
    drawn = str(draw(Ladder(500, 800, steps, '"><script>')))
    assert [text in drawn for text in ("2 %", "1 %", "&lt;3&gt; %", "<script>")] == [True, False, True, False]
    assert drawn.count('class="join"') == 3
    assert str(draw(Ladder(-5, None, (), "x"))).count("<rect") == 2
