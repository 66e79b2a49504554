"""``portal print minutes``: minutes of a weekly meeting, or the agenda of one still open, as PDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.cli.print_plans import OPERATOR
from portal.cli.print_rebates import check_out
from portal.cli.printed import write_whole
from portal.cli.session import run_async
from portal.db import fetch_value
from portal.errors import NotFound
from portal.identity.queries import load_viewer
from portal.network.scope import today
from portal.plans.meeting import monday_of
from portal.plans.meeting_views import notes_of, print_minutes
from portal.plans.policies import READ
from portal.plans.queries.meetings import get_meeting
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.access import Viewer


@click.command()
@click.option("--region", required=True, help="Code of the meeting's region.")
@click.option(
    "--week", required=True, type=click.DateTime(["%Y-%m-%d"]), help="A day of the week it is about."
)
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PDF file.")
@click.option("--actor", help="Sign-in name of the person who prints, with that person's scope.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def minutes(database: str, **options: Any) -> None:
    """Print the minutes of a region's weekly meeting to the file --out."""
    check_out(options["out"], one=True)
    run_async(_minutes, options, database=database)
    click.echo(f"1 printed to {options['out']}", err=True)


async def _minutes(options: dict[str, Any]) -> None:
    settings = Settings()
    viewer: Viewer = OPERATOR
    if options["actor"]:
        viewer = await load_viewer(options["actor"], settings.business_zone)
    week_on = monday_of(dt.datetime.date(options["week"]))
    number = await fetch_value(
        "select m.id from weekly_meeting m join region r on r.id = m.region where r.code = {}"
        " and m.week_on = {}",
        *(options["region"], week_on),
    )
    if number is None:
        raise NotFound("There is no meeting of this region about that week.")
    meeting = await get_meeting(viewer, int(number), READ)
    notes = await notes_of(viewer, meeting, today(viewer))
    write_whole(options["out"], await print_minutes(meeting, settings, options["lang"], notes))
