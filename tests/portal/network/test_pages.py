"""Pages answer each viewer with what is his to see, and with 404 for everything else."""

from __future__ import annotations

import html
import re

import pytest

from portal.db import execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.network.indexing import reindex_accounts_where
from tests.portal.network.conftest import NOW, share

PATHS = {10: "/dealers/10", 20: "/dealers/20", 30: "/dealers/30", 11: "/outlets/11", 21: "/outlets/21"} | {
    number: f"/terminals/{number}" for number in (12, 13, 22, 23, 32, 33, 999)
}
ALL = {10, 20, 30, 11, 12, 13, 23, 33}


def shown(answer) -> str:
    return html.unescape(answer.text)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("administrator", ALL),
        ("manager", {10, 20, 11, 12, 13, 23}),
        ("daejeon", {10, 11, 12, 13}),
        ("south", {30, 33}),
        ("representative", {10, 11, 12, 13}),
        ("owner", {20, 21, 22, 23}),
        ("staff", {10, 11, 12, 13}),
        ("nobody", set()),
    ],
)
async def test_details_own_other_unshared_and_unknown(client, name, seen):
    for number, path in PATHS.items():
        answer = await client.get(name, path)
        assert (number, answer.status_code) == (number, 200 if number in seen else 404)


async def test_a_hidden_record_and_an_unknown_one_answer_the_same(client):
    hidden, unknown = (
        await client.get("manager", "/terminals/22"),
        await client.get("manager", "/terminals/999"),
    )
    assert re.sub(r"\d+", "", hidden.text) == re.sub(r"\d+", "", unknown.text)


async def test_a_record_of_another_kind_is_not_there(client):
    assert (await client.get("administrator", "/dealers/12")).status_code == 404


@pytest.mark.parametrize("path", ["history", "contacts"])
async def test_parts_of_hidden_accounts_are_not_there(client, path):
    assert (await client.get("manager", f"/accounts/22/{path}")).status_code == 404
    assert (await client.get("owner", f"/accounts/22/{path}")).status_code == 200


async def test_the_manufacturer_sees_counts_of_what_is_not_shared(client):
    text = shown(await client.get("manager", "/dealers/20"))
    assert re.search(r'href="/terminals\?dealer=D20">2</a>\s*<span class="soft sm">[^<]*1', text)


async def test_sell_through_that_is_not_shared_is_not_zero(client):
    closed, opened = await client.get("manager", "/dealers/20"), await client.get("south", "/dealers/30")
    sentence = "h-sales"
    assert (sentence in closed.text, 'class="note"' in closed.text, 'class="note"' in opened.text) == (
        *(True, True, False),
    )
    await share(20, "sell_through")
    assert 'class="note"' not in (await client.get("manager", "/dealers/20")).text


@pytest.mark.parametrize("path", ["/dealers", "/outlets", "/terminals", "/contacts", "/products", "/regions"])
@pytest.mark.parametrize("name", ["administrator", "owner"])
async def test_lists_open(client, path, name):
    assert (await client.get(name, path)).status_code == 200


async def test_rows_say_which_page_they_belong_to(client):
    async with unit_of_work():
        await reindex_accounts_where("1 = 1")
    answer = await client.get("administrator", "/terminals/rows", q="ㅎㅂ", sort="code")
    assert "한빛 호프" in answer.text
    assert "가람마트" not in answer.text
    assert answer.headers["hx-push-url"] == "/terminals?q=%E3%85%8E%E3%85%82&sort=code"


async def test_names_are_escaped(client):
    async with unit_of_work():
        await execute("update account set name = {} where id = 13", '<script>alert("x")</script>')
    for path in ("/terminals", "/terminals/13", "/terminals/13/edit"):
        answer = await client.get("daejeon", path)
        assert (answer.status_code, "<script>alert" in answer.text) == (200, False)


@pytest.mark.parametrize("path", ["/dealers", "/terminals", "/contacts", "/sharing/dealers"])
async def test_as_many_statements_for_one_row_as_for_three(client, statements, path):
    async with unit_of_work():
        await insert_rows("person", ("id", "name"), [(1, "김하나")])
        await insert_rows("contact", ("account", "person", "owner"), [(10, 1, "manufacturer")])
    await client.get("daejeon", path)
    statements.take()
    await client.get("daejeon", path)
    one = statements.take()
    columns = ("id", "kind", "code", "name", "region", "dealer", "owner", "created_at", "updated_at")
    async with unit_of_work():
        await insert_rows(
            "account",
            columns,
            [
                (n, kind, f"X{n}", f"새 이름 {n}", 3, 10, "manufacturer", NOW, NOW)
                for n, kind in ((101, "dealer"), (102, "dealer"), (103, "terminal"), (104, "terminal"))
            ],
        )
        await insert_rows("person", ("id", "name"), [(2, "김두리"), (3, "김서이")])
        await insert_rows(
            "contact", ("account", "person", "owner"), [(10, 2, "manufacturer"), (10, 3, "manufacturer")]
        )
    statements.take()
    await client.get("daejeon", path)
    assert statements.take() == one


async def test_exports_are_the_list_and_are_recorded(client):
    answer = await client.post("manager", "/terminals/export", format="csv", region="/KR/CC/DJ/", sort="code")
    assert answer.headers["content-disposition"].startswith("attachment")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["T12", "한빛 호프"], ["T13", "가람마트"]]
    event = await fetch_one("select action, subject_key, note from audit_event order by seq desc limit 1")
    assert event == {
        "action": "network.exported",
        "subject_key": "terminals",
        "note": "csv region=/KR/CC/DJ/ sort=code",
    }


async def test_xlsx_opens(client):
    answer = await client.post("manager", "/dealers/export", format="xlsx")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")


async def test_people_are_exported_by_those_who_may(client):
    assert (await client.post("staff", "/contacts/export", format="csv")).status_code == 403
    assert (await client.post("owner", "/contacts/export", format="csv")).status_code == 200


async def test_every_look_at_people_is_recorded(client):
    await client.get("manager", "/contacts")
    await client.get("manager", "/accounts/10/contacts")
    assert await fetch_value("select count(*) from audit_event where action = 'data.read'") == 2


async def test_search_finds_what_is_visible_only(client):
    async with unit_of_work():
        await reindex_accounts_where("1 = 1")
    for name, expected in (("manager", False), ("owner", True), ("south", False)):
        answer = await client.get(name, "/search", q="공주")
        assert (name, "공주식당" in answer.text) == (name, expected)
    hits = await client.get("manager", "/search/hits", q="ㅎㅂ")
    assert ("한빛 호프" in hits.text, "한빛유통" in hits.text, "<html" in hits.text) == (True, True, False)
    assert (await client.get("manager", "/search/hits", q="")).text.strip() == ""


async def test_a_cursor_that_is_none_is_refused(client):
    assert (await client.get("manager", "/dealers", after="!!")).status_code == 422


async def test_saved_views_stay_on_their_side(client):
    await client.post(
        "manager",
        "/views",
        list_name="dealers",
        name="내 대리점",
        is_shared="1",
        region="/KR/CC/",
        state="existing",
    )
    other = await client.get("south", "/dealers")
    assert 'href="/dealers?region=%2FKR%2FCC%2F&amp;state=existing"' in other.text
    assert "내 대리점" not in (await client.get("owner", "/dealers")).text
    view = await fetch_value("select id from saved_view")
    assert (await client.post("owner", f"/views/{view}/delete")).status_code == 404
    assert (await client.post("manager", f"/views/{view}/delete")).status_code == 303
