"""Limits on guessing, kept in the database so that a restart forgives nothing.

An attempt is counted *before* the password is looked at: a hundred guesses sent at once are a hundred
attempts, not a hundred that all saw zero failures.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math

from portal.db import execute, fetch_one, unit_of_work
from portal.errors import TooMany
from portal.identity.model import ADDRESS_FACTOR, delay_after, now

# After a day without attempts the counter starts again.
FORGET_AFTER = dt.timedelta(days=1)


def account_key(login: str) -> str:
    """Return the counter of a sign-in name, existing or not; the name itself is not stored."""
    return "a:" + hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()


def address_key(address: str) -> str:
    """Return the counter of a network address; offices share one, so it allows ten times as many."""
    return "i:" + hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def _allowed(key: str, allowed: int) -> int:
    return allowed * ADDRESS_FACTOR if key.startswith("i:") else allowed


async def count_attempt(allowed: int, *keys: str) -> None:
    """Count one attempt against each key, unless one of them has to wait.

    Raises:
        TooMany: Say when to come back; the attempt is not counted and must not be tried.
    """
    async with unit_of_work():
        at = now()
        for key in sorted(keys):
            await _count(key, _allowed(key, allowed), at)


async def _count(key: str, allowed: int, at: dt.datetime) -> None:
    await execute(
        "insert into login_failure (key, attempts, last_at) values ({}, 0, {}) on conflict (key) do nothing",
        key,
        at,
    )
    # The update locks the row, so that attempts at the same moment are counted one after the other.
    await execute(
        "update login_failure set attempts = case when last_at < {} then 1 else attempts + 1 end"
        " where key = {}",
        at - FORGET_AFTER,
        key,
    )
    row = await fetch_one("select attempts, blocked_until from login_failure where key = {}", key)
    if row is None:
        raise RuntimeError("the counter vanished inside its transaction")
    if row["blocked_until"] is not None and row["blocked_until"] > at:
        wait = row["blocked_until"] - at
        raise TooMany(
            math.ceil(wait.total_seconds()),
            "Too many attempts. Please try again in %(minutes)s minutes.",
            minutes=math.ceil(wait.total_seconds() / 60),
        )
    await execute(
        "update login_failure set last_at = {}, blocked_until = {} where key = {}",
        at,
        at + delay_after(row["attempts"], allowed),
        key,
    )


async def forgive(*keys: str) -> None:
    """After a success, inside the caller's unit of work: clear the account, give the address one back."""
    for key in keys:
        if key.startswith("i:"):
            await execute("update login_failure set attempts = attempts - 1 where key = {}", key)
        else:
            await execute("delete from login_failure where key = {}", key)
