"""The import screens from upload to undo, and what each viewer may see of them."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.jobs import service, worker
from portal.sales.imports import work
from tests.portal.sales.imports.conftest import lines
from tests.portal.sales.imports.world import OTHER_DEALER, OWN_DEALER, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from tests.portal.sales.imports.conftest import Importer

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
HEADER = "전표번호,행번호,일자,판매처코드,거래처코드,제품코드,수량,공급가액\n"


class Pages:
    """Opens pages and sends forms as one of the viewers; jobs run in between."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def get(self, name: str, path: str, /, **headers: str) -> httpx.Response:
        return await self._client.get(path, headers={"x-viewer": name} | headers)

    async def post(self, name: str, path: str, /, **fields: str) -> httpx.Response:
        return await self._client.post(path, data=fields, headers={"x-viewer": name})

    async def upload(self, name: str, text: str, **fields: str) -> httpx.Response:
        files = {"file": ("판매.csv", text.encode(), "text/csv")}
        form = {"kind": "orders", "mode": "add", "level": "2"} | fields
        return await self._client.post("/imports", data=form, files=files, headers={"x-viewer": name})

    async def uploaded(self, name: str, text: str, **fields: str) -> str:
        """Upload, let the job read it, and return the batch's page."""
        answer = await self.upload(name, text, **fields)
        assert answer.status_code == 303
        await run_jobs()
        return str(answer.headers["location"])


async def run_jobs() -> None:
    while await worker.work_once("test"):
        pass


@pytest.fixture
async def pages(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pages]:
    monkeypatch.setattr(service, "_HANDLERS", {})
    work.register_jobs(importer.settings)
    async with db.unit_of_work():
        for dealer in (OWN_DEALER, OTHER_DEALER):
            await db.execute(
                "insert into account (id, kind, code, name, dealer, created_at, updated_at)"
                " values ({}, 'dealer', {}, {}, {}, {}, {})",
                dealer, f"D{dealer}", f"대리점 {dealer}", dealer, NOW, NOW,
            )  # fmt: skip
            await db.execute("insert into dealer (account) values ({})", dealer)
        if db.engine_kind() == "postgres":
            await db.fetch_value("select setval(pg_get_serial_sequence('account', 'id'), 1000)")
    async with make_client(importer.settings) as client:
        yield Pages(client)


def row(
    number: str,
    *,
    line: int = 1,
    buyer: str = "T1",
    product: str = "P1",
    amount: int = 1000,
    seller: str = "D10",
) -> str:
    return f"{number},{line},2026-10-05,{seller},{buyer},{product},1,{amount}\n"


async def test_upload_preview_confirm_and_undo(pages: Pages) -> None:
    path = await pages.uploaded("finance", HEADER + row("A1") + row("A1", line=2, amount=500))
    text = html.unescape((await pages.get("finance", path)).text)
    assert re.search(r"New</h2><div class=\"v num\">2<", text)
    assert "₩1,500" in text
    assert await lines() == []
    assert (await pages.post("finance", f"{path}/confirm")).status_code == 303
    await run_jobs()
    assert [entry[:2] for entry in await lines()] == [("A1", 1), ("A1", 2)]
    wrong = await pages.post("finance", f"{path}/undo", typed="99999")
    assert (wrong.status_code, len(await lines())) == (422, 2)
    assert (await pages.post("finance", f"{path}/undo", typed=path.rsplit("/", 1)[1])).status_code == 303
    await run_jobs()
    assert await lines() == []
    assert "Undone" in (await pages.get("finance", path)).text


async def test_conflicts_and_errors_are_shown_and_can_be_downloaded(pages: Pages) -> None:
    first = await pages.uploaded("finance", HEADER + row("A1"))
    await pages.post("finance", f"{first}/confirm")
    await run_jobs()
    second = await pages.uploaded(
        "finance", HEADER + row("A1", amount=7) + row("A2").replace("1000", "천 원")
    )
    conflicts = html.unescape((await pages.get("finance", f"{second}?tab=conflict")).text)
    assert re.search(r"<del class=\"soft\">₩1,000</del>\s*<ins>₩7</ins>", conflicts)
    problems = html.unescape((await pages.get("finance", f"{second}?tab=errors")).text)
    assert "천 원" in problems
    answer = await pages.get("finance", f"{second}/errors")
    table = answer.content.decode("utf-8-sig").splitlines()
    assert (len(table), table[0].startswith("Row,전표번호,행번호")) == (3, True)


async def test_progress_is_polled_until_the_page_can_be_shown(pages: Pages) -> None:
    path = (await pages.upload("finance", HEADER + row("A1"))).headers["location"]
    waiting = await pages.get("finance", f"{path}/progress", **{"hx-request": "true"})
    assert 'hx-trigger="load delay:700ms"' in waiting.text
    await run_jobs()
    ready = await pages.get("finance", f"{path}/progress", **{"hx-request": "true"})
    assert (ready.status_code, ready.headers["hx-redirect"]) == (204, path)


async def test_missing_columns_are_chosen_on_screen_and_the_choice_saved(pages: Pages) -> None:
    header = HEADER.replace("공급가액", "얼마").replace("수량", "몇 개")
    path = await pages.uploaded("finance", header + row("A1"))
    refused = html.unescape((await pages.get("finance", path)).text)
    assert "These columns were not found" in refused
    assert '<option value="전표번호" selected>' in html.unescape(
        (await pages.get("finance", f"{path}/map")).text
    )
    chosen = {
        "c-number": "전표번호", "c-line": "행번호", "c-day": "일자", "c-seller": "판매처코드",
        "c-buyer": "거래처코드", "c-product": "제품코드", "c-quantity": "몇 개",
    }  # fmt: skip
    assert (await pages.post("finance", f"{path}/map", **chosen)).status_code == 422
    done = await pages.post("finance", f"{path}/map", **chosen, **{"c-amount": "얼마"}, name="우리 ERP")
    assert done.status_code == 303
    await run_jobs()
    assert "Waiting for confirmation" in (await pages.get("finance", path)).text
    assert [tuple(entry.values()) for entry in await db.fetch("select kind, name from import_map")] == [
        ("orders", "우리 ERP")
    ]


@pytest.mark.parametrize(
    ("name", "status"),
    [("administrator", 200), ("finance", 200), ("owner", 200), ("manager", 403), ("staff", 403)],
)
async def test_who_may_import(pages: Pages, name: str, status: int) -> None:
    assert [(await pages.get(name, path)).status_code for path in ("/imports", "/imports/new")] == [
        status,
        status,
    ]


async def make_product(code: str) -> None:
    """Insert a product of the catalogue, in the open unit of work."""
    await db.execute(
        "insert into product (code, name, is_stub, updated_at) values ({}, {}, false, {})", code, code, NOW
    )


async def test_an_owner_brings_his_own_sales_only_and_nobody_else_sees_them(pages: Pages) -> None:
    async with db.unit_of_work():
        await db.execute(
            "insert into account (kind, code, name, dealer, created_at, updated_at)"
            " values ('terminal', 'THEIRS', '남의 가게', {}, {}, {})",
            OTHER_DEALER, NOW, NOW,
        )  # fmt: skip
        await make_product("P1")
    assert (await pages.upload("owner", HEADER, kind="dealers")).status_code == 403
    rows = row("A1") + row("A2", buyer="THEIRS") + row("A3", seller="D20") + row("A4", seller="NEW")
    path = await pages.uploaded("owner", HEADER + rows)
    assert [(await pages.get(name, path)).status_code for name in ("owner", "other", "finance")] == [
        200,
        404,
        404,
    ]
    await pages.post("owner", f"{path}/codes", field="buyer", meaning="new", code="T1")
    await pages.post("owner", f"{path}/confirm")
    await run_jobs()
    assert [entry[0] for entry in await lines()] == ["A1"]
    made = await db.fetch_one("select owner, dealer from account where name = 'T1'")
    feed = await db.fetch_value("select sell_through_owner from dealer where account = {}", OWN_DEALER)
    assert (made, feed) == ({"owner": "dealer", "dealer": OWN_DEALER}, "dealer")
    assert await db.fetch_value("select count(*) from account where code = 'NEW'") == 0
    await pages.post("owner", f"{path}/undo", typed=path.rsplit("/", 1)[1])
    await run_jobs()
    assert (
        await db.fetch_value("select sell_through_owner from dealer where account = {}", OWN_DEALER)
        == "manufacturer"
    )


@pytest.mark.parametrize("action", ["confirm", "discard", "undo", "map"])
async def test_another_dealers_import_cannot_be_touched(pages: Pages, action: str) -> None:
    path = await pages.uploaded("owner", HEADER + row("A1"))
    assert (await pages.post("other", f"{path}/{action}", typed="1")).status_code == 404
    assert (await pages.post("finance", "/imports/999999/" + action, typed="1")).status_code == 404


async def test_a_file_that_is_no_table_is_refused_in_words(pages: Pages) -> None:
    empty = await pages.upload("finance", "")
    assert (empty.status_code, "The file is empty." in empty.text) == (422, True)
    refused = await pages.uploaded("finance", "\x00\x01\x02PK" * 50)
    assert 'role="alert"' in (await pages.get("finance", refused)).text


@pytest.mark.parametrize("kind", ["orders", "dealers", "terminals", "contacts"])
async def test_templates_carry_headers_the_reader_knows(pages: Pages, kind: str) -> None:
    answer = await pages.get("finance", f"/imports/templates/{kind}")
    assert (answer.status_code, answer.content[:3]) == (200, b"\xef\xbb\xbf")


async def test_unknown_codes_are_listed_to_be_resolved(pages: Pages) -> None:
    path = await pages.uploaded("finance", HEADER + row("A1", buyer="새가게", product="새제품"))
    await pages.post("finance", f"{path}/confirm")
    await run_jobs()
    text = html.unescape((await pages.get("finance", "/imports/stubs")).text)
    assert ("새가게" in text, "새제품" in text) == (True, True)


async def test_the_list_has_a_constant_number_of_statements(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.db.postgres_engine import SafePostgresEngine  # noqa: PLC0415  only counted here
    from portal.db.sqlite_engine import PooledSQLiteEngine  # noqa: PLC0415  as above

    sent = [0]
    for engine in (PooledSQLiteEngine, SafePostgresEngine):

        async def counted(self, sql, args=(), *, real=engine.run_sql):
            sent[0] += 1
            return await real(self, sql, args)

        monkeypatch.setattr(engine, "run_sql", counted)
    numbers = []
    for batches in (1, 3):
        while await db.fetch_value("select count(*) from import_batch") < batches:
            await pages.upload("finance", HEADER + row("A1"))
        sent[0] = 0
        assert (await pages.get("finance", "/imports")).status_code == 200
        numbers.append(sent[0])
    assert numbers[0] == numbers[1]
