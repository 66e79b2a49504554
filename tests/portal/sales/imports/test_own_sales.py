"""A dealer's owner brings his own sales: his codes, his accounts, his map, and nothing of anybody else."""

from __future__ import annotations

import datetime as dt
import html
import json
import re

import pytest

from portal import db
from portal.network.service.duplicates import suspect
from portal.network.service.merging import merge, undo_merge
from portal.plans.month_facts import read_field_month
from portal.sales.imports.own_codes import BUYERS
from rules.months import Month
from tests.portal.sales.imports.conftest import Importer, checksums, lines
from tests.portal.sales.imports.test_pages import HEADER, Pages, make_product, pages, row, run_jobs
from tests.portal.sales.imports.world import OTHER_DEALER, OWN_DEALER, VIEWERS

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
__all__ = ["pages"]


async def shop(code: str, dealer: int, *, kind: str = "terminal", owner: str = "dealer") -> int:
    """Insert an account of a dealer, in the open unit of work."""
    number = await db.fetch_value(
        "insert into account (kind, code, name, dealer, owner, created_at, updated_at)"
        " values ({}, {}, {}, {}, {}, {}, {}) returning id",
        *(kind, code, f"가게 {code}", dealer, owner, NOW, NOW),
    )
    await db.execute(f"insert into {kind} (account) values ({{}})", number)
    return int(number)


@pytest.fixture
async def own(pages: Pages) -> Pages:
    """Dealer 10 with a shop of his own, dealer 20 with another, and one product."""
    async with db.unit_of_work():
        await make_product("P1")
        await shop("MINE", OWN_DEALER)
        await shop("THEIRS", OTHER_DEALER)
        await db.execute("insert into person (name) values ('x')")
    return pages


def shape(text: str) -> str:
    """Return a page without what a code, a number or a token makes of it."""
    return re.sub(r"THEIRS|NOWHERE|[0-9A-Za-z_.\-]{30,}|\d+", "", html.unescape(text))


async def test_a_code_of_another_dealer_is_answered_like_one_that_nobody_has(own: Pages) -> None:
    seen = []
    for code in ("THEIRS", "NOWHERE"):
        path = await own.uploaded("owner", HEADER + row("A1", buyer="MINE") + row("A2", buyer=code))
        answers = [await own.get("owner", place) for place in (path, f"{path}?tab=unknown", f"{path}/codes")]
        said = {"field": "buyer", "meaning": "same", "code": code}
        answers.append(await own.post("owner", f"{path}/codes", **said, known=code))
        answers.append(await own.get("owner", f"{path}/errors"))
        seen.append([(answer.status_code, shape(answer.text)) for answer in answers])
        await own.post("owner", f"{path}/codes", field="buyer", meaning="new", code=code)
        await own.post("owner", f"{path}/confirm")
        await run_jobs()
        await own.post("owner", f"{path}/undo", typed=path.rsplit("/", 1)[1])
        await run_jobs()
    assert seen[0] == seen[1]
    assert [status for status, _ in seen[0]] == [200, 200, 200, 422, 200]


async def test_codes_are_explained_once_and_remembered(own: Pages) -> None:
    before = await checksums()
    file = (
        HEADER
        + row("A1", buyer="내 가게")
        + row("A2", buyer="새 집")
        + row("A3", product="내 상품", buyer="MINE")
    )
    path = await own.uploaded("owner", file)
    text = html.unescape((await own.get("owner", f"{path}/codes")).text)
    assert all(code in text for code in ("내 가게", "새 집", "내 상품"))
    say = {"field": "buyer", "meaning": "same", "code": "내 가게"}
    wrong = await own.post("owner", f"{path}/codes", **say, known="NOWHERE")
    assert (wrong.status_code, "There is no record of yours with this code." in wrong.text) == (422, True)
    await own.post("owner", f"{path}/codes", **say, known="MINE")
    refused = await own.post("owner", f"{path}/codes", field="product", meaning="new", code="내 상품")
    assert refused.status_code == 422
    await own.post("owner", f"{path}/codes", field="product", meaning="same", code="내 상품", known="P1")
    await own.post("owner", f"{path}/codes", field="buyer", meaning="all_new")
    assert "Every code is explained." in (await own.get("owner", f"{path}/codes")).text
    await own.post("owner", f"{path}/confirm")
    await run_jobs()
    made = f"{OWN_DEALER}-새 집"
    assert await lines() == [
        ("A1", 1, "MINE", "P1", 1, 1000), ("A2", 1, made, "P1", 1, 1000), ("A3", 1, "MINE", "P1", 1, 1000)
    ]  # fmt: skip
    new = await db.fetch_one("select owner, dealer, name from account where code = {} and is_stub", made)
    assert new == {"owner": "dealer", "dealer": OWN_DEALER, "name": "새 집"}
    again = await own.uploaded("owner", file)
    assert re.search(r"Same</h2><div class=\"v num\">3<", html.unescape((await own.get("owner", again)).text))
    shown = html.unescape((await own.get("owner", "/imports/codes")).text)
    assert ("내 가게" in shown, "내 상품" in shown) == (True, True)
    assert "내 가게" not in html.unescape((await own.get("other", "/imports/codes")).text)
    assert (await own.get("finance", "/imports/codes")).status_code == 404
    mine = {"field": "buyer", "code": "내 가게"}
    assert (await own.post("other", "/imports/codes/forget", **mine)).status_code == 404
    await own.post("owner", f"{path}/undo", typed=path.rsplit("/", 1)[1])
    await run_jobs()
    assert await checksums() == before
    forgotten = await own.post("owner", "/imports/codes/forget", **mine)
    assert forgotten.status_code == 303


async def test_another_dealers_codes_page_is_not_there(own: Pages) -> None:
    path = await own.uploaded("owner", HEADER + row("A1", buyer="MINE"))
    for name in ("other", "finance"):
        assert (await own.get(name, f"{path}/codes")).status_code == 404
        body = {"field": "buyer", "meaning": "new", "code": "X"}
        assert (await own.post(name, f"{path}/codes", **body)).status_code == 404
    await own.post("owner", f"{path}/confirm")
    await run_jobs()
    assert (await own.get("owner", f"{path}/codes")).headers["location"] == path
    late = await own.post("owner", f"{path}/codes", field="buyer", meaning="new", code="X")
    assert late.status_code == 409


async def test_his_own_map_is_saved_offered_first_and_nobody_elses(own: Pages) -> None:
    header = HEADER.replace("공급가액", "얼마")
    path = await own.uploaded("owner", header + row("A1", buyer="MINE"))
    chosen = {
        "c-number": "전표번호", "c-line": "행번호", "c-day": "일자", "c-buyer": "거래처코드",
        "c-product": "제품코드", "c-quantity": "수량", "c-amount": "얼마", "name": "내 프로그램",
    }  # fmt: skip
    assert (await own.post("owner", f"{path}/map", **chosen)).status_code == 303
    await run_jobs()
    key = f"saved:{await db.fetch_value('select id from import_map')}"
    form = html.unescape((await own.get("owner", "/imports/new")).text)
    assert f'<option value="{key}" selected>내 프로그램</option>' in form
    for name in ("other", "finance"):
        assert "내 프로그램" not in html.unescape((await own.get(name, "/imports/new")).text)
    assert (await own.upload("other", HEADER + row("A1"), map=key)).status_code == 422
    again = await own.upload("owner", header + row("A2", buyer="MINE"), map=key)
    await run_jobs()
    text = html.unescape((await own.get("owner", again.headers["location"])).text)
    assert re.search(r"New</h2><div class=\"v num\">1<", text)


async def test_merged_codes_lead_to_the_one_that_stands(own: Pages) -> None:
    async with db.unit_of_work():
        twin = await shop("TWIN", OWN_DEALER)
        mine = await db.fetch_value("select id from account where code = 'MINE'")
        pair = await suspect(twin, mine)
    merge_id = await merge(VIEWERS.owner, pair, mine, ())
    await own.post("owner", f"{await own.uploaded('owner', HEADER + row('A1', buyer='TWIN'))}/confirm")
    await run_jobs()
    assert [line[2] for line in await lines()] == ["MINE"]
    await undo_merge(VIEWERS.owner, merge_id)
    await own.post("owner", f"{await own.uploaded('owner', HEADER + row('A2', buyer='TWIN'))}/confirm")
    await run_jobs()
    assert [line[2] for line in await lines()] == ["MINE", "TWIN"]


async def test_over_the_border_a_dealers_own_file_lands_on_his_own_record(own: Pages) -> None:
    async with db.unit_of_work():
        headquarters = await shop("HQ", OTHER_DEALER, owner="manufacturer")
        mine = await db.fetch_value("select id from account where code = 'MINE'")
        pair = await suspect(headquarters, mine)
        await db.execute(
            "insert into sharing_grant (dealer, purpose, granted_at) values ({}, 'terminals', {})",
            OWN_DEALER,
            NOW,
        )
    await merge(VIEWERS.administrator, pair, headquarters, ())
    own_file = await own.uploaded("owner", HEADER + row("A1", buyer="MINE"))
    await own.post("owner", f"{own_file}/confirm")
    theirs = await own.uploaded("finance", HEADER + row("B1", buyer="MINE"))
    await own.post("finance", f"{theirs}/confirm")
    await run_jobs()
    assert [(line[0], line[2]) for line in await lines()] == [("A1", "MINE"), ("B1", "HQ")]


async def test_first_order_and_repeat_come_from_these_lines_and_without_them_nobody_knows(
    importer: Importer, own: Pages
) -> None:
    """Source: FEATURES D2: opened and retained = a second order within 60 days of the first."""
    month = Month.parse("2026-11")

    async def retained() -> dict[int, tuple[int, int, int]]:
        return dict((await read_field_month(month)).parts["new_retained_outlets"])

    assert await retained() == {}
    file = {"buyer": "MINE", "product": "P1"}
    batch = await importer.orders(
        {**file, "number": "A1", "day": "2026-10-05"}, {**file, "number": "A2", "day": "2026-11-20"},
        dealer_id=OWN_DEALER, source_code=f"dealer-{OWN_DEALER}", level=2,
    )  # fmt: skip
    assert (batch.report.counts.new, batch.report.counts.unknown) == (2, 0)
    assert await retained() == {}
    async with db.unit_of_work():
        for purpose in ("sell_through", "terminals"):
            await db.execute(
                "insert into sharing_grant (dealer, purpose, granted_at) values ({}, {}, {})",
                *(OWN_DEALER, purpose, NOW),
            )
    assert await retained() == {OWN_DEALER: (1, 1, 1)}
    async with db.unit_of_work():
        mine = await db.fetch_value("select id from account where code = 'MINE'")
        twin = await shop("TWIN", OWN_DEALER)
    await importer.orders(
        {"buyer": "TWIN", "product": "P1", "number": "Z1", "day": "2026-03-05"},
        dealer_id=OWN_DEALER, source_code=f"dealer-{OWN_DEALER}", level=2,
    )  # fmt: skip
    async with db.unit_of_work():
        pair = await suspect(mine, twin)
    await merge(VIEWERS.owner, pair, mine, ())
    assert await retained() == {OWN_DEALER: (0, 1, 0)}


async def test_a_hundred_thousand_codes_are_not_asked_one_by_one(importer: Importer, own: Pages) -> None:
    """The list of codes is short, the rest is one button; a file of many shops needs one press."""
    many = "".join(row(f"N{n}", buyer=f"집{n}") for n in range(120))
    path = await own.uploaded("owner", HEADER + many)
    text = html.unescape((await own.get("owner", f"{path}/codes")).text)
    assert (text.count('value="same"'), "70 more codes" in text) == (50, True)
    await own.post("owner", f"{path}/codes", field="buyer", meaning="all_new")
    await own.post("owner", f"{path}/confirm")
    await run_jobs()
    assert await db.fetch_value("select count(*) from account where is_stub = true") == 120
    assert await db.fetch_value("select count(*) from dealer_code where account is null") == 0
    assert json.loads(await db.fetch_value("select report from import_batch"))["counts"]["new"] == 120
    assert int(BUYERS) == 2
