"""Contacts from a file: the role at the account apart from the person (docs: TRUST, personal data).

The undo journal holds no personal data, so a batch that changed a person cannot be undone; one that only
added people can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.db import execute, fetch, fetch_value
from portal.errors import Conflict
from portal.network.indexing import index_contacts
from portal.sales.imports import records
from portal.sales.imports.records import Field, RecordSpec
from portal.sales.imports.statements import statement
from portal.sales.imports.targets import CODES, COLLECT, RESOLVE
from portal.search.model import RecordKind
from portal.search.service import remove_entries

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.sales.imports.batch import Batch

_ACCOUNT = f"(select k.id from <codes> k where k.field = {CODES} and k.code = s.c_account)"


def _spec(batch: Batch) -> RecordSpec:
    account = statement(_ACCOUNT, codes=batch.stage.codes)
    return RecordSpec(
        "contact", ("c_account", "c_name"), "contact c", "join person p on p.id = c.person",
        f"c.account = {account} and c.ended_on is null"
        " and exists (select 1 from person q where q.id = c.person and q.name = s.c_name)", "c.id",
        (Field("s.c_role", "c.title"), Field("s.c_mobile", "p.mobile"), Field("s.c_email", "p.email")),
    )  # fmt: skip


async def classify(batch: Batch) -> None:
    """Resolve accounts, mark rows and count; a contact of an unknown account is a conflict."""
    await execute(statement(COLLECT, **batch.stage.names))
    await execute(statement(RESOLVE, **batch.stage.names))
    await records.classify_records(batch, _spec(batch))
    await _mark_unknown(batch)


async def reclassify(batch: Batch) -> None:
    """Compare again with what is stored."""
    await execute(statement(RESOLVE, **batch.stage.names))
    await execute(f"delete from {batch.stage.marks} where target is null and first_row is null")
    await records.reclassify_records(batch, _spec(batch))
    await _mark_unknown(batch)


async def _mark_unknown(batch: Batch) -> None:
    await execute(
        f"insert into {batch.stage.marks} (row_no, state) select s.row_no, 4 from {batch.stage.rows} s"
        f" join {batch.stage.codes} k on k.field = {CODES} and k.code = s.c_account and k.id is null"
        f" where not exists (select 1 from {batch.stage.marks} m where m.row_no = s.row_no)"
    )
    await records.count_records(batch)


async def apply_contacts(batch: Batch, now: dt.datetime) -> None:  # noqa: ARG001  every kind's step has it
    """Write new contacts with their people and change known people."""
    account = statement(_ACCOUNT, codes=batch.stage.codes)
    new = await fetch(
        f"select {account} as account, s.c_name as name, s.c_role as title, s.c_mobile as mobile,"
        f" s.c_email as email from {batch.stage.rows} s where {records.new_rows(batch)} order by s.row_no"
    )
    made = [await _write(batch, row) for row in new]
    await records.journal_changed(batch, _spec(batch), {"title": "c.title"})
    changed = f"from (select m.target as id, s.* from {batch.stage.rows} s {records.changed_rows(batch)}) s"
    await execute(f"update contact set title = coalesce(s.c_role, title) {changed} where s.id = contact.id")
    await execute(
        "update person set mobile = coalesce(s.c_mobile, mobile),"
        f" email = coalesce(s.c_email, email) {changed}"
        " join contact c on c.id = s.id where c.person = person.id"
    )
    await index_contacts(made)


async def _write(batch: Batch, row: dict[str, Any]) -> int:
    person = await fetch_value(
        "insert into person (name, mobile, email) values ({}, {}, {}) returning id",
        row["name"], row["mobile"] or "", row["email"] or "",
    )  # fmt: skip
    contact = await fetch_value(
        "insert into contact (account, person, title) values ({}, {}, {}) returning id",
        row["account"], person, row["title"] or "",
    )  # fmt: skip
    await execute(
        "insert into import_change (batch, entity, entity_id) values ({}, 'contact', {})", batch.id, contact
    )
    return int(contact)


async def undo_contacts(batch: Batch) -> None:
    """Take the batch's contacts and their people away.

    Raises:
        Conflict: The batch changed people who were known before.
    """
    mine = "select entity_id from import_change where batch = {} and entity = 'contact'"
    if await fetch_value(f"{mine} and before is not null limit 1", batch.id) is not None:
        raise Conflict("This import changed contacts that were known before; it cannot be undone.")
    rows = await fetch(f"select id, person from contact where id in ({mine})", batch.id)
    await execute(f"delete from contact where id in ({mine})", batch.id)
    for row in rows:
        await execute("delete from person where id = {}", row["person"])
    await remove_entries(RecordKind.CONTACT, [row["id"] for row in rows])
