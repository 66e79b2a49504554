"""The steps of a proposal: checked, rehearsed, submitted, decided by somebody else, scheduled, cancelled."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from portal.db import execute, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid, Message, NotAllowed, Problem
from portal.rulebooks.findings import check_text
from portal.rulebooks.model import REASON_CHARACTERS
from portal.rulebooks.policies import APPROVE, AUTHOR, SCHEDULE
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.queries.versions import get_any
from portal.rulebooks.service.drafts import note, note_editors
from portal.rulebooks.service.versions import store_version
from portal.rulebooks.sources import rehearser
from rules.lifecycle import LifecycleError, Part, State, Step, Term, may_approve, take, timing_problem

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.rulebooks.books import AnyBook
    from portal.rulebooks.queries.proposals import Proposal

TIMING = {
    "begun": "The first day must lie in the future.",
    "told": "The day of the announcement is past; choose a new one.",
    "short": "Dealers must be told at least %(days)s days before the first day.",
}


async def validate(viewer: Viewer, proposal_id: int) -> None:
    """Note that nothing in a draft keeps it from being published.

    Raises:
        NotFound: There is none.
        Conflict: It is no draft.
        Invalid: There are findings that block.
    """
    async with unit_of_work():
        proposal = await _at(proposal_id, Step.VALIDATE, Part.AUTHOR)
        await _sound(proposal)
        await _move(proposal, State.VALIDATED)
        await note(viewer.signature(AUTHOR), "validate", proposal_id, _states(proposal, State.VALIDATED))


async def rehearse(viewer: Viewer, proposal_id: int) -> None:
    """Attach what the version would have done to past months.

    Raises:
        NotFound: There is none.
        Conflict: It is not validated, or was edited meanwhile.
        Invalid: There are findings that block.
    """
    proposal = await _at(proposal_id, Step.REHEARSE, Part.AUTHOR)
    book = await _sound(proposal)
    base = await get_any(proposal.base_sha256) if proposal.base_sha256 else None
    found = await rehearser().rehearse(book, base)
    async with unit_of_work():
        text = json.dumps(found, ensure_ascii=False, sort_keys=True)
        await _move(proposal, State.REHEARSED, rehearsal=text)
        await note(viewer.signature(AUTHOR), "rehearse", proposal_id, _states(proposal, State.REHEARSED))


async def submit(viewer: Viewer, proposal_id: int, notice_days: int, today: dt.date) -> None:
    """Fix the content and ask somebody else to approve it.

    Args:
        viewer: Who submits.
        proposal_id: A rehearsed proposal.
        notice_days: Least number of days between announcement and first day.
        today: Current day in the business zone.

    Raises:
        NotFound: There is none.
        Conflict: It is not rehearsed.
        Invalid: There are findings that block, or dealers would not be told in time.
    """
    by = viewer.signature(AUTHOR)
    async with unit_of_work():
        proposal = await _at(proposal_id, Step.SUBMIT, Part.AUTHOR)
        book = await _sound(proposal)
        announced_on = _announced(book)
        _in_time(announced_on, _term(book), notice_days, today)
        await note_editors(proposal_id, by)
        await _move(
            proposal,
            State.SUBMITTED,
            content=await store_version(book),
            effective_from=book.effective_from,
            effective_until=book.effective_until,
            announced_on=announced_on,
            submitted_by_user_id=by.user_id,
            submitted_for_user_id=by.on_behalf_of,
            submitted_at=_now(),
            reason="",
        )
        changes = {**_states(proposal, State.SUBMITTED), "sha256": (None, book.sha256)}
        await note(by, "submit", proposal_id, changes)


async def withdraw(viewer: Viewer, proposal_id: int) -> None:
    """Take a submitted proposal back before it is decided.

    Raises:
        NotFound: There is none.
        Conflict: It is not submitted.
    """
    async with unit_of_work():
        proposal = await _at(proposal_id, Step.WITHDRAW, Part.AUTHOR)
        await _move(proposal, State.REHEARSED, **_UNFIXED)
        await note(viewer.signature(AUTHOR), "withdraw", proposal_id, _states(proposal, State.REHEARSED))


async def decline(viewer: Viewer, proposal_id: int, reason: str) -> None:
    """Send a submitted proposal back to its author.

    Raises:
        NotFound: There is none.
        Conflict: It is not submitted.
        Invalid: No reason is given.
        NotAllowed: The viewer wrote it, or stands in for somebody who did.
    """
    written = checked_reason(reason)
    async with unit_of_work():
        proposal = await _at(proposal_id, Step.DECLINE, Part.APPROVER)
        _second_person(proposal, viewer)
        await _move(proposal, State.DRAFT, **_UNFIXED | {"reason": written})
        await note(viewer.signature(APPROVE), "decline", proposal_id, _states(proposal, State.DRAFT), written)


async def approve(viewer: Viewer, proposal_id: int, sha256: str, notice_days: int, today: dt.date) -> None:
    """Approve exactly the content that was looked at.

    Args:
        viewer: Somebody who did not write it.
        proposal_id: A submitted proposal.
        sha256: Hash of the content on the approver's screen.
        notice_days: Least number of days between announcement and first day.
        today: Current day in the business zone.

    Raises:
        NotFound: There is none.
        Conflict: It is not submitted, or with other content.
        NotAllowed: The viewer wrote it, or stands in for somebody who did.
        Invalid: Dealers would no longer be told in time.
    """
    by = viewer.signature(APPROVE)
    async with unit_of_work():
        proposal = await _at(proposal_id, Step.APPROVE, Part.APPROVER)
        _second_person(proposal, viewer)
        if proposal.sha256 != sha256 or proposal.term is None or proposal.announced_on is None:
            raise Conflict
        _in_time(proposal.announced_on, proposal.term, notice_days, today)
        await _move(
            proposal,
            State.APPROVED,
            approved_by_user_id=by.user_id,
            approved_for_user_id=by.on_behalf_of,
            approved_at=_now(),
        )
        await note(
            by, "approve", proposal_id, {**_states(proposal, State.APPROVED), "sha256": (None, sha256)}
        )


async def schedule(viewer: Viewer, proposal_id: int, notice_days: int, today: dt.date) -> None:
    """Let an approved version begin on its first day; dealers are told from the day of announcement on.

    Raises:
        NotFound: There is none.
        Conflict: It is not approved, or another version begins on the same day.
        Invalid: Dealers would no longer be told in time.
    """
    by = viewer.signature(SCHEDULE)
    async with unit_of_work():
        proposal = await _at(proposal_id, Step.SCHEDULE, Part.AUTHOR, Part.APPROVER)
        if proposal.term is None or proposal.announced_on is None:
            raise Conflict
        _in_time(proposal.announced_on, proposal.term, notice_days, today)
        await _alone_on_its_day(proposal, proposal.term)
        await _move(proposal, State.SCHEDULED, scheduled_by_user_id=by.user_id, scheduled_at=_now())
        changes = {
            **_states(proposal, State.SCHEDULED),
            "effective_from": (None, proposal.term.from_on),
            "announced_on": (None, proposal.announced_on),
        }
        await note(by, "schedule", proposal_id, changes)


async def cancel(viewer: Viewer, proposal_id: int, reason: str, today: dt.date) -> None:
    """Cancel an approved or scheduled version before its first day.

    Raises:
        NotFound: There is none.
        Conflict: It has begun, or is not approved.
        Invalid: No reason is given.
    """
    written = checked_reason(reason)
    async with unit_of_work():
        proposal = await _at(proposal_id, Step.CANCEL, Part.AUTHOR, Part.APPROVER)
        if proposal.term is not None and proposal.term.from_on <= today:
            raise Conflict("This version has begun; a new version takes its place.")
        await _move(proposal, State.CANCELLED, reason=written)
        by = viewer.signature(SCHEDULE)
        await note(by, "cancel", proposal_id, _states(proposal, State.CANCELLED), written)


_UNFIXED: dict[str, Any] = dict.fromkeys(
    (
        "content",
        "effective_from",
        "effective_until",
        "announced_on",
        "submitted_by_user_id",
        "submitted_for_user_id",
        "submitted_at",
    )
)


async def _at(proposal_id: int, step: Step, *parts: Part) -> Proposal:
    """Return a proposal to which a step is open; the route's policy says which part the viewer has."""
    proposal = await get_proposal(proposal_id)
    try:
        take(step, proposal.state, parts)
    except LifecycleError as error:
        raise Conflict from error
    return proposal


async def _sound(proposal: Proposal) -> AnyBook:
    base = await get_any(proposal.base_sha256) if proposal.base_sha256 else None
    checked = await asyncio.to_thread(check_text, proposal.text, base)
    if not checked.ok:
        count = checked.blocking
        raise Invalid.of("text", "%(count)s problems keep this from being published.", count=count)
    return checked.book


async def _move(proposal: Proposal, state: State, **values: Any) -> None:
    columns = "".join(f", {column} = {{}}" for column in values)
    changed = await execute(
        f"update rulebook_proposal set state = {{}}, version = version + 1{columns}"  # noqa: S608  names from code
        " where id = {} and state = {} and version = {}",
        state.value,
        *values.values(),
        proposal.id,
        proposal.state.value,
        proposal.version,
    )
    if not changed:
        raise Conflict


async def _alone_on_its_day(proposal: Proposal, term: Term) -> None:
    other = await fetch_one(
        "select label from rulebook_proposal where state = 'scheduled' and subject_kind = {}"
        " and decision = {} and effective_from = {}",
        proposal.kind,
        proposal.decision,
        term.from_on,
    )
    if other is not None:
        raise Conflict("Version %(label)s begins on the same day.", label=other["label"])


def _second_person(proposal: Proposal, viewer: Viewer) -> None:
    if not may_approve(proposal.author_ids, viewer.people):
        raise NotAllowed("Approving takes somebody who did not write it.")


def _in_time(announced_on: dt.date, term: Term, notice_days: int, today: dt.date) -> None:
    problem = timing_problem(announced_on, term, notice_days, today)
    if problem is not None:
        raise Invalid([Problem("announced_on", Message(TIMING[problem], {"days": notice_days}))])


def checked_reason(reason: str) -> str:
    """Return a reason without surrounding space.

    Raises:
        Invalid: None is given, or too long a one.
    """
    written = reason.strip()
    if not written:
        raise Invalid.of("reason", "Please give a reason.")
    if len(written) > REASON_CHARACTERS:
        raise Invalid.of("reason", "At most %(count)s characters, please.", count=REASON_CHARACTERS)
    return written


def _announced(book: AnyBook) -> dt.date:
    if book.change is None:
        raise Invalid.of("announced_on", "The day of the announcement is past; choose a new one.")
    return book.change.announced_on


def _term(book: AnyBook) -> Term:
    return Term(book.effective_from, book.effective_until)


def _states(proposal: Proposal, state: State) -> dict[str, Any]:
    return {"state": (proposal.state.value, state.value)}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
