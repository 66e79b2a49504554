"""``portal segments``: account classes of a month, computed by a book and not stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from portal.cli.month import MonthType
from portal.cli.session import run_async
from portal.db import unit_of_work
from portal.portfolio.queries.books import book_for
from portal.portfolio.queries.nets import read_population
from rules.errors import RulesError
from rules.segments import LEVELS, AccountTable, SegmentBook, classify_many

if TYPE_CHECKING:
    from rules.months import Month
    from rules.segments.model import Level


@click.group()
def segments() -> None:
    """Account classes EI to EIV."""


@segments.command()
@click.option("--month", type=MonthType(), required=True, help="Last month of the window.")
@click.option("--level", "levels", type=click.Choice(LEVELS), multiple=True, help="Only these levels.")
@click.option(
    "--book", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A book file."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--database", default="", help="Database URL; the settings' one when left out.")
def classes(
    month: Month, levels: tuple[Level, ...], path: Path | None, *, as_json: bool, database: str
) -> None:
    """Count the accounts of each class, with no memory of the month before; nothing is stored."""
    book = SegmentBook.load(path) if path else None
    if book is not None and book.problems:
        for problem in book.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(f"{path} has problems")
    try:
        rows = run_async(_count, month, levels or LEVELS, book, database=database)
    except RulesError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"month": str(month), "rows": rows}, ensure_ascii=False))
        return
    for row in rows:
        counts = (f"{name} {value:,}" for name, value in row.items() if isinstance(value, int))
        click.echo(f"{row['level']:<10}{'  '.join(counts)}")


async def _count(month: Month, levels: tuple[Level, ...], book: SegmentBook | None) -> list[dict[str, Any]]:
    book = book or await book_for(month)
    rows = []
    for level in levels:
        async with unit_of_work():
            people = await read_population(level, month, book.accounts.months)
        size = len(people.ids)
        table = AccountTable(
            people.codes,
            people.nets,
            people.known,
            people.channels,
            np.full(size, -1, np.int64),
            np.zeros((size, 2), np.int64),
        )
        counts = classify_many(book, level, table).counts()
        new = size - sum(counts.values())
        row: dict[str, Any] = {"level": level, "accounts": size, "new": new, "book": book.sha256}
        rows.append(row | counts)
    return rows
