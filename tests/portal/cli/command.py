"""The ``portal`` command in a thread of its own, against the database the test works with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from click.testing import CliRunner
from piccolo.table import TABLE_REGISTRY

from portal.cli import main
from portal.db import engine

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


async def portal(*words: str, database: str, folder: Path) -> Ended:
    """Run a command; the engine it binds for itself gives way to the test's afterwards."""
    environment = {"DATABASE_URL": database, "DATA_DIR": str(folder), "SECRET_KEY": "x" * 32}
    bound = engine.current_engine()
    try:
        ended = await asyncio.to_thread(CliRunner(env=environment).invoke, main, words)
    finally:
        engine._Bound.engine = bound
        for table in TABLE_REGISTRY:
            table._meta.db = bound
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return Ended(ended.exit_code, ended.stdout, ended.stderr)
