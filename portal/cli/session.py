"""Run a command's coroutine against the configured database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import click

from portal import db
from portal.db import schema
from portal.errors import PortalError
from portal.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


def run_async(
    work: Callable[..., Coroutine[Any, Any, T]], *args: Any, database: str = "", **kwargs: Any
) -> T:
    """Bind the database (``database`` or the settings' URL), run the coroutine function, close the pool.

    A refusal by the portal (``PortalError``) ends the command with exit code 1 and its message.
    """

    async def inside() -> T:
        schema.all_tables()
        db.bind(database or Settings().database_url)
        await db.open_pool()
        try:
            return await work(*args, **kwargs)
        finally:
            await db.close_pool()

    try:
        return asyncio.run(inside())
    except PortalError as error:
        raise click.ClickException(str(error)) from error
