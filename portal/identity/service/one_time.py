"""One-time codes of an authenticator app (TOTP, RFC 6238) and the recovery codes that replace it."""

from __future__ import annotations

import hmac
import time
from typing import TYPE_CHECKING

import pyotp

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid
from portal.identity import passwords
from portal.identity.model import RECOVERY_CODES, hash_token, new_code, normal_code, now
from portal.identity.service import sessions, throttle

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.identity.model import IdentityRules

STEP_S = 30
WRONG_CODE = "This code is not right, or it was used before."
_TOTP_DIGITS = 6


def new_secret() -> str:
    """Return a fresh TOTP seed: 160 random bits in base32."""
    return pyotp.random_base32(32)


def key_uri(secret: str, login: str, issuer: str) -> str:
    """Return the ``otpauth:`` address an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def matching_step(secret: str, code: str) -> int | None:
    """Return the 30-second step a code belongs to, one before to one after now, or None."""
    generator = pyotp.TOTP(secret)
    step = int(time.time()) // STEP_S
    for candidate in (step, step - 1, step + 1):
        if hmac.compare_digest(generator.generate_otp(candidate).encode(), code.encode()):
            return candidate
    return None


async def use(user_id: int, code: str) -> None:
    """Accept a one-time or recovery code once, inside the caller's unit of work.

    Raises:
        Invalid: It is wrong, or this or a later step was used before.
    """
    digits = "".join(character for character in code if character.isalnum())
    if len(digits) == _TOTP_DIGITS and digits.isascii() and digits.isdigit():
        accepted = await _use_totp(user_id, digits)
    else:
        accepted = await execute(
            "update recovery_code set used_at = {} where user_id = {} and code_hash = {} and used_at is null",
            now(),
            user_id,
            hash_token(normal_code(code)),
        )
    if not accepted:
        raise Invalid.of("code", WRONG_CODE)


async def _use_totp(user_id: int, code: str) -> int:
    secret = await fetch_value("select totp_secret from login_user where id = {}", user_id)
    step = matching_step(secret, code) if secret else None
    if step is None:
        return 0
    return await execute(
        "update login_user set totp_last_step = {} where id = {} and coalesce(totp_last_step, -1) < {}",
        step,
        user_id,
        step,
    )


async def turn_on(viewer: Viewer, secret: str, code: str, password: str, rules: IdentityRules) -> list[str]:
    """Require one-time codes from now on and return the recovery codes, shown this once.

    Raises:
        Invalid: The password is wrong, or the code does not come from this seed.
        Conflict: One-time codes are already required.
        TooMany: Too many attempts.
    """
    await check_password(viewer, password, rules)
    step = matching_step(secret, code.replace(" ", "")) if is_seed(secret) else None
    if step is None:
        raise Invalid.of("code", WRONG_CODE)
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    async with unit_of_work():
        if not await execute(
            "update login_user set totp_secret = {}, totp_last_step = {}"
            " where id = {} and totp_secret is null",
            secret,
            step,
            viewer.user_id,
        ):
            raise Conflict("One-time codes are already switched on.")
        await execute("delete from recovery_code where user_id = {}", viewer.user_id)
        for new in codes:
            await execute(
                "insert into recovery_code (user_id, code_hash) values ({}, {})",
                viewer.user_id,
                hash_token(new),
            )
        await sessions.end_all(viewer.user_id, but=viewer.session_hash)
        await record(viewer, "identity.totp_on", Subject.of("user", viewer.user_id))
    return codes


def is_seed(secret: str) -> bool:
    """Tell whether text is a seed as ``new_secret`` makes them."""
    return len(secret) == 32 and set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")  # noqa: PLR2004  see new_secret


async def turn_off(viewer: Viewer, password: str, rules: IdentityRules) -> None:
    """Stop asking for one-time codes.

    Raises:
        Invalid: The password is wrong.
        TooMany: Too many attempts.
    """
    await check_password(viewer, password, rules)
    async with unit_of_work():
        await execute(
            "update login_user set totp_secret = null, totp_last_step = null where id = {}", viewer.user_id
        )
        await execute("delete from recovery_code where user_id = {}", viewer.user_id)
        await record(viewer, "identity.totp_off", Subject.of("user", viewer.user_id))


async def check_password(viewer: Viewer, password: str, rules: IdentityRules) -> None:
    """Ask for the viewer's own password again, before something that matters.

    Raises:
        Invalid: It is wrong.
        TooMany: Too many attempts.
    """
    key = throttle.account_key(viewer.login)
    await throttle.count_attempt(rules.failures_allowed, key)
    row = await fetch_one("select password_hash from login_user where id = {}", viewer.user_id)
    if not await passwords.matches(row["password_hash"] if row else None, password):
        raise Invalid.of("password", "Your password is not right.")
    async with unit_of_work():
        await throttle.forgive(key)
