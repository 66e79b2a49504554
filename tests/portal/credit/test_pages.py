"""The pages of credit: who sees what, filters, page by page, files, forms."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from portal.credit.commands import ContactCommand, HoldCommand, TermsCommand
from portal.credit.model import Channel, HoldReason
from portal.credit.queries.standings import SORTS, CreditFilter, list_standings
from portal.credit.service import holds
from portal.credit.service.collection import note_contact
from portal.credit.service.standings import refresh_all
from portal.credit.service.terms import agree_terms
from portal.db import fetch, fetch_value, insert_rows, unit_of_work
from portal.paging import Cursor, decode_key
from tests.portal.credit.conftest import BANK, ERP, FAR, NEAR, NOW, OWN, RETURN, RULES, TODAY, World, day
from tests.portal.credit.site import make_client
from tests.portal.network.conftest import Statements, statements

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

__all__ = ["statements"]


class Site:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, **params: str) -> httpx.Response:
        return await self.client.get(path, params=params, headers={"x-viewer": who})

    async def post(self, who: str, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields, headers={"x-viewer": who})


@pytest.fixture
async def sold(world: World) -> World:
    """Own owes 1,030 of which 220 is late; near owes 55 and is late; far paid in advance."""
    finance = world.people["finance"]
    await world.document("I1", "03-20", (200, 20, 0), due="04-20")
    await world.document("I2", "05-20", (800, 80, 0), due="06-20")
    await world.document("R2", "05-21", (-60, -6, -4), kind=RETURN)
    await world.document("N1", "04-20", (50, 5, 0), due="05-31", buyer=NEAR)
    await world.document("F1", "04-20", (50, 5, 0), due="05-31", buyer=FAR)
    await world.payment("P0", "05-30", 1, NEAR)
    await world.payment("PF", "05-30", 70, FAR)
    await agree_terms(
        finance, OWN, TermsCommand(day("01-01"), 1000, 30, day("01-01"), "C-7", "첫 계약"), RULES, TODAY
    )
    await refresh_all(RULES, TODAY)
    return world


@pytest.fixture
async def site(sold: World) -> AsyncIterator[Site]:
    async with make_client(sold.people) as client:
        yield Site(client)


def names(answer: httpx.Response) -> list[str]:
    return [node.text(strip=True) for node in LexborHTMLParser(answer.text).css("tbody th a")]


async def test_the_list_is_ordered_by_what_is_overdue(site: Site) -> None:
    answer = await site.get("finance", "/credit")
    assert answer.status_code == 200
    assert names(answer) == ["대청상사", "한빛유통", "영남물산"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [("finance", 3), ("admin", 3), ("auditor", 3), ("manager", 2), ("rep", 1)],
)
async def test_everybody_sees_his_part(site: Site, who: str, seen: int) -> None:
    assert len(names(await site.get(who, "/credit"))) == seen
    assert len(names(await site.get(who, "/credit/rows"))) == seen
    statuses = [(await site.get(who, f"/credit/{dealer}")).status_code for dealer in (OWN, NEAR, FAR, 99)]
    assert statuses == [200 if place < seen else 404 for place in range(3)] + [404]


@pytest.mark.parametrize("who", ["marketing", "owner", "staff"])
async def test_others_see_no_list(site: Site, who: str) -> None:
    assert (await site.get(who, "/credit")).status_code == 403
    assert (await site.post(who, "/credit/export", format="csv")).status_code == 403


@pytest.mark.parametrize("who", ["manager", "rep", "auditor", "admin"])
async def test_readers_change_nothing(site: Site, who: str) -> None:
    page = LexborHTMLParser((await site.get(who, f"/credit/{OWN}")).text)
    forms = {form.attributes["action"] for form in page.css(f"form[action^='/credit/{OWN}/']")}
    assert forms == ({f"/credit/{OWN}/contacts"} if who in ("manager", "rep") else set())
    for form in ("terms", "hold", "release", "purpose"):
        assert (await site.post(who, f"/credit/{OWN}/{form}", reason="x")).status_code == 403
    assert (await site.post(who, "/credit/refresh")).status_code == 403


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"shown": "overdue"}, ["대청상사", "한빛유통"]),
        ({"shown": "over_limit"}, ["대청상사"]),
        ({"shown": "near_limit"}, []),
        ({"shown": "in_credit"}, ["영남물산"]),
        ({"shown": "held"}, []),
        ({"shown": "nonsense"}, ["대청상사", "한빛유통", "영남물산"]),
        ({"contract": "signed"}, ["대청상사"]),
        ({"contract": "none"}, ["한빛유통", "영남물산"]),
        ({"region": "/KR/GS/"}, ["영남물산"]),
        ({"sort": "name"}, ["대청상사", "영남물산", "한빛유통"]),
        ({"sort": "balance"}, ["대청상사", "한빛유통", "영남물산"]),
    ],
)
async def test_filters(site: Site, params: dict[str, str], expected: list[str]) -> None:
    assert names(await site.get("finance", "/credit/rows", **params)) == expected


@pytest.mark.parametrize("sort", SORTS)
async def test_page_by_page_forth_and_back(sold: World, sort: str) -> None:
    finance, wanted = sold.people["finance"], CreditFilter(sort=sort)
    whole = [row["id"] for row in (await list_standings(finance, wanted, Cursor(), 90)).rows]
    kinds = (wanted.key_type, int)
    forth, cursor = [], Cursor()
    for _ in whole:
        found = await list_standings(finance, wanted, cursor, 90, limit=1)
        forth.append(found.rows[0]["id"])
        cursor = Cursor(decode_key(found.next_after, *kinds)) if found.next_after else cursor
    assert forth == whole
    last = await list_standings(finance, wanted, Cursor(), 90, limit=3)
    back = Cursor((last.rows[2][SORTS[sort][1]], last.rows[2]["id"]), backwards=True)
    before = await list_standings(finance, wanted, back, 90, limit=2)
    assert [row["id"] for row in before.rows] == whole[:2]


async def test_a_list_costs_the_same_statements_for_any_number_of_rows(
    site: Site, statements: Statements
) -> None:
    await site.get("finance", "/credit")
    statements.take()
    await site.get("finance", "/credit", region="/KR/GS/")
    one = statements.take()
    await site.get("finance", "/credit")
    assert statements.take() == one


async def test_the_list_as_a_file_is_exact(site: Site) -> None:
    answer = await site.post("finance", "/credit/export", format="csv", shown="overdue")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Code"], row["Limit"], row["Balance"], row["Overdue"]) for row in rows] == [
        ("D10", "1000", "1030", "150"),
        ("D20", "", "54", "54"),
    ]
    assert rows[0]["31–60 days late"] == "150"
    assert rows[0]["Overdue ratio, %"] == "14.56"
    book = await site.post("finance", "/credit/export", format="xlsx")
    with zipfile.ZipFile(io.BytesIO(book.content)) as packed:
        assert b"1030" in packed.read("xl/worksheets/sheet1.xml")
    noted = await fetch("select note from audit_event where action = 'credit.exported' order by seq")
    assert [row["note"] for row in noted] == ["csv shown=overdue", "xlsx"]


async def test_a_dealer_sees_his_own_and_takes_it_along(site: Site) -> None:
    for who in ("owner", "staff"):
        page = (await site.get(who, "/my/credit")).text
        assert "I2" in page
        assert "₩1,030" in page
        assert "N1" not in page
        assert "C-7" in page
    answer = await site.post("owner", "/my/credit/export", format="csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [
        (row["Number"], row["Effect on the balance"], row["Balance"], row["Still to pay"]) for row in rows
    ] == [
        ("I1", "220", "220", "150"),
        ("I2", "880", "1100", "880"),
        ("R2", "-70", "1030", ""),
    ]
    far = await site.post("far", "/my/credit/export", format="csv")
    rows = list(csv.DictReader(io.StringIO(far.content.decode("utf-8-sig"))))
    assert [(row["Number"], row["Balance"], row["Paid in full on"]) for row in rows] == [
        ("F1", "55", "2026-05-30"),
        ("PF", "-15", ""),
    ]
    assert (await site.get("finance", "/my/credit")).status_code == 403


async def test_limit_and_terms_by_form(site: Site) -> None:
    wrong = await site.post("finance", f"/credit/{NEAR}/terms", from_on="x", limit="-1", terms_days="999")
    assert wrong.status_code == 422
    assert wrong.text.count('class="error"') == 4
    good = {"from_on": "2026-01-01", "limit": "5,000", "terms_days": "20", "reason": "첫 계약"}
    assert (await site.post("finance", f"/credit/{NEAR}/terms", **good)).status_code == 303
    rows = await fetch("select limit_minor, terms_days from credit_terms where account = {}", NEAR)
    assert rows == [{"limit_minor": 5000, "terms_days": 20}]
    number = {**good, "reason": "900101-1234567"}
    assert (await site.post("finance", f"/credit/{FAR}/terms", **number)).status_code == 422
    assert (await site.post("finance", "/credit/99/terms", **good)).status_code == 404


async def test_hold_and_release_by_form(site: Site) -> None:
    path = f"/credit/{OWN}"
    assert (await site.post("finance", f"{path}/hold", reason_code="overdue")).status_code == 422
    assert (
        await site.post("finance", f"{path}/hold", reason_code="target", hold_reason="xx")
    ).status_code == 422
    placed = await site.post("finance", f"{path}/hold", reason_code="overdue", hold_reason="연체 중")
    assert placed.status_code == 303
    for who, place in (("owner", "/my/credit"), ("manager", path)):
        assert "연체 중" in (await site.get(who, place)).text
    assert names(await site.get("finance", "/credit/rows", shown="held")) == ["대청상사"]
    assert (await site.post("finance", f"{path}/release", release_reason="")).status_code == 422
    assert (await site.post("finance", f"{path}/release", release_reason="입금")).status_code == 303
    assert names(await site.get("finance", "/credit/rows", shown="release_requested")) == ["대청상사"]
    assert f"{path}/release/approve" not in (await site.get("finance", path)).text
    assert (await site.post("finance", f"{path}/release/approve")).status_code == 403
    assert f"{path}/release/approve" in (await site.get("finance2", path)).text
    assert (await site.post("finance2", f"{path}/release/decline", declined_reason="")).status_code == 422
    assert (await site.post("finance2", f"{path}/release/approve")).status_code == 303
    assert (await site.post("finance2", f"{path}/release/approve")).status_code == 409
    assert await fetch_value("select count(*) from credit_hold where released_at is null") == 0
    assert "연체 중" in (await site.get("finance", path)).text


async def test_purpose_by_form(site: Site, sold: World) -> None:
    await sold.payment("P1", "05-30", 80)
    path = f"/credit/{OWN}/purpose"
    assert (await site.post("finance", path, payment="P:2:no", document="")).status_code == 422
    named = await site.post("finance", path, payment=f"P:{BANK}:P1", document=f"{ERP}:1:I2")
    assert named.status_code == 303
    page = (await site.get("finance", f"/credit/{OWN}")).text
    assert "as named" in page


async def test_finance_asks_for_new_figures_once(site: Site) -> None:
    for _ in range(2):
        assert (await site.post("finance", "/credit/refresh")).status_code == 303
    assert await fetch_value("select count(*) from job where kind = 'credit.refresh'") == 1


@pytest.mark.parametrize("locale", ["ko", "en"])
async def test_pages_in_both_languages(site: Site, sold: World, locale: str) -> None:
    finance = sold.people["finance"]
    await holds.place_hold(finance, OWN, HoldCommand(HoldReason.OVER_LIMIT, "한도 초과"))
    await holds.request_release(finance, OWN, "입금")
    for who, path in (("finance2", "/credit"), ("finance2", f"/credit/{OWN}"), ("owner", "/my/credit")):
        answer = await site.client.get(path, headers={"x-viewer": who, "x-locale": locale})
        assert answer.status_code == 200
        assert ("On hold" in answer.text) is (locale == "en")


async def test_every_page_costs_the_same_statements_for_five_rows_and_for_fifty(
    site: Site, sold: World, statements: Statements
) -> None:
    paths = ("/credit", "/credit/rows", f"/credit/{NEAR}", "/my/credit")
    found = []
    for rows in (5, 50):
        await live_on(sold, rows)
        sent = {}
        for path in paths:
            who = "owner" if path.startswith("/my") else "finance"
            await site.get(who, path)
            statements.take()
            assert (await site.get(who, path)).status_code == 200
            sent[path] = statements.take()
        found.append(sent)
    assert found[0] == found[1]


async def live_on(sold: World, rows: int) -> None:
    """Have that many more dealers, and two with that many invoices, payments and talks."""
    have = await fetch_value("select count(*) from account where kind = 'dealer'")
    places = range(have, rows)
    async with unit_of_work():
        await insert_rows(
            "account",
            ("id", "kind", "code", "name", "region", "dealer", "owner", "area", "state", "is_stub",
             "version", "created_at", "updated_at"),
            [(100 + place, "dealer", f"M{place}", f"대리점 {place}", 2, 100 + place, "manufacturer", "",
              "existing", False, 1, NOW, NOW) for place in places],
        )  # fmt: skip
    finance = sold.people["finance"]
    for place in places:
        for dealer in (OWN, NEAR):
            await sold.document(f"M{dealer}-{place}", "04-20", (50, 5, 0), due="05-31", buyer=dealer)
            await sold.payment(f"MP{dealer}-{place}", "05-30", 1, dealer)
            talk = ContactCommand(day("05-30"), Channel.PHONE, "통화", None, None, None, None)
            await note_contact(finance, dealer, talk, TODAY)
    await refresh_all(RULES, TODAY)
