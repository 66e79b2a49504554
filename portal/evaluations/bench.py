"""Bench ``month.close``: a month's facts, snapshot and evaluation against the bare facts over the same lines.

Both sides run in the same process, take turns, write their result rows and roll them back, so that a database
can be measured again and again. The comparator aggregates 24 months of document lines in one statement and
writes one row per dealer; it re-derives nothing else.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from contextlib import suppress
from statistics import median
from typing import TYPE_CHECKING, Any

from portal import db
from portal.db import as_date, execute, fetch_one, fetch_value, insert_rows, schema, unit_of_work
from portal.errors import Conflict
from portal.evaluations.batch import COLUMNS, card_rows, ids_of
from portal.evaluations.model import SubjectKind
from portal.evaluations.queries.runs import get_run
from portal.evaluations.results import compute_all, digest, pack_contexts
from portal.evaluations.sources import measure
from portal.evaluations.subjects import find_contexts, list_subjects
from portal.files.service import store
from portal.rulebooks.queries.versions import book_for
from portal.rulebooks.service.versions import store_version
from portal.settings import Settings
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROUNDS = 5
KIND = SubjectKind.DEALER


class _RollBackError(Exception):
    """Ends a measured unit of work without keeping anything of it."""


def bench_month(database: str = "") -> list[dict[str, Any]]:
    """Measure the latest month of a database and return ``month.close``.

    Args:
        database: Database URL; the settings' when empty. Demo data of any size will do.

    Raises:
        Conflict: The database has no order lines.
    """
    return asyncio.run(_bench(database or Settings().database_url))


async def _bench(url: str) -> list[dict[str, Any]]:
    schema.all_tables()
    db.bind(url)
    await db.open_pool()
    try:
        month = await _latest_month()
        lines = int(await fetch_value("select count(*) from document_line"))
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(await _timed(_close, month))
            bare.append(await _timed(_bare_facts, month))
    finally:
        await db.close_pool()
    seconds = median(ours)
    row = {
        "name": "month.close",
        "against": "bare SQL over the lines",
        "ratio": round(median(bare) / seconds, 3),
    }
    return [{**row, "seconds": round(seconds, 4), "n": lines}]


async def _latest_month() -> Month:
    row = await fetch_one("select max(business_on) as latest_on from document_line where level = 2")
    latest = as_date(row["latest_on"]) if row else None
    if latest is None:
        raise Conflict("There are no order lines to measure with.")
    return Month.of(latest)


async def _timed(work: Callable[[Month], Awaitable[None]], month: Month) -> float:
    start = time.perf_counter()
    with suppress(_RollBackError):
        await _undone(work, month)
    return time.perf_counter() - start


async def _undone(work: Callable[[Month], Awaitable[None]], month: Month) -> None:
    async with unit_of_work():
        await work(month)
        raise _RollBackError


async def _close(month: Month) -> None:
    """Everything a run does: facts, stored snapshot, evaluation, scorecards, results hash."""
    book, now = await book_for(KIND.value, month), dt.datetime.now(dt.UTC)
    subjects = await list_subjects(KIND, month)
    table = await measure(KIND, month, now, subjects)
    contexts = await find_contexts(KIND, month)
    await store(table.to_bytes(), "application/vnd.bisugi.facts")
    await store(pack_contexts(contexts), "application/json")
    run_id = await fetch_value(
        "insert into evaluation_run (month_on, subject_kind, kind, state, as_of_at, rulebook, created_at)"
        " values ({}, {}, 'correction', 'computing', {}, {}, {}) returning id",
        month.first_on,
        KIND.value,
        now,
        await store_version(book),
        now,
    )
    run, ids = await get_run(run_id), await ids_of(KIND, table.subjects)
    results = compute_all(book, table, contexts)
    await insert_rows("scorecard", COLUMNS, card_rows(run, table, ids, results))
    digest(results)


async def _bare_facts(month: Month) -> None:
    """The same facts in one statement over 24 months of lines, one row written per dealer."""
    months = [month.shift(-back).first_on for back in range(24)]
    ends = [month.shift(-back).last_on for back in range(24)]
    nets = ", ".join(
        "sum(case when business_on between {} and {} then amount_minor else 0 end)" for _ in months
    )
    counts = ", ".join(
        f"count(distinct case when business_on between {{}} and {{}} then {column} end)"
        for column in ("buyer", "buyer", "number", "number")
    )
    columns = ", ".join(f"c{place} bigint" for place in range(len(months) + 6))
    span = [day for pair in zip(months, ends, strict=True) for day in pair]
    this, last = (months[0], ends[0]), (months[12], ends[12])
    await execute(f"create temp table bench_fact ({columns})")
    await execute(
        f"insert into bench_fact select seller, {nets}, {counts},"  # noqa: S608  from code
        " sum(case when kind = 2 and business_on between {} and {} then amount_minor else 0 end)"
        " from document_line where level = 2 and line_kind = 1 and business_on between {} and {}"
        " group by seller",
        *span, *this, *last, *this, *last, *this, months[-1], ends[0],
    )  # fmt: skip
