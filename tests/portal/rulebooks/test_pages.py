"""Pages of rulebooks: who sees what, editing while others edit, notices, the printed form."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from portal.db import execute, fetch, unit_of_work
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.service import steps
from portal.rulebooks.service.drafts import create_draft
from portal.rulebooks.tasks import list_tasks
from rules.books import shipped_books
from rules.canonical import book_content
from rules.lifecycle import State
from tests.portal.rulebooks.conftest import DAYS, TODAY, book_text, scheduled, submitted
from tests.portal.rulebooks.site import make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from tests.portal.rulebooks.conftest import World

STANDING = shipped_books()[0]
HTMX = {"hx-request": "true"}


class Pages:
    """Opens pages and sends forms as one of the people."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={"x-viewer": who, **headers})

    async def post(
        self, who: str, path: str, data: dict[str, Any] | None = None, **more: Any
    ) -> httpx.Response:
        headers = {"x-viewer": who, **more.pop("headers", {})}
        files = more.pop("files", None)
        return await self.client.post(path, data=data or {"x": "1"}, headers=headers, files=files)


@pytest.fixture
async def pages(world: World) -> AsyncIterator[Pages]:
    async with make_client(world.people) as opened:
        yield Pages(opened)


@pytest.fixture
async def draft(world: World) -> int:
    return await create_draft(world.people["author"], book_text(), "")


async def test_the_list_shows_versions_and_proposals(world: World, pages: Pages, draft: int) -> None:
    answer = await pages.get("admin", "/rulebooks")
    assert answer.status_code == 200
    assert "2019.1" in answer.text
    assert f'href="/rulebooks/{draft}"' in answer.text
    assert "New draft" not in answer.text
    assert "New draft" in (await pages.get("author", "/rulebooks?subject=representative")).text


@pytest.mark.parametrize("who", ["owner", "staff", "representative"])
async def test_the_evaluated_see_no_proposal(pages: Pages, draft: int, who: str) -> None:
    for path in ("/rulebooks", f"/rulebooks/{draft}", f"/rulebooks/{draft}/edit"):
        assert (await pages.get(who, path)).status_code in (403, 404)


async def test_a_draft_from_the_version_in_force(world: World, pages: Pages) -> None:
    answer = await pages.post("author", "/rulebooks/drafts", {"base": STANDING.sha256})
    assert answer.status_code == 303
    number = int(answer.headers["location"].split("/")[2])
    proposal = await get_proposal(number)
    assert (proposal.base_label, proposal.kind) == ("2019.1", "dealer")
    page = (await pages.get("author", f"/rulebooks/{number}/edit")).text
    assert 'name="r0-t0" value="10"' in page
    assert (await pages.post("author", "/rulebooks/drafts", {"base": "0" * 64})).status_code == 404


def cells(version: int = 1, session: str = "page", text: str = "", **changes: str) -> dict[str, str]:
    text = text or json.dumps(book_content(STANDING))
    return {"version": str(version), "session": session, "text": text, **changes}


async def test_cells_are_saved_and_checked(world: World, pages: Pages, draft: int) -> None:
    text = (await get_proposal(draft)).text
    answer = await pages.post(
        "author", f"/rulebooks/{draft}/edit/check",
        cells(text=text, **{"r0-input": "yoy_growth", "r0-weight": "30", "r0-t0": "10", "r0-p0": "40",
                            "r0-ko": "신장률", "r0-en": "Growth"}), headers=HTMX,
    )  # fmt: skip
    assert answer.status_code == 200
    assert "points are a number from 0 to 30 with at most 3 decimals" in answer.text
    assert 'data-mark="r0-p0"' in answer.text
    saved = await get_proposal(draft)
    assert (saved.version, saved.state) == (2, State.DRAFT)
    assert "신장률" in saved.text


async def test_somebody_else_was_faster(world: World, pages: Pages, draft: int) -> None:
    await pages.post("author", f"/rulebooks/{draft}/edit/text", cells(text=book_text("a")), headers=HTMX)
    mine = cells(session="other page", text=book_text("b"))
    answer = await pages.post("second", f"/rulebooks/{draft}/edit/text", mine, headers=HTMX)
    assert answer.status_code == 409
    assert "기준 작성자 changed this draft in the meantime." in answer.text
    assert (await get_proposal(draft)).label == "a"
    kept = await pages.post("second", f"/rulebooks/{draft}/edit/copy", mine)
    copy = int(kept.headers["location"].split("/")[2])
    assert ((await get_proposal(copy)).label, copy != draft) == ("b", True)


async def test_lines_are_rearranged(world: World, pages: Pages, draft: int) -> None:
    answer = await pages.post("author", f"/rulebooks/{draft}/edit?do=down-0", cells(), headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.index("소매점") < answer.text.index('value="전년 동월 대비 신장률"')
    plain = await pages.post("author", f"/rulebooks/{draft}/edit?do=add", cells(version=2))
    assert plain.headers["location"] == f"/rulebooks/{draft}/edit"


async def test_a_text_that_is_no_sheet_opens_as_text(world: World, pages: Pages) -> None:
    number = await create_draft(world.people["author"], "a: [")
    answer = await pages.get("author", f"/rulebooks/{number}/edit")
    assert answer.headers["location"] == f"/rulebooks/{number}/edit/text"
    page = await pages.get("author", f"/rulebooks/{number}/edit/text", **{"x-locale": "ko"})
    assert "YAML로 읽을 수 없습니다" in page.text
    assert (
        await pages.post("author", f"/rulebooks/{number}/edit/check", cells(text="a: ["))
    ).status_code == 422


async def test_a_workbook_goes_out_and_comes_back(world: World, pages: Pages, draft: int) -> None:
    out = await pages.get("author", f"/rulebooks/{draft}/edit/file")
    assert out.content[:2] == b"PK"
    before = (await get_proposal(draft)).text
    files = {"file": ("sheet.xlsx", out.content)}
    answer = await pages.post("author", f"/rulebooks/{draft}/edit/file", files=files)
    assert answer.status_code == 303
    from rules.rulebook import Rulebook  # noqa: PLC0415  only to compare

    assert Rulebook.load((await get_proposal(draft)).text).sha256 == Rulebook.load(before).sha256
    new = await pages.post("author", "/rulebooks/upload", {"subject": "dealer"}, files=files)
    assert new.status_code == 303


@pytest.mark.parametrize(
    ("data", "files", "problem"),
    [
        ({"subject": "dealer"}, None, "Choose a file or paste a text."),
        ({"subject": "dealer"}, {"file": ("x.txt", b"\xff\xfe")}, "neither a spreadsheet nor text"),
        ({"subject": "dealer"}, {"file": ("x.xlsx", b"PK\x03\x04")}, "not a workbook that can be read"),
    ],
)
async def test_uploads_that_cannot_be_read(
    pages: Pages, data: dict[str, str], files: dict[str, Any] | None, problem: str
) -> None:
    answer = await pages.post("author", "/rulebooks/upload", data, files=files)
    assert answer.status_code == 422
    assert problem in answer.text


async def test_the_steps_on_screen(world: World, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.rulebooks.controllers import proposals  # noqa: PLC0415  its day is set

    monkeypatch.setattr(proposals, "today", lambda _: TODAY)
    number = await create_draft(world.people["author"], book_text(), STANDING.sha256)
    path = f"/rulebooks/{number}"
    for step, who in (("validate", "author"), ("rehearse", "author"), ("submit", "author")):
        assert (await pages.post(who, f"{path}/{step}")).status_code == 303
    assert (await pages.post("author", f"{path}/approve")).status_code == 403
    sha256 = (await get_proposal(number)).sha256
    page = (await pages.get("approver", path)).text
    assert sha256 in page
    assert "first day 2019-01-01 → 2026-12-01" in page
    assert (await pages.post("approver", f"{path}/approve", {"sha256": sha256})).status_code == 303
    assert (await pages.post("approver", f"{path}/schedule")).status_code == 303
    assert "people confirmed" in (await pages.get("author", path)).text
    assert (await pages.post("author", f"{path}/cancel", {"reason": ""})).status_code == 422
    assert (await pages.post("author", f"{path}/cancel", {"reason": "철회"})).status_code == 303
    assert "철회" in (await pages.get("admin", path)).text


async def test_problems_are_said_on_the_page(world: World, pages: Pages) -> None:
    number = await create_draft(world.people["author"], book_text().replace("weight: 20", "weight: 21", 1))
    answer = await pages.post("author", f"/rulebooks/{number}/validate")
    assert answer.status_code == 422
    assert "2 problems keep this from being published." in answer.text
    assert "the weights add up to 101, not 100" in answer.text


async def test_withdraw_decline_and_discard(world: World, pages: Pages) -> None:
    number = await submitted(world)
    path = f"/rulebooks/{number}"
    assert (await pages.post("approver", f"{path}/decline", {"reason": ""})).status_code == 422
    assert (await pages.post("approver", f"{path}/decline", {"reason": "너무 큽니다"})).status_code == 303
    assert "너무 큽니다" in (await pages.get("author", path)).text
    assert [task.kind for task in await list_tasks(world.people["author"], TODAY)] == ["rulebooks.returned"]
    assert (await pages.post("author", f"{path}/discard")).headers["location"] == "/rulebooks"
    assert (await pages.get("author", f"{path}/edit")).status_code == 409
    other = await submitted(world, book_text("w"))
    assert (await pages.post("author", f"/rulebooks/{other}/withdraw")).status_code == 303


async def test_what_awaits_whom(world: World) -> None:
    number = await submitted(world)

    async def kinds(who: str, day: dt.date = TODAY) -> list[str]:
        return [task.kind for task in await list_tasks(world.people[who], day)]

    assert await kinds("approver") == ["rulebooks.approve"]
    assert await kinds("both") == ["rulebooks.approve"]
    assert await kinds("author") == []
    async with unit_of_work():
        await execute("delete from rulebook_editor")
        await execute("update rulebook_proposal set state = 'draft' where id = {}", number)
    await scheduled(world)
    assert await kinds("owner", dt.date(2026, 11, 9)) == []
    assert await kinds("owner", dt.date(2026, 11, 10)) == ["rulebooks.read"]
    assert await kinds("representative", dt.date(2026, 11, 10)) == ["rulebooks.read"]
    assert await kinds("owner", dt.date(2026, 12, 1)) == []
    assert await kinds("manager", dt.date(2026, 11, 10)) == []


async def test_dealers_are_told_and_confirm(
    world: World, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.rulebooks.controllers import notices  # noqa: PLC0415  its day is set

    number = await scheduled(world)
    sha256 = (await get_proposal(number)).sha256
    day = dt.date(2026, 11, 9)
    monkeypatch.setattr(notices, "today", lambda _: day)
    assert (await pages.get("owner", f"/criteria/{sha256}")).status_code == 404
    assert "2026.12" not in (await pages.get("owner", "/criteria")).text
    assert (await pages.post("owner", f"/criteria/{sha256}/read")).status_code == 404
    day = dt.date(2026, 11, 10)
    page = await pages.get("owner", f"/criteria/{sha256}")
    assert "first day 2019-01-01 → 2026-12-01" in page.text
    assert "I have read it" in page.text
    for _ in range(2):
        assert (await pages.post("owner", f"/criteria/{sha256}/read")).status_code == 303
    readings = await fetch("select user_id, account_id from rulebook_reading")
    assert readings == [{"user_id": world.people["owner"].user_id, "account_id": world.dealers["D-1"]}]
    assert "I have read it" not in (await pages.get("owner", f"/criteria/{sha256}")).text
    assert await list_tasks(world.people["owner"], day) == []
    assert (await pages.post("owner", f"/criteria/{STANDING.sha256}/read")).status_code == 409
    assert (await pages.get("staff", "/criteria")).text.count("2026.12") >= 1


async def test_a_version_is_read_and_printed(world: World, pages: Pages) -> None:
    page = await pages.get("admin", f"/rulebooks/versions/{STANDING.sha256}", **{"x-locale": "ko"})
    assert "10% 이상" in page.text
    assert (await pages.get("admin", f"/rulebooks/versions/{'0' * 64}")).status_code == 404
    pdf = await pages.get("admin", f"/rulebooks/versions/{STANDING.sha256}/print?lang=ko")
    assert pdf.content[:5] == b"%PDF-"
    again = await pages.get("admin", f"/rulebooks/versions/{STANDING.sha256}/print?lang=ko")
    assert pdf.content == again.content


async def test_what_comes_too_late_is_said_on_the_page(world: World, pages: Pages) -> None:
    author, number = world.people["author"], await create_draft(world.people["author"], book_text())
    await steps.validate(author, number)
    await steps.rehearse(author, number)
    late = dt.date(2027, 1, 1)
    waiting = await submitted(world, book_text("w"))
    approved = await submitted(world, book_text("a"))
    approver = world.people["approver"]
    await steps.approve(approver, approved, (await get_proposal(approved)).sha256, DAYS, TODAY)
    for path, who, data in (
        (f"/rulebooks/{number}/submit", "author", {}),
        (f"/rulebooks/{waiting}/approve", "approver", {"sha256": (await get_proposal(waiting)).sha256}),
        (f"/rulebooks/{approved}/schedule", "author", {}),
    ):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("portal.rulebooks.controllers.proposals.today", lambda _: late)
            answer = await pages.post(who, path, data)
        assert (answer.status_code, "The first day must lie in the future." in answer.text) == (422, True)


async def test_a_rehearsal_stands_on_the_page(world: World, pages: Pages) -> None:
    author, number = world.people["author"], await create_draft(world.people["author"], book_text())
    await steps.validate(author, number)
    await steps.rehearse(author, number)
    found = {
        "months": 2, "first_month": "2026-01", "last_month": "2026-02", "cases": 20, "subjects": 10,
        "grades": ["S", ""], "moves": [[7, 2], [1, 0]], "better": 1, "worse": 2, "worse_bp": 2000,
        "points_milli": {"base": 1000, "candidate": 3500}, "money_minor": None,
        "groups": {"region": [{"key": "CC", "better": 1, "worse": 2, "points_milli": 2500}]},
        "winners": [{"subject": "D-7191", "raised": 1, "lowered": 0, "points_milli": 900}],
        "losers": [{"subject": "D-8282", "raised": 0, "lowered": 2, "points_milli": -900}],
    }  # fmt: skip
    async with unit_of_work():
        await execute("update rulebook_proposal set rehearsal = {} where id = {}", json.dumps(found), number)
    text = (await pages.get("approver", f"/rulebooks/{number}")).text
    assert "2026-01 to 2026-02: 20 results of 10 evaluated." in text
    assert ("20.0%" in text, "D-7191" in text, "D-8282" in text) == (True, True, True)
    # Who may not see every dealer sees sums only.
    part = (await pages.get("manager", f"/rulebooks/{number}")).text
    assert ("20.0%" in part, "D-7191" in part, "D-8282" in part) == (True, False, False)


async def test_without_scripts_forms_save_too(world: World, pages: Pages, draft: int) -> None:
    saved = await pages.post("author", f"/rulebooks/{draft}/edit/text", cells(text=book_text("plain")))
    assert saved.headers["location"] == f"/rulebooks/{draft}/edit/text"
    for path in ("/edit?do=add", "/edit/text"):
        answer = await pages.post("second", f"/rulebooks/{draft}{path}", cells(session="other"))
        assert answer.status_code == 409
    await pages.post("author", f"/rulebooks/{draft}/edit/text", cells(2, text="a: ["))
    assert (await pages.get("author", f"/rulebooks/{draft}/edit/file")).status_code == 409
    files = {"file": ("x.xlsx", b"PK")}
    assert (await pages.post("author", f"/rulebooks/{draft}/edit/file", files=files)).status_code == 303
    pasted = await pages.post("author", "/rulebooks/upload", {"subject": "x", "pasted": book_text("p")})
    assert pasted.status_code == 303
