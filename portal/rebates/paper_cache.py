"""Finished PDFs kept on disk under the hash of everything that decided their bytes."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 2000
"""Files in the folder; beyond it those made longest ago go first."""
FOLDER = "prints"


def find_pdf(data_dir: Path, key: str) -> bytes | None:
    """Return the PDF made from a key, or None."""
    try:
        return (data_dir / FOLDER / f"{key}.pdf").read_bytes()
    except FileNotFoundError:
        return None


def keep_pdf(data_dir: Path, key: str, pdf: bytes) -> None:
    """Keep a PDF, whole or not at all, readable by this user only."""
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f".{key}.{secrets.token_hex(8)}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pdf)
    unfinished.replace(folder / f"{key}.pdf")
    _forget_oldest(folder)


def _forget_oldest(folder: Path) -> None:
    files = list(folder.glob("*.pdf"))
    if len(files) <= KEPT:
        return
    ages = []
    for path in files:
        with suppress(FileNotFoundError):
            ages.append((path.stat().st_mtime_ns, path))
    for _, path in sorted(ages)[: len(ages) - KEPT]:
        path.unlink(missing_ok=True)
