"""Pages of evaluations: who sees what, and what the buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch_one, unit_of_work
from portal.evaluations.model import SubjectKind
from portal.jobs.worker import work_once
from tests.portal.evaluations.conftest import Statements, World, card_of, evaluate, new_dealer

if TYPE_CHECKING:
    from portal.evaluations.queries.runs import RunView
    from tests.portal.evaluations.world import Client

HTMX = {"hx-request": "true"}


async def test_the_review_shows_the_managers_dealers_only(client: Client, run: RunView) -> None:
    answer = await client.get("manager", "/evaluations/2026-01")
    assert answer.status_code == 200
    assert [name in answer.text for name in ("대청상사", "금강유통", "계룡물산", "설악상회")] == [
        True
    ] * 3 + [False]


@pytest.mark.parametrize(
    "path",
    ["/evaluations", "/evaluations/2026-01", "/evaluations/2026-01/run", "/evaluations/2026-01/run/progress",
     "/evaluations/2026-01/rows?tab=held&q=없음&grade=S&grade=A&status=open&region=/KR/CC/",
     "/evaluations?subject=representative"],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["ko", "en"])
async def test_pages_open(client: Client, run: RunView, path: str, locale: str) -> None:
    answer = await client.get("admin", path, **{"x-locale": locale})
    assert answer.status_code == 200


async def test_the_panel_opens_beside_the_list(client: Client, run: RunView) -> None:
    card = await card_of(run, "D-1")
    answer = await client.get("manager", f"/evaluations/2026-01?panel={card}")
    assert (answer.status_code, "Why this grade" in answer.text) == (200, True)
    assert (await client.get("manager", f"/evaluations/2026-01/{card}/panel")).status_code == 200
    assert (await client.get("manager", f"/evaluations/2026-01/{card}")).status_code == 200


@pytest.mark.parametrize("who", ["other_manager", "owner", "staff", "other_owner", "representative"])
async def test_a_scorecard_of_somebody_else_is_the_same_404_as_none(
    client: Client, run: RunView, who: str
) -> None:
    foreign = await card_of(run, "D-2")
    for rest in ("", "/panel", "/print"):
        theirs = await client.get(who, f"/evaluations/2026-01/{foreign}{rest}")
        nobodys = await client.get(who, f"/evaluations/2026-01/999999{rest}")
        assert theirs.status_code == nobodys.status_code
        assert theirs.status_code == 404
        # The page names its own address; nothing else may differ.
        assert theirs.text.replace(f"2026-01/{foreign}", "2026-01/999999") == nobodys.text


@pytest.mark.parametrize("rest", ["sign-off", "return", "comment", "answer", "actions"])
async def test_nobody_writes_on_a_scorecard_of_another_region(
    client: Client, run: RunView, rest: str
) -> None:
    card = await card_of(run, "D-1")
    fields = {"version": "1", "comment": "x", "kind": "reward", "text": "x", "due_on": "2999-01-01"}
    for who, status in (("other_manager", 404), ("admin", 403), ("owner", 403), ("auditor", 403)):
        answer = await client.post(who, f"/evaluations/2026-01/{card}/{rest}", fields)
        assert answer.status_code == status
    assert await fetch_one("select 1 from scorecard_comment") is None


async def test_dealers_see_nothing_of_the_review(client: Client, run: RunView) -> None:
    assert (await client.get("owner", "/evaluations")).status_code == 403
    assert (await client.get("owner", "/evaluations/2026-01")).status_code == 404
    assert (await client.get("owner", "/evaluations/2026-01/export")).status_code == 404


async def test_a_dealer_reads_his_own_sheet_once_published(client: Client, run: RunView) -> None:
    assert (await client.get("owner", "/my/evaluations/2026-01")).status_code == 404
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published', published_at = as_of_at")
    answer = await client.get("owner", "/my/evaluations/2026-01", **{"x-locale": "ko"})
    card = await fetch_one("select read_at from scorecard where subject_key = 'D-1'")
    assert (answer.status_code, card is not None and card["read_at"] is not None) == (200, True)
    assert (await client.get("owner", "/my/evaluations")).status_code == 200
    assert "설악상회" not in answer.text
    assert (await client.get("other_owner", "/my/evaluations/2026-01")).status_code == 200
    assert (await client.get("admin", "/my/evaluations/2026-01")).status_code == 403


async def test_a_dealer_replies_and_objects(client: Client, run: RunView) -> None:
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published', published_at = as_of_at")
    for rest in ("reply", "objection"):
        refused = await client.post("owner", f"/my/evaluations/2026-01/{rest}", {"comment": " "})
        said = await client.post("owner", f"/my/evaluations/2026-01/{rest}", {"comment": "확인 부탁합니다"})
        assert (refused.status_code, said.status_code) == (422, 303)
        staff = await client.post("staff", f"/my/evaluations/2026-01/{rest}", {"comment": "x"})
        assert staff.status_code == 403
    card = await card_of(run, "D-1")
    assert "Answer it by" in (await client.get("manager", f"/evaluations/2026-01/{card}")).text
    answered = await client.post("manager", f"/evaluations/2026-01/{card}/answer", {"comment": "고쳤습니다"})
    assert answered.status_code == 303


async def test_signing_off_beside_the_list(client: Client, run: RunView) -> None:
    card = await card_of(run, "D-1")
    path = f"/evaluations/2026-01/{card}/sign-off"
    refused = await client.post("manager", path, {"version": "1", "comment": ""}, **HTMX)
    assert (refused.status_code, "Write a comment before signing off." in refused.text) == (422, True)
    signed = await client.post("manager", path, {"version": "1", "comment": "좋습니다"}, **HTMX)
    assert (signed.status_code, "undo_url" in signed.headers["hx-trigger"]) == (200, True)
    undone = await client.post("manager", f"/evaluations/2026-01/undo?cards={card}")
    assert undone.status_code == 303
    assert (await fetch_one("select state from scorecard where id = {}", card)) == {"state": "open"}


async def test_signing_off_many(client: Client, run: RunView) -> None:
    cards = [str(await card_of(run, code)) for code in ("D-1", "D-3")]
    path = "/evaluations/2026-01/sign-off"
    refused = await client.post("manager", path, {"cards": cards, "comment": ""}, **HTMX)
    signed = await client.post("manager", path, {"cards": cards, "comment": "모두 확인"}, **HTMX)
    plain = await client.post("manager", path, {"cards": [], "comment": ""})
    assert (refused.status_code, signed.status_code, plain.status_code) == (422, 200, 422)


async def test_a_coaching_plan_is_added_and_done(client: Client, run: RunView) -> None:
    card = await card_of(run, "D-2")
    fields = {"kind": "coaching", "text": "방문 계획 다시 세우기", "owner": "han", "due_on": "2999-01-01"}
    path = f"/evaluations/2026-01/{card}/actions"
    assert (await client.post("manager", path, {**fields, "due_on": ""})).status_code == 422
    assert (await client.post("manager", path, {**fields, "owner": "nobody"})).status_code == 422
    assert (await client.post("manager", path, fields)).status_code == 303
    action = await fetch_one("select id, owner_user_id from scorecard_action")
    assert action is not None
    for who, status in (("other_manager", 404), ("manager", 303), ("manager", 409)):
        done = await client.post(who, f"/evaluations/actions/{action['id']}/done", {"outcome": "reached"})
        assert done.status_code == status


async def test_a_month_is_run_published_and_closed_on_screen(client: Client, world: World) -> None:
    run = "/evaluations/2026-01/run"
    assert (await client.get("admin", run)).status_code == 200
    assert (await client.post("manager", run)).status_code == 403
    assert (await client.post("admin", run)).status_code == 303
    assert (await client.post("admin", run)).status_code == 409
    assert "hx-trigger" in (await client.get("admin", f"{run}/progress")).text
    await evaluate_rest()
    assert "hx-trigger" not in (await client.get("admin", f"{run}/progress")).text
    assert "every byte is equal" in (await client.post("auditor", f"{run}/replay")).text
    assert (await client.post("admin", f"{run}/publish")).status_code == 409
    async with unit_of_work():
        await execute("update evaluation_run set state = 'reviewed'")
    steps = (("publish", "admin", 303), ("close-request", "finance", 303), ("close", "finance", 403))
    steps += (("close-decline", "finance", 303), ("close-request", "finance", 303), ("close", "admin", 303))
    for rest, who, status in steps:
        assert (await client.post(who, f"{run}/{rest}")).status_code == status
        assert (await client.get(who, run)).status_code == 200


async def evaluate_rest() -> None:
    while await work_once("test"):
        pass


async def test_the_list_costs_the_same_statements_for_one_row_and_three(
    client: Client, world: World, statements: Statements
) -> None:
    async with unit_of_work():
        await execute("update account set state = 'closed' where code in ('D-2', 'D-3', 'D-4')")
        await execute("delete from account_month where account <> {}", world.dealers["D-1"])
    await evaluate(world)
    await client.get("manager", "/evaluations/2026-01")
    statements.take()
    one = await client.get("manager", "/evaluations/2026-01")
    for_one = statements.take()
    async with unit_of_work():
        for code in ("D-5", "D-6"):
            dealer = await new_dealer(code, code, 2)
            await execute(
                "insert into scorecard (run, subject_kind, account_id, subject_key, condition_bits)"
                " select run, subject_kind, {}, {}, condition_bits from scorecard where subject_key = 'D-1'",
                dealer,
                code,
            )
    statements.take()
    three = await client.get("manager", "/evaluations/2026-01")
    assert (one.text.count("data-row-open"), three.text.count("data-row-open")) == (1, 3)
    assert statements.take() == for_one


async def test_the_list_is_exported_as_shown(client: Client, run: RunView) -> None:
    answer = await client.get("manager", "/evaluations/2026-01/export?q=대청")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert (await client.get("admin", "/evaluations/2026-13")).status_code == 404
    assert (await client.get("admin", "/evaluations/2025-12")).status_code == 404
    assert (await client.get("admin", "/evaluations?subject=outlet")).status_code == 404


async def test_returning_and_commenting_beside_the_list(client: Client, run: RunView) -> None:
    path = f"/evaluations/2026-01/{await card_of(run, 'D-1')}"
    for rest in ("return", "comment"):
        refused = await client.post("manager", f"{path}/{rest}", {"version": "1", "comment": ""}, **HTMX)
        done = await client.post(
            "manager", f"{path}/{rest}", {"version": "1", "comment": "출고 확인"}, **HTMX
        )
        assert (refused.status_code, done.status_code) == (422, 200)
    assert (await client.post("manager", f"{path}/answer", {"comment": ""})).status_code == 422
    assert (await client.post("manager", f"{path}/return", {"comment": "x"})).status_code == 422


async def test_a_representative_reviews_his_own_month(client: Client, world: World) -> None:
    await evaluate(world, kind=SubjectKind.REPRESENTATIVE)
    path = "/my/evaluations/2026-01"
    sheet = await client.get("representative", path)
    assert (sheet.status_code, "still under review" in sheet.text) == (200, True)
    said = await client.post("representative", f"{path}/self-review", {"comment": "신규 소매점 두 곳"})
    assert said.status_code == 303
    listed = await client.get("manager", "/evaluations/2026-01?subject=representative&q=한")
    assert "한사원" in listed.text
    assert (await client.get("owner", path)).status_code == 404


async def test_the_whole_list_is_exported(client: Client, run: RunView) -> None:
    answer = await client.get("admin", "/evaluations/2026-01/export")
    assert (answer.status_code, answer.content[:2], len(answer.content) > 5000) == (200, b"PK", True)
