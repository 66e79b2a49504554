"""Reads of stored files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch_one

if TYPE_CHECKING:
    from portal.db.sql import Row


class DamagedFileError(Exception):
    """Stored bytes no longer match their SHA-256."""


@dataclass(frozen=True, slots=True)
class FileView:
    """A stored file with its bytes."""

    id: int
    sha256: str
    media_type: str
    size_bytes: int
    content: bytes


async def find_file(sha256: str) -> FileView | None:
    """Return the file with this SHA-256 (hex), or None.

    Raises:
        DamagedFileError: The bytes were altered in the database.
    """
    return _checked(
        await fetch_one(
            "select id, sha256, media_type, size_bytes, content from stored_file where sha256 = {}", sha256
        )
    )


async def get_file(file_id: int) -> FileView | None:
    """Return the file with this id, or None.

    Raises:
        DamagedFileError: The bytes were altered in the database.
    """
    return _checked(
        await fetch_one(
            "select id, sha256, media_type, size_bytes, content from stored_file where id = {}", file_id
        )
    )


def _checked(row: Row | None) -> FileView | None:
    if row is None:
        return None
    if hashlib.sha256(row["content"]).hexdigest() != row["sha256"]:
        raise DamagedFileError(row["sha256"])
    return FileView(**row)
