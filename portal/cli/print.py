"""``portal print``: documents of a month as PDF files, printed by the same pool as on screen.

A second print of unchanged sheets into the same folder or ZIP file prints nothing, and one that was cut off
goes on where it stood.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.access import Grant, Role, Viewer
from portal.cli.month import KindType, MonthType
from portal.cli.print_meetings import minutes
from portal.cli.print_plans import plan, routes
from portal.cli.print_rebates import statement, switching
from portal.cli.printed import PrintFolder, PrintZip, write_whole
from portal.cli.session import run_async
from portal.errors import NotAllowed, NotFound, PortalError
from portal.evaluations import policies
from portal.evaluations.model import SubjectKind
from portal.evaluations.printing import document_of, stands_at
from portal.evaluations.queries.papers import find_cards, region_path
from portal.evaluations.queries.runs import require_run
from portal.evaluations.queries.sheets import get_sheet
from portal.identity.queries import load_viewer
from portal.rulebooks.printing import print_version
from portal.rulebooks.queries.versions import list_versions
from portal.settings import Settings
from portal.web.i18n import gettext, in_locale
from portal.web.printing.bundle import file_name
from portal.web.printing.cache import cache_key
from portal.web.printing.pool import PrintPool
from portal.web.printing.scorecard import STYLESHEET, render_scorecard, scorecard_metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.evaluations.queries.runs import RunView
    from portal.evaluations.queries.sheets import Sheet
    from portal.rulebooks.queries.versions import Version
    from portal.web.printing.pool import PrintEngine
    from portal.web.printing.scorecard import ScorecardDocument
    from rules.kpis import Locale

PROGRESS_EVERY = 10
HASH_LETTERS = 8
OPERATOR = Viewer(0, "portal", "portal", grants=(Grant(Role.AUDITOR),))
"""Who prints when nobody is named: somebody with the database at hand, who may read everything."""


@click.group("print")
def print_command() -> None:
    """Print documents to PDF files."""


print_command.add_command(minutes)
print_command.add_command(plan)
print_command.add_command(routes)
print_command.add_command(statement)
print_command.add_command(switching)


@print_command.command()
@click.option("--month", type=MonthType(), required=True, help="Evaluated month.")
@click.option("--subject", "kind", type=KindType(), default="dealer", show_default=True)
@click.option("--dealer", help="Code of one dealer.")
@click.option("--representative", help="Sign-in name of one representative.")
@click.option("--region", help="Code of a region; its children are included.")
@click.option("--all", "everything", is_flag=True, help="Every subject of the month.")
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--zip", "as_zip", is_flag=True, help="Put the files into one ZIP file named by --out.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PDF, folder or ZIP file.")
@click.option("--actor", help="Sign-in name of the person who prints, with that person's scope.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def scorecard(database: str, **options: Any) -> None:
    """Print scorecards: one to the file --out, several into the folder or, with --zip, the ZIP file --out."""
    chosen = [options["dealer"], options["representative"], options["region"], options["everything"] or None]
    if sum(choice is not None for choice in chosen) != 1:
        raise click.UsageError("name one of --dealer, --representative, --region and --all")
    if options["representative"]:
        options["kind"] = SubjectKind.REPRESENTATIVE
    elif options["dealer"]:
        options["kind"] = SubjectKind.DEALER
    _check_out(options["out"], one=not (options["region"] or options["everything"] or options["as_zip"]))
    try:
        count = run_async(_scorecards, options, database=database)
    except OSError as error:
        raise click.ClickException(f"{options['out']} cannot be written: {error.strerror}") from error
    click.echo(f"{count} printed to {options['out']}", err=True)


def _check_out(out: Path, *, one: bool) -> None:
    """Refuse a target that is a folder where a file is meant, or the other way round."""
    if one and out.is_dir():
        raise click.BadParameter(f"{out} is a folder; name a PDF file", param_hint="--out")
    if not one and out.is_file() and out.suffix.lower() == ".pdf":
        raise click.BadParameter(f"{out} is a PDF file; several sheets need a folder", param_hint="--out")


@print_command.command()
@click.option("--version", "label", required=True, help="Label of the version, or the start of its hash.")
@click.option("--subject", "kind", type=KindType(), default="dealer", show_default=True)
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PDF file.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def rulebook(database: str, **options: Any) -> None:
    """Print a published version of the criteria, for the contract file."""
    _check_out(options["out"], one=True)
    try:
        run_async(_rulebook, options, database=database)
    except OSError as error:
        raise click.ClickException(f"{options['out']} cannot be written: {error.strerror}") from error
    click.echo(f"1 printed to {options['out']}", err=True)


async def _rulebook(options: dict[str, Any]) -> None:
    settings, label = Settings(), options["label"]
    today = dt.datetime.now(settings.zone).date()
    versions = await list_versions(options["kind"].value, today)
    chosen = [version for version in versions if label == version.label or _starts_hash(label, version)]
    if not chosen:
        raise NotFound("There is no version %(label)s of the criteria.", label=label)
    write_whole(options["out"], await print_version(chosen[0], settings, options["lang"]))


def _starts_hash(text: str, version: Version) -> bool:
    return len(text) >= HASH_LETTERS and version.sha256.startswith(text)


async def _scorecards(options: dict[str, Any]) -> int:
    viewer = await _viewer(options["actor"])
    run = await require_run(options["month"], options["kind"])
    cards = await _cards(viewer, run, options)
    if run.published_at is None:
        click.echo(f"{run.month} is not published yet: sheets may still change", err=True)
    settings = Settings()
    with PrintPool.from_settings(settings) as pool:
        press = _Press(pool, settings, options["lang"], str(run.month))
        if options["as_zip"]:
            store = PrintZip(options["out"])
            store.pack(await press.print_all(viewer, cards, store))
        elif options["everything"] or options["region"]:
            await press.print_all(viewer, cards, PrintFolder(options["out"]))
        else:
            await press.print_one(viewer, next(iter(cards)), options["out"])
    return len(cards)


async def _viewer(login: str | None) -> Viewer:
    if not login:
        return OPERATOR
    viewer = await load_viewer(login, Settings().business_zone)
    if not viewer.allowed(policies.READ):
        raise NotAllowed("%(login)s may not do this.", login=login)
    return viewer


async def _cards(viewer: Viewer, run: RunView, options: dict[str, Any]) -> dict[int, str]:
    region = await region_path(options["region"]) if options["region"] else ""
    subject = options["dealer"] or options["representative"] or ""
    cards = await find_cards(viewer, run, subject=subject, region=region)
    if not cards:
        raise NotFound("There is no scorecard to print for %(month)s.", month=str(run.month))
    return cards


class _Press:
    """Prints scorecards in one language, as many at a time as the pool has processes."""

    def __init__(self, pool: PrintPool, settings: Settings, locale: Locale, month: str) -> None:
        self._pool, self._settings, self._locale, self._month = pool, settings, locale, month
        self._unchanged = 0

    async def print_one(self, viewer: Viewer, card_id: int, out: Path) -> None:
        """Print one scorecard to a file."""
        pdf = await self._pdf(document_of(*await self._input(viewer, card_id)))
        write_whole(out, pdf)

    async def print_all(self, viewer: Viewer, cards: Mapping[int, str], store: PrintFolder) -> list[str]:
        """Print what is not yet in the store; return the names of all files in the order of the cards.

        Raises:
            PortalError: The first sheet that could not be printed; what is done stays done.
        """
        engine = await asyncio.to_thread(self._pool.engine)
        names = self._names(cards)
        turns: set[asyncio.Task[None]] = set()
        try:
            for done, (card, name) in enumerate(names.items()):
                while len(turns) >= self._pool.size:
                    turns = await _next(turns)
                    self._tell(done - len(turns), len(cards))
                turns.add(asyncio.create_task(self._print(viewer, card, store, name, engine)))
            while turns:
                turns = await _next(turns)
        finally:
            await _end(turns)
        self._tell(len(cards), len(cards))
        click.echo(f"{self._unchanged} of {len(cards)} were printed before", err=True)
        return list(names.values())

    def _names(self, cards: Mapping[int, str]) -> dict[int, str]:
        """Name files after subjects; codes that differ only in signs a file name lacks get the id too."""
        names: dict[int, str] = {}
        with in_locale(self._locale):
            for card, code in cards.items():
                name = file_name(gettext("Scorecard"), self._month, code)
                taken = name in names.values()
                names[card] = file_name(gettext("Scorecard"), self._month, code, str(card)) if taken else name
        return names

    async def _input(self, viewer: Viewer, card_id: int) -> tuple[Sheet, Settings, Locale, dt.datetime]:
        sheet = await get_sheet(viewer, card_id)
        return sheet, self._settings, self._locale, stands_at(sheet)

    async def _print(
        self, viewer: Viewer, card_id: int, store: PrintFolder, name: str, engine: PrintEngine
    ) -> None:
        document = document_of(*await self._input(viewer, card_id))
        key = cache_key("scorecard", document, self._locale, engine)
        if store.has(name, key):
            self._unchanged += 1
            return
        try:
            store.keep(name, key, await self._pdf(document))
        except PortalError as error:
            raise PortalError(f"{document.subject_code}: {error}") from error

    async def _pdf(self, document: ScorecardDocument) -> bytes:
        html, about = render_scorecard(document, self._locale), scorecard_metadata(document, self._locale)
        return (await self._pool.render(html, STYLESHEET, about)).pdf

    def _tell(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{done}/{total}", err=True, nl=done == total)
        elif done == total or done % PROGRESS_EVERY == 0:
            click.echo(f"{done}/{total}", err=True)


async def _next(turns: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Wait until one is done and return the others; an error of the one goes on to the caller."""
    done, others = await asyncio.wait(turns, return_when=asyncio.FIRST_COMPLETED)
    for turn in done:
        turn.result()
    return others


async def _end(turns: set[asyncio.Task[None]]) -> None:
    for turn in turns:
        turn.cancel()
    if turns:
        await asyncio.wait(turns)
