"""Invitations by a printed one-time code: a dealership's owner brings in his staff without e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Role, Signature
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Invalid, NotAllowed, NotFound
from portal.identity import passwords
from portal.identity.model import GrantOrigin, GrantState, hash_token, new_code, normal_code, now
from portal.identity.service import sessions, throttle
from portal.identity.service.grants import NewGrant, insert_grant
from portal.identity.service.people import NewPerson, insert_person

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.identity.model import Client, IdentityRules

POLICY = "identity.staff"
UNUSABLE = "This code is not right, was used before or is too old."


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that can still be accepted.

    Attributes:
        invitation_id: Row of ``invitation``.
        name: Name the owner wrote.
        dealer: Name of the dealership.
        account_id: The dealership.
    """

    invitation_id: int
    name: str
    dealer: str
    account_id: int


def own_dealer(viewer: Viewer, account_id: int | None = None) -> int:
    """Return the dealership the viewer owns: the one named, or the first.

    Raises:
        NotFound: The viewer owns no such dealership.
    """
    owned = viewer.scope_for(POLICY).dealer_ids
    if account_id is None and owned:
        return owned[0]
    if account_id is None or account_id not in owned:
        raise NotFound
    return account_id


async def invite_staff(viewer: Viewer, name: str, rules: IdentityRules, account_id: int | None = None) -> str:
    """Make a code for one new member of the viewer's staff and return it: it is shown this once.

    Raises:
        NotFound: The viewer owns no such dealership.
    """
    dealer_id = own_dealer(viewer, account_id)
    code, at = new_code(), now()
    by = viewer.signature(POLICY, account_id=dealer_id)
    async with unit_of_work():
        invitation_id = await fetch_value(
            "insert into invitation (code_hash, name, role, account_id, created_by_user_id, created_at,"
            " expires_at) values ({}, {}, {}, {}, {}, {}, {}) returning id",
            hash_token(code),
            name,
            Role.DEALER_STAFF.value,
            dealer_id,
            viewer.user_id,
            at,
            at + rules.invitation_valid,
        )
        await record(
            by, "identity.invite", Subject.of("invitation", invitation_id), {"dealer": (None, dealer_id)}
        )
    return code


async def find_invitation(code: str, client: Client, rules: IdentityRules) -> OpenInvitation:
    """Return the invitation a code opens.

    Raises:
        Invalid: The code is wrong, used, revoked or too old.
        TooMany: Too many codes were tried from this address.
    """
    key = throttle.address_key(f"join {client.address}")
    await throttle.count_attempt(rules.failures_allowed, key)
    found = await _open(code)
    async with unit_of_work():
        await throttle.forgive(key)
    return found


async def _open(code: str) -> OpenInvitation:
    row = await fetch_one(
        "select i.id, i.name, a.name as dealer, i.account_id from invitation i"
        " join account a on a.id = i.account_id where i.code_hash = {} and i.used_at is null"
        " and i.revoked_at is null and i.expires_at > {}",
        hash_token(normal_code(code)),
        now(),
    )
    if row is None:
        raise Invalid.of("code", UNUSABLE)
    return OpenInvitation(row["id"], row["name"], row["dealer"], row["account_id"])


async def accept(code: str, person: NewPerson, password: str, client: Client, rules: IdentityRules) -> str:
    """Make the invited person's account, use the code up and return the token of a first session.

    Raises:
        Invalid: Code unusable, sign-in name taken or password too weak; the code still works then.
        TooMany: Too many codes were tried from this address.
    """
    invitation = await find_invitation(code, client, rules)
    problem = passwords.password_problem(password, person.login, person.name, rules.issuer, invitation.dealer)
    if problem is not None:
        raise Invalid.of("new_password", problem.text, **problem.params)
    digest = await passwords.hash_password(password)
    async with unit_of_work():
        user_id = await insert_person(person, digest)
        used = await execute(
            "update invitation set used_at = {}, used_by_user_id = {} where id = {} and used_at is null"
            " and revoked_at is null",
            now(),
            user_id,
            invitation.invitation_id,
        )
        if not used:
            raise Invalid.of("code", UNUSABLE)
        grant = NewGrant(Role.DEALER_STAFF, account_id=invitation.account_id)
        await insert_grant(user_id, grant, GrantState.ACTIVE, GrantOrigin.INVITATION, None)
        token = await sessions.start(user_id, client, rules)
        await record(
            Signature(user_id),
            "identity.join",
            Subject.of("invitation", invitation.invitation_id),
            {"user": (None, user_id)},
        )
    return token


async def revoke_invitation(viewer: Viewer, invitation_id: int) -> None:
    """Make an unused code of the viewer's dealership worthless.

    Raises:
        NotFound: There is no such open invitation of the viewer's dealerships.
    """
    row = await fetch_one(
        "select account_id from invitation where id = {} and used_at is null and revoked_at is null",
        invitation_id,
    )
    dealer_id = own_dealer(viewer, row["account_id"] if row else -1)
    async with unit_of_work():
        await execute("update invitation set revoked_at = {} where id = {}", now(), invitation_id)
        await record(
            viewer.signature(POLICY, account_id=dealer_id),
            "identity.invite_revoke",
            Subject.of("invitation", invitation_id),
        )


async def remove_staff(viewer: Viewer, user_id: int) -> None:
    """Take a member of staff out of the viewer's dealership; at once.

    Raises:
        NotFound: He is not staff of the viewer's dealerships.
        NotAllowed: It is the viewer himself.
    """
    if user_id == viewer.user_id:
        raise NotAllowed
    dealer_id = own_dealer(viewer, await _dealer_of_staff(viewer, user_id))
    async with unit_of_work():
        await execute(
            "update role_grant set state = 'revoked', revoked_by_user_id = {}, revoked_at = {}"
            " where user_id = {} and role = 'dealer_staff' and account_id = {} and state = 'active'",
            viewer.user_id,
            now(),
            user_id,
            dealer_id,
        )
        await sessions.end_all(user_id)
        await record(
            viewer.signature(POLICY, account_id=dealer_id),
            "identity.staff_remove",
            Subject.of("user", user_id),
            {"dealer": (dealer_id, None)},
        )


async def _dealer_of_staff(viewer: Viewer, user_id: int) -> int:
    """Return the one of the viewer's dealerships where the person is staff, or -1."""
    rows = await fetch(
        "select account_id from role_grant where user_id = {} and role = 'dealer_staff' and state = 'active'",
        user_id,
    )
    works_at = {row["account_id"] for row in rows}
    owned = viewer.scope_for(POLICY).dealer_ids
    return next((account_id for account_id in owned if account_id in works_at), -1)
