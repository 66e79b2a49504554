"""``month.close`` on a demo network: facts, snapshot and evaluation beside the bare facts of its lines.

``BENCH_DATABASE`` names a database with a demo network; without it, one is built for the run. ``BENCH_SIZE``
is its size, ``region`` unless set; ``network`` has 12,000,000 lines and takes most of an hour to build.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import click

from portal.bench.databases import ENGINES, places
from portal.evaluations import bench

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = "region"


def bench_month(size: str = "", engines: Sequence[str] = ENGINES) -> list[dict[str, Any]]:
    """Measure the latest month of a demo network on each database.

    Args:
        size: A demo size; ``BENCH_SIZE`` or ``region`` when empty.
        engines: Databases to measure on, when ``BENCH_DATABASE`` names none.
    """
    if url := os.environ.get("BENCH_DATABASE"):
        return bench.bench_month(url)
    size = size or os.environ.get("BENCH_SIZE", SIZE)
    return [row for engine in engines for row in _on(engine, size)]


def _on(engine: str, size: str) -> list[dict[str, Any]]:
    from portal.demo.build import build  # noqa: PLC0415  NumPy is slow to import

    with places(engine) as place:
        url = place.new_database("month")
        asyncio.run(build(url, size, lambda line: click.echo(f"{engine}: {line}", err=True)))
        return [{**row, "against": f"{row['against']} {engine}"} for row in bench.bench_month(url)]
