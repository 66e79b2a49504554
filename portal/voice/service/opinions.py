"""Writing an opinion down: signed or without a name, by a dealer's person or from a report.

For slices above: ``record(viewer, command, rules)`` inside their unit of work writes one for a dealer, or
without a name when ``command.dealer_id`` is None; ``give`` is the same in a unit of work of its own.

What is kept of an unnamed one, and nothing else: subject, text, the day, the training or trip when other
dealers were there too, the region when at least ``region_dealers`` dealers could have given it, and the hash
of a code. The audit log says on which instant *an* unnamed opinion came, not which, by whom or in which
request. Source: FEATURES S73; docs/manual/opinions.md.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portal.access import REQUEST_ID, Signature
from portal.audit.model import Subject
from portal.audit.service import record as record_event
from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid
from portal.files.service import store
from portal.network.scope import in_regions, today
from portal.voice.opinion_sources import namer_of
from portal.voice.opinions import (
    OWN,
    RECORD,
    OpinionCommand,
    OpinionEventKind,
    OpinionRules,
    SourceKind,
    code_for,
    digest,
    random_id,
)
from portal.voice.queries.dealers import VoiceDealer, get_voice_dealer, list_answerers, nearest_answerer

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.access import Viewer
    from portal.db.sql import Row

_OTHERS = 2
"""Dealers at a source from which on an unnamed opinion may name it: the giver and somebody else."""


@dataclass(frozen=True, slots=True)
class Given:
    """An opinion that was written down.

    Attributes:
        code: What opens the answer of an unnamed one; empty for a signed one.
    """

    id: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row needs beside the command."""

    once_key: str
    code_sha256: str | None
    region_id: int | None
    side: str
    by: Signature | None
    owner_user_id: int | None
    due_on: dt.date
    day: dt.date


async def give(viewer: Viewer, command: OpinionCommand, rules: OpinionRules) -> Given:
    """Write an opinion down in a unit of work of its own; see ``record``."""
    async with unit_of_work():
        return await record(viewer, command, rules)


async def record(viewer: Viewer, command: OpinionCommand, rules: OpinionRules) -> Given:
    """Write an opinion down in the open unit of work, once per client key.

    The dealer's representative is asked to answer a signed one, else the manager of his region; an unnamed
    one goes to the manager of its region, else to nobody yet.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Conflict: The key belongs to another opinion.
        Invalid: Who is to answer does not look after the dealer.
    """
    policy = OWN if viewer.is_dealer_side else RECORD
    if command.dealer_id is None:
        return await _record_unnamed(viewer, command, rules)
    dealer = await get_voice_dealer(viewer, command.dealer_id, policy)
    known = await _known(command.client_key)
    if known is not None:
        if (known["dealer"], known["given_by_user_id"], known["text"]) != (
            dealer.id, viewer.user_id, command.text
        ):  # fmt: skip
            raise Conflict
        return Given(int(known["id"]))
    by, day = dealer.signature(viewer, policy), today(viewer)
    row = _Row(
        command.client_key,
        None,
        None,
        _side(viewer),
        by,
        await _owner(command, dealer, day),
        command.due_on or day + dt.timedelta(days=rules.answer_days),
        day,
    )
    opinion_id = await _insert(command, row)
    await add_event(opinion_id, OpinionEventKind.GIVEN, by, day)
    await record_event(by, "voice.opinion_given", Subject.of("opinion", opinion_id))
    return Given(opinion_id)


async def _record_unnamed(viewer: Viewer, command: OpinionCommand, rules: OpinionRules) -> Given:
    code, once_key = code_for(command.client_key), digest(command.client_key)
    known = await _known(once_key)
    if known is not None:
        if known["dealer"] is not None or known["text"] != command.text:
            raise Conflict
        return Given(int(known["id"]), code)
    day = today(viewer)
    there = await _dealers_there(command)
    if command.source_kind is not SourceKind.OWN and len(there) < _OTHERS:
        command = replace(command, source_kind=SourceKind.OWN, source_id=None)
    region = await _region_kept(command.region_path, there, rules.region_dealers)
    nobody = VoiceDealer(0, "", "", region[1])
    row = _Row(
        once_key,
        digest(code),
        region[0],
        _side(viewer),
        None,
        await _owner(command, nobody, day),
        command.due_on or day + dt.timedelta(days=rules.answer_days),
        day,
    )
    opinion_id = await _insert(replace(command, photo=None), row)
    with _without_request():
        await record_event(None, "voice.opinion_given", Subject.of("opinion", "unnamed"))
    return Given(opinion_id, code)


async def _known(once_key: str) -> Row | None:
    return await fetch_one(
        "select id, dealer, given_by_user_id, text from opinion where once_key = {}", once_key
    )


async def _insert(command: OpinionCommand, row: _Row) -> int:
    photo = None if command.photo is None else await store(command.photo, "image/jpeg")
    opinion_id = random_id()
    signed = row.by is not None
    await execute(
        "insert into opinion (id, once_key, code_sha256, source_kind, source_id, dealer, region, topic, text,"
        " side, given_by_user_id, given_for_user_id, given_on, given_at, photo, owner_user_id, due_on,"
        " state, solution, solved_on) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},"
        " {}, 'open', {}, {})",
        *(opinion_id, row.once_key, row.code_sha256, command.source_kind.value, command.source_id),
        *(command.dealer_id, row.region_id, command.topic.value, command.text, row.side),
        *((row.by.user_id, row.by.on_behalf_of) if row.by else (None, None)),
        *(row.day, now() if signed else None, photo, row.owner_user_id, row.due_on),
        *(command.solution, row.day if command.solution else None),
    )
    return opinion_id


async def _owner(command: OpinionCommand, dealer: VoiceDealer, day: dt.date) -> int | None:
    if command.owner_user_id is None:
        return await nearest_answerer(dealer, day)
    if command.owner_user_id not in {one.user_id for one in await list_answerers(dealer, day)}:
        raise Invalid.of("owner", "This person does not look after this dealer.")
    return command.owner_user_id


async def _dealers_there(command: OpinionCommand) -> frozenset[int]:
    """Return who was at the source; nobody without one, or when nobody knows it."""
    namer = namer_of(command.source_kind.value)
    if namer is None or command.source_id is None:
        return frozenset()
    return await namer.dealers(command.source_id)


async def _region_kept(path: str, there: frozenset[int], least: int) -> tuple[int | None, str | None]:
    """Return id and path of the smallest region around the giver that enough dealers share, or nothing.

    Args:
        path: The giver's region; empty for unknown.
        there: Dealers at the source; empty = every dealer of the region could have given it.
        least: Dealers needed.
    """
    codes = [code for code in path.split("/") if code]
    for depth in range(len(codes), 0, -1):
        around = f"/{'/'.join(codes[:depth])}/"
        inside = in_regions((around,), "a.region")
        rows = await fetch(
            f"select a.id from account a where a.kind = 'dealer' and a.state <> 'closed'"
            f" and a.merged_into is null and {inside.sql}",
            *inside.args,
        )
        found = {row["id"] for row in rows}
        if len(found & there if there else found) >= least:
            return await fetch_value("select id from region where path = {}", around), around
    return None, None


async def add_event(
    opinion_id: int,
    kind: OpinionEventKind,
    by: Signature | None,
    day: dt.date,
    text: str = "",
    *,
    before: str = "",
    internal: bool = False,
) -> None:
    """Write down what happened, in the open unit of work; without ``by`` neither who nor at which instant."""
    await execute(
        "insert into opinion_event (id, opinion, position, kind, text, before, is_internal, actor_user_id,"
        " actor_for_user_id, happened_on, at) values ({}, {}, (select coalesce(max(position), 0) + 1"
        " from opinion_event where opinion = {}), {}, {}, {}, {}, {}, {}, {}, {})",
        *(random_id(), opinion_id, opinion_id, kind.value, text, before, internal),
        *((by.user_id, by.on_behalf_of) if by else (None, None)),
        *(day, now() if by else None),
    )


@contextmanager
def _without_request() -> Iterator[None]:
    """Keep the request's id out of an audit event: beside the request log it would name the sender."""
    token = REQUEST_ID.set("")
    try:
        yield
    finally:
        REQUEST_ID.reset(token)


def _side(viewer: Viewer) -> str:
    return "dealer" if viewer.is_dealer_side else "manufacturer"


def now() -> dt.datetime:
    """Return the current instant, UTC."""
    return dt.datetime.now(dt.UTC)
