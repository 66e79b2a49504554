"""``portal backup`` and ``portal restore``: a consistent copy with proof of what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.cli.archive import Manifest


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def backup(out: Path, database: str) -> None:
    """Copy the database to one file, consistent even while others write; --out must not exist yet."""
    from portal.cli.archive import BackupError, back_up  # noqa: PLC0415  imports the tables

    if out.exists():
        raise click.BadParameter(f"{out} exists; name a new file", param_hint="--out")
    try:
        manifest = back_up(database or Settings().database_url, out)
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out}: {_about(manifest)}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
def restore(file: Path, database: str) -> None:
    """Put a backup into an empty database, then compare its totals and audit chain with the manifest."""
    from portal.cli.archive import BackupError, put_back  # noqa: PLC0415  imports the tables

    try:
        manifest = put_back(file, database or Settings().database_url)
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"restored and verified: {_about(manifest)}")


def _about(manifest: Manifest) -> str:
    proof = manifest.proof
    rows = sum(proof.rows.values())
    return (
        f"{manifest.kind}, schema {proof.revision or 'without a revision'}, {rows:,} rows,"
        f" {len(proof.months)} months of totals, {proof.audit_seq:,} audit events, taken {manifest.taken_at}"
    )
