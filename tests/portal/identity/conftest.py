"""Fixtures of identity's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.identity.world import Browser, Letters, make_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="session")
def one_postman() -> Letters:
    return Letters()


@pytest.fixture
def letters(one_postman: Letters) -> Letters:
    """The postman behind the application, his bag empty."""
    one_postman.sent.clear()
    return one_postman


@pytest.fixture
async def browser(database: str, letters: Letters) -> AsyncIterator[Browser]:
    """A browser nobody is signed in with."""
    async with Browser(make_app(letters=letters)) as opened:
        yield opened


@pytest.fixture
async def other(database: str, letters: Letters) -> AsyncIterator[Browser]:
    """Another browser."""
    async with Browser(make_app(letters=letters)) as opened:
        yield opened
