"""``portal demo``: build the demo network and list who can sign in to it."""

from __future__ import annotations

import asyncio
import json

import click

from portal.settings import Settings

SIZE_NAMES = ("small", "region", "network")


@click.group()
def demo() -> None:
    """Build the demo network and list its logins."""


@demo.command()
@click.option("--size", type=click.Choice(SIZE_NAMES), default="small", show_default=True)
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
@click.option("--if-missing", is_flag=True, help="Do nothing when the database file exists.")
def build(size: str, database: str, *, if_missing: bool) -> None:
    """Build a demo network with 24 months of trade in its own database."""
    from portal.app import join_slices  # noqa: PLC0415  only this command needs every slice
    from portal.demo import build as building  # noqa: PLC0415  only this command needs NumPy and the tables
    from portal.errors import PortalError  # noqa: PLC0415  as above

    url = database or Settings().database_url
    if building.exists(url):
        if if_missing:
            return
        raise click.ClickException(f"{url} exists; remove the file or name another --database")
    join_slices(Settings())
    try:
        asyncio.run(building.build(building.prepare(url), size, click.echo))
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    building.put_in_place(url)
    click.echo(f"demo network ({size}) is at {url}")


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--size", type=click.Choice(SIZE_NAMES), default="small", show_default=True)
def logins(size: str, *, as_json: bool) -> None:
    """List who can sign in to the demo, and with which password."""
    from portal.demo.network import make_network  # noqa: PLC0415  only this command needs NumPy
    from portal.demo.people import PASSWORD, people  # noqa: PLC0415  as above
    from portal.demo.plan import SIZES  # noqa: PLC0415  as above

    rows = [
        {
            "login": person.login,
            "password": PASSWORD,
            "name": person.name,
            "role": person.role.value,
            "about_ko": person.about[0],
            "about_en": person.about[1],
        }
        for person in people(make_network(SIZES[size]))
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    click.echo(f"\n  password for everyone: {PASSWORD}\n")
    for row in rows:
        click.echo(f"  {row['login']:<12} {row['about_ko']}  ·  {row['about_en']}")
