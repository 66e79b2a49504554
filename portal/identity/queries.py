"""Reading people, grants, sessions, invitations and deputies for the pages that show them."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.access import Grant, Role, Viewer
from portal.db import as_date, fetch, fetch_one, fetch_value
from portal.errors import NotAllowed, NotFound
from portal.identity.model import now
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Page, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_LIKE_ESCAPES = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list of people; roles are role codes, in order."""

    user_id: int
    login: str
    name: str
    work_email: str
    active: bool
    has_password: bool
    has_totp: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant with the names of what it covers and of who decided it."""

    grant_id: int
    user_id: int
    person: str
    role: str
    area: str
    state: str
    origin: str
    requested_by: str
    requested_at: dt.datetime
    approved_by: str
    may_approve: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of the viewer's own sessions."""

    session_id: int
    created_at: dt.datetime
    seen_at: dt.datetime
    address: str
    agent: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of a dealership's staff."""

    user_id: int
    name: str
    login: str
    role: str
    active: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A code that was given out and not used yet."""

    invitation_id: int
    name: str
    created_at: dt.datetime
    expires_at: dt.datetime
    expired: bool


@dataclass(frozen=True, slots=True)
class DeputyRow:
    """Somebody the viewer named as deputy."""

    deputy_row_id: int
    name: str
    from_on: dt.date
    to_on: dt.date
    reason: str


def _for_each(sql: str, values: Sequence[object]) -> str:
    """Return the statement with as many value marks in place of ``[each]`` as there are values."""
    return sql.replace("[each]", ", ".join(["{}"] * len(values)))


def _like(search: str) -> str:
    text = unicodedata.normalize("NFC", search).strip().lower().translate(_LIKE_ESCAPES)
    return f"%{text}%"


_PEOPLE = (
    "select u.id, u.login, u.name, u.work_email, u.active, u.password_hash is not null as has_password,"
    " u.totp_secret is not null as has_totp from login_user u"
)
_FOUND = " where (lower(u.name) like {} escape '\\' or u.login like {} escape '\\')"
_COUNT = f"select count(*) as n from (select 1 as one from login_user u{_FOUND} limit {{}}) c"  # noqa: S608  constants


async def list_people(
    viewer: Viewer, search: str, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[PersonRow]:
    """Return one page of people by name; the search finds parts of names and sign-in names.

    Raises:
        NotAllowed: The viewer may not see people.
    """
    _require(viewer, "identity.people")
    pattern = _like(search)
    where, order, args = _FOUND, " order by u.name, u.id limit {}", [pattern, pattern]
    if cursor.backwards:
        where += " and (u.name < {} or (u.name = {} and u.id < {}))"
        order = " order by u.name desc, u.id desc limit {}"
    elif cursor.key:
        where += " and (u.name > {} or (u.name = {} and u.id > {}))"
    position = (cursor.key[0], *cursor.key) if cursor.key else ()
    rows = await fetch(_PEOPLE + where + order, *args, *position, limit + 1)
    counted = await fetch_value(_COUNT, *args, COUNT_CAP + 1)
    roles = await _roles_of([row["id"] for row in rows])
    people = [_person(row, roles) for row in rows]
    return page_of(people, cursor, lambda row: (row.name, row.user_id), limit=limit, total=counted)


def _person(row: dict[str, Any], roles: dict[int, tuple[str, ...]]) -> PersonRow:
    return PersonRow(
        row["id"],
        row["login"],
        row["name"],
        row["work_email"],
        bool(row["active"]),
        bool(row["has_password"]),
        bool(row["has_totp"]),
        roles.get(row["id"], ()),
    )


async def _roles_of(user_ids: list[int]) -> dict[int, tuple[str, ...]]:
    if not user_ids:
        return {}
    sql = (
        "select distinct user_id, role from role_grant where state = 'active'"
        " and user_id in ([each]) order by user_id, role"
    )
    rows = await fetch(_for_each(sql, user_ids), *user_ids)
    roles: dict[int, tuple[str, ...]] = {}
    for row in rows:
        roles[row["user_id"]] = (*roles.get(row["user_id"], ()), row["role"])
    return roles


async def get_person(viewer: Viewer, user_id: int) -> PersonRow:
    """Return one person.

    Raises:
        NotAllowed: The viewer may not see people.
        NotFound: There is no such person.
    """
    _require(viewer, "identity.people")
    row = await fetch_one(_PEOPLE + " where u.id = {}", user_id)
    if row is None:
        raise NotFound
    return _person(row, await _roles_of([user_id]))


_GRANTS = (
    "select g.id, g.user_id, u.name as person, g.role, coalesce(r.name, a.name, '') as area, g.state,"
    " g.origin, coalesce(q.name, '') as requested_by, g.requested_at, coalesce(p.name, '') as approved_by,"
    " g.requested_by_user_id, g.requested_for_user_id from role_grant g"
    " join login_user u on u.id = g.user_id left join region r on r.id = g.region_id"
    " left join account a on a.id = g.account_id left join login_user q on q.id = g.requested_by_user_id"
    " left join login_user p on p.id = g.approved_by_user_id"
)


async def list_grants(viewer: Viewer, user_id: int) -> tuple[GrantRow, ...]:
    """Return a person's grants, requested and active ones first."""
    _require(viewer, "identity.people")
    rows = await fetch(
        _GRANTS + " where g.user_id = {} order by case g.state when 'revoked' then 1 else 0 end, g.id",
        user_id,
    )
    return tuple(_grant_row(row, viewer) for row in rows)


async def list_requested_grants(viewer: Viewer, *, limit: int = PAGE_SIZE) -> tuple[GrantRow, ...]:
    """Return the grants that wait for a second person, oldest first."""
    _require(viewer, "identity.people")
    rows = await fetch(_GRANTS + " where g.state = 'requested' order by g.requested_at, g.id limit {}", limit)
    return tuple(_grant_row(row, viewer) for row in rows)


def _grant_row(row: dict[str, object], viewer: Viewer) -> GrantRow:
    involved = {row["requested_by_user_id"], row["requested_for_user_id"], row["user_id"]}
    return GrantRow(
        grant_id=row["id"],  # type: ignore[arg-type]  # columns as selected above
        user_id=row["user_id"],  # type: ignore[arg-type]  # as above
        person=str(row["person"]),
        role=str(row["role"]),
        area=str(row["area"]),
        state=str(row["state"]),
        origin=str(row["origin"]),
        requested_by=str(row["requested_by"]),
        requested_at=row["requested_at"],  # type: ignore[arg-type]  # as above
        approved_by=str(row["approved_by"]),
        may_approve=viewer.allowed("identity.grants") and not involved & viewer.people,
    )


async def list_sessions(viewer: Viewer) -> tuple[SessionRow, ...]:
    """Return the viewer's own live sessions, the last used first."""
    rows = await fetch(
        "select id, token_hash, created_at, seen_at, address, agent from web_session"
        " where user_id = {} and expires_at > {} order by seen_at desc, id desc",
        viewer.user_id,
        now(),
    )
    return tuple(
        SessionRow(
            row["id"],
            row["created_at"],
            row["seen_at"],
            row["address"],
            row["agent"],
            row["token_hash"] == viewer.session_hash,
        )
        for row in rows
    )


async def list_staff(viewer: Viewer) -> tuple[StaffRow, ...]:
    """Return the people of the dealerships the viewer owns, by name."""
    owned = viewer.scope_for("identity.staff").dealer_ids
    if not owned:
        return ()
    sql = (
        "select distinct u.id, u.name, u.login, g.role, u.active from role_grant g"
        " join login_user u on u.id = g.user_id where g.state = 'active' and g.account_id in ([each])"
        " and g.role in ('dealer_owner', 'dealer_staff') order by u.name, u.id"
    )
    rows = await fetch(_for_each(sql, owned), *owned)
    return tuple(
        StaffRow(row["id"], row["name"], row["login"], row["role"], bool(row["active"])) for row in rows
    )


async def list_invitations(viewer: Viewer) -> tuple[InvitationRow, ...]:
    """Return the unused codes of the dealerships the viewer owns, newest first."""
    owned = viewer.scope_for("identity.staff").dealer_ids
    if not owned:
        return ()
    sql = (
        "select id, name, created_at, expires_at from invitation where used_at is null and revoked_at is null"
        " and account_id in ([each]) order by id desc"
    )
    rows = await fetch(_for_each(sql, owned), *owned)
    at = now()
    return tuple(
        InvitationRow(row["id"], row["name"], row["created_at"], row["expires_at"], row["expires_at"] <= at)
        for row in rows
    )


async def list_deputies(viewer: Viewer, today: dt.date) -> tuple[DeputyRow, ...]:
    """Return the viewer's present and coming deputies."""
    rows = await fetch(
        "select d.id, u.name, d.from_on, d.to_on, d.reason from deputy d"
        " join login_user u on u.id = d.deputy_id"
        " where d.user_id = {} and d.revoked_at is null and d.to_on >= {} order by d.from_on, d.id",
        viewer.user_id,
        today,
    )
    return tuple(
        DeputyRow(
            row["id"],
            row["name"],
            as_date(row["from_on"]) or today,
            as_date(row["to_on"]) or today,
            row["reason"],
        )
        for row in rows
    )


async def get_own_account(viewer: Viewer) -> PersonRow:
    """Return the viewer's own row, with fresh roles."""
    row = await fetch_one(_PEOPLE + " where u.id = {}", viewer.user_id)
    if row is None:
        raise NotFound
    return _person(row, await _roles_of([viewer.user_id]))


async def load_viewer(login: str, zone: str) -> Viewer:
    """Return the person with this sign-in name as an actor outside of a web session, for commands.

    Raises:
        NotFound: There is no such active person.
    """
    row = await fetch_one(
        "select id, name, login, locale, theme from login_user where login = {} and active", login
    )
    if row is None:
        raise NotFound("There is no active person with the sign-in name %(login)s.", login=login)
    grants = await fetch(
        "select g.role, g.account_id,"
        " case when g.region_id is null then null else coalesce(r.path, '!') end as region_path"
        " from role_grant g left join region r on r.id = g.region_id"
        " where g.user_id = {} and g.state = 'active' order by g.id",
        row["id"],
    )
    return Viewer(
        row["id"],
        row["name"],
        row["login"],
        row["locale"],
        row["theme"],
        tuple(Grant(Role(grant["role"]), grant["region_path"], grant["account_id"]) for grant in grants),
        zone=zone,
    )


async def list_region_choices() -> list[tuple[str, str, str]]:
    """Return the regions for a form, parents before their children: id as text, both names indented."""
    rows = await fetch("select id, name, name_en, path from region order by path")
    found = []
    for row in rows:
        depth = "– " * max(0, row["path"].count("/") - 2)
        found.append((str(row["id"]), depth + row["name"], depth + (row["name_en"] or row["name"])))
    return found


async def find_dealer_id(code: str) -> int | None:
    """Return the id of the dealer with a code, or None."""
    row = await fetch_one(
        "select id from account where kind = 'dealer' and code = {} and merged_into is null", code
    )
    return None if row is None else int(row["id"])


def _require(viewer: Viewer, policy: str) -> None:
    if not viewer.allowed(policy):
        raise NotAllowed
