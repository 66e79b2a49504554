"""A use case that is a transaction of its own, or a part of the one that is open."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from portal.db import unit_of_work
from portal.db.engine import current_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def own_or_open_unit() -> AsyncIterator[None]:
    """Join the open unit of work, or open one: a session and its occasion are made together or not at all.

    An error must leave the caller's unit of work too; who goes on after one needs ``savepoint()``.
    """
    if current_engine().transaction_exists():
        yield
    else:
        async with unit_of_work():
            yield
