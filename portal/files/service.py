"""Keep bytes under their SHA-256, once, and give them back unchanged."""

from __future__ import annotations

import datetime as dt
import hashlib

from portal.db import execute, fetch_value


async def store(content: bytes, media_type: str) -> int:
    """Keep bytes in the caller's unit of work and return the file's id; the same bytes are kept once.

    The media type of the first to store the bytes stays.

    Raises:
        RuntimeError: No unit of work is open.
    """
    digest = hashlib.sha256(content).hexdigest()
    await execute(
        "insert into stored_file (sha256, media_type, size_bytes, content, stored_at)"
        " values ({}, {}, {}, {}, {}) on conflict (sha256) do nothing",
        digest,
        media_type,
        len(content),
        content,
        dt.datetime.now(dt.UTC),
    )
    return int(await fetch_value("select id from stored_file where sha256 = {}", digest))
