"""The real application over a network of canaries, built once for each database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import empty_all_tables
from tests.security.world import World, application, build

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="session")
async def app(bound_database: str) -> Any:
    """The application on one of the two databases."""
    return application(bound_database)


@pytest.fixture(scope="module")
async def world(app: Any, bound_database: str) -> AsyncIterator[World]:
    """The network of canaries; tests of the module leave it as it is."""
    yield await build(World())
    await empty_all_tables()
