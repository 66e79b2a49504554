"""After any history of phones and network the server holds every record once: 0 lost, 0 doubled.

The nightly campaign plays 10,000; ``FIELD_HISTORIES`` and ``FIELD_SEED`` play others, or parts of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.portal.field.conftest import close, number_from
from tests.portal.field.histories import CLOSED_ON, History, Shelf, count_kept
from tests.portal.field.quick import quickly

if TYPE_CHECKING:
    from tests.portal.plans.conftest import World

FEW = 100
MANY = int(os.environ.get("FIELD_HISTORIES", "10000"))
SEED = int(os.environ.get("FIELD_SEED", "1"))


async def _play(world: World, seeds: range) -> None:
    await close(CLOSED_ON)
    await number_from(1_000)
    played = []
    for seed in seeds:
        history = History(world.people["rep"], seed)
        await history.play()
        played.append((seed, history))
    # Judged when all is over: no history may have changed what an earlier one left.
    shelf = await Shelf.read()
    faults = [f"seed {seed}: {fault}" for seed, history in played for fault in history.faults(shelf)]
    drafts = sum(len(history.drafts) for _, history in played)
    assert faults == []
    assert await count_kept() == drafts
    assert drafts > len(seeds)


async def test_every_record_is_there_once(world: World, database: str) -> None:
    await quickly(database, lambda: _play(world, range(FEW)))


@pytest.mark.nightly
async def test_every_record_is_there_once_ten_thousand_times(world: World, database: str) -> None:
    await quickly(database, lambda: _play(world, range(SEED, SEED + MANY)))
