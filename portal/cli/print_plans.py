"""``portal print plan``: a development plan as PDF; candidates that do not fit on paper lie beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from portal.access import Grant, Role, Viewer
from portal.cli.printed import write_whole
from portal.cli.session import run_async
from portal.identity.queries import load_viewer
from portal.plans import exports
from portal.plans.printing import print_plan
from portal.plans.queries.lines import LineFilter
from portal.plans.queries.papers import plan_paper
from portal.settings import Settings
from portal.web.i18n import in_locale
from portal.web.printing.plan import MOST_ROWS
from portal.web.spreadsheet import Format, file_stream

OPERATOR = Viewer(0, "portal", "portal", grants=(Grant(Role.AUDITOR),))
"""Who prints when nobody is named: somebody with the database at hand, who may read everything."""


@click.command()
@click.option("--plan", type=int, required=True, help="Number of the plan.")
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PDF file.")
@click.option("--actor", help="Sign-in name of the person who prints, with that person's scope.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def plan(database: str, **options: Any) -> None:
    """Print a development plan to the file --out; candidates beyond 500 go to a CSV file beside it."""
    run_async(_plan, options, database=database)


async def _plan(options: dict[str, Any]) -> None:
    settings, out = Settings(), options["out"]
    viewer = await load_viewer(options["actor"], settings.business_zone) if options["actor"] else OPERATOR
    paper = await plan_paper(viewer, options["plan"], MOST_ROWS)
    write_whole(out, await print_plan(paper, settings, options["lang"]))
    click.echo(f"{out}")
    if not paper.omitted:
        return
    with in_locale(options["lang"]):
        rows = exports.line_rows(viewer, options["plan"], LineFilter())
        parts = [part async for part in file_stream(exports.line_columns(), rows, Format.CSV, "plan")]
    beside = out.with_suffix(".csv")
    write_whole(beside, b"".join(parts))
    click.echo(f"{beside}")
