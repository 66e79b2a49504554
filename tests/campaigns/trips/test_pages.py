"""Pages of trips: planning, beds, money, leading, papers; what a dealer sees, and what he never does."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pymupdf
import pytest
from selectolax.lexbor import LexborHTMLParser

from campaigns.trips.controllers import HANDLERS
from campaigns.trips.queries.criteria import list_published_decisions
from campaigns.trips.service import money
from portal.db import fetch, fetch_value
from portal.network.scope import today
from portal.settings import Settings
from tests.campaigns.trips.conftest import FAR, NEAR, OWN, Site
from tests.portal.served import serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

FORM = {
    "title": "제주", "place": "제주", "starts_on": "2099-01-21", "starts_time": "09:00",
    "ends_on": "2099-01-22", "ends_time": "18:00", "sign_up_on": "2099-01-10", "seats": "10",
    "seats_per_dealer": "2", "companions_max": "1", "leader": "5", "leader_phone": "010-1",
}  # fmt: skip
MINE = ("/my/trips", "/my/trips/{id}")
OURS = ("", "/criteria", "/itinerary", "/result")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


class Browser:
    def __init__(self, client: httpx.AsyncClient, site: Site) -> None:
        self.client, self.site = client, site
        self.here = f"/trips/{site.trip_id}"

    async def get(self, who: str, path: str) -> httpx.Response:
        return await self.client.get(path, headers={"x-viewer": who})

    async def post(self, who: str, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields, headers={"x-viewer": who})


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[Browser]:
    async with serve(HANDLERS, site.world.people) as client:
        yield Browser(client, site)


@pytest.fixture
async def held(site: Site) -> Site:
    """A trip that was held: two dealers came, one did not; 1,234,560 were given and booked."""
    await site.open()
    await site.come(OWN, "김대청", "이순이", diet="땅콩 알레르기")
    await site.come(NEAR, "박가까")
    await site.come(FAR, "최먼곳")
    await site.arrive("김대청", "이순이", "박가까")
    await site.hold()
    await site.spend(1_122_330, 112_230)
    await money.book(site.viewer("finance"), site.trip_id)
    return site


def problems(answer: httpx.Response) -> list[str]:
    return [node.text(strip=True) for node in LexborHTMLParser(answer.text).css(".error")]


def pdf_text(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/pdf"
    with pymupdf.open(stream=answer.content, filetype="pdf") as pdf:
        return "\n".join(page.get_text() for page in pdf)


async def test_a_trip_is_planned_changed_and_opened(browser: Browser) -> None:
    site = browser.site
    wrong = await browser.post("marketing", "/trips", **{**FORM, "title": "", "starts_time": "25:00"})
    assert (wrong.status_code, problems(wrong)) == (
        422, ["Please fill this in.", "Please enter a time such as 09:30."]
    )  # fmt: skip
    made = await browser.post("marketing", "/trips", **FORM, training=str(site.training_id))
    place = made.headers["location"]
    assert made.status_code == 303
    page = await browser.get("marketing", place)
    assert "Publish the criteria first" in page.text
    assert (await browser.post("marketing", f"{place}/move", move="open")).status_code == 422
    edit = await browser.get("marketing", f"{place}/edit")
    version = LexborHTMLParser(edit.text).css_first("input[name=version]").attributes["value"] or ""
    assert 'value="2099-01-10"' in edit.text
    fields = {**FORM, "training": str(site.training_id), "seats": "12", "version": version}
    assert (await browser.post("marketing", place, **fields)).status_code == 303
    assert (await browser.post("marketing", place, **fields)).status_code == 409
    day = today(site.planner)
    (book,) = await list_published_decisions(day, site.planner.zone)
    late = {"sha256": book.sha256, "looks_from_on": day.isoformat(), "looks_until_on": "2098-12-31"}
    refused = await browser.post("marketing", f"{place}/criteria", **late)
    assert refused.status_code == 422
    assert "could not know" in problems(refused)[0]
    fits = {**late, "looks_from_on": "2098-10-01"}
    assert (await browser.post("marketing", f"{place}/criteria", **fits)).status_code == 303
    rehearsed = await browser.get("marketing", f"{place}/criteria?try=1")
    assert "0 of 3 dealers would be invited" in rehearsed.text
    assert (await browser.post("marketing", f"{place}/invite")).status_code == 303
    assert await fetch_value("select count(*) from occasion_invitation where not is_invited") == 3
    assert (await browser.post("marketing", f"{place}/move", move="open")).status_code == 303
    assert "Signing up" in (await browser.get("manager", place)).text


async def test_the_law_is_named_where_a_trip_is_forbidden(site: Site) -> None:
    await site.publish()
    settings = Settings(regulated_goods=["liquor"])
    async with serve(HANDLERS, site.world.people, settings=settings, locale="ko") as client:
        answer = await client.post(
            f"/trips/{site.trip_id}/move", data={"move": "open"}, headers={"x-viewer": "marketing"}
        )
        log = await client.get("/hospitality", headers={"x-viewer": "marketing"})
    assert answer.status_code == 422
    assert "주류면허법 시행령 제41조" in answer.text
    assert "주류면허법 시행령 제41조" in log.text


async def test_stops_rooms_and_topics_by_hand(browser: Browser) -> None:
    site, here = browser.site, browser.here
    await site.open()
    await site.come(OWN, "김대청", "이순이")
    stop = {"day": "2099-01-21", "from": "10:00", "until": "12:00", "title": "성산", "place": "성산"}
    assert (await browser.post("marketing", f"{here}/itinerary", **stop)).status_code == 303
    bad = await browser.post("marketing", f"{here}/itinerary", **{**stop, "until": "09:00"})
    assert problems(bad) == ["The end must lie after the beginning."]
    assert "10:00–12:00" in (await browser.get("manager", f"{here}/itinerary")).text
    assert (await browser.post("marketing", f"{here}/rooms", names="501-503", beds="2")).status_code == 303
    none = await browser.post("marketing", f"{here}/rooms/assign", room="1")
    assert none.status_code == 422
    guest = (await site.people())[1].guest_id
    room = await fetch_value("select id from trip_room where name = '502'")
    into = {"guest": str(guest), "room": str(room)}
    assert (await browser.post("marketing", f"{here}/rooms/assign", **into)).status_code == 303
    assert [one.room for one in await site.people()] == ["", "502"]
    assert (await browser.post("marketing", f"{here}/rooms/undo")).status_code == 303
    assert (await browser.post("marketing", f"{here}/rooms/propose")).status_code == 303
    said = {"marker": "f", "emergency": "남편 010-5"}
    assert (await browser.post("marketing", f"{here}/rooms/people/{guest}", **said)).status_code == 303
    page = await browser.get("manager", f"{here}/rooms")
    assert "이순이" in page.text
    assert "Propose beds" not in page.text
    topic = {"dealer": str(OWN), "topic": "delivery", "text": "늦습니다", "solution": "화요일"}
    assert (await browser.post("manager", f"{here}/topics", **topic)).status_code == 303
    assert "화요일" in (await browser.get("manager", f"{here}/pack")).text
    assert "1 of 1" in (await browser.get("auditor", f"{here}/result")).text


async def test_who_opens_what(browser: Browser, held: Site) -> None:
    here = browser.here
    for page in OURS:
        for who in ("marketing", "manager", "rep", "finance", "auditor"):
            assert (await browser.get(who, f"{here}{page}")).status_code == 200, (who, page)
        assert (await browser.get("owner", f"{here}{page}")).status_code == 404
    for page in (f"{here}/costs", "/trips/fairness", "/trips/fairness/print"):
        for who in ("manager", "rep"):
            assert (await browser.get(who, page)).status_code == 403, (who, page)
        for who in ("owner", "staff"):
            assert (await browser.get(who, page)).status_code in (403, 404), (who, page)
    # Who is neither leader nor planner finds no pack, rooms or manifest.
    for page in ("/pack", "/rooms", "/manifest/print", "/pack/print"):
        assert (await browser.get("rep", f"{here}{page}")).status_code == 404, page
        assert (await browser.get("auditor", f"{here}{page}")).status_code == 403
    assert (await browser.get("manager", "/trips/999")).status_code == 404
    assert (await browser.post("manager", f"{here}/move", move="cancel")).status_code == 403
    assert (await browser.get("owner", "/my/trips/999")).status_code == 404
    assert (await browser.get("manager", "/my/trips")).status_code == 403


async def test_no_figure_of_money_reaches_a_dealer(browser: Browser, held: Site) -> None:
    """The figures of cost and benefit in every way they are written stand on none of a dealer's pages."""
    costs = (await browser.get("finance", f"{browser.here}/costs")).text
    figures = [figure for amount in (1_234_560, 411_520, 823_040, 1_122_330, 112_230)
               for figure in (f"{amount:,}", str(amount))]  # fmt: skip
    assert any(figure in costs for figure in figures)
    paper = pdf_text(await browser.get("owner", f"/my/trips/{held.trip_id}/print"))
    texts = [paper]
    for who in ("owner", "staff", "far"):
        for path in MINE:
            answer = await browser.get(who, path.format(id=held.trip_id))
            assert answer.status_code == 200
            texts.append(answer.text)
    for text in texts:
        assert [figure for figure in figures if figure in text] == []
        assert "한빛유통" not in text
        assert "박가까" not in text
    own = texts[2]
    assert "Criteria and how you stand" in own
    assert "manager" in own  # the leader's name
    assert "010-2222-3333" in own


async def test_costs_receipts_bookings_and_files(browser: Browser, held: Site) -> None:
    here = browser.here
    entry = {"kind": "planned", "category": "meal", "on_day": "2099-01-21", "supply_minor": "1,000"}
    assert (await browser.post("finance", f"{here}/costs", **entry, for_dealers="on")).status_code == 303
    staff = await browser.post("finance", f"{here}/costs", **{**entry, "category": "staff"}, for_dealers="on")
    assert problems(staff) == ["What our own people cost is not given to dealers."]
    files = {"receipt": ("r.png", PNG, "image/png")}
    wrong = await browser.client.post(
        f"{here}/costs", data=entry, files=files, headers={"x-viewer": "finance"}
    )
    assert problems(wrong) == ["Please attach a photo (JPEG, PNG, WebP) or a PDF."]
    files = {"receipt": ("r.pdf", b"%PDF-1.7 x", "application/pdf")}
    good = await browser.client.post(
        f"{here}/costs", data={**entry, "kind": "spent"}, files=files, headers={"x-viewer": "finance"}
    )
    assert good.status_code == 303
    cost = await fetch_value("select max(id) from trip_cost")
    assert (await browser.get("auditor", f"{here}/costs/{cost}/receipt")).content == b"%PDF-1.7 x"
    assert (await browser.get("auditor", f"{here}/costs/{cost - 1}/receipt")).status_code == 404
    assert (await browser.post("finance", f"{here}/costs/{cost}/remove")).status_code == 303
    assert (await browser.post("auditor", f"{here}/costs/book")).status_code == 403
    file = await browser.post("auditor", f"{here}/costs/export", format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    assert [tuple(row)[:4] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ("D10", "대청상사", 2, 823040), ("D20", "한빛유통", 1, 411520)
    ]  # fmt: skip
    report = await browser.get("finance", "/trips/fairness")
    assert "too few to say (under 5)" in report.text
    assert "823,040" in report.text
    assert (await browser.post("finance", "/trips/fairness/export", format="csv")).status_code == 200


async def test_the_report_is_handed_in_once(browser: Browser, held: Site) -> None:
    here = browser.here
    empty = await browser.post("manager", f"{here}/report", report="")
    assert empty.status_code == 422
    assert (await browser.post("rep", f"{here}/report", report="잘 다녀왔습니다")).status_code == 404
    assert (await browser.post("manager", f"{here}/report", report="잘 다녀왔습니다")).status_code == 303
    assert (await browser.post("manager", f"{here}/report", report="again")).status_code == 409
    assert "잘 다녀왔습니다" in (await browser.get("finance", f"{here}/result")).text


async def test_hospitality_is_noted_flagged_and_taken_back(browser: Browser) -> None:
    entry = {"dealer": "D10", "kind": "golf", "happened_on": "2026-06-01", "purpose": "상담", "heads": "2",
             "supply_minor": "600000"}  # fmt: skip
    day = today(browser.site.planner)
    entry["happened_on"] = day.isoformat()
    assert (await browser.post("rep", "/hospitality", **entry)).status_code == 303
    page = await browser.get("manager", "/hospitality")
    assert "over the limit" in page.text
    unknown = await browser.post("rep", "/hospitality", **{**entry, "dealer": "D30"})
    assert "no dealer with this code" in problems(unknown)[0]
    (row,) = await fetch("select id from hospitality")
    assert (await browser.post("rep", f"/hospitality/{row['id']}/back", reason="틀림")).status_code == 303
    assert (await browser.post("far", "/hospitality", **entry)).status_code == 403
    assert (await browser.post("auditor", "/hospitality/export", format="csv")).status_code == 200
    assert (await browser.post("manager", "/hospitality/export", format="csv")).status_code == 403


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_papers(browser: Browser, held: Site, lang: str) -> None:
    here, manager = browser.here, "manager"
    manifest = pdf_text(await browser.get(manager, f"{here}/manifest/print?lang={lang}"))
    assert ("명단" if lang == "ko" else "Manifest") in manifest
    assert all(name in manifest for name in ("김대청", "이순이", "박가까", "최먼곳", "땅콩 알레르기"))
    pack = pdf_text(await browser.get(manager, f"{here}/pack/print?lang={lang}"))
    assert "대청상사" in pack
    itinerary = pdf_text(await browser.get("rep", f"{here}/print?lang={lang}"))
    assert "010-2222-3333" in itinerary
    fairness = pdf_text(await browser.get("finance", f"/trips/fairness/print?lang={lang}"))
    assert "823,040" in fairness
    assert ("공정성" if lang == "ko" else "Fairness report") in fairness
