"""Stored files and received uploads."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.errors import Invalid
from portal.files import service, uploads
from portal.files.queries import DamagedFileError, FileView, find_file, get_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_bytes_are_kept_once_under_their_digest(database: str) -> None:
    async with db.unit_of_work():
        first, again = await service.store(b"plan", "text/plain"), await service.store(b"plan", "text/html")
    digest = hashlib.sha256(b"plan").hexdigest()
    expected = FileView(first, digest, "text/plain", 4, b"plan")
    assert (again, await find_file(digest), await get_file(first)) == (first, expected, expected)
    assert (await find_file("0" * 64), await get_file(0)) == (None, None)


async def test_altered_bytes_are_refused(database: str) -> None:
    async with db.unit_of_work():
        file_id = await service.store(b"plan", "text/plain")
        await db.execute("update stored_file set content = {}", b"other")
    with pytest.raises(DamagedFileError):
        await get_file(file_id)


async def test_an_upload_is_written_and_hashed(tmp_path: Path) -> None:
    received = await uploads.receive(pieces(b"ab", b"c"), tmp_path / "uploads", 3)
    assert (received.path.read_bytes(), received.sha256, received.size_bytes) == (
        b"abc",
        hashlib.sha256(b"abc").hexdigest(),
        3,
    )
    assert received.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("chunks", [(b"ab", b"cd"), ()])
async def test_nothing_stays_of_a_refused_upload(tmp_path: Path, chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(Invalid):
        await uploads.receive(pieces(*chunks), tmp_path, 3)
    assert os.listdir(tmp_path) == []  # noqa: PTH208  an async test
