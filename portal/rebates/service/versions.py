"""A programme version's way: written, submitted, approved by somebody else, accepted by dealers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.access import different_people
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, Message, NotAllowed, NotFound, Problem
from portal.network.scope import in_scope
from portal.rebates.model import VersionState
from portal.rebates.policies import ACCEPT, APPROVE, AUTHOR
from portal.rebates.queries.versions import get_version, program_of
from portal.rebates.service.checks import checked_reason, read, require_lawful, sound
from rules.lifecycle import Term, may_approve, timing_problem

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.audit.model import Change
    from portal.rebates.queries.versions import Version
    from rules.kpis import Locale
    from rules.rebate import Program

TIMING = {
    "begun": "The first day must lie in the future.",
    "told": "The day of the announcement is past; choose a new one.",
    "short": "Dealers must be told at least %(days)s days before the first day.",
}


async def create_version(viewer: Viewer, text: str) -> int:
    """Begin a draft from a text and return its id; the text may be as wrong as the author likes.

    Raises:
        Invalid: The text is too long.
    """
    program = await read(text)
    by, now = viewer.signature(AUTHOR), _now()
    async with unit_of_work():
        version_id: int = await fetch_value(
            "insert into rebate_version (program, label, beneficiary, state, text, author_user_id,"
            " created_at, edited_by_user_id, edited_at)"
            " values ({}, {}, {}, 'draft', {}, {}, {}, {}, {}) returning id",
            *_head(program),
            text,
            by.user_id,
            now,
            by.user_id,
            now,
        )
        await _note_editors(version_id, by)
        await _note(by, "create", version_id, {"label": (None, program.version)})
    return version_id


async def save_version(viewer: Viewer, version_id: int, text: str, number: int) -> int:
    """Save a draft and return the number of the save.

    Raises:
        NotFound: There is none.
        Conflict: It is no draft, or somebody else saved it since ``number``.
        Invalid: The text is too long.
    """
    program = await read(text)
    by = viewer.signature(AUTHOR)
    async with unit_of_work():
        await _in_state(version_id, VersionState.DRAFT)
        changed = await execute(
            "update rebate_version set program = {}, label = {}, beneficiary = {}, text = {},"
            " version = version + 1, edited_by_user_id = {}, edited_at = {} where id = {} and version = {}"
            " and state = 'draft'",
            *_head(program),
            text,
            by.user_id,
            _now(),
            version_id,
            number,
        )
        if not changed:
            raise Conflict
        await _note_editors(version_id, by)
        await _note(by, "edit", version_id)
    return number + 1


async def submit_version(
    viewer: Viewer, version_id: int, announced_on: dt.date, notice_days: int, today: dt.date
) -> None:
    """Fix a draft's content and ask somebody else to approve it.

    Args:
        viewer: Who submits.
        version_id: A draft.
        announced_on: Day from which dealers are told.
        notice_days: Least number of days between announcement and first day.
        today: Current day in the business zone.

    Raises:
        NotFound: There is none.
        Conflict: It is no draft.
        Invalid: Problems or findings block it, or dealers would not be told in time.
    """
    by = viewer.signature(AUTHOR)
    async with unit_of_work():
        version = await _in_state(version_id, VersionState.DRAFT)
        program = await sound(version.text, _locale(viewer))
        _in_time(announced_on, Term(program.effective_from, program.effective_until), notice_days, today)
        await _note_editors(version_id, by)
        await _move(
            version,
            VersionState.SUBMITTED,
            content=program.canonical_json,
            sha256=program.sha256,
            effective_from=program.effective_from,
            effective_until=program.effective_until,
            announced_on=announced_on,
            submitted_by_user_id=by.user_id,
            submitted_for_user_id=by.on_behalf_of,
            submitted_at=_now(),
            reason="",
        )
        await _note(by, "submit", version_id, {"sha256": (None, program.sha256)})


async def install_version(
    text: str, announced_on: dt.date, author: Signature, approver: Signature, *, by_contract: bool = True
) -> int:
    """Take over a version that began before the portal knew it, from a contract or for the demo.

    Args:
        text: The programme.
        announced_on: Day on which dealers were told.
        author: Who wrote it.
        approver: Somebody else, who approved it.
        by_contract: Its terms stand in a contract the dealers signed; otherwise each still has to accept it.

    Raises:
        Invalid: Problems or findings block it.
        NotAllowed: The two are one person.
    """
    if not different_people(author, approver):
        raise NotAllowed("Somebody else than its authors decides on a programme.")
    program, now = await sound(text), _now()
    async with unit_of_work():
        version_id: int = await fetch_value(
            "insert into rebate_version (program, label, beneficiary, state, text, content, sha256,"
            " effective_from, effective_until, announced_on, author_user_id, created_at, edited_by_user_id,"
            " edited_at, submitted_by_user_id, submitted_for_user_id, submitted_at, is_by_contract)"
            " values ({}, {}, {}, 'submitted', {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
            " returning id",
            *_head(program),
            text,
            program.canonical_json,
            program.sha256,
            program.effective_from,
            program.effective_until,
            announced_on,
            author.user_id,
            now,
            author.user_id,
            now,
            author.user_id,
            author.on_behalf_of,
            now,
            by_contract,
        )
        await _note_editors(version_id, author)
        await _move(
            await get_version(version_id),
            VersionState.APPROVED,
            approved_by_user_id=approver.user_id,
            approved_for_user_id=approver.on_behalf_of,
            approved_at=now,
        )
        await _note(approver, "install", version_id, {"sha256": (None, program.sha256)})
    return version_id


async def decline_version(viewer: Viewer, version_id: int, reason: str) -> None:
    """Send a submitted version back to its author.

    Raises:
        NotFound: There is none.
        Conflict: It is not submitted.
        Invalid: No reason is given.
        NotAllowed: The viewer wrote it.
    """
    written = checked_reason(reason)
    async with unit_of_work():
        version = await _in_state(version_id, VersionState.SUBMITTED)
        _second_person(version, viewer)
        await _move(version, VersionState.DRAFT, **_UNFIXED, reason=written)
        await _note(viewer.signature(APPROVE), "decline", version_id, note=written)


async def approve_version(
    viewer: Viewer, version_id: int, sha256: str, notice_days: int, today: dt.date
) -> None:
    """Approve exactly the content that was looked at; from now on only the calendar moves it.

    Raises:
        NotFound: There is none.
        Conflict: It is not submitted, has other content, or another version begins on the same day.
        NotAllowed: The viewer wrote it, or stands in for somebody who did.
        Invalid: Dealers would no longer be told in time, or a finding blocks it now.
    """
    by = viewer.signature(APPROVE)
    async with unit_of_work():
        version = await _in_state(version_id, VersionState.SUBMITTED)
        _second_person(version, viewer)
        if version.sha256 != sha256 or version.term is None or version.announced_on is None:
            raise Conflict
        _in_time(version.announced_on, version.term, notice_days, today)
        # The law's packs and the programmes beside it may have changed since it was submitted.
        await require_lawful(await program_of(version_id), _locale(viewer))
        await _alone_on_its_day(version, version.term)
        await _move(
            version,
            VersionState.APPROVED,
            approved_by_user_id=by.user_id,
            approved_for_user_id=by.on_behalf_of,
            approved_at=_now(),
        )
        await _note(by, "approve", version_id, {"sha256": (None, sha256)})


async def cancel_version(viewer: Viewer, version_id: int, reason: str, today: dt.date) -> None:
    """Put a draft away, or cancel an approved version before its first day.

    Raises:
        NotFound: There is none.
        Conflict: It has begun, or is cancelled already.
        Invalid: No reason is given.
    """
    written = checked_reason(reason)
    async with unit_of_work():
        version = await get_version(version_id)
        begun = version.term is not None and version.term.from_on <= today
        if version.state is VersionState.CANCELLED or (version.state is VersionState.APPROVED and begun):
            raise Conflict("This version has begun; a new version takes its place.")
        await _move(version, VersionState.CANCELLED, reason=written)
        await _note(viewer.signature(AUTHOR), "cancel", version_id, note=written)


async def accept_version(
    viewer: Viewer, version_id: int, account_id: int, sha256: str, today: dt.date
) -> None:
    """Accept the terms of a version for a dealer, before its first day; accepting again changes nothing.

    Raises:
        NotFound: There is no such announced version, or the dealer is not the viewer's.
        Conflict: It has begun, or has other content than the dealer looked at.
    """
    by = viewer.signature(ACCEPT, account_id=account_id)
    async with unit_of_work():
        version = await get_version(version_id)
        announced = version.announced_on is not None and version.announced_on <= today
        if version.state is not VersionState.APPROVED or not announced:
            raise NotFound
        await _own_dealer(viewer, account_id)
        if version.term is None or version.term.from_on <= today:
            raise Conflict("This programme has begun; its terms can no longer be accepted.")
        if version.sha256 != sha256:
            raise Conflict
        accepted = await execute(
            "insert into rebate_acceptance (version, account, sha256, user_id, for_user_id, accepted_on, at)"
            " values ({}, {}, {}, {}, {}, {}, {}) on conflict do nothing",
            version_id,
            account_id,
            sha256,
            by.user_id,
            by.on_behalf_of,
            today,
            _now(),
        )
        if accepted:
            await _note(by, "accept", version_id, {"account": (None, account_id), "sha256": (None, sha256)})


def _locale(viewer: Viewer) -> Locale:
    return "en" if viewer.locale == "en" else "ko"


def _head(program: Program) -> tuple[str, str, str]:
    known = program.beneficiary in ("dealer", "outlet", "terminal")
    return program.code[:40], program.version[:80], program.beneficiary if known else "dealer"


_UNFIXED: dict[str, Any] = dict.fromkeys(
    ("content", "effective_from", "effective_until", "announced_on", "submitted_by_user_id",
     "submitted_for_user_id", "submitted_at")
) | {"sha256": ""}  # fmt: skip


async def _in_state(version_id: int, state: VersionState) -> Version:
    version = await get_version(version_id)
    if version.state is not state:
        raise Conflict
    return version


def _second_person(version: Version, viewer: Viewer) -> None:
    if not may_approve(version.author_ids, viewer.people):
        raise NotAllowed("Somebody else than its authors decides on a programme.")


async def _move(version: Version, state: VersionState, **values: Any) -> None:
    columns = "".join(f", {column} = {{}}" for column in values)
    changed = await execute(
        f"update rebate_version set state = {{}}, version = version + 1{columns}"  # noqa: S608  names from code
        " where id = {} and state = {} and version = {}",
        state.value,
        *values.values(),
        version.id,
        version.state.value,
        version.number,
    )
    if not changed:
        raise Conflict


async def _alone_on_its_day(version: Version, term: Term) -> None:
    other = await fetch_one(
        "select label from rebate_version where state = 'approved' and program = {} and effective_from = {}",
        version.program,
        term.from_on,
    )
    if other is not None:
        raise Conflict("Version %(label)s begins on the same day.", label=other["label"])


async def _own_dealer(viewer: Viewer, account_id: int) -> None:
    own = in_scope(viewer, "a", policy=ACCEPT)
    sql = f"select 1 from account a where a.id = {{}} and a.kind = 'dealer' and {own.sql}"  # noqa: S608  from code
    if await fetch_one(sql, account_id, *own.args) is None:
        raise NotFound


def _in_time(announced_on: dt.date, term: Term, notice_days: int, today: dt.date) -> None:
    problem = timing_problem(announced_on, term, notice_days, today)
    if problem is not None:
        raise Invalid([Problem("announced_on", Message(TIMING[problem], {"days": notice_days}))])


async def _note_editors(version_id: int, by: Signature) -> None:
    for person in sorted(by.people):
        await execute(
            "insert into rebate_editor (version, user_id, first_at) values ({}, {}, {})"
            " on conflict do nothing",
            version_id,
            person,
            _now(),
        )


async def _note(
    by: Signature, action: str, version_id: int, changes: dict[str, Change] | None = None, note: str = ""
) -> None:
    await record(
        by, f"rebates.version_{action}", Subject.of("rebate_version", version_id), changes, note=note
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
