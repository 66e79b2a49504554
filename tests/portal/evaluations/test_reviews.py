"""The manager's review: refusals, bulk rules, undo, deputies; what a published result allows."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg
import pytest

from portal.access import Grant, Role
from portal.db import execute, fetch, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.evaluations.model import RunState, SubjectKind
from portal.evaluations.queries.runs import get_run
from portal.evaluations.service import actions, reviews, states, voices
from portal.evaluations.tasks import list_tasks
from tests.portal.evaluations.conftest import MONTH, TODAY, World, card_of, deputy_of, evaluate

if TYPE_CHECKING:
    from portal.evaluations.queries.runs import RunView


async def state_of(card: int) -> str:
    row = await fetch_one("select state from scorecard where id = {}", card)
    assert row is not None
    return str(row["state"])


async def audited(card: int) -> list[str]:
    rows = await fetch(
        "select action from audit_event where subject_kind = 'scorecard' and subject_key = {} order by seq",
        str(card),
    )
    return [row["action"] for row in rows]


async def sign_all(world: World, run: RunView) -> None:
    for code, who in (("D-1", "manager"), ("D-2", "manager"), ("D-3", "manager"), ("D-4", "other_manager")):
        await reviews.sign_off(world.people[who], await card_of(run, code), 1, "확인했습니다")


async def test_signing_needs_a_comment_now_or_before(world: World, run: RunView) -> None:
    manager, card = world.people["manager"], await card_of(run, "D-1")
    with pytest.raises(Invalid) as caught:
        await reviews.sign_off(manager, card, 1, "  ")
    assert str(caught.value.problems[0].message) == "Write a comment before signing off."
    await reviews.comment(manager, card, "성장이 좋습니다")
    await reviews.sign_off(manager, card, 1)
    assert (await state_of(card), await audited(card)) == (
        "signed",
        ["evaluations.comment", "evaluations.sign_off"],
    )


async def test_a_comment_has_a_length(world: World, run: RunView) -> None:
    with pytest.raises(Invalid):
        await reviews.comment(world.people["manager"], await card_of(run, "D-1"), "가" * 2001)


async def test_a_card_changed_meanwhile_is_not_signed(world: World, run: RunView) -> None:
    manager, card = world.people["manager"], await card_of(run, "D-1")
    await reviews.return_card(manager, card, 1, "출고가 빠졌습니다")
    with pytest.raises(Conflict):
        await reviews.sign_off(manager, card, 1, "x")
    with pytest.raises(Conflict):
        await reviews.return_card(manager, card, 1, "x")
    await reviews.sign_off(manager, card, 2, "확인")
    with pytest.raises(Conflict):
        await reviews.sign_off(manager, card, 3, "again")


async def test_the_run_is_reviewed_when_every_card_is_signed(world: World, run: RunView) -> None:
    await sign_all(world, run)
    assert (await get_run(run.id)).state is RunState.REVIEWED
    card = await card_of(run, "D-1")
    await reviews.undo_sign_off(world.people["manager"], run, [card])
    assert ((await get_run(run.id)).state, await state_of(card)) == (RunState.DRAFT, "open")


@pytest.mark.parametrize(
    ("code", "change", "message"),
    [
        ("D-1", "grade_fell = true", "대청상사: the grade fell, sign it off alone."),
        ("D-1", "held_reason = 'missing_input'", "대청상사 is held for review, sign it off alone."),
        ("D-1", "is_disputed = true", "대청상사 is disputed, sign it off alone."),
        ("D-1", "state = 'returned'", "대청상사 has been decided already."),
    ],
)
async def test_what_is_never_signed_in_bulk(
    world: World, run: RunView, code: str, change: str, message: str
) -> None:
    async with unit_of_work():
        await execute(f"update scorecard set {change} where subject_key = '{code}'")
    cards = [await card_of(run, "D-1"), await card_of(run, "D-3")]
    with pytest.raises(Invalid) as caught:
        await reviews.sign_off_many(world.people["manager"], run, cards, "모두")
    assert [str(problem.message) for problem in caught.value.problems] == [message]
    assert await state_of(cards[1]) == "open"


async def test_a_shared_comment_counts_for_each(world: World, run: RunView) -> None:
    manager = world.people["manager"]
    cards = [await card_of(run, "D-1"), await card_of(run, "D-3")]
    with pytest.raises(Invalid):
        await reviews.sign_off_many(manager, run, cards, "")
    assert await reviews.sign_off_many(manager, run, cards, "두 곳 모두 좋습니다") == 2
    said = await fetch("select scorecard, text from scorecard_comment order by scorecard")
    assert [(row["scorecard"], row["text"]) for row in said] == [
        (card, "두 곳 모두 좋습니다") for card in cards
    ]


async def test_bulk_never_reaches_into_another_region(world: World, run: RunView) -> None:
    cards = [await card_of(run, "D-1"), await card_of(run, "D-4")]
    with pytest.raises(NotFound):
        await reviews.sign_off_many(world.people["manager"], run, cards, "x")
    with pytest.raises(Invalid):
        await reviews.sign_off_many(world.people["manager"], run, [], "x")


async def test_a_sign_off_is_taken_back_within_ten_seconds_only(world: World, run: RunView) -> None:
    manager, card = world.people["manager"], await card_of(run, "D-1")
    await reviews.sign_off(manager, card, 1, "x")
    other = replace(manager, user_id=world.people["admin"].user_id)
    with pytest.raises(Conflict):
        await reviews.undo_sign_off(other, run, [card])
    assert await reviews.undo_sign_off(manager, run, [card]) == 1
    # The comment written with it is withdrawn: signing again needs a comment again.
    with pytest.raises(Invalid):
        await reviews.sign_off(manager, card, 3, "")
    await reviews.sign_off(manager, card, 3, "다시")
    async with unit_of_work():
        late = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=11)
        await execute("update scorecard set signed_at = {} where id = {}", late, card)
    with pytest.raises(Conflict):
        await reviews.undo_sign_off(manager, run, [card])
    assert await audited(card) == [
        "evaluations.sign_off",
        "evaluations.sign_off_undone",
        "evaluations.sign_off",
    ]


async def test_a_deputy_signs_for_the_absent_manager(world: World, run: RunView) -> None:
    deputy = deputy_of(world.people["manager"], world.people["other_manager"])
    card = await card_of(run, "D-1")
    await reviews.sign_off(deputy, card, 1, "대결")
    row = await fetch_one("select signed_by_user_id, signed_for_user_id from scorecard where id = {}", card)
    assert row == {
        "signed_by_user_id": deputy.user_id,
        "signed_for_user_id": world.people["manager"].user_id,
    }


async def test_nobody_signs_about_himself(world: World) -> None:
    run = await evaluate(world, kind=SubjectKind.REPRESENTATIVE)
    representative = world.people["representative"]
    card = await card_of(run, f"user-{representative.user_id}")
    both = replace(representative, grants=(Grant(Role.REGIONAL_MANAGER, "/KR/CC/"),))
    with pytest.raises(NotAllowed):
        await reviews.sign_off(both, card, 1, "내 평가")
    with pytest.raises(NotFound):
        await reviews.sign_off(world.people["other_manager"], card, 1, "x")
    await voices.self_review(representative, card, "신규 개척에 힘썼습니다")
    await reviews.sign_off(world.people["manager"], card, 1, "잘했습니다")
    assert (await get_run(run.id)).state is RunState.REVIEWED


async def test_only_ones_own_month_is_self_reviewed(world: World, run: RunView) -> None:
    card = await card_of(run, "D-1")
    with pytest.raises(NotFound):
        await voices.self_review(world.people["representative"], card, "x")
    with pytest.raises(NotAllowed):
        await voices.self_review(world.people["owner"], card, "x")


async def test_publishing_needs_every_signature(world: World, run: RunView) -> None:
    admin = world.people["admin"]
    with pytest.raises(Conflict):
        await states.publish(admin, MONTH, SubjectKind.DEALER)
    with pytest.raises(NotFound):
        await states.publish(admin, MONTH.shift(-1), SubjectKind.DEALER)
    await sign_all(world, run)
    await states.publish(admin, MONTH, SubjectKind.DEALER)
    with pytest.raises(Conflict):
        await states.publish(admin, MONTH, SubjectKind.DEALER)
    with pytest.raises(Conflict):
        await reviews.comment(world.people["manager"], await card_of(run, "D-1"), "x")
    with pytest.raises(Conflict):
        await voices.reply(world.people["owner"], await card_of(await unpublished(world), "D-1"), "x")


async def unpublished(world: World) -> RunView:
    return await evaluate(world, MONTH.shift(1))


async def test_closing_takes_two_people_and_a_deputy_is_no_second_one(world: World, run: RunView) -> None:
    admin, finance = world.people["admin"], world.people["finance"]
    await sign_all(world, run)
    with pytest.raises(Conflict):
        await states.request_close(finance, MONTH, SubjectKind.DEALER)
    await states.publish(admin, MONTH, SubjectKind.DEALER)
    with pytest.raises(Conflict):
        await states.approve_close(admin, MONTH, SubjectKind.DEALER)
    await states.request_close(finance, MONTH, SubjectKind.DEALER)
    with pytest.raises(Conflict):
        await states.request_close(admin, MONTH, SubjectKind.DEALER)
    for same_side in (finance, deputy_of(finance, world.people["author"]), deputy_of(finance, admin)):
        with pytest.raises(NotAllowed):
            await states.approve_close(same_side, MONTH, SubjectKind.DEALER)
    await states.withdraw_close(admin, MONTH, SubjectKind.DEALER)
    with pytest.raises(Conflict):
        await states.withdraw_close(admin, MONTH, SubjectKind.DEALER)
    await states.request_close(finance, MONTH, SubjectKind.DEALER)
    await states.approve_close(admin, MONTH, SubjectKind.DEALER)
    assert (await get_run(run.id)).state is RunState.CLOSED


@pytest.mark.parametrize(
    "statement",
    [
        "update scorecard set grade = 'S'",
        "update scorecard set points_milli = 1",
        "delete from scorecard",
        (
            "insert into scorecard (run, subject_kind, account_id, subject_key, condition_bits) select run,"
            " subject_kind, account_id, 'D-9', condition_bits from scorecard where subject_key = 'D-1'"
        ),
        "update evaluation_run set results_sha256 = ''",
        "update evaluation_run set state = 'draft'",
    ],
)
async def test_the_database_itself_keeps_published_results(
    world: World, run: RunView, statement: str
) -> None:
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published'")
    with pytest.raises((sqlite3.IntegrityError, asyncpg.RaiseError), match="does not change"):
        async with unit_of_work():
            await execute(statement)


async def test_before_publication_results_may_be_computed_again(world: World, run: RunView) -> None:
    async with unit_of_work():
        await execute("update scorecard set state = 'signed'")
        await execute("delete from scorecard")


async def test_what_awaits_whom(world: World, run: RunView) -> None:
    async def kinds(who: str) -> list[str]:
        return sorted(task.kind for task in await list_tasks(world.people[who], TODAY))

    assert await kinds("manager") == ["evaluations.sign_off"]
    assert await kinds("owner") == []
    await sign_all(world, run)
    assert (await kinds("manager"), await kinds("admin")) == ([], ["evaluations.publish"])
    await states.publish(world.people["admin"], MONTH, SubjectKind.DEALER)
    await states.request_close(world.people["finance"], MONTH, SubjectKind.DEALER)
    assert (await kinds("finance"), await kinds("admin")) == ([], ["evaluations.close"])
    assert await kinds("owner") == ["evaluations.read"]
    card = await card_of(run, "D-1")
    await voices.mark_read(world.people["owner"], card)
    await voices.object_to(world.people["owner"], card, "반품이 두 번 들어갔습니다")
    with pytest.raises(Conflict):
        await voices.object_to(world.people["owner"], card, "again")
    assert (await kinds("owner"), await kinds("manager")) == ([], ["evaluations.answer"])
    assert await kinds("other_manager") == []
    await voices.answer(world.people["manager"], card, "확인했습니다")
    with pytest.raises(Conflict):
        await voices.answer(world.people["manager"], card, "again")
    plan = actions.NewAction(actions.ActionKind.COACHING, "재고 점검", "", TODAY)
    with pytest.raises(Invalid):
        await actions.add_action(world.people["manager"], card, plan, TODAY + dt.timedelta(days=1))
    action = await actions.add_action(world.people["manager"], card, plan, TODAY)
    assert await kinds("manager") == ["evaluations.action"]
    reached = actions.Closing(actions.Outcome.REACHED)
    await actions.finish_action(world.people["manager"], action, reached)
    with pytest.raises(NotFound):
        await actions.finish_action(world.people["manager"], 999_999, reached)


async def test_a_representative_is_asked_for_his_review_once(world: World) -> None:
    run = await evaluate(world, kind=SubjectKind.REPRESENTATIVE)
    representative = world.people["representative"]
    tasks = await list_tasks(representative, TODAY)
    assert [task.kind for task in tasks] == ["evaluations.self_review"]
    await voices.self_review(representative, await card_of(run, f"user-{representative.user_id}"), "x")
    assert await list_tasks(representative, TODAY) == []
    assert [task.kind for task in await list_tasks(world.people["manager"], TODAY)] == [
        "evaluations.sign_off"
    ]
