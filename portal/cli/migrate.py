"""``portal migrate``: bring the schema to the newest revision."""

from __future__ import annotations

import click

from portal.db import migrate as migrations
from portal.settings import Settings


@click.command()
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
@click.option("--revision", default="head", show_default=True, help="Revision to migrate up to.")
@click.option("--check", is_flag=True, help="Only say whether the schema is at the newest revision.")
def migrate(database: str, revision: str, *, check: bool) -> None:
    """Bring the database schema up to date; exit code 1 with --check when it is not."""
    url = database or Settings().database_url
    if check:
        current, newest = migrations.current(url), migrations.head()
        click.echo(f"at {current or 'no revision'}, newest {newest}")
        raise SystemExit(0 if current == newest else 1)
    migrations.upgrade(url, revision)
    click.echo(f"schema at {migrations.current(url)}")
