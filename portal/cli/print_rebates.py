"""``portal print statement`` and ``portal print switching``: papers of incentives as PDF files."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.access import Grant, Role, Viewer
from portal.cli.printed import PrintFolder, PrintZip, write_whole
from portal.cli.session import run_async
from portal.errors import NotAllowed, NotFound
from portal.evaluations.queries.papers import region_path
from portal.identity.queries import load_viewer
from portal.rebates.policies import READ
from portal.rebates.printing import (
    document_of,
    language_of,
    pool_of,
    print_statement,
    read_paper,
    statement_name,
)
from portal.rebates.queries.own import find_accounts
from portal.rebates.queries.settlements import get_settlement
from portal.rebates.switching import print_switching, read_figures
from portal.settings import Settings
from portal.web import formats
from portal.web.i18n import in_locale
from portal.web.printing.cache import cache_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.rebates.queries.settlements import Settlement

PROGRESS_EVERY = 50
OPERATOR = Viewer(0, "portal", "portal", grants=(Grant(Role.AUDITOR),))
"""Who prints when nobody is named: somebody with the database at hand, who may read everything."""


@click.command()
@click.option("--settlement", type=int, required=True, help="Number of the settlement.")
@click.option("--dealer", help="Code of one dealer.")
@click.option("--region", help="Code of a region; its children are included.")
@click.option("--all", "everything", is_flag=True, help="Every dealer of the settlement.")
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--zip", "as_zip", is_flag=True, help="Put the files into one ZIP file named by --out.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PDF, folder or ZIP file.")
@click.option("--actor", help="Sign-in name of the person who prints, with that person's scope.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def statement(database: str, **options: Any) -> None:
    """Print incentive statements: one to the file --out, several into the folder or ZIP file --out."""
    chosen = [options["dealer"], options["region"], options["everything"] or None]
    if sum(choice is not None for choice in chosen) != 1:
        raise click.UsageError("name one of --dealer, --region and --all")
    check_out(options["out"], one=bool(options["dealer"]) and not options["as_zip"])
    count = _run(_statements, options, database)
    click.echo(f"{count} printed to {options['out']}", err=True)


@click.command()
@click.option("--dealer", required=True, help="Code of the dealer.")
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PDF file.")
@click.option("--actor", help="Sign-in name of the person who prints, with that person's scope.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def switching(database: str, **options: Any) -> None:
    """Print a dealer's sheet for comparing offers."""
    check_out(options["out"], one=True)
    _run(_switching, options, database)
    click.echo(f"1 printed to {options['out']}", err=True)


def _run(work: Any, options: dict[str, Any], database: str) -> Any:
    try:
        return run_async(work, options, database=database)
    except OSError as error:
        raise click.ClickException(f"{options['out']} cannot be written: {error.strerror}") from error


def check_out(out: Path, *, one: bool) -> None:
    """Refuse a folder where a file is meant, or the other way round."""
    if one and out.is_dir():
        raise click.BadParameter(f"{out} is a folder; name a PDF file", param_hint="--out")
    if not one and out.is_file() and out.suffix.lower() == ".pdf":
        raise click.BadParameter(f"{out} is a PDF file; several sheets need a folder", param_hint="--out")


async def _statements(options: dict[str, Any]) -> int:
    settings, viewer = _settings(), await _viewer(options["actor"])
    settlement = await get_settlement(options["settlement"])
    region = await region_path(options["region"]) if options["region"] else ""
    accounts = await find_accounts(viewer, settlement.id, code=options["dealer"] or "", region=region)
    if not accounts:
        raise NotFound("There is no statement to print for settlement %(number)s.", number=settlement.id)
    if options["dealer"] and not options["as_zip"]:
        paper = await read_paper(viewer, next(iter(accounts)), settlement.version_id, settlement.id)
        write_whole(options["out"], await print_statement(paper, settings, options["lang"]))
        return 1
    store = (PrintZip if options["as_zip"] else PrintFolder)(options["out"])
    press = _Press(settings, viewer, settlement, options["lang"])
    names = await press.print_all(accounts, store)
    if isinstance(store, PrintZip):
        store.pack(names)
    return len(names)


class _Press:
    """Prints the statements of a settlement in one language, one after the other."""

    def __init__(self, settings: Settings, viewer: Viewer, settlement: Settlement, locale: str) -> None:
        self._settings, self._viewer, self._settlement, self._locale = settings, viewer, settlement, locale
        self._unchanged = self._done = 0

    async def print_all(self, accounts: Mapping[int, str], store: PrintFolder) -> list[str]:
        """Print what is not yet in the store and return the names of all files by the dealers' codes."""
        self._engine = await asyncio.to_thread(pool_of(self._settings).engine)
        names = [await self._print(account, len(accounts), store) for account in accounts]
        click.echo(f"{self._unchanged} of {len(accounts)} were printed before", err=True)
        return names

    async def _print(self, account: int, total: int, store: PrintFolder) -> str:
        paper = await read_paper(self._viewer, account, self._settlement.version_id, self._settlement.id)
        language = language_of(self._locale)
        with in_locale(language):
            name = statement_name(paper)
        key = cache_key("statement", document_of(paper, self._settings, language), language, self._engine)
        if store.has(name, key):
            self._unchanged += 1
        else:
            store.keep(name, key, await print_statement(paper, self._settings, language))
        self._done += 1
        if self._done == total or self._done % PROGRESS_EVERY == 0:
            click.echo(f"{self._done}/{total}", err=True)
        return name


async def _switching(options: dict[str, Any]) -> None:
    settings, viewer = _settings(), await _viewer(options["actor"])
    accounts = await find_accounts(viewer, None, code=options["dealer"])
    if not accounts:
        raise NotFound("There is no dealer %(code)s.", code=options["dealer"])
    today = dt.datetime.now(settings.zone).date()
    figures = await read_figures(viewer, next(iter(accounts)), today, settings)
    write_whole(options["out"], await print_switching(figures, settings, options["lang"]))


def _settings() -> Settings:
    settings = Settings()
    formats.set_conventions(formats.Conventions(settings.currency, settings.currency_decimals, settings.zone))
    return settings


async def _viewer(login: str | None) -> Viewer:
    if not login:
        return OPERATOR
    viewer = await load_viewer(login, Settings().business_zone)
    if not viewer.allowed(READ):
        raise NotAllowed("%(login)s may not do this.", login=login)
    return viewer
