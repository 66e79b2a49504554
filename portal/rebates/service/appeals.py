"""Appeals: an objection to a line with evidence, answered by the manufacturer in time and with reasons."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.files.service import store
from portal.network.scope import in_scope
from portal.rebates.model import ANSWER_DAYS, APPEAL_CHARACTERS, AppealOutcome
from portal.rebates.policies import ANSWER, APPEAL
from portal.rebates.service.ledger import unique_or_conflict

if TYPE_CHECKING:
    from portal.access import Viewer


async def raise_appeal(
    viewer: Viewer,
    line_id: int,
    text: str,
    today: dt.date,
    evidence: tuple[str, str, bytes] | None = None,
    answer_days: int = ANSWER_DAYS,
) -> int:
    """Object to a line of a settlement that dealers can see, and return the appeal.

    Args:
        viewer: Somebody of the dealer.
        line_id: The line.
        text: What is wrong, 1 to 2,000 characters.
        today: Current day.
        evidence: File name, media type and bytes, or None.
        answer_days: Days after today by which the manufacturer answers, 1 to 30.

    Raises:
        NotFound: The line is not the viewer's, or not shown to dealers.
        Invalid: Nothing is said, or too much.
        Conflict: An appeal against the line is open.
    """
    written = _checked(text)
    own = in_scope(viewer, "a", policy=APPEAL)
    async with unit_of_work():
        row = await fetch_one(
            "select n.account from rebate_settlement_line n join account a on a.id = n.account"  # noqa: S608  from code
            " join rebate_settlement s on s.id = n.settlement where n.id = {} and (s.state = 'posted'"
            f" or (s.state in ('draft', 'posting') and s.preview_until_on is not null)) and {own.sql}",
            line_id,
            *own.args,
        )
        if row is None:
            raise NotFound
        by = viewer.signature(APPEAL, account_id=row["account"])
        file_id = await store(evidence[2], evidence[1]) if evidence else None
        with unique_or_conflict():
            appeal_id: int = await fetch_value(
                "insert into rebate_appeal (line, account, text, evidence, evidence_name, raised_by_user_id,"
                " raised_for_user_id, raised_at, due_on, outcome, answer)"
                " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, 'open', '') returning id",
                line_id,
                row["account"],
                written,
                file_id,
                evidence[0][:200] if evidence else "",
                by.user_id,
                by.on_behalf_of,
                _now(),
                today + dt.timedelta(days=min(answer_days, ANSWER_DAYS)),
            )
        await record(by, "rebates.appeal", Subject.of("rebate_appeal", appeal_id), {"line": (None, line_id)})
    return appeal_id


async def answer_appeal(
    viewer: Viewer, appeal_id: int, outcome: AppealOutcome, answer: str, correction_id: int | None = None
) -> None:
    """Answer an appeal with reasons; an upheld one may name the correction it led to.

    Raises:
        NotFound: There is none, or no such correction.
        Conflict: It is answered already.
        Invalid: Nothing is said, or the outcome is none.
    """
    written = _checked(answer)
    if outcome is AppealOutcome.OPEN:
        raise Invalid.of("outcome", "Please choose how the appeal is answered.")
    by = viewer.signature(ANSWER)
    async with unit_of_work():
        if await fetch_one("select 1 from rebate_appeal where id = {}", appeal_id) is None:
            raise NotFound
        if correction_id is not None and not await _is_correction(correction_id):
            raise NotFound
        changed = await execute(
            "update rebate_appeal set outcome = {}, answer = {}, answered_by_user_id = {},"
            " answered_for_user_id = {}, answered_at = {}, correction = {}"
            " where id = {} and outcome = 'open'",
            outcome.value,
            written,
            by.user_id,
            by.on_behalf_of,
            _now(),
            correction_id,
            appeal_id,
        )
        if not changed:
            raise Conflict("This appeal is answered already.")
        await record(
            by, "rebates.answer", Subject.of("rebate_appeal", appeal_id), {"outcome": ("open", outcome.value)}
        )


async def _is_correction(settlement_id: int) -> bool:
    found = await fetch_one(
        "select 1 from rebate_settlement where id = {} and kind = 'correction'", settlement_id
    )
    return found is not None


def _checked(text: str) -> str:
    written = text.strip()
    if not written:
        raise Invalid.of("text", "Please give a reason.")
    if len(written) > APPEAL_CHARACTERS:
        raise Invalid.of("text", "At most %(count)s characters, please.", count=APPEAL_CHARACTERS)
    return written


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
