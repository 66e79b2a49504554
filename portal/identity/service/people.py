"""People who may sign in: added, switched off, changed by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Role, Signature
from portal.audit.model import Subject, changes_between
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.identity import passwords
from portal.identity.model import GrantOrigin, GrantState, now
from portal.identity.service import one_time, resets, sessions
from portal.identity.service.grants import (
    NewGrant,
    check_grant,
    insert_grant,
    refuse_without_administrator,
)

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.identity.model import IdentityRules

POLICY = "identity.people_edit"
PERSONAL = frozenset({"name", "work_email"})


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be added, as entered and checked.

    Attributes:
        login: Normal sign-in name.
        name: Name shown to others.
        work_email: Address for mail, or empty.
        locale: ``ko`` or ``en``.
    """

    login: str
    name: str
    work_email: str = ""
    locale: str = "ko"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person may change about himself."""

    name: str
    work_email: str
    locale: str
    theme: str


async def insert_person(person: NewPerson, password_hash: str | None = None) -> int:
    """Write a person inside the caller's unit of work and return the id.

    Raises:
        Invalid: The sign-in name is taken.
    """
    user_id: int | None = await fetch_value(
        "insert into login_user (login, name, work_email, locale, password_hash, password_changed_at,"
        " created_at) values ({}, {}, {}, {}, {}, {}, {}) on conflict (login) do nothing returning id",
        person.login,
        person.name,
        person.work_email,
        person.locale,
        password_hash,
        now() if password_hash else None,
        now(),
    )
    if user_id is None:
        raise Invalid.of("login", "This sign-in name is taken.")
    return user_id


async def add_person(
    viewer: Viewer, person: NewPerson, grant: NewGrant | None, rules: IdentityRules
) -> tuple[int, str]:
    """Add a person without a password, ask for a role, and return id and first-password token.

    The person sets the password with a link that works once; nobody else ever knows it.

    Raises:
        Invalid: The name is taken, or role and area do not fit.
    """
    if not viewer.allowed(POLICY):
        raise NotAllowed
    by = viewer.signature(POLICY)
    if grant is not None:
        await check_grant(grant)
    async with unit_of_work():
        user_id = await insert_person(person)
        if grant is not None:
            await insert_grant(user_id, grant, GrantState.REQUESTED, GrantOrigin.APPROVAL, by)
        token = await resets.new_reset(user_id, rules.invitation_valid)
        changes = changes_between(
            {}, {"login": person.login, "role": grant.role if grant else None}, personal=PERSONAL
        )
        await record(by, "identity.person_add", Subject.of("user", user_id), changes)
    return user_id, token


async def add_first_admin(person: NewPerson, password: str) -> int:
    """Make the first administrator; possible only while nobody at all is there.

    Raises:
        Conflict: There are people already.
        Invalid: The password is too weak.
    """
    problem = passwords.password_problem(password, person.login, person.name)
    if problem is not None:
        raise Invalid.of("password", problem.text, **problem.params)
    digest = await passwords.hash_password(password)
    async with unit_of_work():
        if await fetch_value("select count(*) from login_user"):
            raise Conflict("There are people already: ask an administrator.")
        user_id = await insert_person(person, digest)
        await insert_grant(
            user_id, NewGrant(Role.ADMINISTRATOR), GrantState.ACTIVE, GrantOrigin.FIRST_ADMIN, None
        )
        await record(None, "identity.first_admin", Subject.of("user", user_id))
    return user_id


async def set_active(viewer: Viewer, user_id: int, *, active: bool) -> None:
    """Switch a person off, which ends every session at once, or on again.

    Raises:
        NotFound: There is no such person.
        Conflict: It is the last administrator.
    """
    if not viewer.allowed(POLICY):
        raise NotAllowed
    by = viewer.signature(POLICY)
    async with unit_of_work():
        changed = await execute(
            "update login_user set active = {} where id = {} and active <> {}", active, user_id, active
        )
        if not changed:
            if not await fetch_value("select count(*) from login_user where id = {}", user_id):
                raise NotFound
            return
        await refuse_without_administrator()
        await sessions.end_all(user_id)
        await record(
            by, "identity.person_active", Subject.of("user", user_id), {"active": (not active, active)}
        )


async def change_profile(viewer: Viewer, profile: Profile, password: str, rules: IdentityRules) -> None:
    """Change the viewer's own name, address, language and colours.

    A new mail address needs the password: whoever gets the letters can set a new one.

    Raises:
        Invalid: The address is to change and the password is wrong.
        TooMany: Too many attempts.
    """
    address = await fetch_value("select work_email from login_user where id = {}", viewer.user_id)
    if profile.work_email != address:
        await one_time.check_password(viewer, password, rules)
    async with unit_of_work():
        before = await fetch_one(
            "select name, work_email, locale, theme from login_user where id = {}", viewer.user_id
        )
        await execute(
            "update login_user set name = {}, work_email = {}, locale = {}, theme = {} where id = {}",
            profile.name,
            profile.work_email,
            profile.locale,
            profile.theme,
            viewer.user_id,
        )
        after = {
            "name": profile.name,
            "work_email": profile.work_email,
            "locale": profile.locale,
            "theme": profile.theme,
        }
        changes = changes_between(before or {}, after, personal=PERSONAL)
        if changes:
            await record(viewer, "identity.profile", Subject.of("user", viewer.user_id), changes)


async def change_preferences(viewer: Viewer, *, locale: str | None, theme: str | None) -> None:
    """Remember the viewer's language and colours; None leaves one as it is."""
    async with unit_of_work():
        await execute(
            "update login_user set locale = {}, theme = {} where id = {}",
            locale or viewer.locale,
            theme or viewer.theme,
            viewer.user_id,
        )


async def change_password(viewer: Viewer, current: str, new: str, rules: IdentityRules) -> None:
    """Set a new password and end the viewer's other sessions.

    Raises:
        Invalid: The current one is wrong, or the new one too weak.
        TooMany: Too many attempts.
    """
    await one_time.check_password(viewer, current, rules)
    problem = passwords.password_problem(new, viewer.login, viewer.name, rules.issuer)
    if problem is not None:
        raise Invalid.of("new_password", problem.text, **problem.params)
    digest = await passwords.hash_password(new)
    async with unit_of_work():
        await set_password(viewer.user_id, digest)
        await sessions.end_all(viewer.user_id, but=viewer.session_hash)
        by = Signature(viewer.user_id)
        await record(by, "identity.password", Subject.of("user", viewer.user_id))


async def set_password(user_id: int, digest: str) -> None:
    """Write a password's hash inside the caller's unit of work."""
    await execute(
        "update login_user set password_hash = {}, password_changed_at = {} where id = {}",
        digest,
        now(),
        user_id,
    )
