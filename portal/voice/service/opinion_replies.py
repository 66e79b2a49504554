"""What the dealer says to an answer, with his name or with the code: it will do, or he asks again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.network.scope import today
from portal.voice.opinions import OWN, OpinionEventKind, moved
from portal.voice.service.opinion_locks import locked, locked_by_code, signature_on
from portal.voice.service.opinions import add_event

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.voice.opinions import OpinionRules
    from portal.voice.queries.opinions import OpinionView


async def reopen(viewer: Viewer, opinion_id: int, text: str, rules: OpinionRules) -> None:
    """Ask again as the dealer; a new deadline runs from today.

    Raises:
        NotFound: The opinion is not the viewer's dealer's.
        Conflict: It has no answer.
    """
    async with unit_of_work():
        opinion = await locked(viewer, opinion_id, OWN)
        by = signature_on(viewer, opinion, OWN)
        await _reopen(opinion, text, rules, today(viewer), by)
        await record(by, "voice.opinion_reopened", Subject.of("opinion", opinion_id))


async def close(viewer: Viewer, opinion_id: int) -> None:
    """Say as the dealer that the answer will do.

    Raises:
        NotFound: The opinion is not the viewer's dealer's.
        Conflict: It has no answer, or is closed already.
    """
    async with unit_of_work():
        opinion = await locked(viewer, opinion_id, OWN)
        by = signature_on(viewer, opinion, OWN)
        await _close(opinion, today(viewer), by)
        await record(by, "voice.opinion_closed", Subject.of("opinion", opinion_id))


async def reopen_by_code(code: str, text: str, rules: OpinionRules, day: dt.date) -> None:
    """Ask again without a name; neither who nor when is kept but the day.

    Raises:
        NotFound: No opinion has this code.
        Conflict: It has no answer.
    """
    async with unit_of_work():
        await _reopen(await locked_by_code(code), text, rules, day, None)


async def close_by_code(code: str, day: dt.date) -> None:
    """Say without a name that the answer will do.

    Raises:
        NotFound: No opinion has this code.
        Conflict: It has no answer, or is closed already.
    """
    async with unit_of_work():
        await _close(await locked_by_code(code), day, None)


async def _reopen(
    opinion: OpinionView, text: str, rules: OpinionRules, day: dt.date, by: Signature | None
) -> None:
    state = moved(opinion.state, OpinionEventKind.REOPENED)
    await execute(
        "update opinion set state = {}, closed_on = null, due_on = {}, reopened = reopened + 1 where id = {}",
        *(state.value, day + dt.timedelta(days=rules.answer_days), opinion.id),
    )
    await add_event(opinion.id, OpinionEventKind.REOPENED, by, day, text)


async def _close(opinion: OpinionView, day: dt.date, by: Signature | None) -> None:
    state = moved(opinion.state, OpinionEventKind.CLOSED)
    await execute("update opinion set state = {}, closed_on = {} where id = {}", state.value, day, opinion.id)
    await add_event(opinion.id, OpinionEventKind.CLOSED, by, day)
