"""Receive large files chunk by chunk into the data folder, hashed on the way, never whole in memory."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from portal.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file that arrived whole.

    Attributes:
        path: Where it lies until whoever asked for it removes it.
        sha256: Hex digest of its bytes.
        size_bytes: Its length.
    """

    path: Path
    sha256: str
    size_bytes: int


async def receive(chunks: AsyncIterator[bytes], folder: Path, max_bytes: int) -> Received:
    """Write chunks to a new file with an unguessable name; nothing stays when it is refused or breaks off.

    Args:
        chunks: The bytes in order.
        folder: Made when missing, readable by this user only.
        max_bytes: Largest accepted size, inclusive.

    Raises:
        Invalid: It is empty or larger than allowed.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # noqa: ASYNC240  one quick call
    path = folder / secrets.token_hex(16)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            digest, size = await _write(chunks, file, max_bytes)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(path, digest, size)


async def _write(chunks: AsyncIterator[bytes], file: BinaryIO, max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    async for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            megabytes = max_bytes // _MEGABYTE
            raise Invalid.of("file", "The file is larger than %(megabytes)s MB.", megabytes=megabytes)
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise Invalid.of("file", "The file is empty.")
    return digest.hexdigest(), size
