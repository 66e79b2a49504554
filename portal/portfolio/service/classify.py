"""Classing a level for a month, once: the months in order, because a class starts from the one before."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.db import as_date, execute, fetch_value, insert_rows, unit_of_work
from portal.jobs.service import enqueue
from portal.portfolio.queries.books import book_for
from portal.portfolio.queries.classes import find_run, standings_at
from portal.portfolio.queries.nets import read_population
from rules.months import Month, months_between
from rules.segments import CLASSES, LEVELS, AccountTable, classify_many

if TYPE_CHECKING:
    from portal.jobs.run import JobRun
    from portal.portfolio.queries.nets import Population
    from portal.settings import Settings
    from rules.segments import ClassTable, SegmentBook, Standing
    from rules.segments.model import Level

JOB = "portfolio.classify"
MONTHS_BACK = 24
_COLUMNS = (
    *("account", "month_on", "level", "code", "observed", "before", "net_minor", "months"),
    *("contribution_bp", "stability_bp", "limit_bp", "contribution_margin", "stability_margin"),
    *("edge_minor", "contribution_wavering", "stability_wavering"),
)


async def classify_missing(today: dt.date, run: JobRun | None = None) -> int:
    """Class every level for every complete month that is not classed yet, and return how many were.

    At most ``MONTHS_BACK`` months are caught up; what was classed before stays as it is.
    """
    last = Month.of(today).shift(-1)
    wanted = [(level, month) for level in LEVELS for month in await _open_months(level, last)]
    for done, (level, month) in enumerate(wanted):
        async with unit_of_work():
            await classify_month(level, month)
            if run is not None:
                await run.advance(done=done + 1, total=len(wanted))
    return len(wanted)


async def classify_month(level: Level, month: Month) -> None:
    """Class a level for a month in the open unit of work; a month that is classed stays as it is.

    Raises:
        RulebookError: No book is in force.
    """
    if await find_run(level, month):
        return
    book = await book_for(month)
    before = await standings_at(level, month.shift(-1))
    people = await read_population(level, month, book.accounts.months)
    found = classify_many(book, level, _table(people, before))
    await insert_rows("account_class", _COLUMNS, _rows(people, found, level, month))
    await _insert_run(found, level, month, book)


async def classify_today(settings: Settings) -> int:
    """Class what is complete by now; for the morning's chores."""
    return await classify_missing(dt.datetime.now(settings.zone).date())


async def run_classify(run: JobRun, *, settings: Settings) -> dict[str, Any]:
    """Do the job that somebody asked for."""
    return {"runs": await classify_missing(dt.datetime.now(settings.zone).date(), run)}


async def ask_classify(user_id: int) -> int:
    """Ask for what is missing to be computed and return the job's id; asking again gives the same job."""
    async with unit_of_work():
        waiting = await fetch_value(
            "select id from job where kind = {} and state in ('queued', 'running') limit 1", JOB
        )
        return int(waiting) if waiting else await enqueue(JOB, {}, actor_user_id=user_id)


async def _open_months(level: Level, last: Month) -> list[Month]:
    """Return the months from the first totals, or the run before, up to the last complete month."""
    newest = await find_run(level)
    first_on = as_date(await fetch_value("select min(month_on) from account_month"))
    if first_on is None:
        return []
    begin = newest.month.shift(1) if newest else max(Month(first_on), last.shift(1 - MONTHS_BACK))
    return list(months_between(begin, last)) if begin <= last else []


def _table(people: Population, before: dict[int, Standing]) -> AccountTable:
    standings = [before.get(int(account)) for account in people.ids]
    return AccountTable(
        people.codes,
        people.nets,
        people.known,
        people.channels,
        np.array([CLASSES.index(one.code) if one else -1 for one in standings], np.int64),
        np.array([one.wavering if one else (0, 0) for one in standings], np.int64).reshape(-1, 2),
    )


def _rows(people: Population, found: ClassTable, level: Level, month: Month) -> Any:
    names = np.array([*CLASSES, ""])
    columns = zip(
        people.ids.tolist(),
        names[found.codes].tolist(),
        names[found.observed].tolist(),
        names[found.before].tolist(),
        found.nets.tolist(),
        found.months.tolist(),
        found.contribution_bp.tolist(),
        found.stability_bp.tolist(),
        found.limits.tolist(),
        found.margins.tolist(),
        found.edges.tolist(),
        found.wavering.tolist(),
        strict=True,
    )
    for (
        account,
        code,
        observed,
        before,
        net,
        months,
        share,
        steady,
        limit,
        margins,
        edge,
        wavering,
    ) in columns:
        yield (
            *(account, month.first_on, level, code, observed, before, net, months),
            *(None if share < 0 else share, None if steady < 0 else steady, limit),
            *(*margins, edge, *wavering),
        )


async def _insert_run(found: ClassTable, level: Level, month: Month, book: SegmentBook) -> None:
    counts = found.counts()
    moved = int(((found.codes >= 0) & (found.before >= 0) & (found.codes != found.before)).sum())
    await execute(
        "insert into segment_run (month_on, level, book_version, book_sha256, accounts, e1, e2, e3, e4,"
        " unclassed, moved, computed_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(month.first_on, level, book.version, book.sha256, len(found.keys)),
        *(counts[code] for code in CLASSES),
        *(len(found.keys) - sum(counts.values()), moved, dt.datetime.now(dt.UTC)),
    )
