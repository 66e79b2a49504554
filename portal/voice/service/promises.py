"""Noting a promise once, saying that it is done, and judging whether it was kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, NotAllowed
from portal.voice.promising import MAKE, OWN, PromiseState, Side
from portal.voice.queries.promises import get_account, get_promise

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.voice.promising import JudgeCommand, PromiseCommand


async def note_promise(viewer: Viewer, command: PromiseCommand, made_at: dt.datetime) -> int:
    """Note a promise in the open unit of work, once per key, and return its id.

    What our side promised is kept by who noted it; what a dealer's staff note is the dealer's.

    Raises:
        NotFound: The account is not in the viewer's part of the network.
        Conflict: The key belongs to another promise.
    """
    account = await get_account(viewer, command.account_id, MAKE)
    owner = "dealer" if viewer.is_dealer_side else "manufacturer"
    keeper = viewer.user_id if command.side is Side.OURS else None
    promise_id = await fetch_value(
        "insert into promise (client_key, account, visit, owner, side, text, keeper_user_id, due_on,"
        " made_by_user_id, made_at, state) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 'open')"
        " on conflict (client_key) do nothing returning id",
        *(command.client_key, command.account_id, command.visit_id, owner, command.side.value, command.text),
        *(keeper, command.due_on, viewer.user_id, made_at),
    )
    if promise_id is None:
        known = await fetch_one(
            "select id, account, made_by_user_id, text from promise where client_key = {}", command.client_key
        )
        same = (command.account_id, viewer.user_id, command.text)
        if known is None or (known["account"], known["made_by_user_id"], known["text"]) != same:
            raise Conflict
        return int(known["id"])
    await record(account.signature(viewer, MAKE), "voice.promised", Subject.of("promise", promise_id))
    return int(promise_id)


async def say_done(viewer: Viewer, promise_id: int, words: str) -> None:
    """Say that a promise of ours, or of the dealer's own staff, is done; the other side judges.

    Raises:
        NotFound: The promise is not in the viewer's part.
        Conflict: It is judged, or said to be done, already.
    """
    async with unit_of_work():
        promise = await get_promise(viewer, promise_id, MAKE)
        changed = await execute(
            "update promise set done_at = {}, done_note = {} where id = {} and state = 'open'"
            " and done_at is null",
            *(_now(), words, promise_id),
        )
        if not changed:
            raise Conflict
        by = promise.account.signature(viewer, MAKE)
        await record(by, "voice.promise_done", Subject.of("promise", promise_id), note=words)


async def judge(viewer: Viewer, promise_id: int, command: JudgeCommand) -> None:
    """Say whether a promise was kept, as the side it was made to; once.

    Raises:
        NotFound: The promise is not in the viewer's part.
        NotAllowed: The viewer's side made it.
        Conflict: It is judged already.
    """
    policy = OWN if viewer.is_dealer_side else MAKE
    async with unit_of_work():
        promise = await get_promise(viewer, promise_id, policy)
        if not may_judge(viewer, promise.owner, promise.side):
            raise NotAllowed("The side that was promised something says whether it was kept.")
        by = promise.account.signature(viewer, policy)
        state = PromiseState.KEPT if command.kept else PromiseState.BROKEN
        changed = await execute(
            "update promise set state = {}, judged_by_user_id = {}, judged_for_user_id = {}, judged_at = {},"
            " judgement = {} where id = {} and state = 'open'",
            *(state.value, by.user_id, by.on_behalf_of, _now(), command.words, promise_id),
        )
        if not changed:
            raise Conflict
        await record(
            by, f"voice.promise_{state.value}", Subject.of("promise", promise_id), note=command.words
        )


def may_judge(viewer: Viewer, owner: str, side: Side) -> bool:
    """Tell whether the viewer's side decides: the one that was promised something.

    A dealer's own record is between him and his outlets, who have no login: his people decide.
    """
    if owner == "dealer":
        return viewer.is_dealer_side
    return viewer.is_dealer_side is (side is Side.OURS)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
