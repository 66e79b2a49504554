"""Reads of proposals: a list, one with all its marks, who wrote it, and how many confirmed having read it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one, fetch_value
from portal.errors import NotFound
from portal.rulebooks.queries.versions import list_versions
from rules.lifecycle import State, Term

if TYPE_CHECKING:
    from portal.db.sql import Row
    from portal.rulebooks.queries.versions import Version

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """Who took a step and when.

    Attributes:
        name: The person at the keyboard.
        on_behalf_of: Name of the absent person, or empty.
    """

    name: str
    on_behalf_of: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rulebook from its first draft to its last day.

    Attributes:
        decision: Family of a decision of rules or a table; empty for score sheets.
        state: As stored; ``scheduled`` covers everything the calendar does later.
        version: Number of the last save.
        base_sha256: Version it was made from, or empty.
        sha256: Fixed content once submitted, or empty.
        term: Its days once submitted, or None.
        rehearsal: What the rehearsal found, or None.
        authors: Names of everybody who wrote it.
        author_ids: Their ids, and those of people they stood in for.
    """

    id: int
    kind: str
    decision: str
    label: str
    state: State
    text: str
    version: int
    edit_session: str
    base_sha256: str
    base_label: str
    sha256: str
    term: Term | None
    announced_on: dt.date | None
    rehearsal: Mapping[str, Any] | None
    authors: tuple[str, ...]
    author_ids: frozenset[int]
    edited: Mark
    submitted: Mark | None
    approved: Mark | None
    scheduled: Mark | None
    reason: str


_SELECT = (
    "select p.id, p.subject_kind, p.decision, p.label, p.state, p.text, p.version, p.edit_session,"
    " p.effective_from, p.effective_until, p.announced_on, p.rehearsal, p.edited_at, p.submitted_at,"
    " p.approved_at, p.scheduled_at, p.reason,"
    " coalesce(b.sha256, '') as base_sha256, coalesce(b.label, '') as base_label,"
    " coalesce(c.sha256, '') as sha256, coalesce(e.name, '') as edited_name,"
    " coalesce(sb.name, '') as submitted_name, coalesce(sf.name, '') as submitted_for,"
    " coalesce(ab.name, '') as approved_name, coalesce(af.name, '') as approved_for,"
    " coalesce(cb.name, '') as scheduled_name, '' as scheduled_for"
    " from rulebook_proposal p left join rulebook_version b on b.id = p.base"
    " left join rulebook_version c on c.id = p.content"
    " left join login_user e on e.id = p.edited_by_user_id"
    " left join login_user sb on sb.id = p.submitted_by_user_id"
    " left join login_user sf on sf.id = p.submitted_for_user_id"
    " left join login_user ab on ab.id = p.approved_by_user_id"
    " left join login_user af on af.id = p.approved_for_user_id"
    " left join login_user cb on cb.id = p.scheduled_by_user_id"
)


async def get_proposal(proposal_id: int) -> Proposal:
    """Return a proposal.

    Raises:
        NotFound: There is none with this id.
    """
    row = await fetch_one(_SELECT + " where p.id = {}", proposal_id)
    if row is None:
        raise NotFound
    people = await fetch(
        "select e.user_id, coalesce(u.name, '') as name from rulebook_editor e"
        " left join login_user u on u.id = e.user_id where e.proposal = {} order by e.id",
        proposal_id,
    )
    return _proposal(row, people)


def _proposal(row: Row, people: list[Row]) -> Proposal:
    from_on, until_on = as_date(row["effective_from"]), as_date(row["effective_until"])
    return Proposal(
        id=row["id"],
        kind=row["subject_kind"],
        decision=row["decision"],
        label=row["label"],
        state=State(row["state"]),
        text=row["text"],
        version=row["version"],
        edit_session=row["edit_session"],
        base_sha256=row["base_sha256"],
        base_label=row["base_label"],
        sha256=row["sha256"],
        term=Term(from_on, until_on) if from_on else None,
        announced_on=as_date(row["announced_on"]),
        rehearsal=json.loads(row["rehearsal"]) if row["rehearsal"] else None,
        authors=tuple(person["name"] for person in people),
        author_ids=frozenset(person["user_id"] for person in people),
        edited=Mark(row["edited_name"], "", row["edited_at"]),
        submitted=_mark(row, "submitted"),
        approved=_mark(row, "approved"),
        scheduled=_mark(row, "scheduled"),
        reason=row["reason"],
    )


def _mark(row: Row, name: str) -> Mark | None:
    at = row[f"{name}_at"]
    return None if at is None else Mark(row[f"{name}_name"], row[f"{name}_for"], at)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in the list.

    Attributes:
        edited_name: Who saved it last.
    """

    id: int
    kind: str
    decision: str
    label: str
    state: State
    edited_name: str
    edited_at: dt.datetime
    effective_from: dt.date | None


async def list_proposals(*, everything: bool = False) -> list[ProposalRow]:
    """Return proposals that are not yet scheduled, newest first, at most 100.

    Args:
        everything: Cancelled ones too.
    """
    wanted = "p.state <> 'scheduled'" if everything else "p.state not in ('scheduled', 'cancelled')"
    rows = await fetch(
        "select p.id, p.subject_kind as kind, p.decision, p.label, p.state, p.edited_at,"  # noqa: S608  from code
        " coalesce(u.name, '') as edited_name, p.effective_from from rulebook_proposal p"
        f" left join login_user u on u.id = p.edited_by_user_id where {wanted}"
        " order by p.edited_at desc, p.id desc limit {}",
        LIMIT,
    )
    return [
        ProposalRow(**row | {"state": State(row["state"]), "effective_from": as_date(row["effective_from"])})
        for row in rows
    ]


async def find_version_of(proposal: Proposal, today: dt.date) -> Version | None:
    """Return a scheduled proposal as the calendar sees it, or None while it is not scheduled."""
    if proposal.state is not State.SCHEDULED:
        return None
    versions = await list_versions(proposal.kind, today, proposal.decision)
    return next((version for version in versions if version.proposal_id == proposal.id), None)


async def count_readings(proposal_id: int) -> int:
    """Return how many people confirmed that they read what the version changes."""
    return int(
        await fetch_value("select count(*) from rulebook_reading where proposal = {}", proposal_id) or 0
    )
