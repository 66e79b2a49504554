"""The pages of opinions: phone, register, one opinion, by code; who is logged, what a wrong form keeps."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from portal.db import fetch_one, fetch_value
from portal.voice.controllers import OPINIONS
from portal.voice.forms import new_key
from portal.voice.opinion_sources import join_source
from portal.voice.opinions import SourceKind
from portal.web.logging import RequestLogLayer, formatter
from tests.portal.network.conftest import Statements, statements
from tests.portal.served import serve
from tests.portal.voice.conftest import FAR, MANAGER, NEAR, OWN, World, today
from tests.portal.voice.opinions_world import TRAINING, Letters, Trainings
from tests.portal.voice.test_pages import Site, photo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["statements"]
GIVEN = {"topic": "training", "text": "교육을 오전에만 하면 좋겠습니다.", "source": f"training-{TRAINING}"}
CODE = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")


@pytest.fixture
async def site(voices: World) -> AsyncIterator[Site]:
    join_source(SourceKind.TRAINING, Trainings({TRAINING: frozenset({OWN, NEAR, FAR})}))
    async with serve(OPINIONS, voices.people, postman=Letters()) as client:
        yield Site(client)


async def _signed(site: Site, **more: Any) -> str:
    sent = await site.post("owner", "/my/opinions", signed="1", **{**GIVEN, **more})
    return sent.headers["location"].rpartition("/")[2]


async def test_a_dealer_gives_one_and_reads_the_answer(site: Site) -> None:
    form = LexborHTMLParser((await site.get("owner", "/my/opinions/new", source=GIVEN["source"])).text)
    chosen = form.css_first("#f-source option[selected]")
    assert chosen is not None
    assert chosen.attributes["value"] == GIVEN["source"]
    files = {"photo": ("a.jpg", photo(), "image/jpeg")}
    number = await _signed(site, files=files)
    assert (await site.get("owner", f"/my/opinions/{number}/file")).headers["content-type"] == "image/jpeg"
    assert (await site.get("rep", f"/opinions/{number}/file")).status_code == 200
    for who, path in (
        ("far", f"/my/opinions/{number}"),
        ("far", f"/my/opinions/{number}/file"),
        ("owner", f"/opinions/{number}"),
    ):
        assert (await site.get(who, path)).status_code == 404
    wrong = await site.post("rep", f"/opinions/{number}/answer", answer="")
    assert wrong.status_code == 422
    assert (await site.post("rep", f"/opinions/{number}/answer", answer="둡니다.")).status_code == 303
    assert "둡니다." in (await site.get("owner", f"/my/opinions/{number}")).text
    assert (await site.post("owner", f"/my/opinions/{number}/reopen", again="")).status_code == 422
    assert (await site.post("owner", f"/my/opinions/{number}/reopen", again="언제?")).status_code == 303
    due = today().isoformat()
    assert (await site.post("rep", f"/opinions/{number}/assign", owner="99", due_on=due)).status_code == 422
    for path, fields in (
        ("assign", {"owner": str(MANAGER), "due_on": due}),
        ("note", {"note": "물어봄"}),
        ("solve", {"solution": "두 반을 둠"}),
        ("answer", {"answer": "1월부터"}),
        ("take-back", {}),
        ("answer", {"answer": "1월부터"}),
    ):
        assert (await site.post("rep", f"/opinions/{number}/{path}", **fields)).status_code == 303, path
    assert "물어봄" in (await site.get("rep", f"/opinions/{number}")).text
    own = (await site.get("owner", f"/my/opinions/{number}")).text
    assert ("물어봄" in own, "두 반을 둠" in own) == (False, True)
    assert (await site.post("owner", f"/my/opinions/{number}/close")).status_code == 303
    assert "교육을 오전에만" in (await site.get("owner", "/my/opinions")).text


async def test_without_a_name_the_code_is_the_only_way_back(site: Site) -> None:
    key = new_key()
    sent = await site.post("owner", "/my/opinions", signed="0", client_key=key, **GIVEN)
    again = await site.post("owner", "/my/opinions", signed="0", client_key=key, **GIVEN)
    (code,) = CODE.findall(sent.text)
    assert CODE.findall(again.text) == [code]
    assert sent.headers["cache-control"] == "no-store"
    assert GIVEN["text"] not in (await site.get("owner", "/my/opinions")).text
    row = await fetch_one("select id, dealer, given_by_user_id, source_kind, source_id from opinion")
    assert row is not None
    assert (row["dealer"], row["given_by_user_id"], row["source_kind"]) == (None, None, "training")
    assert (await site.post("admin", f"/opinions/{row['id']}/answer", answer="둡니다.")).status_code == 303
    assert (await site.client.get("/opinion-answers")).status_code == 200
    read = await site.client.post("/opinion-answers", data={"code": code.lower()})
    assert (read.status_code, "둡니다." in read.text) == (200, True)
    for wrong in ("", "AAAA-BBBB-CCCC-DDDD"):
        assert (await site.client.post("/opinion-answers", data={"code": wrong})).status_code == 422
        for path in ("close", "reopen"):
            said = {"code": wrong, "again": "그럼?"}
            assert (await site.client.post(f"/opinion-answers/{path}", data=said)).status_code == 422
    silent = await site.client.post("/opinion-answers/reopen", data={"code": code, "again": ""})
    assert silent.status_code == 422
    for path, fields, state in (("reopen", {"again": "그럼?"}, "reopened"), ("close", {}, "reopened")):
        answer = await site.client.post(f"/opinion-answers/{path}", data={"code": code, **fields})
        assert answer.status_code == 200
        assert await fetch_value("select state from opinion") == state


async def test_the_request_log_does_not_say_who_gave_an_opinion(
    voices: World, caplog: pytest.LogCaptureFixture
) -> None:
    """With a name or without, the line is the same: path and status, no person."""
    join_source(SourceKind.TRAINING, Trainings({TRAINING: frozenset({OWN, NEAR, FAR})}))
    async with serve(OPINIONS, voices.people, postman=Letters()) as client:
        transport: Any = client._transport
        transport.app = RequestLogLayer(transport.app)
        site = Site(client)
        with caplog.at_level(logging.INFO, "portal.request"):
            await site.post("owner", "/my/opinions", signed="0", **GIVEN)
            await site.post("owner", "/my/opinions", signed="1", **GIVEN)
            await client.get("/opinion-answers", headers={"x-viewer": "owner"})
            await site.get("owner", "/my/opinions")
    of_requests = [line for line in caplog.records if line.name == "portal.request"]
    lines = [json.loads(formatter(as_json=True).format(line)) for line in of_requests]
    seen = [(line["path"], line["status"], line.get("user_id")) for line in lines]
    assert seen == [
        ("/my/opinions", 200, None), ("/my/opinions", 303, None), ("/opinion-answers", 200, None),
        ("/my/opinions", 200, 8),
    ]  # fmt: skip


async def test_a_wrong_form_keeps_what_was_typed(site: Site) -> None:
    for fields, problem in (
        ({"text": ""}, "Please fill this in."),
        ({"source": "training-999"}, "Please choose one of the options."),
        ({"source": "moon"}, "Please choose one of the options."),
        ({"text": "주민번호 900101-1234568 입니다"}, "resident registration number"),
    ):
        typed = {**GIVEN, **fields}
        sent = await site.post("owner", "/my/opinions", signed="0", **typed)
        assert (sent.status_code, problem in sent.text) == (422, True)
        found = LexborHTMLParser(sent.text)
        assert [area.text() for area in found.css("textarea[name=text]")] == [typed["text"]]
        checked = [radio.attributes["value"] for radio in found.css("input[name=signed][checked]")]
        assert checked == ["0"]


async def test_a_photo_needs_a_name(site: Site) -> None:
    files = {"photo": ("a.jpg", photo(), "image/jpeg")}
    sent = await site.post("owner", "/my/opinions", files=files, signed="0", **GIVEN)
    assert (sent.status_code, "A photo can tell who took it" in sent.text) == (422, True)


async def test_our_side_writes_down_hands_out_and_takes_back(site: Site) -> None:
    new = await site.get("manager", "/opinions/new", source=GIVEN["source"], dealer=f"D{NEAR}")
    assert 'value="D20"' in new.text
    wrong = await site.post("manager", "/opinions", signed="1", dealer=f"D{FAR}", **GIVEN)
    assert (wrong.status_code, "No dealer of yours" in wrong.text) == (422, True)
    sent = await site.post(
        "manager", "/opinions", signed="1", dealer=f"D{NEAR}", solution="바로 바꿈", **GIVEN
    )
    number = sent.headers["location"].rpartition("/")[2]
    solved = await fetch_one("select solution, solved_on from opinion where id = {}", int(number))
    assert solved == {"solution": "바로 바꿈", "solved_on": today()}
    unnamed = await site.post("manager", "/opinions", signed="0", dealer="", **GIVEN)
    assert unnamed.headers["location"] == "/opinions"
    due = today().isoformat()
    fields = {"owner": str(MANAGER), "due_on": due, "rows": number, "shown": "all"}
    handed = await site.post("manager", "/opinions/assign", **fields)
    assert handed.headers["location"] == f"/opinions?shown=all&handed={number}"
    assert 'action="/opinions/take-back"' in (await site.get("manager", "/opinions", handed=number)).text
    taken = await site.post("manager", "/opinions/take-back", rows=number)
    assert (taken.status_code, taken.headers["location"]) == (303, "/opinions")
    for wrong_fields in ({"rows": ""}, {"owner": "99"}, {"due_on": "2000-01-01"}):
        sent = await site.post("manager", "/opinions/assign", **{**fields, **wrong_fields})
        assert sent.status_code == 422
    await site.post("manager", f"/opinions/{number}/answer", answer="예, 둡니다.")
    late = await site.post("manager", "/opinions/assign", **fields)
    assert (late.status_code, "changed in the meantime" in late.text) == (422, True)


async def test_the_register_as_a_file(site: Site) -> None:
    await _signed(site, text="=1+1 이름 있음")
    await site.post("owner", "/my/opinions", signed="0", **GIVEN)
    sent = await site.post("admin", "/opinions/export", format="csv", shown="all")
    rows = list(csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert sorted((row["Opinion"], row["Dealer"], row["Code"], row["Came up at"]) for row in rows) == [
        ("'=1+1 이름 있음", "대청상사", "D10", f"Training: 교육 {TRAINING}"),
        (GIVEN["text"], "Without a name", "", f"Training: 교육 {TRAINING}"),
    ]
    note = await fetch_value("select note from audit_event where action = 'voice.opinions_exported'")
    assert note == "csv shown=all"
    assert (await site.post("owner", "/opinions/export", format="csv")).status_code in (403, 404)


async def test_the_register_asks_the_same_questions_for_one_and_for_three(
    site: Site, statements: Statements
) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            await _signed(site, client_key=new_key())
        statements.take()
        shown = await site.get("admin", "/opinions")
        counts.append(statements.take())
        assert shown.status_code == 200
        assert (await site.get("admin", "/opinions/rows", q="교육")).status_code == 200
    assert counts[0] == counts[1]
