"""Fixtures of the web layer's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.web.world import LEE, Store, client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx


@pytest.fixture(scope="session")
def one_store() -> Store:
    return Store()


@pytest.fixture
def store(one_store: Store) -> Store:
    """The store behind the application, working and not asked yet."""
    one_store.failure, one_store.asked = None, 0
    return one_store


@pytest.fixture
async def kim(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """A signed-in client that holds the finance role."""
    async with client(store) as opened:
        yield opened


@pytest.fixture
async def lee(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """A signed-in client that does not."""
    async with client(store, LEE) as opened:
        yield opened


@pytest.fixture
async def nobody(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with client(store, None) as opened:
        yield opened
