"""Role grants: asked for by one person, approved by another, revoked by either.

Two people are needed because whoever can grant himself a role can do everything (ASVS 5.0, 2.3.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import DEALER_SIDE, NETWORK_WIDE, Role, Signature, different_people
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.identity.model import GrantOrigin, GrantState, now
from portal.identity.service import sessions

if TYPE_CHECKING:
    from portal.access import Viewer

POLICY = "identity.grants"


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role to be held, as entered.

    Attributes:
        role: The role.
        region_id: Region whose subtree it covers, or None.
        account_id: Dealer it covers, or None.
    """

    role: Role
    region_id: int | None = None
    account_id: int | None = None


async def check_grant(grant: NewGrant) -> None:
    """Refuse a role with the wrong kind of area, or an area that does not exist.

    Raises:
        Invalid: With the field at fault.
    """
    if grant.role in DEALER_SIDE and (grant.account_id is None or grant.region_id is not None):
        raise Invalid.of("account_id", "A dealer's person needs the dealer.")
    if grant.role is Role.REGIONAL_MANAGER and grant.region_id is None:
        raise Invalid.of("region_id", "A regional manager needs a region.")
    if grant.role in NETWORK_WIDE and grant.account_id is not None:
        raise Invalid.of("account_id", "This role is not held for a single dealer.")
    if grant.region_id is not None and not await fetch_value(
        "select count(*) from region where id = {}", grant.region_id
    ):
        raise Invalid.of("region_id", "There is no such region.")
    if grant.account_id is not None and not await fetch_value(
        "select count(*) from account where id = {} and kind = 'dealer'", grant.account_id
    ):
        raise Invalid.of("account_id", "There is no such dealer.")


async def refuse_both_sides(user_id: int, role: Role) -> None:
    """Refuse to make somebody a person of the manufacturer and of a dealer at once.

    Raises:
        Conflict: The person holds, or waits for, a role of the other side.
    """
    rows = await fetch("select role from role_grant where user_id = {} and state <> 'revoked'", user_id)
    if any((row["role"] in DEALER_SIDE) is not (role in DEALER_SIDE) for row in rows):
        raise Conflict("Nobody can hold roles of the manufacturer and of a dealer at once.")


async def request_grant(viewer: Viewer, user_id: int, grant: NewGrant) -> int:
    """Ask for a role for somebody; it counts once another administrator approves it.

    Raises:
        Invalid: Role and area do not fit.
        NotFound: There is no such person.
        Conflict: The person has it already, or belongs to the other side.
    """
    by = _signed(viewer)
    await check_grant(grant)
    async with unit_of_work():
        if not await fetch_value("select count(*) from login_user where id = {} and active", user_id):
            raise NotFound
        await refuse_both_sides(user_id, grant.role)
        if await fetch_value(
            "select count(*) from role_grant where user_id = {} and role = {} and state <> 'revoked'"
            " and coalesce(region_id, 0) = {} and coalesce(account_id, 0) = {}",
            user_id,
            grant.role.value,
            grant.region_id or 0,
            grant.account_id or 0,
        ):
            raise Conflict("This role is already held or asked for.")
        grant_id = await insert_grant(user_id, grant, GrantState.REQUESTED, GrantOrigin.APPROVAL, by)
        await record(by, "identity.grant_request", Subject.of("user", user_id), _changes(None, grant))
    return grant_id


async def insert_grant(
    user_id: int, grant: NewGrant, state: GrantState, origin: GrantOrigin, by: Signature | None
) -> int:
    """Write a grant inside the caller's unit of work and return its id."""
    grant_id: int = await fetch_value(
        "insert into role_grant (user_id, role, region_id, account_id, state, origin, requested_by_user_id,"
        " requested_for_user_id, requested_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}) returning id",
        user_id,
        grant.role.value,
        grant.region_id,
        grant.account_id,
        state.value,
        origin.value,
        by.user_id if by else None,
        by.on_behalf_of if by else None,
        now(),
    )
    return grant_id


async def name_second_admin(viewer: Viewer, user_id: int) -> None:
    """Make a person the second administrator without a second approval, because nobody could give it yet.

    Raises:
        Conflict: There are two administrators already: the rule of two people can be kept.
        NotFound: There is no such active person.
    """
    by = _signed(viewer)
    async with unit_of_work():
        if not await fetch_value("select count(*) from login_user where id = {} and active", user_id):
            raise NotFound
        if await _count_administrators() != 1:
            raise Conflict("There are two administrators already: one asks, the other approves.")
        await refuse_both_sides(user_id, Role.ADMINISTRATOR)
        grant = NewGrant(Role.ADMINISTRATOR)
        await insert_grant(user_id, grant, GrantState.ACTIVE, GrantOrigin.FIRST_ADMIN, by)
        await sessions.end_all(user_id)
        await record(by, "identity.second_admin", Subject.of("user", user_id), _changes(None, grant))


async def approve_grant(viewer: Viewer, grant_id: int) -> None:
    """Put a requested role into force; the person has to sign in again.

    Raises:
        NotFound: There is no such request.
        NotAllowed: The viewer, or somebody he deputises for, asked for it or would receive it.
    """
    by = _signed(viewer)
    async with unit_of_work():
        row = await _grant(grant_id, GrantState.REQUESTED)
        asked = Signature(row["requested_by_user_id"], row["requested_for_user_id"])
        if not different_people(viewer, asked) or row["user_id"] in viewer.people:
            raise NotAllowed(
                "A second person has to approve this: not who asked for it, nor who receives it."
            )
        changed = await execute(
            "update role_grant set state = 'active', approved_by_user_id = {}, approved_for_user_id = {},"
            " approved_at = {} where id = {} and state = 'requested'",
            by.user_id,
            by.on_behalf_of,
            now(),
            grant_id,
        )
        if not changed:
            raise Conflict
        await sessions.end_all(row["user_id"])
        await record(
            by,
            "identity.grant_approve",
            Subject.of("user", row["user_id"]),
            {"grant": (None, f"{row['role']} {grant_id}")},
        )


async def revoke_grant(viewer: Viewer, grant_id: int) -> None:
    """Take a role away, or refuse a request; at once, the person has to sign in again.

    Raises:
        NotFound: There is no such grant.
        Conflict: It is the last administrator's.
    """
    by = _signed(viewer)
    async with unit_of_work():
        row = await _grant(grant_id, GrantState.REQUESTED, GrantState.ACTIVE)
        await execute(
            "update role_grant set state = 'revoked', revoked_by_user_id = {}, revoked_at = {} where id = {}",
            by.user_id,
            now(),
            grant_id,
        )
        await refuse_without_administrator()
        await sessions.end_all(row["user_id"])
        await record(
            by,
            "identity.grant_revoke",
            Subject.of("user", row["user_id"]),
            {"grant": (f"{row['role']} {grant_id}", None)},
        )


async def refuse_without_administrator() -> None:
    """Refuse a change after which nobody could manage people any more.

    Raises:
        Conflict: No active administrator would be left.
    """
    if not await _count_administrators():
        raise Conflict("At least one administrator has to stay.")


async def _count_administrators() -> int:
    count: int = await fetch_value(
        "select count(distinct u.id) from role_grant g join login_user u on u.id = g.user_id"
        " where g.state = 'active' and g.role = 'administrator' and u.active"
    )
    return count


async def _grant(grant_id: int, *states: GrantState) -> dict[str, int]:
    row = await fetch_one(
        "select id, user_id, role, state, requested_by_user_id, requested_for_user_id"
        " from role_grant where id = {}",
        grant_id,
    )
    if row is None or row["state"] not in states:
        raise NotFound
    return row


def _signed(viewer: Viewer) -> Signature:
    if not viewer.allowed(POLICY):
        raise NotAllowed
    return viewer.signature(POLICY)


def _changes(before: NewGrant | None, after: NewGrant | None) -> dict[str, tuple[str | None, str | None]]:
    return {"grant": (_text(before), _text(after))}


def _text(grant: NewGrant | None) -> str | None:
    if grant is None:
        return None
    area = (
        f" region {grant.region_id}"
        if grant.region_id
        else f" dealer {grant.account_id}"
        if grant.account_id
        else ""
    )
    return grant.role.value + area
