"""Next steps for quiet dealers, and leaving one off the list for a while."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid
from portal.network.scope import today
from portal.voice.policies import QUIET_ACT
from portal.voice.queries.dealers import get_voice_dealer, list_answerers

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.voice.commands import SnoozeCommand, StepCommand


async def plan_step(viewer: Viewer, dealer_id: int, command: StepCommand) -> None:
    """Write down what will be done, by whom, by when; a dealer has one open step.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Conflict: A step is open already.
        Invalid: That person does not look after this dealer.
    """
    async with unit_of_work():
        dealer = await get_voice_dealer(viewer, dealer_id, QUIET_ACT)
        people = {person.user_id for person in await list_answerers(dealer, today(viewer))}
        if command.owner_user_id not in people:
            raise Invalid.of("owner", "This person does not look after this dealer.")
        by = dealer.signature(viewer, QUIET_ACT)
        written = await execute(
            "insert into quiet_step (dealer, step, owner_user_id, due_on, created_by_user_id, created_at)"
            " values ({}, {}, {}, {}, {}, {}) on conflict (dealer) where done_at is null do nothing",
            dealer_id,
            command.step,
            command.owner_user_id,
            command.due_on,
            by.user_id,
            dt.datetime.now(dt.UTC),
        )
        if not written:
            raise Conflict("A step is open already. Say first what came of it.")
        await record(by, "voice.quiet_step", Subject.of("quiet", dealer_id), note=command.step)


async def finish_step(viewer: Viewer, dealer_id: int, result: str) -> None:
    """Say what came of the open step.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Conflict: No step is open.
    """
    async with unit_of_work():
        dealer = await get_voice_dealer(viewer, dealer_id, QUIET_ACT)
        row = await fetch_one(
            "update quiet_step set result = {}, done_at = {} where dealer = {} and done_at is null"
            " returning id",
            result,
            dt.datetime.now(dt.UTC),
            dealer_id,
        )
        if row is None:
            raise Conflict("No step is open.")
        by = dealer.signature(viewer, QUIET_ACT)
        await record(by, "voice.quiet_done", Subject.of("quiet", dealer_id), note=result)


async def snooze(viewer: Viewer, dealer_id: int, command: SnoozeCommand) -> None:
    """Leave a dealer off the list until a day.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
    """
    async with unit_of_work():
        dealer = await get_voice_dealer(viewer, dealer_id, QUIET_ACT)
        by = dealer.signature(viewer, QUIET_ACT)
        await execute(
            "insert into quiet_snooze (dealer, until_on, reason, actor_user_id, at)"
            " values ({}, {}, {}, {}, {})",
            dealer_id,
            command.until_on,
            command.reason,
            by.user_id,
            dt.datetime.now(dt.UTC),
        )
        note = f"{command.until_on.isoformat()} {command.reason}"
        await record(by, "voice.quiet_snoozed", Subject.of("quiet", dealer_id), note=note)
