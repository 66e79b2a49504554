"""Answering an opinion, taking the answer back, saying how a problem was solved, notes of our side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, unit_of_work
from portal.errors import Conflict
from portal.network.scope import today
from portal.voice.opinions import ANSWER, OpinionEventKind, moved
from portal.voice.service.opinion_locks import last_event, locked, signature_on
from portal.voice.service.opinions import add_event, now

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.access import Viewer
    from portal.identity.model import Postman
    from portal.voice.queries.opinions import OpinionView

    Letter = Callable[[OpinionView, str], tuple[str, str]]


async def answer(viewer: Viewer, opinion_id: int, text: str, postman: Postman, letter: Letter) -> int:
    """Answer an opinion: on the dealer's page and by mail; without a name, for whoever has the code.

    Returns:
        How many letters were queued.

    Raises:
        NotFound: The opinion is not in the viewer's part of the network.
        Conflict: It waits for no answer.
    """
    async with unit_of_work():
        opinion = await locked(viewer, opinion_id, ANSWER)
        state = moved(opinion.state, OpinionEventKind.ANSWERED)
        by, day = signature_on(viewer, opinion, ANSWER), today(viewer)
        await execute(
            "update opinion set state = {}, answer = {}, answered_by_user_id = {}, answered_for_user_id = {},"
            " answered_at = {}, answered_on = coalesce(answered_on, {}) where id = {}",
            *(state.value, text, by.user_id, by.on_behalf_of, now(), day, opinion_id),
        )
        await add_event(opinion_id, OpinionEventKind.ANSWERED, by, day, text)
        readers = await _readers(opinion) if opinion.is_named else []
        for address, locale in readers:
            subject, body = letter(opinion, locale)
            await postman.queue(address, subject, body)
        await record(by, "voice.opinion_answered", Subject.of("opinion", opinion_id))
    return len(readers)


async def take_back_answer(viewer: Viewer, opinion_id: int) -> None:
    """Take back the viewer's own answer while nothing happened since; it waits again, the story keeps it.

    Raises:
        NotFound: The opinion is not in the viewer's part of the network.
        Conflict: The last thing that happened was not the viewer's answer.
    """
    async with unit_of_work():
        opinion = await locked(viewer, opinion_id, ANSWER)
        last = await last_event(opinion_id)
        if last is None or last["kind"] != "answered" or last["actor_user_id"] != viewer.user_id:
            raise Conflict
        if opinion.reopened:
            await execute("update opinion set state = 'reopened' where id = {}", opinion_id)
        else:
            await execute(
                "update opinion set state = 'open', answer = '', answered_by_user_id = null,"
                " answered_for_user_id = null, answered_on = null, answered_at = null where id = {}",
                opinion_id,
            )
        by = signature_on(viewer, opinion, ANSWER)
        await add_event(opinion_id, OpinionEventKind.WITHDRAWN, by, today(viewer))
        await record(by, "voice.opinion_taken_back", Subject.of("opinion", opinion_id))


async def solve(viewer: Viewer, opinion_id: int, solution: str) -> None:
    """Say how the problem was solved; again with other words corrects them, the first day stays.

    Raises:
        NotFound: The opinion is not in the viewer's part of the network.
    """
    async with unit_of_work():
        opinion = await locked(viewer, opinion_id, ANSWER)
        by, day = signature_on(viewer, opinion, ANSWER), today(viewer)
        await execute(
            "update opinion set solution = {}, solved_on = coalesce(solved_on, {}), solved_by_user_id = {}"
            " where id = {}",
            *(solution, day, by.user_id, opinion_id),
        )
        await add_event(opinion_id, OpinionEventKind.SOLVED, by, day, solution)
        await record(by, "voice.opinion_solved", Subject.of("opinion", opinion_id))


async def note(viewer: Viewer, opinion_id: int, text: str) -> None:
    """Write something down for the manufacturer's side only.

    Raises:
        NotFound: The opinion is not in the viewer's part of the network.
    """
    async with unit_of_work():
        opinion = await locked(viewer, opinion_id, ANSWER)
        by = signature_on(viewer, opinion, ANSWER)
        await add_event(opinion_id, OpinionEventKind.NOTED, by, today(viewer), text, internal=True)


async def _readers(opinion: OpinionView) -> list[tuple[str, str]]:
    """Return address and language of who gave it; of the dealer's owners when one of ours wrote it down."""
    rows = await fetch(
        "select distinct u.id, u.work_email, u.locale from login_user u join role_grant g on g.user_id = u.id"
        " where u.active and u.work_email <> '' and g.state = 'active' and g.account_id = {}"
        " and g.role in ('dealer_owner', 'dealer_staff')"
        " and ((u.id = {} and {} = 'dealer') or ({} = 'manufacturer' and g.role = 'dealer_owner'))"
        " order by u.id",
        *(opinion.dealer.id, opinion.given_by_user_id, opinion.side, opinion.side),
    )
    return [(row["work_email"], row["locale"]) for row in rows]
