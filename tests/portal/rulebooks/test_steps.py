"""The way of a proposal into force, on both databases: steps, two people, immutability, undo."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from portal.access import DeputyFor, Viewer
from portal.db import execute, fetch, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.service import steps
from portal.rulebooks.service.drafts import create_draft, discard_draft, save_draft
from rules.lifecycle import State, Term
from tests.portal.rulebooks.conftest import DAYS, TODAY, book_text, scheduled, submitted

if TYPE_CHECKING:
    from tests.portal.rulebooks.conftest import World


async def state_of(proposal_id: int) -> State:
    return (await get_proposal(proposal_id)).state


async def test_from_draft_to_scheduled(world: World) -> None:
    author, approver = world.people["author"], world.people["approver"]
    walked = []
    number = await create_draft(author, book_text())
    for step in (
        lambda: steps.validate(author, number),
        lambda: steps.rehearse(author, number),
        lambda: steps.submit(author, number, DAYS, TODAY),
    ):
        await step()
        walked.append(await state_of(number))
    seen = await get_proposal(number)
    await steps.approve(approver, number, seen.sha256, DAYS, TODAY)
    await steps.schedule(author, number, DAYS, TODAY)
    done = await get_proposal(number)
    assert walked == [State.VALIDATED, State.REHEARSED, State.SUBMITTED]
    assert (done.state, done.label, done.kind) == (State.SCHEDULED, "2026.12", "dealer")
    assert done.term == Term(dt.date(2026, 12, 1))
    assert done.announced_on == dt.date(2026, 11, 10)
    assert (done.rehearsal or {})["months"] == 0
    marks = [done.submitted, done.approved, done.scheduled]
    assert [mark.name for mark in marks if mark] == ["기준 작성자", "기준 승인자", "기준 작성자"]
    events = await fetch("select action, actor_user_id from audit_event order by seq")
    assert [(row["action"], row["actor_user_id"]) for row in events] == [
        ("rulebooks.create", author.user_id),
        ("rulebooks.validate", author.user_id),
        ("rulebooks.rehearse", author.user_id),
        ("rulebooks.submit", author.user_id),
        ("rulebooks.approve", approver.user_id),
        ("rulebooks.schedule", author.user_id),
    ]


async def test_a_book_with_problems_is_not_validated(world: World) -> None:
    number = await create_draft(world.people["author"], book_text().replace("weight: 20", "weight: 21", 1))
    with pytest.raises(Invalid) as refused:
        await steps.validate(world.people["author"], number)
    assert str(refused.value.problems[0].message) == "2 problems keep this from being published."
    assert await state_of(number) is State.DRAFT


async def test_nobody_approves_what_he_wrote(world: World) -> None:
    both = world.people["both"]
    number = await submitted(world, who="both")
    sha256 = (await get_proposal(number)).sha256
    with pytest.raises(NotAllowed):
        await steps.approve(both, number, sha256, DAYS, TODAY)
    with pytest.raises(NotAllowed):
        await steps.decline(both, number, "그냥")
    assert await state_of(number) is State.SUBMITTED


async def test_a_second_author_is_an_author_too(world: World) -> None:
    number = await create_draft(world.people["author"], book_text())
    both = world.people["both"]
    await save_draft(both, number, book_text("2026.13"), 1, "page")
    await steps.validate(world.people["author"], number)
    await steps.rehearse(world.people["author"], number)
    await steps.submit(world.people["author"], number, DAYS, TODAY)
    proposal = await get_proposal(number)
    assert proposal.authors == ("기준 작성자", "두 역할")
    with pytest.raises(NotAllowed):
        await steps.approve(both, number, proposal.sha256, DAYS, TODAY)


def deputy(absent: Viewer, standing_in: Viewer) -> Viewer:
    days = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    grant = DeputyFor(absent.user_id, absent.name, absent.grants, *days)
    return dataclasses.replace(standing_in, deputy_for=(grant,))


async def test_a_deputy_never_makes_one_person_two(world: World) -> None:
    author, approver = world.people["author"], world.people["approver"]
    number = await submitted(world)
    sha256 = (await get_proposal(number)).sha256
    with pytest.raises(NotAllowed):
        await steps.approve(deputy(author, approver), number, sha256, DAYS, TODAY)
    with pytest.raises(NotAllowed):
        await steps.approve(deputy(approver, author), number, sha256, DAYS, TODAY)
    await steps.approve(deputy(approver, world.people["manager"]), number, sha256, DAYS, TODAY)
    approved = (await get_proposal(number)).approved
    assert approved is not None
    assert (approved.name, approved.on_behalf_of) == ("박지영", "기준 승인자")


async def test_the_author_a_deputy_wrote_for_is_an_author(world: World) -> None:
    absent = deputy(world.people["both"], world.people["admin"])
    number = await create_draft(absent, book_text())
    for step in (steps.validate, steps.rehearse):
        await step(absent, number)
    await steps.submit(absent, number, DAYS, TODAY)
    sha256 = (await get_proposal(number)).sha256
    for who in ("both", "admin"):
        with pytest.raises(NotAllowed):
            await steps.approve(world.people[who], number, sha256, DAYS, TODAY)


@pytest.mark.parametrize(
    "column",
    ["approved_by_user_id = {author}", "approved_by_user_id = {other}, approved_for_user_id = {author}"],
)
async def test_the_database_refuses_one_person(world: World, column: str) -> None:
    number = await submitted(world)
    people = {key: world.people[key].user_id for key in ("author",)} | {
        "other": world.people["admin"].user_id
    }
    with pytest.raises(Exception, match=r"(?i)two_people|nobody approves"):
        async with unit_of_work():
            await execute(
                f"update rulebook_proposal set {column.format(**people)}, state = 'approved' where id = {{}}",
                number,
            )


async def test_the_database_refuses_an_editor_as_approver(world: World) -> None:
    number = await create_draft(world.people["author"], book_text())
    await save_draft(world.people["both"], number, book_text("2026.13"), 1, "page")
    for step in (steps.validate, steps.rehearse):
        await step(world.people["author"], number)
    await steps.submit(world.people["author"], number, DAYS, TODAY)
    with pytest.raises(Exception, match="nobody approves a rulebook of his own"):
        async with unit_of_work():
            await execute(
                "update rulebook_proposal set approved_by_user_id = {}, state = 'approved' where id = {}",
                world.people["both"].user_id,
                number,
            )


async def test_only_what_was_seen_is_approved(world: World) -> None:
    number = await submitted(world)
    with pytest.raises(Conflict):
        await steps.approve(world.people["approver"], number, "0" * 64, DAYS, TODAY)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("text", "other"),
        ("effective_from", dt.date(2027, 1, 1)),
        ("announced_on", dt.date(2026, 11, 30)),
        ("rehearsal", "{{}}"),
        ("state", "draft"),
        ("approved_by_user_id", 99),
    ],
)
async def test_an_approved_version_does_not_change(world: World, change: str, value: Any) -> None:
    number = await scheduled(world)
    with pytest.raises(Exception, match="an approved rulebook does not change"):
        async with unit_of_work():
            await execute(f"update rulebook_proposal set {change} = {{}} where id = {{}}", value, number)
    with pytest.raises(Exception, match="an approved rulebook does not change"):
        async with unit_of_work():
            await execute("delete from rulebook_proposal where id = {}", number)


@pytest.mark.parametrize(
    "statement", ["update rulebook_version set label = 'x'", "delete from rulebook_version"]
)
async def test_a_stored_version_does_not_change(world: World, statement: str) -> None:
    await submitted(world)
    with pytest.raises(Exception, match="a stored rulebook version does not change"):
        async with unit_of_work():
            await execute(statement)


async def test_withdrawn_before_approval(world: World) -> None:
    number = await submitted(world)
    await steps.withdraw(world.people["author"], number)
    back = await get_proposal(number)
    assert (back.state, back.sha256, back.term, back.submitted) == (State.REHEARSED, "", None, None)
    with pytest.raises(Conflict):
        await steps.approve(world.people["approver"], number, "", DAYS, TODAY)


async def test_declined_with_a_reason(world: World) -> None:
    number = await submitted(world)
    with pytest.raises(Invalid):
        await steps.decline(world.people["approver"], number, "  ")
    with pytest.raises(Invalid):
        await steps.decline(world.people["approver"], number, "x" * 401)
    await steps.decline(world.people["approver"], number, " 회수율 배점이 너무 큽니다 ")
    back = await get_proposal(number)
    assert (back.state, back.reason, back.sha256) == (State.DRAFT, "회수율 배점이 너무 큽니다", "")


async def test_cancelled_before_it_begins_and_not_after(world: World) -> None:
    number = await scheduled(world)
    author = world.people["author"]
    with pytest.raises(Conflict, match="has begun"):
        await steps.cancel(author, number, "늦음", dt.date(2026, 12, 1))
    await steps.cancel(author, number, "철회", dt.date(2026, 11, 30))
    cancelled = await get_proposal(number)
    assert (cancelled.state, cancelled.reason) == (State.CANCELLED, "철회")
    assert await scheduled(world) != number


@pytest.mark.parametrize(
    ("begins", "told", "problem"),
    [
        ("2026-11-01", "2026-10-01", "The first day must lie in the future."),
        ("2026-12-01", "2026-11-01", "The day of the announcement is past; choose a new one."),
        ("2026-12-01", "2026-11-18", "Dealers must be told at least 14 days before the first day."),
    ],
)
async def test_dealers_are_told_in_time(world: World, begins: str, told: str, problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        await submitted(world, book_text(begins=begins, told=told))
    assert str(refused.value.problems[0].message) == problem


async def test_approval_may_come_too_late(world: World) -> None:
    number = await submitted(world)
    sha256 = (await get_proposal(number)).sha256
    with pytest.raises(Invalid):
        await steps.approve(world.people["approver"], number, sha256, DAYS, dt.date(2026, 11, 11))


async def test_two_versions_do_not_begin_on_one_day(world: World) -> None:
    await scheduled(world)
    second = await submitted(world, book_text("2026.12b"))
    await steps.approve(world.people["approver"], second, (await get_proposal(second)).sha256, DAYS, TODAY)
    with pytest.raises(Conflict, match=r"Version 2026\.12 begins on the same day"):
        await steps.schedule(world.people["approver"], second, DAYS, TODAY)


async def test_steps_are_taken_in_order(world: World) -> None:
    author = world.people["author"]
    number = await create_draft(author, book_text())
    for step in (
        steps.rehearse(author, number),
        steps.submit(author, number, DAYS, TODAY),
        steps.withdraw(author, number),
        steps.schedule(author, number, DAYS, TODAY),
        steps.cancel(author, number, "철회", TODAY),
    ):
        with pytest.raises(Conflict):
            await step
    with pytest.raises(NotFound):
        await steps.validate(author, 999)


async def test_editing_voids_checks_and_rehearsal(world: World) -> None:
    author = world.people["author"]
    number = await create_draft(author, book_text())
    await steps.validate(author, number)
    await steps.rehearse(author, number)
    seen = await get_proposal(number)
    saved = await save_draft(author, number, seen.text, seen.version, "page")
    assert (saved.changed, (await get_proposal(number)).state) == (False, State.REHEARSED)
    saved = await save_draft(author, number, book_text("2026.13"), seen.version, "page")
    now = await get_proposal(number)
    assert (saved.changed, now.state, now.rehearsal, now.label) == (True, State.DRAFT, None, "2026.13")


async def test_a_submitted_text_is_not_edited(world: World) -> None:
    number = await submitted(world)
    with pytest.raises(Conflict):
        await save_draft(world.people["author"], number, "x", 1, "page")


async def test_a_discarded_draft_stays_away(world: World) -> None:
    author = world.people["author"]
    number = await create_draft(author, book_text())
    await discard_draft(author, number)
    assert await state_of(number) is State.CANCELLED
    with pytest.raises(Conflict):
        await save_draft(author, number, "x", 2, "page")
    with pytest.raises(Conflict):
        await discard_draft(author, number)
