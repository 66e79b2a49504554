"""Accounts that look alike are found when saved and in a search of everything; nobody sees more by it."""

from __future__ import annotations

import html
import json
import re

import pytest

from portal.db import execute, fetch, fetch_value, insert_rows, unit_of_work
from portal.jobs.service import register, registered_kinds
from portal.jobs.worker import work_once
from portal.network.queries.duplicates import PairFilter, count_pairs, list_pairs
from portal.network.service.duplicates import JOB_KIND, ask_for_search, look_at, run_search, search_nightly
from portal.network.service.merging import merge
from portal.paging import Cursor
from tests.portal.network.conftest import ACCOUNT_COLUMNS, NOW, VIEWERS, revoke, share
from tests.portal.network.test_changes import TERMINAL

PHONE = "042-123-4567"


async def shops(*rows: tuple[int, str, int, str, str, str]) -> None:
    """Insert terminals as (id, name, dealer, owner, phone, address)."""
    async with unit_of_work():
        await insert_rows(
            "account",
            ACCOUNT_COLUMNS,
            [
                (key, "terminal", f"S{key}", name, 3 if dealer == 10 else 2, dealer, owner, "유성구",
                 "existing", False, 1, NOW, NOW)
                for key, name, dealer, owner, _, _ in rows
            ],
        )  # fmt: skip
        values = [(key, phone, address) for key, _, _, _, phone, address in rows]
        await insert_rows("terminal", ("account", "phone", "address"), values)


async def search_all() -> dict:
    if JOB_KIND not in registered_kinds():
        register(JOB_KIND, run_search)
    async with unit_of_work():
        job_id = await ask_for_search()
        assert await ask_for_search() == job_id
    while await work_once("tester"):
        pass
    return json.loads(await fetch_value("select result from job where id = {}", job_id))


async def pairs() -> list[tuple[int, int, int, str]]:
    rows = await fetch("select first, second, score, state from duplicate_pair order by first, second")
    return [tuple(row.values()) for row in rows]


TWINS = (
    (50, "(주)한빛호프", 10, "manufacturer", PHONE, "대전 유성구 대학로 99"),
    (51, "한빛 호프", 10, "manufacturer", "", "유성구 대학로 99 1층"),
    (52, "나래분식", 10, "manufacturer", PHONE, ""),
    (53, "한빛호프", 20, "dealer", PHONE, ""),
)


async def test_a_search_finds_each_pair_once_and_goes_on_where_it_stopped(network) -> None:
    await shops(*TWINS)
    found = await search_all()
    assert found == {"accounts": 12, "open": 2, "passed_over": 0}
    assert await pairs() == [(50, 51, 70, "open"), (50, 53, 80, "open")]
    async with unit_of_work():
        await execute("update duplicate_pair set state = 'different' where second = 53")
        await execute("update terminal set address = '대학로 1' where account = 51")
    before = await fetch_value("select max(id) from duplicate_key")
    await search_all()
    assert await pairs() == [(50, 53, 80, "different")]
    assert await fetch_value("select count(*) from duplicate_key where id > {}", before) == 1
    await search_nightly()
    assert await fetch_value("select count(*) from job where state = 'queued'") == 1


async def test_a_key_of_too_many_is_passed_over(network) -> None:
    names = [f"가게 {chr(0xAC00 + n * 180)}" for n in range(61)]
    await shops(*((100 + n, name, 10, "manufacturer", PHONE, "") for n, name in enumerate(names)))
    assert (await search_all())["passed_over"] >= 1
    assert await pairs() == []


async def test_saving_an_account_finds_its_pairs(client) -> None:
    await client.post("daejeon", "/terminals/new", **TERMINAL | {"phone": PHONE})
    assert await pairs() == []
    twin = TERMINAL | {"name": "(주) 새소매점", "phone": PHONE}
    answer = await client.post("daejeon", "/terminals/new", **twin)
    new = int(answer.headers["location"].rsplit("/", 1)[1])
    assert await pairs() == [(new - 1, new, 100, "open")]
    changed = TERMINAL | {"name": "전혀 다른 집", "address": "대전 서구 둔산로 5", "version": "1"}
    await client.post("daejeon", f"/terminals/{new}/edit", **changed)
    assert await pairs() == []


@pytest.fixture
async def queue(network) -> None:
    """One pair within dealer 10, one of dealers 10 and 20, whose record is not shared."""
    await shops(*TWINS)
    async with unit_of_work():
        await look_at([50, 51, 52, 53])


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("administrator", [(50, 51)]),
        ("daejeon", [(50, 51)]),
        ("south", []),
        ("staff", [(50, 51)]),
        ("owner", []),
        ("nobody", []),
    ],
)
async def test_a_pair_is_there_for_those_who_may_see_both(queue, client, name, seen) -> None:
    page = await list_pairs(getattr(VIEWERS, name), PairFilter(), Cursor())
    assert [(row["a_id"], row["b_id"]) for row in page.rows] == seen
    rows = await fetch("select id, second from duplicate_pair order by id")
    for row in rows:
        status = 200 if (50, row["second"]) in seen else 404
        assert (await client.get(name, f"/duplicates/{row['id']}")).status_code == status


async def test_sharing_opens_a_pair_of_two_dealers_to_the_manufacturer_only(queue, client) -> None:
    await share(20, "terminals")
    assert await count_pairs(VIEWERS.manager, PairFilter(across="yes"), cap=10) == 1
    assert await count_pairs(VIEWERS.owner, PairFilter(), cap=10) == 0
    pair = await fetch_value("select id from duplicate_pair where second = 53")
    hidden, unknown = (
        await client.get("owner", f"/duplicates/{pair}"),
        await client.get("owner", "/duplicates/999999"),
    )
    assert re.sub(r"\d+", "", hidden.text) == re.sub(r"\d+", "", unknown.text)
    await merge(VIEWERS.manager, pair, 50, ("name", "phone"))
    shown = html.unescape((await client.get("staff", "/terminals/50")).text)
    assert "S53" not in shown
    assert (await client.get("owner", "/terminals/53")).status_code == 200
    history = await client.get("staff", "/accounts/50/history")
    assert (history.status_code, "53" in history.text) == (200, False)
    answer = await client.get("manager", "/terminals/53")
    assert (answer.status_code, answer.headers["location"]) == (303, "/terminals/50")
    await revoke(20, "terminals")
    assert (await client.get("manager", "/terminals/53")).status_code == 404


async def test_deciding_on_the_page(queue, client) -> None:
    pair = await fetch_value("select id from duplicate_pair where second = 51")
    text = html.unescape((await client.get("daejeon", f"/duplicates/{pair}")).text)
    assert ("대학로 99 1층" in text, 'name="v-address"' in text, 'name="v-area"' in text) == (
        True,
        True,
        False,
    )
    assert (await client.post("representative", f"/duplicates/{pair}/merge", keep="50")).status_code == 403
    assert (await client.post("daejeon", f"/duplicates/{pair}/merge", keep="13")).status_code == 422
    assert (await client.post("daejeon", f"/duplicates/{pair}/different")).status_code == 303
    assert (await client.post("daejeon", f"/duplicates/{pair}/different")).status_code == 409
    assert (await client.post("daejeon", f"/duplicates/{pair}/again")).status_code == 303
    chosen = {"keep": "50", "v-address": "51", "v-name": "50"}
    answer = await client.post("daejeon", f"/duplicates/{pair}/merge", **chosen)
    assert (answer.status_code, answer.headers["location"]) == (303, "/terminals/50")
    shop = html.unescape((await client.get("daejeon", "/terminals/50")).text)
    assert ("S51" in shop, "유성구 대학로 99 1층" in shop) == (True, True)
    assert (await client.get("daejeon", "/terminals/51")).headers["location"] == "/terminals/50"
    assert (await client.get("daejeon", "/terminals/51/edit")).status_code == 404
    merged = await client.get("daejeon", "/duplicates", state="merged")
    assert f"/duplicates/{pair}" in merged.text
    assert (await client.post("daejeon", f"/duplicates/{pair}/undo")).status_code == 303
    assert (await client.post("daejeon", f"/duplicates/{pair}/undo")).status_code == 409
    assert (await client.get("daejeon", "/terminals/51")).status_code == 200


async def test_naming_a_pair_and_the_file_of_the_queue(queue, client) -> None:
    answer = await client.post("daejeon", "/accounts/13/same-as", code="S52")
    assert (await client.get("daejeon", answer.headers["location"])).status_code == 200
    assert (await client.post("daejeon", "/accounts/13/same-as", code="S53")).status_code == 422
    await search_all()
    assert (13, 52) in {row[:2] for row in await pairs()}
    file = await client.post("daejeon", "/duplicates/export", format="csv")
    assert ("S50" in file.text, "S51" in file.text, "S53" in file.text) == (True, True, False)
    assert (await client.post("daejeon", "/duplicates/search")).status_code == 303
    assert (await client.get("daejeon", "/duplicates/search")).status_code == 200
    assert (await client.post("auditor", "/duplicates/search")).status_code == 403


async def test_the_queue_costs_the_same_with_one_pair_and_three(queue, client, statements) -> None:
    more = ((60, "한빛호프", 10, "manufacturer", PHONE, ""), (61, "한빛 호프", 10, "manufacturer", PHONE, ""))
    counted = []
    for rows in ((), more):
        if rows:
            await shops(*rows)
        async with unit_of_work():
            await look_at([row[0] for row in rows])
        statements.take()
        answer = await client.get("daejeon", "/duplicates", kind="terminal", area="유성구", dealer="D10")
        counted.append(statements.take())
        assert answer.status_code == 200
    assert counted[0] == counted[1]
    assert await count_pairs(VIEWERS.daejeon, PairFilter(region="/KR/CC/DJ/"), cap=10) > 2
