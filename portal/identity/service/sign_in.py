"""Signing in and out, with a password and, for those who set it up, a one-time code."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Signature
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import fetch_one, unit_of_work
from portal.errors import Invalid
from portal.identity import passwords
from portal.identity.model import hash_token, normal_login, possible_login
from portal.identity.service import one_time, sessions, throttle

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.identity.model import Client, IdentityRules

logger = logging.getLogger(__name__)
WRONG = "The sign-in name or the password is not right."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What signing in gave.

    Attributes:
        token: Value of the session cookie.
        awaits_totp: The one-time code is still to be asked for.
    """

    token: str
    awaits_totp: bool


async def sign_in(
    login: str, password: str, client: Client, rules: IdentityRules, *, old_token: str | None = None
) -> SignedIn:
    """Check the password and open a new session; a session the browser already had ends.

    An unknown name costs the same work and gives the same answer as a wrong password.

    Raises:
        Invalid: Name and password do not fit together, or the account is switched off.
        TooMany: Too many attempts for the name or from the address.
    """
    name = normal_login(login)
    keys = throttle.account_key(name), throttle.address_key(client.address)
    await throttle.count_attempt(rules.failures_allowed, *keys)
    user = await fetch_one(
        "select id, password_hash, active, totp_secret from login_user where login = {}",
        possible_login(login),
    )
    right = await passwords.matches(user["password_hash"] if user else None, password)
    if user is None or not right or not user["active"]:
        logger.warning("sign-in refused", extra={"account": keys[0][:14], "address": client.address})
        raise Invalid.of("", WRONG)
    awaits_totp = user["totp_secret"] is not None
    async with unit_of_work():
        await throttle.forgive(*keys)
        if old_token:
            await sessions.end(hash_token(old_token))
        token = await sessions.start(user["id"], client, rules, awaits_totp=awaits_totp)
        if not awaits_totp:
            await record(Signature(user["id"]), "identity.sign_in", Subject.of("user", user["id"]))
    return SignedIn(token, awaits_totp)


async def confirm_totp(token: str, user_id: int, code: str, client: Client, rules: IdentityRules) -> str:
    """Check the one-time or recovery code of a half-open session and return the token of a whole new one.

    Raises:
        Invalid: The code is wrong or was used before.
        TooMany: Too many codes were tried.
    """
    key = throttle.account_key(f"totp {user_id}")
    await throttle.count_attempt(rules.failures_allowed, key)
    async with unit_of_work():
        await one_time.use(user_id, code)
        await throttle.forgive(key)
        await sessions.end(hash_token(token))
        new = await sessions.start(user_id, client, rules)
        await record(Signature(user_id), "identity.sign_in", Subject.of("user", user_id), note="totp")
    return new


async def sign_out(viewer: Viewer) -> None:
    """End the viewer's session."""
    async with unit_of_work():
        await sessions.end(viewer.session_hash)
        await record(viewer, "identity.sign_out", Subject.of("user", viewer.user_id))
