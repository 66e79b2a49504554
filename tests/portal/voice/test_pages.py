"""The pages of voice: who sees what, forms with their problems, photo, files."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from portal.db import fetch_one, fetch_value
from portal.voice.controllers import HANDLERS
from portal.voice.service import items
from tests.portal.network.conftest import Statements, statements
from tests.portal.served import serve
from tests.portal.voice.conftest import FAR, NEAR, OWN, REP, RULES, World, raised, today

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

__all__ = ["statements"]


def make_client(people: dict[str, Any]) -> httpx.AsyncClient:
    return serve(HANDLERS, people)


class Site:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, **params: str) -> httpx.Response:
        return await self.client.get(path, params=params, headers={"x-viewer": who})

    async def post(self, who: str, path: str, files: Any = None, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields, files=files, headers={"x-viewer": who})


@pytest.fixture
async def site(voices: World) -> AsyncIterator[Site]:
    async with make_client(voices.people) as client:
        yield Site(client)


def photo(kind: str = "JPEG", **save: Any) -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (2400, 1200), "red").save(packed, kind, **save)
    return packed.getvalue()


COMPLAINT = {"kind": "complaint", "topic": "delivery", "text": "상자가 젖어 왔습니다."}


async def test_a_dealer_complains_with_a_photo_and_settles_the_answer(site: Site) -> None:
    exif = Image.Exif()
    exif[0x010F] = "phone of 김대호"
    files = {"photo": ("a.jpg", photo(exif=exif.tobytes()), "image/jpeg")}
    sent = await site.post("owner", "/my/voice", files=files, **COMPLAINT)
    place = sent.headers["location"]
    assert (sent.status_code, place[:10]) == (303, "/my/voice/")
    kept = await site.get("owner", f"{place}/file")
    assert kept.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(kept.content)).size == (1600, 800)
    assert b"phone of" not in kept.content
    number = place.rpartition("/")[2]
    assert (await site.get("rep", f"/voice/{number}/file")).content == kept.content
    answered = await site.post(
        "rep", f"/voice/{number}/answer", answer="포장을 바꿨습니다.", cause="warehouse"
    )
    assert answered.status_code == 303
    page = (await site.get("staff", place)).text
    assert "포장을 바꿨습니다." in page
    assert "Root cause: Warehouse" in page
    assert (await site.post("staff", f"{place}/settle")).status_code == 303
    assert await fetch_value("select state from voice_item") == "closed"


@pytest.mark.parametrize("content", [b"GIF89a", b"\xff\xd8\xff\xe0 broken", b"%PDF-1.7"])
async def test_what_is_no_photo_is_refused_with_words(site: Site, content: bytes) -> None:
    files = {"photo": ("a.jpg", content, "image/jpeg")}
    answer = await site.post("owner", "/my/voice", files=files, **COMPLAINT)
    assert answer.status_code == 422
    assert "not a photo the portal can read" in answer.text
    assert COMPLAINT["text"] in answer.text
    assert await fetch_value("select count(*) from voice_item") == 0


async def test_every_problem_at_once(site: Site) -> None:
    answer = await site.post("rep", "/voice", dealer="nobody", kind="rumour", topic="x", text="")
    problems = [node.text(strip=True) for node in LexborHTMLParser(answer.text).css(".error")]
    assert answer.status_code == 422
    assert len(problems) >= 3
    hidden = await site.post(
        "owner", "/my/voice", kind="concern", topic="other", text="900101-1234567 입니다"
    )
    assert "resident registration number" in hidden.text


async def test_recording_for_a_dealer_by_code_or_name(site: Site) -> None:
    for dealer in (f"D{OWN}", "대청상사"):
        sent = await site.post("rep", "/voice", dealer=dealer, **{**COMPLAINT, "kind": "approach"},
                               competitor="바다음료", evidence="seen", offer="냉장고")  # fmt: skip
        assert sent.status_code == 303
    row = await fetch_one("select dealer, competitor, evidence, topic, dealer_reads from voice_item limit 1")
    assert row is not None
    assert [row["dealer"], row["competitor"], row["evidence"], row["topic"]] == [
        OWN, "바다음료", "seen", "competition",
    ]  # fmt: skip
    assert not row["dealer_reads"]
    assert (await site.post("rep", "/voice", dealer=f"D{FAR}", **COMPLAINT)).status_code == 422


async def test_who_may_open_what(site: Site, voices: World) -> None:
    number = await items.raise_item(voices.people["owner"], raised(), RULES)
    for path in ("/voice", "/voice/rows", "/voice/new", "/quiet", "/quiet/rows"):
        assert (await site.get("manager", path)).status_code == 200
        assert (await site.get("owner", path)).status_code == 403
        assert (await site.get("finance", path)).status_code == 403
    assert (await site.get("far", f"/my/voice/{number}")).status_code == 404
    assert (await site.get("owner", f"/voice/{number}")).status_code == 404
    assert (await site.get("manager", f"/quiet/{FAR}")).status_code == 404
    assert (await site.get("marketing", "/quiet")).status_code == 403
    assert (await site.post("auditor", f"/voice/{number}/answer", answer="답")).status_code == 403


async def test_lists_cost_the_same_statements_for_any_number_of_rows(
    site: Site, voices: World, statements: Statements
) -> None:
    admin = voices.people["admin"]
    await items.raise_item(admin, raised(), RULES)
    await site.get("admin", "/voice")
    statements.take()
    await site.get("admin", "/voice")
    one = statements.take()
    for dealer in (NEAR, FAR):
        await items.raise_item(admin, raised(dealer=dealer), RULES)
    statements.take()
    await site.get("admin", "/voice")
    assert statements.take() == one


async def test_files_hold_what_the_filter_shows(site: Site, voices: World) -> None:
    admin = voices.people["admin"]
    await items.raise_item(admin, raised(text="=1+1"), RULES)
    await items.raise_item(admin, raised(dealer=FAR), RULES)
    answer = await site.post("manager", "/voice/export", format="csv", kind="complaint")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Code"], row["Kind"], row["Text"]) for row in rows] == [("D10", "Complaint", "'=1+1")]
    quiet = await site.post("manager", "/quiet/export", format="xlsx")
    assert quiet.content[:2] == b"PK"
    assert (await site.post("finance", "/voice/export", format="csv")).status_code == 403


async def test_quiet_dealers_get_a_step_and_a_rest(site: Site, voices: World) -> None:
    place = f"/quiet/{OWN}"
    assert "Nothing points to" in (await site.get("manager", place)).text
    wrong = await site.post("manager", f"{place}/step", step="", owner=str(REP), due_on="2020-01-01")
    assert wrong.status_code == 422
    assert "from today on" in wrong.text
    day = today().isoformat()
    assert (
        await site.post("manager", f"{place}/step", step="방문", owner=str(REP), due_on=day)
    ).status_code == 303
    assert "방문" in (await site.get("rep", place)).text
    assert (await site.post("rep", f"{place}/done", result="만났습니다")).status_code == 303
    assert (await site.post("rep", f"{place}/snooze", until_on=day, reason="공사")).status_code == 303
    assert "만났습니다" in (await site.get("manager", place)).text
