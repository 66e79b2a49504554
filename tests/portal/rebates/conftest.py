"""Fixtures of rebates."""

from __future__ import annotations

import pytest

from portal.rebates.work import register_jobs
from portal.settings import Settings
from tests.portal.rebates.world import World, make_world


@pytest.fixture
async def world(database: str) -> World:
    """Two dealers without sales, and the approved worked example."""
    register_jobs(Settings(database_url=database))
    return await make_world()
