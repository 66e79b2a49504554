"""Keeping rulebook versions under their hash, for ever."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import execute, fetch_one

if TYPE_CHECKING:
    from portal.rulebooks.books import AnyBook


async def store_version(book: AnyBook) -> int:
    """Keep a version under its hash, once, in the open unit of work and return its row.

    Raises:
        rules.errors.RulebookError: The book has problems.
    """
    await execute(
        "insert into rulebook_version (sha256, subject_kind, label, effective_from, content, stored_at)"
        " values ({}, {}, {}, {}, {}, {}) on conflict (sha256) do nothing",
        book.sha256,
        book.subject,
        book.version,
        book.effective_from,
        book.canonical_json,
        dt.datetime.now(dt.UTC),
    )
    row = await fetch_one("select id from rulebook_version where sha256 = {}", book.sha256)
    if row is None:
        raise RuntimeError("the rulebook version was not stored")
    return int(row["id"])
