"""Publishing and closing a month: an administrator publishes, two different people close."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.audit.model import Subject as AuditSubject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.errors import Conflict, NotAllowed
from portal.evaluations import policies
from portal.evaluations.model import RunState
from portal.evaluations.queries.runs import require_run

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.evaluations.model import SubjectKind
    from rules.months import Month


async def publish(viewer: Viewer, month: Month, kind: SubjectKind) -> None:
    """Let dealers and representatives read their sheets; from now on no result changes.

    Raises:
        NotFound: The month was not evaluated.
        Conflict: Not every scorecard is signed, or the month is published already.
    """
    by = viewer.signature(policies.PUBLISH)
    async with unit_of_work():
        run = await require_run(month, kind)
        changed = await execute(
            "update evaluation_run set state = 'published', published_by_user_id = {},"
            " published_for_user_id = {}, published_at = {} where id = {} and state = 'reviewed'",
            by.user_id,
            by.on_behalf_of,
            _now(),
            run.id,
        )
        if not changed:
            raise Conflict("%(month)s can be published once every scorecard is signed off.", month=str(month))
        await _note(by, "publish", run.id, RunState.REVIEWED, RunState.PUBLISHED)


async def request_close(viewer: Viewer, month: Month, kind: SubjectKind) -> None:
    """Ask for a published month to be closed; somebody else approves.

    Raises:
        NotFound: The month was not evaluated.
        Conflict: It is not published, or the close is asked for already.
    """
    by = viewer.signature(policies.CLOSE)
    async with unit_of_work():
        run = await require_run(month, kind)
        changed = await execute(
            "update evaluation_run set close_requested_by_user_id = {}, close_requested_for_user_id = {},"
            " close_requested_at = {} where id = {} and state = 'published'"
            " and close_requested_by_user_id is null",
            by.user_id,
            by.on_behalf_of,
            _now(),
            run.id,
        )
        if not changed:
            raise Conflict(
                "%(month)s is not published, or its close was asked for already.", month=str(month)
            )
        await _note(by, "close_request", run.id, RunState.PUBLISHED, RunState.PUBLISHED)


async def approve_close(viewer: Viewer, month: Month, kind: SubjectKind) -> None:
    """Close a month that somebody else asked to close; deputies count as the side they stand for.

    Raises:
        NotFound: The month was not evaluated.
        Conflict: Nobody asked for the close.
        NotAllowed: The viewer asked for it himself, or stands for the one who did.
    """
    by = viewer.signature(policies.CLOSE)
    async with unit_of_work():
        run = await require_run(month, kind)
        if run.state is not RunState.PUBLISHED or run.close_requested_by is None:
            raise Conflict("Nobody asked for %(month)s to be closed.", month=str(month))
        asked = Signature(run.close_requested_by, run.close_requested_for)
        if not different_people(asked, viewer):
            raise NotAllowed("Closing a month takes two different people.")
        changed = await execute(
            "update evaluation_run set state = 'closed', closed_by_user_id = {}, closed_for_user_id = {},"
            " closed_at = {} where id = {} and state = 'published' and close_requested_by_user_id = {}",
            by.user_id,
            by.on_behalf_of,
            _now(),
            run.id,
            run.close_requested_by,
        )
        if not changed:
            raise Conflict
        await _note(by, "close", run.id, RunState.PUBLISHED, RunState.CLOSED)


async def withdraw_close(viewer: Viewer, month: Month, kind: SubjectKind) -> None:
    """Take a request to close back, or decline it.

    Raises:
        NotFound: The month was not evaluated.
        Conflict: Nobody asked for the close.
    """
    by = viewer.signature(policies.CLOSE)
    async with unit_of_work():
        run = await require_run(month, kind)
        changed = await execute(
            "update evaluation_run set close_requested_by_user_id = null, close_requested_for_user_id = null,"
            " close_requested_at = null where id = {} and state = 'published'"
            " and close_requested_by_user_id is not null",
            run.id,
        )
        if not changed:
            raise Conflict("Nobody asked for %(month)s to be closed.", month=str(month))
        await _note(by, "close_declined", run.id, RunState.PUBLISHED, RunState.PUBLISHED)


async def _note(by: Signature, action: str, run_id: int, before: RunState, after: RunState) -> None:
    subject = AuditSubject.of("evaluation_run", run_id)
    changes = {"state": (before.value, after.value)} if before is not after else {}
    await record(by, f"evaluations.{action}", subject, changes)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
