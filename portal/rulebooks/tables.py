"""Tables of rulebooks: immutable versions, proposals on their way to one, who wrote them, who read them."""

from __future__ import annotations

from typing import Any

from piccolo.columns import (
    BigInt,
    BigSerial,
    Date,
    ForeignKey,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db import extras
from portal.db.metadata import Index
from portal.rulebooks.frozen import APPROVED_RULEBOOKS


class RulebookVersion(Table, tablename="rulebook_version"):
    """An immutable rulebook as canonical JSON, identified by its SHA-256."""

    id = Serial(primary_key=True)
    sha256 = Varchar(length=64, unique=True)
    subject_kind = Varchar(length=16)
    label = Varchar(length=80)
    effective_from = Date()
    content = Text()
    stored_at = Timestamptz()


class RulebookProposal(Table, tablename="rulebook_proposal"):
    """A rulebook from its first draft to its first day.

    ``decision`` is the family of a decision of rules or a table, empty for the score sheets of the month.
    ``text`` is what authors edit. Submitting fixes it: ``content``, ``effective_from``, ``effective_until``
    and ``announced_on`` are then those of the submitted text and null before. From ``scheduled`` on only the
    calendar moves the version; what it then is (active, resting, superseded) is derived from these days.
    ``ix_one_beginning`` lets one version of a kind and decision begin on a day.
    """

    id = BigSerial(primary_key=True)
    subject_kind = Varchar(length=16)
    decision = Varchar(length=60, default="")
    label = Varchar(length=80)
    state = Varchar(length=12, default="draft")
    text = Text()
    version = Integer(default=1)
    edit_session = Varchar(length=40, default="")
    base: ForeignKey[Any] = ForeignKey(RulebookVersion, null=True, default=None, on_delete=OnDelete.restrict)
    content: ForeignKey[Any] = ForeignKey(
        RulebookVersion, null=True, default=None, on_delete=OnDelete.restrict
    )
    effective_from = Date(null=True, default=None)
    effective_until = Date(null=True, default=None)
    announced_on = Date(null=True, default=None)
    rehearsal = Text(null=True, default=None)
    author_user_id = BigInt()
    created_at = Timestamptz()
    edited_by_user_id = BigInt()
    edited_at = Timestamptz()
    submitted_by_user_id = BigInt(null=True, default=None)
    submitted_for_user_id = BigInt(null=True, default=None)
    submitted_at = Timestamptz(null=True, default=None)
    approved_by_user_id = BigInt(null=True, default=None)
    approved_for_user_id = BigInt(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    scheduled_by_user_id = BigInt(null=True, default=None)
    scheduled_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=400, default="")

    subject_kind_known = Check("subject_kind in ('dealer', 'representative')")
    state_known = Check(
        "state in ('draft', 'validated', 'rehearsed', 'submitted', 'approved', 'scheduled', 'cancelled')"
    )
    text_bounded = Check("length(text) <= 262144")
    fixed_when_submitted = Check(
        "state in ('draft', 'validated', 'rehearsed', 'cancelled')"
        " or (content is not null and effective_from is not null and announced_on is not null"
        " and submitted_by_user_id is not null)"
    )
    approved_by_someone = Check("state not in ('approved', 'scheduled') or approved_by_user_id is not null")
    two_people = Check(
        "approved_by_user_id is null or (approved_by_user_id <> submitted_by_user_id"
        " and approved_by_user_id <> author_user_id"
        " and approved_by_user_id <> coalesce(submitted_for_user_id, -1)"
        " and coalesce(approved_for_user_id, -2) <> submitted_by_user_id"
        " and coalesce(approved_for_user_id, -2) <> author_user_id"
        " and coalesce(approved_for_user_id, -2) <> coalesce(submitted_for_user_id, -1))"
    )
    told_before = Check("announced_on is null or announced_on <= effective_from")
    ix_one_beginning = Index(
        ("subject_kind", "decision", "effective_from"), unique=True, where="state = 'scheduled'"
    )
    ix_state = Index(("state", "id"))


class RulebookEditor(Table, tablename="rulebook_editor"):
    """Somebody who wrote or submitted a proposal, or for whom a deputy did: none of them approves it."""

    id = BigSerial(primary_key=True)
    proposal = ForeignKey(RulebookProposal, null=False, on_delete=OnDelete.restrict)
    user_id = BigInt()
    first_at = Timestamptz()

    unique_person = Unique(["proposal", "user_id"])


class RulebookReading(Table, tablename="rulebook_reading"):
    """Somebody confirmed that he read what an announced version changes."""

    id = BigSerial(primary_key=True)
    proposal = ForeignKey(RulebookProposal, null=False, on_delete=OnDelete.restrict)
    user_id = BigInt(index=True)
    account_id = BigInt(null=True, default=None)
    at = Timestamptz()

    unique_person = Unique(["proposal", "user_id"])


extras.register(APPROVED_RULEBOOKS)
