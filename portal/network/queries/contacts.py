"""Contacts: people at accounts, apart from business data; the caller records every read of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.model import ContactRole, Owner
from portal.network.policies import EDIT_PEOPLE
from portal.network.scope import ALWAYS, Condition, all_of, family, in_regions, in_scope, visible_contacts
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Page, UrlFilter, in_batches, page_of
from portal.search.model import RecordKind
from portal.search.queries import matching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from portal.access import Viewer
    from portal.paging import Key

Row = dict[str, Any]
EXPORT_BATCH = 1000
_TABLES = (
    " from contact c join person p on p.id = c.person join account a on a.id = c.account"
    " left join region r on r.id = a.region"
)
_COLUMNS = (
    "select c.id, p.name, c.title, c.role, c.owner, c.work_phone, c.work_email, a.id as account_id,"
    " a.kind as account_kind, a.name as account, a.code as account_code, r.name as region,"
    " r.name_en as region_en"
)


@dataclass(frozen=True, slots=True)
class ContactFilter(UrlFilter):
    """What the list's URL says; empty text means no limit.

    Attributes:
        q: Part of a person's name, or its first consonants.
        region: Path of a region; its children are included.
        kind: Kind of account.
        role: Role at the account.
    """

    q: str = ""
    region: str = ""
    kind: str = ""
    role: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ContactFilter:
        """Read the filter from a URL's parameters."""
        return cls(*(str(query.get(name, ""))[:200].strip() for name in ("q", "region", "kind", "role")))


async def list_contacts(
    viewer: Viewer, wanted: ContactFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of the contacts the viewer may see, by name, with the capped count of all."""
    where = _where(viewer, wanted)
    counted = f"select count(*) from (select 1{_TABLES} where {where.sql} limit {COUNT_CAP + 1}) n"  # noqa: S608  from code
    sql, args = _page(f"{_COLUMNS}, ({counted}) as total{_TABLES}", where, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key, limit=limit, total=total)


async def iter_contacts(
    viewer: Viewer, wanted: ContactFilter, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every contact of the list in its order, in batches; for exports."""
    where = _where(viewer, wanted)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_COLUMNS + _TABLES, where, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def count_contacts(viewer: Viewer, wanted: ContactFilter, *, cap: int) -> int:
    """Count the contacts of the list, up to a cap."""
    where = _where(viewer, wanted)
    sql = f"select count(*) as n from (select 1{_TABLES} where {where.sql} limit {int(cap)}) c"  # noqa: S608  from code
    return int((await fetch(sql, *where.args))[0]["n"])


def _page(select: str, where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = Condition(f"(p.name, c.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    return f"{select} where {both.sql} order by p.name {order}, c.id {order} limit {limit + 1}", both.args


def _key(row: Row) -> Key:
    return row["name"], row["id"]


def _where(viewer: Viewer, wanted: ContactFilter) -> Condition:
    limits = [Condition("p.erased_at is null and c.ended_on is null"), visible_contacts(viewer, "c", "a")]
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.kind:
        limits.append(Condition("a.kind = {}", (wanted.kind,)))
    if wanted.role:
        limits.append(Condition("c.role = {}", (wanted.role,)))
    if wanted.q:
        limits.append(Condition(*matching(RecordKind.CONTACT, wanted.q, "c.id")))
    return all_of(*limits)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person's role at an account: name, title, work phone and work e-mail, and no more."""

    id: int
    account_id: int
    person_id: int
    name: str
    title: str
    role: ContactRole
    owner: Owner
    work_phone: str
    work_email: str
    ended_on: dt.date | None


_CONTACT = (
    "select c.id, c.account as account_id, p.id as person_id, p.name, c.title, c.role, c.owner,"
    " c.work_phone, c.work_email, c.ended_on from contact c join person p on p.id = c.person"
    " join account a on a.id = c.account where p.erased_at is null"
)


def _contact(row: Row) -> ContactRow:
    return ContactRow(**{**row, "role": ContactRole(row["role"]), "owner": Owner(row["owner"])})


async def list_contacts_of(viewer: Viewer, account_id: int) -> tuple[ContactRow, ...]:
    """Return an account's present contacts that the viewer may see, those who decide first.

    Contacts of accounts merged into it are among them.
    """
    seen = visible_contacts(viewer, "c", "a") & family(viewer, account_id, "a.id")
    rows = await fetch(
        f"{_CONTACT} and c.ended_on is null and {seen.sql} order by case c.role"
        " when 'decision' then 1 when 'influence' then 2 when 'gatekeeper' then 3 else 4 end, p.name, c.id",
        *seen.args,
    )
    return tuple(map(_contact, rows))


async def get_contact(viewer: Viewer, contact_id: int, *, to_edit: bool = False) -> ContactRow:
    """Return a contact the viewer may see, or may change.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = visible_contacts(viewer, "c", "a")
    if to_edit:
        side = Owner.DEALER if viewer.is_dealer_side else Owner.MANUFACTURER
        seen = seen & in_scope(viewer, "a", policy=EDIT_PEOPLE) & Condition(f"c.owner = '{side.value}'")
    row = await fetch_one(f"{_CONTACT} and c.id = {{}} and {seen.sql}", contact_id, *seen.args)
    if row is None:
        raise NotFound
    return _contact(row)
