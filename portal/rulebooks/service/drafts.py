"""Drafts: made from a version or a text, edited with a check that nobody else did, discarded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.rulebooks.books import family_of, load_book
from portal.rulebooks.model import FAMILY_CHARACTERS, KINDS, LABEL_CHARACTERS, TEXT_CHARACTERS, Saved
from portal.rulebooks.policies import AUTHOR
from portal.rulebooks.queries.versions import get_any
from portal.rulebooks.service.versions import store_version
from rules.lifecycle import LifecycleError, Part, State, Step, take

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.audit.model import Change
    from portal.db.sql import Row


class EditedElsewhere(Conflict):
    """Somebody else saved the draft after it was opened.

    Attributes:
        name: Who.
        at: When.
    """

    def __init__(self, name: str, at: dt.datetime) -> None:
        super().__init__("%(name)s changed this draft in the meantime.", name=name)
        self.name, self.at = name, at


async def create_draft(viewer: Viewer, text: str, base_sha256: str = "") -> int:
    """Begin a draft and return its id.

    Args:
        viewer: Its author.
        text: YAML or JSON; it may be as wrong as the author likes.
        base_sha256: Version it is made from, which later checks compare with; empty for none.

    Raises:
        Invalid: The text is too long.
        NotFound: There is no such version.
    """
    checked_length(text)
    base = await get_any(base_sha256) if base_sha256 else None
    kind, family, label = _head(text)
    by, now = viewer.signature(AUTHOR), dt.datetime.now(dt.UTC)
    async with unit_of_work():
        proposal_id: int = await fetch_value(
            "insert into rulebook_proposal (subject_kind, decision, label, state, text, base, author_user_id,"
            " created_at, edited_by_user_id, edited_at) values ({}, {}, {}, 'draft', {}, {}, {}, {}, {}, {})"
            " returning id",
            kind,
            family,
            label,
            text,
            await store_version(base) if base else None,
            by.user_id,
            now,
            by.user_id,
            now,
        )
        await note_editors(proposal_id, by)
        await note(by, "create", proposal_id, {"label": (None, label)})
    return proposal_id


async def save_draft(viewer: Viewer, proposal_id: int, text: str, version: int, session: str) -> Saved:
    """Save a draft; anything attached to the text before (checks, rehearsal) is void when it changed.

    Args:
        viewer: Who saves.
        proposal_id: The draft.
        text: The whole text.
        version: Number of the save the page was opened with, or of a later one.
        session: Random word of the open page: the page's own earlier saves are no conflict.

    Raises:
        NotFound: There is none.
        EditedElsewhere: Somebody else, or another page, saved it since.
        Conflict: It is no longer a draft.
        Invalid: The text is too long.
    """
    checked_length(text)
    by, now = viewer.signature(AUTHOR), dt.datetime.now(dt.UTC)
    async with unit_of_work():
        row = await _open(proposal_id, Step.EDIT)
        if row["version"] != version and row["edit_session"] != session:
            raise EditedElsewhere(row["editor"], row["edited_at"])
        if row["text"] == text:
            return Saved(row["version"], changed=False, saved_at=row["edited_at"])
        kind, family, label = _head(text)
        changed = await execute(
            "update rulebook_proposal set text = {}, subject_kind = {}, decision = {}, label = {},"
            " state = 'draft', rehearsal = null, version = version + 1, edit_session = {},"
            " edited_by_user_id = {}, edited_at = {} where id = {} and version = {} and state = {}",
            text,
            kind,
            family,
            label,
            session,
            by.user_id,
            now,
            proposal_id,
            row["version"],
            row["state"],
        )
        if not changed:
            raise Conflict
        await note_editors(proposal_id, by)
        # One trace per open page, not one per key that was pressed.
        if row["edited_by_user_id"] != by.user_id or row["edit_session"] != session:
            changes = {"label": (row["label"], label)} if row["label"] != label else {}
            await note(by, "edit", proposal_id, changes)
    return Saved(row["version"] + 1, changed=True, saved_at=now)


async def discard_draft(viewer: Viewer, proposal_id: int) -> None:
    """Put a draft away; it can no longer be edited.

    Raises:
        NotFound: There is none.
        Conflict: It is no longer a draft.
    """
    by = viewer.signature(AUTHOR)
    async with unit_of_work():
        row = await _open(proposal_id, Step.DISCARD)
        changed = await execute(
            "update rulebook_proposal set state = 'cancelled', version = version + 1"
            " where id = {} and state = {}",
            proposal_id,
            row["state"],
        )
        if not changed:
            raise Conflict
        await note(by, "discard", proposal_id, {"state": (row["state"], State.CANCELLED.value)})


def checked_length(text: str) -> None:
    """Refuse a text longer than any rulebook.

    Raises:
        Invalid: It is too long.
    """
    if len(text) > TEXT_CHARACTERS:
        raise Invalid.of("text", "At most %(count)s characters, please.", count=TEXT_CHARACTERS)


def _head(text: str) -> tuple[str, str, str]:
    """Return kind of subject, family and version label as far as the text can be read."""
    book = load_book(text)
    kind = book.subject if book.subject in KINDS else KINDS[0]
    return kind, family_of(book)[:FAMILY_CHARACTERS], book.version[:LABEL_CHARACTERS]


async def _open(proposal_id: int, step: Step) -> Row:
    row = await fetch_one(
        "select p.state, p.version, p.text, p.label, p.edit_session, p.edited_by_user_id, p.edited_at,"
        " coalesce(u.name, '') as editor from rulebook_proposal p"
        " left join login_user u on u.id = p.edited_by_user_id where p.id = {}",
        proposal_id,
    )
    if row is None:
        raise NotFound
    try:
        take(step, State(row["state"]), (Part.AUTHOR,))
    except LifecycleError as error:
        raise Conflict("This is no longer a draft.") from error
    return row


async def note_editors(proposal_id: int, by: Signature) -> None:
    """Remember who wrote a proposal, and for whom: none of them may approve it."""
    now = dt.datetime.now(dt.UTC)
    for person in sorted(by.people):
        await execute(
            "insert into rulebook_editor (proposal, user_id, first_at) values ({}, {}, {})"
            " on conflict do nothing",
            proposal_id,
            person,
            now,
        )


async def note(
    by: Signature, action: str, proposal_id: int, changes: dict[str, Change] | None = None, text: str = ""
) -> None:
    """Leave a trace of a use case in the audit log."""
    subject = Subject.of("rulebook_proposal", proposal_id)
    await record(by, f"rulebooks.{action}", subject, changes, note=text)
