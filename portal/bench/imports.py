"""``import.orders``: a file of order lines through the whole pipeline, beside a bare insert of the lines.

Ours reads the file in its child process, checks every row, finds accounts and products, compares with what is
stored, writes documents and lines, computes monthly totals and control totals. The comparator is handed ready
tuples and writes the lines alone, into the same table with the same indexes.
"""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import json
import os
import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from portal.bench.databases import ENGINES, bound, fill_network, places
from portal.db import fetch, fetch_value, insert_rows, unit_of_work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portal.bench.databases import Place

LINES = 1_000_000
LINES_PER_DOCUMENT = 6
FIRST_DAY, DAYS = dt.date(2026, 1, 1), 270
_CHUNK = 50_000
_HEADINGS = "level kind number line day seller buyer product quantity amount vat".split()
_COLUMNS = (
    "source kind number line_no document level line_kind seller buyer business_on product quantity"
    " amount_minor vat_minor deposit_minor batch source_row"
).split()
_BARE = {"sqlite": "executemany sqlite", "postgres": "COPY postgres"}


@dataclass(frozen=True, slots=True)
class Known:
    """Codes and ids of the records that lines name.

    Attributes:
        buyers: (id, code, id of the dealer, code of the dealer) of retail points.
        products: (id, code).
    """

    buyers: list[tuple[int, str, int, str]]
    products: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line, before it becomes text or a row; positions are those of ``Known``."""

    document: int
    place: int
    on: dt.date
    buyer: int
    product: int
    quantity: int
    amount: int


def bench_import(lines: int = 0) -> list[dict[str, Any]]:
    """Import order lines into an empty demo network on each database.

    Args:
        lines: How many; ``BENCH_LINES`` or 1,000,000 when 0.
    """
    lines = lines or int(os.environ.get("BENCH_LINES", LINES))
    return [_on(engine, lines) for engine in ENGINES]


def _on(engine: str, lines: int) -> dict[str, Any]:
    with places(engine) as place:
        ours = asyncio.run(_measured(place, "ours", lines))
        bare = asyncio.run(_measured(place, "bare", lines))
    return {
        "name": "import.orders", "against": _BARE[engine], "ratio": bare / ours, "seconds": ours, "n": lines,
    }  # fmt: skip


async def _measured(place: Place, side: str, lines: int) -> float:
    url = await asyncio.to_thread(place.new_database, side)
    await asyncio.to_thread(_fill, url)
    async with bound(url):
        known = await _known()
        if side == "bare":
            return await _bare(known, lines)
        path = place.folder / "orders.csv"
        write_file(path, known, lines)
        return await _ours(path, place.folder, lines)


def _fill(url: str) -> None:
    """Write the network and the products of the smallest demo."""
    from portal.demo.plan import SIZES  # noqa: PLC0415  NumPy is slow to import

    asyncio.run(_fill_both(url, SIZES["small"]))


async def _fill_both(url: str, size: Any) -> None:
    from portal.demo.trade import PRODUCTS  # noqa: PLC0415  NumPy is slow to import

    await fill_network(url, size)
    at = dt.datetime.now(dt.UTC)
    rows = [
        (product.code, product.name, product.category, "", "", True, "active", False, at)
        for product in PRODUCTS
    ]
    columns = "code name category vendor_code vendor_name is_own status is_stub updated_at".split()
    async with bound(url), unit_of_work():
        await insert_rows("product", columns, rows)


async def _known() -> Known:
    buyers = await fetch(
        "select a.id, a.code, d.id as dealer, d.code as dealer_code from account a"
        " join account d on d.id = a.dealer where a.kind = 'terminal' order by a.id"
    )
    products = await fetch("select id, code from product order by id")
    return Known(
        [(row["id"], row["code"], row["dealer"], row["dealer_code"]) for row in buyers],
        [(row["id"], row["code"]) for row in products],
    )


def _lines(known: Known, count: int) -> Iterator[Line]:
    """Yield lines whose values follow from their number alone, so that both sides write the same."""
    for i in range(count):
        document, place = divmod(i, LINES_PER_DOCUMENT)
        quantity = 1 + i * 7 % 12
        yield Line(
            document=document,
            place=place + 1,
            on=FIRST_DAY + dt.timedelta(days=document * 31 % DAYS),
            buyer=document * 7919 % len(known.buyers),
            product=(document * 3 + place) % len(known.products),
            quantity=quantity,
            amount=quantity * (900 + i * 13 % 4000),
        )


def write_file(path: Path, known: Known, count: int) -> None:
    """Write the lines as a CSV file under our own column names."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        for line in _lines(known, count):
            buyer, product = known.buyers[line.buyer], known.products[line.product]
            writer.writerow(
                (
                    "sell_through", "order", f"N{line.document:08d}", line.place, line.on.isoformat(),
                    buyer[3], buyer[1], product[1], line.quantity, line.amount, line.amount // 10,
                )
            )  # fmt: skip


async def _ours(path: Path, folder: Path, count: int) -> float:
    from portal.sales.imports.model import ImportKind  # noqa: PLC0415  of the pipeline, as below
    from portal.sales.imports.pipeline import NewImport, import_file  # noqa: PLC0415  imports every kind
    from portal.settings import Settings  # noqa: PLC0415  as above

    text = json.dumps({"kind": "orders", "columns": {name: name for name in _HEADINGS}})
    new = NewImport(ImportKind.ORDERS, path, path.name, map_text=text, source_code="bench")
    start = time.perf_counter()
    batch = await import_file(new, Settings(data_dir=folder / "data"))
    seconds = time.perf_counter() - start
    if batch.report.counts.new != count:
        raise RuntimeError(f"{count} lines were to be new: {batch.report.counts}")
    return seconds


async def _bare(known: Known, count: int) -> float:
    rows, seconds = line_rows(known, count), 0.0
    async with unit_of_work():
        while chunk := list(islice(rows, _CHUNK)):
            start = time.perf_counter()
            await insert_rows("document_line", _COLUMNS, chunk)
            seconds += time.perf_counter() - start
        start = time.perf_counter()
    seconds += time.perf_counter() - start
    if await fetch_value("select count(*) from document_line") != count:
        raise RuntimeError(f"{count} lines were to be written")
    return seconds


def line_rows(known: Known, count: int) -> Iterator[tuple[Any, ...]]:
    """Yield the same lines as ready rows of ``document_line``."""
    for i, line in enumerate(_lines(known, count), start=1):
        buyer, product = known.buyers[line.buyer], known.products[line.product]
        yield (
            2, 1, f"N{line.document:08d}", line.place, line.document + 1, 2, 1, buyer[2], buyer[0], line.on,
            product[0], line.quantity, line.amount, line.amount // 10, 0, 1, i,
        )  # fmt: skip
