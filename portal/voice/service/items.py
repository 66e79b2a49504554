"""Raising, assigning, answering, asking again and settling; every step is kept and audited."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed
from portal.files.service import store
from portal.network.scope import today
from portal.voice.model import UNANSWERED, VoiceEventKind, VoiceKind, VoiceState, moved
from portal.voice.policies import ANSWER, OWN, RECORD
from portal.voice.queries.dealers import get_voice_dealer, list_answerers, nearest_answerer
from portal.voice.queries.items import get_item

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.voice.commands import AnswerCommand, AssignCommand, RaiseCommand
    from portal.voice.model import VoiceRules
    from portal.voice.queries.items import ItemView


async def raise_item(viewer: Viewer, command: RaiseCommand, rules: VoiceRules) -> int:
    """Record what a dealer's person raises, or what one of ours heard; once per client key.

    The dealer's representative is asked to answer, else the manager of his region; the deadline comes from
    the settings. A dealer reads everything but approaches that the manufacturer's people recorded.

    Returns:
        The item's id, of the existing item when the key is known.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Conflict: The key belongs to something else.
    """
    policy = OWN if viewer.is_dealer_side else RECORD
    day = today(viewer)
    async with unit_of_work():
        dealer = await get_voice_dealer(viewer, command.dealer_id, policy)
        known = await fetch_one(
            "select id, dealer, raised_by_user_id, text from voice_item where client_key = {}",
            command.client_key,
        )
        if known is not None:
            if (known["dealer"], known["raised_by_user_id"], known["text"]) != (
                dealer.id,
                viewer.user_id,
                command.text,
            ):
                raise Conflict
            return int(known["id"])
        by = dealer.signature(viewer, policy)
        owner = await nearest_answerer(dealer, day)
        item_id = await _insert(viewer, command, by, owner, rules.due_on(command.kind, day))
        await _event(item_id, VoiceEventKind.RAISED, by)
        await record(by, "voice.raised", Subject.of("voice", item_id), note=command.kind.value)
    return item_id


async def _insert(
    viewer: Viewer, command: RaiseCommand, by: Signature, owner: int | None, due_on: dt.date
) -> int:
    photo = None if command.photo is None else await store(command.photo, "image/jpeg")
    side = "dealer" if viewer.is_dealer_side else "manufacturer"
    return int(
        await fetch_value(
            "insert into voice_item (client_key, kind, topic, dealer, text, side, dealer_reads,"
            " raised_by_user_id, raised_for_user_id, raised_at, photo, competitor, offer, evidence,"
            " valid_until_on, owner_user_id, due_on, state)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 'open')"
            " returning id",
            command.client_key,
            command.kind.value,
            command.topic.value,
            command.dealer_id,
            command.text,
            side,
            side == "dealer" or command.kind is not VoiceKind.APPROACH,
            by.user_id,
            by.on_behalf_of,
            _now(),
            photo,
            command.competitor,
            command.offer,
            command.evidence.value,
            command.valid_until_on,
            owner,
            due_on,
        )
    )


async def assign(viewer: Viewer, item_id: int, command: AssignCommand) -> None:
    """Name who answers, and by when.

    Raises:
        NotFound: The item is not in the viewer's part of the network.
        Conflict: It waits for no answer.
        Invalid: That person may not look after this dealer.
    """
    async with unit_of_work():
        item = await _locked(viewer, item_id, ANSWER)
        if item.state not in UNANSWERED:
            raise Conflict
        people = {person.user_id: person for person in await list_answerers(item.dealer, today(viewer))}
        if command.owner_user_id not in people:
            raise Invalid.of("owner", "This person does not look after this dealer.")
        await execute(
            "update voice_item set owner_user_id = {}, due_on = {} where id = {}",
            command.owner_user_id,
            command.due_on,
            item_id,
        )
        by = item.dealer.signature(viewer, ANSWER)
        name = people[command.owner_user_id].name
        await _event(item_id, VoiceEventKind.ASSIGNED, by, f"{name} · {command.due_on.isoformat()}")
        changes = {"owner": (item.owner, name), "due_on": (str(item.due_on), str(command.due_on))}
        await record(by, "voice.assigned", Subject.of("voice", item_id), changes)


async def answer(viewer: Viewer, item_id: int, command: AnswerCommand) -> None:
    """Tell the dealer what was found and done; the dealer then settles it or asks again.

    Raises:
        NotFound: The item is not in the viewer's part of the network.
        Conflict: It waits for no answer.
    """
    async with unit_of_work():
        item = await _locked(viewer, item_id, ANSWER)
        state = moved(item.state, VoiceEventKind.ANSWERED)
        by = item.dealer.signature(viewer, ANSWER)
        await execute(
            "update voice_item set state = {}, answer = {}, cause = {}, answered_by_user_id = {},"
            " answered_for_user_id = {}, answered_at = {} where id = {}",
            state.value,
            command.text,
            command.cause.value,
            by.user_id,
            by.on_behalf_of,
            _now(),
            item_id,
        )
        await _event(item_id, VoiceEventKind.ANSWERED, by, command.text)
        await record(by, "voice.answered", Subject.of("voice", item_id), note=command.cause.value)


async def note(viewer: Viewer, item_id: int, text: str) -> None:
    """Write something down for the manufacturer's side only.

    Raises:
        NotFound: The item is not in the viewer's part of the network.
    """
    async with unit_of_work():
        item = await _locked(viewer, item_id, ANSWER)
        by = item.dealer.signature(viewer, ANSWER)
        await _event(item_id, VoiceEventKind.NOTED, by, text, internal=True)


async def reopen(viewer: Viewer, item_id: int, text: str, rules: VoiceRules) -> None:
    """Ask again as the dealer: the answer did not settle it; a new deadline runs from today.

    Raises:
        NotFound: The item is not the viewer's.
        Conflict: It has no answer yet.
    """
    async with unit_of_work():
        item = await _locked(viewer, item_id, OWN)
        state = moved(item.state, VoiceEventKind.REOPENED)
        by = item.dealer.signature(viewer, OWN)
        await execute(
            "update voice_item set state = {}, closed_at = null, due_on = {}, reopened = reopened + 1"
            " where id = {}",
            state.value,
            rules.due_on(item.kind, today(viewer)),
            item_id,
        )
        await _event(item_id, VoiceEventKind.REOPENED, by, text)
        await record(by, "voice.reopened", Subject.of("voice", item_id))


async def settle(viewer: Viewer, item_id: int) -> None:
    """Say as the dealer that it is settled, answered or not; what he does not read, our side settles.

    Raises:
        NotFound: The item is not in the viewer's part.
        NotAllowed: Only the dealer's own people settle what the dealer reads.
        Conflict: It is settled already.
    """
    policy = OWN if viewer.is_dealer_side else ANSWER
    async with unit_of_work():
        item = await _locked(viewer, item_id, policy)
        if not viewer.is_dealer_side and item.dealer_reads:
            raise NotAllowed("Only the dealer can say that this is settled.")
        state = moved(item.state, VoiceEventKind.CLOSED)
        by = item.dealer.signature(viewer, policy)
        await execute(
            "update voice_item set state = {}, closed_at = {} where id = {}", state.value, _now(), item_id
        )
        await _event(item_id, VoiceEventKind.CLOSED, by)
        await record(by, "voice.closed", Subject.of("voice", item_id), note=_before(item))


def _before(item: ItemView) -> str:
    return "" if item.state is VoiceState.ANSWERED else item.state.value


async def _locked(viewer: Viewer, item_id: int, policy: str) -> ItemView:
    """Return an item that nobody else changes until the end of the unit of work."""
    await get_item(viewer, item_id, policy)
    await fetch("update voice_item set reopened = reopened where id = {} returning id", item_id)
    return await get_item(viewer, item_id, policy)


async def _event(
    item_id: int, kind: VoiceEventKind, by: Signature, text: str = "", *, internal: bool = False
) -> None:
    await execute(
        "insert into voice_event (item, kind, text, is_internal, actor_user_id, actor_for_user_id, at)"
        " values ({}, {}, {}, {}, {}, {}, {})",
        item_id,
        kind.value,
        text,
        internal,
        by.user_id,
        by.on_behalf_of,
        _now(),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
