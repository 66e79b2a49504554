"""A person's secret calendar address: made, renewed, withdrawn; only the secret's hash is kept."""

from __future__ import annotations

import datetime as dt
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, unit_of_work
from portal.errors import NotFound

if TYPE_CHECKING:
    from portal.access import Viewer

SECRET_BYTES = 32


async def renew_feed(viewer: Viewer) -> str:
    """Make a new address for the viewer and return its secret, shown this once; an earlier one ends."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    async with unit_of_work():
        await execute("delete from calendar_feed where user_id = {}", viewer.user_id)
        await execute(
            "insert into calendar_feed (user_id, secret_sha256, created_at) values ({}, {}, {})",
            viewer.user_id,
            _hash(secret),
            dt.datetime.now(dt.UTC),
        )
        await record(viewer, "occasions.feed", Subject.of("user", viewer.user_id), note="made")
    return secret


async def withdraw_feed(viewer: Viewer) -> None:
    """End the viewer's address; calendars that read it find nothing from now on."""
    async with unit_of_work():
        if await execute("delete from calendar_feed where user_id = {}", viewer.user_id):
            await record(viewer, "occasions.feed", Subject.of("user", viewer.user_id), note="withdrawn")


async def reader_of(secret: str) -> int:
    """Return whose address a secret is, and note that it was read.

    Raises:
        NotFound: It is nobody's.
    """
    row = await fetch_one("select id, user_id from calendar_feed where secret_sha256 = {}", _hash(secret))
    if row is None:
        raise NotFound
    async with unit_of_work():
        await execute(
            "update calendar_feed set last_read_at = {} where id = {}", dt.datetime.now(dt.UTC), row["id"]
        )
    return int(row["user_id"])


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
