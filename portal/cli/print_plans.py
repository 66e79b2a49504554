"""``portal print plan`` and ``portal print routes``: development plans and route sheets as PDF files.

What was printed before from the same figures is taken over: a print that was cut off goes on where it stood.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.access import Grant, Role, Viewer
from portal.cli.month import MonthType
from portal.cli.print_rebates import check_out
from portal.cli.printed import PrintFolder, PrintZip, write_whole
from portal.cli.session import run_async
from portal.errors import NotAllowed, NotFound
from portal.identity.queries import load_viewer
from portal.paging import Cursor
from portal.plans import exports
from portal.plans.policies import READ
from portal.plans.printing import plan_document, pool_of, print_plan, print_route, route_document
from portal.plans.queries.days import list_days
from portal.plans.queries.lines import LineFilter
from portal.plans.queries.papers import plan_paper, route_paper
from portal.plans.queries.plans import PlanFilter, get_plan, list_plan_people, list_plans
from portal.settings import Settings
from portal.web.i18n import in_locale
from portal.web.printing.cache import cache_key
from portal.web.printing.plan import MOST_ROWS
from portal.web.spreadsheet import Format, file_stream

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rules.months import Month

PROGRESS_EVERY = 20
MOST_PLANS = 10_000
OPERATOR = Viewer(0, "portal", "portal", grants=(Grant(Role.AUDITOR),))
"""Who prints when nobody is named: somebody with the database at hand, who may read everything."""


@click.command()
@click.option("--plan", "number", type=int, help="Number of one plan.")
@click.option("--month", type=MonthType(), help="Every plan of a month.")
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--zip", "as_zip", is_flag=True, help="Put the files into one ZIP file named by --out.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PDF, folder or ZIP file.")
@click.option("--actor", help="Sign-in name of the person who prints, with that person's scope.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def plan(database: str, **options: Any) -> None:
    """Print one plan to the file --out, its candidates beyond 500 as CSV beside it; or all of a month."""
    if (options["number"] is None) == (options["month"] is None):
        raise click.UsageError("name one of --plan and --month")
    check_out(options["out"], one=options["number"] is not None and not options["as_zip"])
    count = run_async(_plans, options, database=database)
    click.echo(f"{count} printed to {options['out']}", err=True)


@click.command()
@click.option("--plan", "number", type=int, required=True, help="Number of the plan.")
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--zip", "as_zip", is_flag=True, help="Put the files into one ZIP file named by --out.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder or ZIP file.")
@click.option("--actor", help="Sign-in name of the person who prints, with that person's scope.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def routes(database: str, **options: Any) -> None:
    """Print the route sheet of every person and day of a plan."""
    check_out(options["out"], one=False)
    count = run_async(_routes, options, database=database)
    click.echo(f"{count} printed to {options['out']}", err=True)


async def _plans(options: dict[str, Any]) -> int:
    settings, viewer, locale = Settings(), await _viewer(options["actor"]), options["lang"]
    if options["number"] is not None and not options["as_zip"]:
        await _one(viewer, options["number"], settings, locale, options["out"])
        return 1
    found = (
        [options["number"]] if options["number"] is not None else await _of_month(viewer, options["month"])
    )
    press = await _Press.begin(settings, locale, options, len(found))
    for number in found:
        paper = await plan_paper(viewer, number, MOST_ROWS)
        with in_locale(locale):
            document = plan_document(paper, settings)
        name = _file_name(str(paper.plan.month), document.place, str(number))
        await press.print(name, document, partial(print_plan, paper, settings, locale))
    return press.finish()


async def _routes(options: dict[str, Any]) -> int:
    settings, viewer, locale = Settings(), await _viewer(options["actor"]), options["lang"]
    number = options["number"]
    people = await list_plan_people(viewer, await get_plan(viewer, number))
    days = [(row, day) for row in people for day in await list_days(number, row["user_id"])]
    press = await _Press.begin(settings, locale, options, len(days))
    for row, day in days:
        paper = await route_paper(viewer, number, row["user_id"], day.on)
        with in_locale(locale):
            document = route_document(paper, settings)
        name = _file_name(day.on.isoformat(), row["name"], str(row["user_id"]))
        await press.print(name, document, partial(print_route, paper, settings, locale))
    return press.finish()


async def _one(viewer: Viewer, number: int, settings: Settings, locale: str, out: Path) -> None:
    paper = await plan_paper(viewer, number, MOST_ROWS)
    write_whole(out, await print_plan(paper, settings, locale))
    if not paper.omitted:
        return
    with in_locale(locale):
        rows = exports.line_rows(viewer, number, LineFilter())
        parts = [part async for part in file_stream(exports.line_columns(), rows, Format.CSV, "plan")]
    write_whole(out.with_suffix(".csv"), b"".join(parts))


class _Press:
    """Prints what is not yet in a folder or ZIP file, and says how far it is."""

    def __init__(self, store: PrintFolder, locale: str, engine: Any, total: int) -> None:
        self._store, self._locale, self._engine, self._total = store, locale, engine, total
        self._names: list[str] = []
        self._unchanged = 0

    @classmethod
    async def begin(cls, settings: Settings, locale: str, options: dict[str, Any], total: int) -> _Press:
        """Open the folder or ZIP file named by the options.

        Raises:
            NotFound: There is nothing to print.
        """
        if not total:
            raise NotFound("There is nothing to print.")
        store = (PrintZip if options["as_zip"] else PrintFolder)(options["out"])
        return cls(store, locale, await asyncio.to_thread(pool_of(settings).engine), total)

    async def print(self, name: str, document: Any, work: Callable[[], Awaitable[bytes]]) -> None:
        """Print a document unless it is there, made from the same figures."""
        key = cache_key("plan", document, self._locale, self._engine)
        if self._store.has(name, key):
            self._unchanged += 1
        else:
            self._store.keep(name, key, await work())
        self._names.append(name)
        if len(self._names) % PROGRESS_EVERY == 0 or len(self._names) == self._total:
            click.echo(f"{len(self._names)}/{self._total}", err=True)

    def finish(self) -> int:
        """Pack a ZIP file and return how many files there are."""
        click.echo(f"{self._unchanged} of {self._total} were printed before", err=True)
        if isinstance(self._store, PrintZip):
            self._store.pack(self._names)
        return len(self._names)


async def _of_month(viewer: Viewer, month: Month) -> list[int]:
    found = await list_plans(viewer, PlanFilter(month=str(month)), Cursor(), limit=MOST_PLANS)
    return [row.id for row in found.rows if row.inputs_sha256]


async def _viewer(login: str | None) -> Viewer:
    if not login:
        return OPERATOR
    viewer = await load_viewer(login, Settings().business_zone)
    if not viewer.allowed(READ):
        raise NotAllowed("%(login)s may not do this.", login=login)
    return viewer


def _file_name(*parts: str) -> str:
    clean = [re.sub(r"[^\w-]+", "_", part).strip("_") for part in parts]
    return f"{'-'.join(part for part in clean if part)}.pdf"
