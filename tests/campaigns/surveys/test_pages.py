"""The pages of surveys: building, answering with and without a script, the outbox, results, files, paper."""

from __future__ import annotations

import csv
import io
import json
import uuid
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest
from selectolax.lexbor import LexborHTMLParser

from campaigns.surveys.controllers import HANDLERS
from campaigns.surveys.model import QuestionKind
from campaigns.surveys.queries.surveys import list_questions
from portal.db import fetch, fetch_value
from portal.web import csrf
from tests.campaigns.surveys.conftest import DUE, OWN, POINTS, REGIONAL, SEASON, Asked, Letters, World, draft
from tests.portal.served import TOKEN, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

TITLE = {"title": "비수기 조사", "title_en": "Survey", "due_on": DUE.isoformat()}


def make_client(people: dict[str, Any]) -> httpx.AsyncClient:
    return serve(HANDLERS, people, postman=Letters())


class Site:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str) -> httpx.Response:
        return await self.client.get(path, headers={"x-viewer": who})

    async def post(self, who: str, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields, headers={"x-viewer": who})

    async def sync(self, who: str, items: Any) -> httpx.Response:
        return await self.client.post("/my/surveys/sync", json={"items": items}, headers={"x-viewer": who})


@pytest.fixture
async def site(market: World) -> AsyncIterator[Site]:
    async with make_client(market.people) as client:
        yield Site(client)


def errors(answer: httpx.Response) -> list[str]:
    return [node.text(strip=True) for node in LexborHTMLParser(answer.text).css(".error")]


def item(asked: Asked, account: int, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "survey": asked.survey_id, "account": account, "at": "2026-10-02T03:00:00Z",
        "fields": asked.fields(), **more,
    }  # fmt: skip


async def test_a_survey_is_started_changed_and_opened(site: Site) -> None:
    assert "There is no survey yet" in (await site.get("marketing", "/surveys")).text
    assert "OFF" not in (await site.get("marketing", "/surveys/new")).text
    made = await site.post("marketing", "/surveys", season=str(SEASON), **TITLE)
    place = made.headers["location"]
    assert (made.status_code, place[:9]) == (303, "/surveys/")
    survey_id = int(place.rpartition("/")[2])
    page = await site.get("marketing", f"{place}?add=one")
    assert 'id="label-new"' in page.text
    added = await site.post("marketing", f"{place}/questions", kind="one", label="하나", options="가 | A\n나")
    assert added.status_code == 303
    *_, last = await list_questions(survey_id)
    assert [(option.label, option.label_en) for option in last.options] == [("가", "A"), ("나", "")]
    moved = await site.post("marketing", f"{place}/questions/{last.id}/move", to="first")
    assert moved.headers["location"] == f"{place}?moved={last.id}-first#q{last.id}"
    assert (await list_questions(survey_id))[0].id == last.id
    changed = await site.post("marketing", f"{place}/questions/{last.id}", kind="scale", label="척도",
                              scale_least="0", scale_most="10")  # fmt: skip
    assert changed.status_code == 303
    assert (await site.post("marketing", place, **{**TITLE, "title_en": "New title"})).status_code == 303
    assert (await site.post("marketing", f"{place}/questions/{last.id}/remove")).status_code == 303
    assert "New title" in (await site.get("manager", f"{place}/preview")).text
    assert (await site.post("marketing", f"{place}/open")).status_code == 303
    assert (await site.post("marketing", f"{place}/open")).status_code == 409
    assert "Being answered" in (await site.get("auditor", place)).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "one", "label": ""}, "Please fill this in."),
        ({"kind": "many", "label": "가", "options": "같음\n같음"}, "A choice is named twice."),
        ({"kind": "products", "label": "가", "options": "P1\nP9"}, "There is no product with the code P9."),
        ({"kind": "scale", "label": "가", "scale_least": "5", "scale_most": "5"}, "above its beginning"),
        ({"kind": "one", "label": "가", "options": "\n".join(map(str, range(61)))}, "At most 60 lines"),
        ({"kind": "one", "label": "가", "options": "x" * 161}, "at most 160 characters"),
    ],
)
async def test_wrong_questions_are_shown_again(
    site: Site, market: World, fields: dict[str, str], says: str
) -> None:
    survey_id = await draft(market)
    answer = await site.post("marketing", f"/surveys/{survey_id}/questions", **fields)
    assert answer.status_code == 422
    assert any(says in error for error in errors(answer)), errors(answer)
    assert len(await list_questions(survey_id)) == 4


async def test_starting_without_a_title_or_in_a_foreign_season(site: Site, market: World) -> None:
    wrong = await site.post("marketing", "/surveys", season=str(SEASON), title="")
    assert (wrong.status_code, errors(wrong)) == (422, ["Please fill this in."])
    gone = await site.post("marketing", "/surveys", season="999", **TITLE)
    assert gone.status_code == 422
    survey_id = await draft(market, due_on=None)
    unready = await site.post("marketing", f"/surveys/{survey_id}/open")
    assert unready.status_code == 422
    assert "today or later" in unready.text


async def test_who_may_open_what(site: Site, asked: Asked, market: World) -> None:
    place = f"/surveys/{asked.survey_id}"
    for path in ("/surveys", place, f"{place}/preview", f"{place}/result"):
        assert (await site.get("manager", path)).status_code == 200
        assert (await site.get("owner", path)).status_code == (403 if path == "/surveys" else 404)
        assert (await site.get("finance", path)).status_code == 403
    assert (await site.get("rep", "/surveys/new")).status_code == 403
    assert (await site.post("manager", f"{place}/close")).status_code == 403
    hidden = await draft(market, REGIONAL)
    for path in (f"/surveys/{hidden}", f"/surveys/{hidden}/result", f"/surveys/{hidden}/print"):
        assert (await site.get("manager", path)).status_code == 404
    assert (await site.get("marketing", f"/surveys/{hidden}/result")).status_code == 404
    assert (await site.get("owner", f"/my/surveys/{asked.survey_id}/result")).status_code == 404


async def test_the_form_works_without_a_script(site: Site, asked: Asked) -> None:
    place = f"/my/surveys/{asked.survey_id}"
    page = (await site.get("owner", place)).text
    assert "never changes a score" in page
    assert "가게 121" in page
    assert "가게 121" not in (await site.get("rep", place)).text
    wrong = await site.post("owner", place, place=str(POINTS[0]), **asked.fields(-500))
    assert (wrong.status_code, "from -100 to 300" in wrong.text) == (422, True)
    assert (await site.post("owner", place, place="")).status_code == 422
    kept = await site.post("owner", f"{place}?dealer={OWN}", place=str(POINTS[0]), **asked.fields())
    assert kept.headers["location"] == f"{place}?dealer={OWN}"
    refused = await site.post("owner", place, place=str(POINTS[1]), declined="1")
    assert refused.status_code == 303
    rows = await fetch("select declined from survey_response order by id")
    assert [bool(row["declined"]) for row in rows] == [False, True]
    assert "2 answered" in (await site.get("owner", "/my/surveys")).text


async def test_the_outbox_is_told_what_became_of_each(site: Site, asked: Asked) -> None:
    good, wrong = item(asked, POINTS[0]), item(asked, POINTS[1], fields={})
    foreign, damaged = item(asked, 30), {"id": "x"}
    answer = await site.sync("owner", [good, wrong, foreign, damaged, good])
    assert [one["status"] for one in answer.json()] == [
        "created", "rejected", "rejected", "rejected", "duplicate",
    ]  # fmt: skip
    assert "Nothing was answered" in answer.json()[1]["problems"][""]
    again = await site.sync("owner", [{**good, "fields": asked.fields(-99)}])
    assert [one["status"] for one in again.json()] == ["conflict"]
    assert await fetch_value("select count(*) from survey_response") == 1


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"items": 7}', json.dumps({"items": [1] * 51}).encode()]
)
async def test_a_body_that_is_no_outbox_is_refused(site: Site, body: bytes) -> None:
    headers = {"x-viewer": "owner", "content-type": "application/json"}
    answer = await site.client.post("/my/surveys/sync", content=body, headers=headers)
    assert answer.status_code == 400


async def test_the_outbox_needs_the_sessions_token(site: Site, asked: Asked) -> None:
    token = (await site.get("owner", "/my/surveys/token")).json()
    assert token == {"user": 8, "token": TOKEN}
    headers = {"x-viewer": "owner", csrf.HEADER: "another"}
    body = {"items": [item(asked, POINTS[0])]}
    assert (await site.client.post("/my/surveys/sync", json=body, headers=headers)).status_code == 403
    assert await fetch_value("select count(*) from survey_response") == 0


async def test_the_worker_keeps_its_own_pages_only(site: Site) -> None:
    answer = await site.get("owner", "/my/surveys/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "service-worker-allowed" not in answer.headers
    assert answer.text.startswith('const SHELL = ["/static/build/app.')
    assert (await site.get("finance", "/my/surveys/worker.js")).status_code == 403


async def test_from_closing_to_the_result_on_paper(site: Site, asked: Asked) -> None:
    for account in POINTS:
        assert (await site.sync("owner", [item(asked, account)])).json()[0]["status"] == "created"
    place, own = f"/surveys/{asked.survey_id}", f"/my/surveys/{asked.survey_id}"
    assert "not final" in (await site.get("marketing", f"{place}/result")).text
    assert (await site.get("marketing", f"{place}/print")).status_code == 404
    assert (await site.post("marketing", place, due_on="2099-02-01")).status_code == 303
    assert (await site.post("marketing", f"{place}/close")).status_code == 303
    too_long = await site.post("marketing", f"{place}/publish", conclusion="x" * 2001)
    assert too_long.status_code == 422
    assert (await site.post("marketing", f"{place}/publish", conclusion="준비합니다")).status_code == 303
    page = (await site.get("staff", f"{own}/result")).text
    assert "준비합니다" in page
    assert "The middle answer" not in page
    assert "Lowest" in page
    assert "XLSX" not in page
    assert (await site.get("staff", own)).status_code == 404
    for who, path in (("marketing", f"{place}/print?lang=en"), ("owner", f"{own}/print?lang=ko")):
        answer = await site.get(who, path)
        assert answer.headers["content-type"] == "application/pdf"
        text = "".join(part.get_text() for part in pymupdf.open(stream=answer.content, filetype="pdf"))
        assert ("Survey summary" if who == "marketing" else "조사 요약") in text.replace("\u2060", "")
        assert "-10.0%" in text


async def test_answers_as_a_file(site: Site, asked: Asked) -> None:
    await site.sync("owner", [item(asked, POINTS[0], fields=asked.fields(-10, text="=1+1"))])
    answer = await site.post("marketing", f"/surveys/{asked.survey_id}/export", format="csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Question"], row["Choice or row"], row["Answer"]) for row in rows] == [
        ("Change of demand", "Soft drinks", "'-10.00 %"),
        ("Occasions", "Home", "✓"),
        ("Effect", "", "4"),
        ("Anything else?", "", "'=1+1"),
    ]
    assert {row["Code"] for row in rows} == {f"T{POINTS[0]}"}
    assert (await site.post("rep", f"/surveys/{asked.survey_id}/export", format="csv")).status_code == 403
    assert await fetch_value("select count(*) from audit_event where action = 'surveys.exported'") == 1


async def test_kinds_of_questions_have_words(site: Site, market: World) -> None:
    survey_id = await draft(market)
    page = (await site.get("marketing", f"/surveys/{survey_id}")).text
    for kind in QuestionKind:
        assert f"?add={kind.value}#add" in page
