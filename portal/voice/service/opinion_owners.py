"""Who answers an opinion, by when: for one or many at once, and taken back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.errors import Conflict, Invalid
from portal.network.scope import today
from portal.voice.opinions import ANSWER, OpinionEventKind
from portal.voice.queries.dealers import list_answerers
from portal.voice.service.opinion_locks import last_event, locked, signature_on
from portal.voice.service.opinions import add_event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.voice.commands import AssignCommand
    from portal.voice.queries.opinions import OpinionView


async def assign(viewer: Viewer, opinion_ids: Sequence[int], command: AssignCommand) -> None:
    """Name who answers, and by when, for one opinion or many; all of them or none.

    Raises:
        NotFound: One of them is not in the viewer's part of the network.
        Conflict: One of them waits for no answer.
        Invalid: That person may not look after one of the dealers.
    """
    async with unit_of_work():
        for opinion_id in sorted(set(opinion_ids)):
            await _assign(viewer, await locked(viewer, opinion_id, ANSWER), command)


async def _assign(viewer: Viewer, opinion: OpinionView, command: AssignCommand) -> None:
    if not opinion.waits:
        raise Conflict
    people = {one.user_id: one for one in await list_answerers(opinion.dealer, today(viewer))}
    if command.owner_user_id not in people:
        raise Invalid.of("owner", "This person does not look after this dealer.")
    name, by = people[command.owner_user_id].name, signature_on(viewer, opinion, ANSWER)
    await _set_owner(opinion.id, command.owner_user_id, command.due_on)
    before = f"{opinion.owner_user_id or ''}:{opinion.due_on.isoformat()}"
    text = f"{name} · {command.due_on.isoformat()}"
    await add_event(
        opinion.id, OpinionEventKind.ASSIGNED, by, today(viewer), text, before=before, internal=True
    )
    changes = {"owner": (opinion.owner, name), "due_on": (str(opinion.due_on), str(command.due_on))}
    await record(by, "voice.opinion_assigned", Subject.of("opinion", opinion.id), changes)


async def take_back_assignment(viewer: Viewer, opinion_ids: Sequence[int]) -> int:
    """Take back what the viewer assigned, where nothing happened since; return for how many.

    Raises:
        NotFound: One of them is not in the viewer's part of the network.
    """
    taken = 0
    async with unit_of_work():
        for opinion_id in sorted(set(opinion_ids)):
            opinion = await locked(viewer, opinion_id, ANSWER)
            last = await last_event(opinion_id)
            if last is None or last["kind"] != "assigned" or last["actor_user_id"] != viewer.user_id:
                continue
            owner, due_on = str(last["before"]).split(":", 1)
            await _set_owner(opinion_id, int(owner) if owner else None, dt.date.fromisoformat(due_on))
            by = signature_on(viewer, opinion, ANSWER)
            await add_event(opinion_id, OpinionEventKind.WITHDRAWN, by, today(viewer), internal=True)
            await record(by, "voice.opinion_taken_back", Subject.of("opinion", opinion_id))
            taken += 1
    return taken


async def _set_owner(opinion_id: int, owner: int | None, due_on: dt.date) -> None:
    await execute(
        "update opinion set owner_user_id = {}, due_on = {} where id = {}", owner, due_on, opinion_id
    )
