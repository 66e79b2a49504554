"""Links that set a password once: mailed on request, or given by an administrator to a new person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.access import Signature
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Invalid, NotAllowed, NotFound
from portal.identity import passwords
from portal.identity.model import hash_token, new_token, now, possible_login
from portal.identity.service import sessions, throttle

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from portal.access import Viewer
    from portal.errors import Message
    from portal.identity.model import Client, IdentityRules, Postman


async def new_reset(user_id: int, valid: dt.timedelta) -> str:
    """Make a link's token inside the caller's unit of work; earlier links of the person stop working."""
    token, at = new_token(), now()
    await execute(
        "update password_reset set used_at = {} where user_id = {} and used_at is null", at, user_id
    )
    await execute(
        "insert into password_reset (user_id, token_hash, created_at, expires_at) values ({}, {}, {}, {})",
        user_id,
        hash_token(token),
        at,
        at + valid,
    )
    return token


def link(rules: IdentityRules, token: str) -> str:
    """Return the address of the page that sets the password."""
    return f"{rules.public_url.rstrip('/')}/reset/{token}"


async def request_reset(
    login: str,
    client: Client,
    rules: IdentityRules,
    postman: Postman,
    letter: Callable[[str, str, int], tuple[str, str]],
) -> None:
    """Mail a link to the person with this sign-in name, if there is one with an address.

    The answer is the same in every case, so that nobody learns which names exist.

    Raises:
        TooMany: Too many requests for the name or from the address.
    """
    name = possible_login(login)
    await throttle.count_attempt(
        rules.failures_allowed, throttle.account_key(f"reset {name}"), throttle.address_key(client.address)
    )
    user = await fetch_one(
        "select id, work_email, locale from login_user where login = {} and active and work_email <> ''", name
    )
    if user is None:
        return
    async with unit_of_work():
        token = await new_reset(user["id"], rules.reset_valid)
        minutes = int(rules.reset_valid.total_seconds() // 60)
        subject, text = letter(user["locale"], link(rules, token), minutes)
        await postman.queue(user["work_email"], subject, text, secret=True)
        await record(None, "identity.reset_request", Subject.of("user", user["id"]))


async def start_reset(viewer: Viewer, user_id: int, rules: IdentityRules) -> str:
    """Make a link for somebody else, to be handed over; the administrator never chooses a password.

    Raises:
        NotFound: There is no such active person.
    """
    policy = "identity.people_edit"
    if not viewer.allowed(policy):
        raise NotAllowed
    async with unit_of_work():
        if not await fetch_value("select count(*) from login_user where id = {} and active", user_id):
            raise NotFound
        token = await new_reset(user_id, rules.reset_valid)
        await record(viewer.signature(policy), "identity.reset_start", Subject.of("user", user_id))
    return token


async def is_open(token: str) -> bool:
    """Tell whether a link still works."""
    return bool(
        await fetch_value(
            "select count(*) from password_reset r join login_user u on u.id = r.user_id"
            " where r.token_hash = {} and r.used_at is null and r.expires_at > {} and u.active",
            hash_token(token),
            now(),
        )
    )


async def complete_reset(token: str, password: str, rules: IdentityRules) -> None:
    """Set the password, use the link up and end every session of the person.

    Raises:
        NotFound: The link is unknown, used or too old.
        Invalid: The password is too weak; the link still works.
    """
    row = await fetch_one(
        "select r.id, u.id as user_id, u.login, u.name from password_reset r"
        " join login_user u on u.id = r.user_id"
        " where r.token_hash = {} and r.used_at is null and r.expires_at > {} and u.active",
        hash_token(token),
        now(),
    )
    if row is None:
        raise NotFound("This link does not work any more. Ask for a new one.")
    problem: Message | None = passwords.password_problem(password, row["login"], row["name"], rules.issuer)
    if problem is not None:
        raise Invalid.of("new_password", problem.text, **problem.params)
    digest = await passwords.hash_password(password)
    async with unit_of_work():
        used = await execute(
            "update password_reset set used_at = {} where id = {} and used_at is null", now(), row["id"]
        )
        if not used:
            raise NotFound("This link does not work any more. Ask for a new one.")
        await execute(
            "update login_user set password_hash = {}, password_changed_at = {} where id = {}",
            digest,
            now(),
            row["user_id"],
        )
        await throttle.forgive(throttle.account_key(row["login"]))
        await sessions.end_all(row["user_id"])
        await record(Signature(row["user_id"]), "identity.reset", Subject.of("user", row["user_id"]))
