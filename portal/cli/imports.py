"""``portal import``: a file, checked, compared, applied as one undoable batch."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.access import Signature
from portal.cli.session import run_async
from portal.db import fetch_value
from portal.errors import NotFound
from portal.sales.imports.model import DEFAULT_SOURCE, ImportKind, Mode
from portal.sales.imports.pipeline import NewImport, import_file
from portal.sales.model import Level
from portal.sales.reading import FileRefused, MapError, load_column_map
from portal.sales.reading.known import ready_map_text, ready_maps
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.sales.imports.batch import Batch

LEVELS = {"sell_in": Level.SELL_IN, "sell_through": Level.SELL_THROUGH}


@click.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in ImportKind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "map_name", help="Column map: a file, or the name of a ready map.")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default="add", show_default=True)
@click.option("--source", default=DEFAULT_SOURCE, show_default=True, help="System the file comes from.")
@click.option("--level", type=click.Choice(list(LEVELS)), help="Level of lines that name none.")
@click.option("--actor", help="Sign-in name of the person who imports.")
@click.option("--dry-run", is_flag=True, help="Read and compare only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_command(**options: Any) -> None:
    """Import FILE of KIND; exit code 1 when rows were rejected or conflict, 2 when the call is wrong."""
    try:
        batch = run_async(_import, options)
    except (FileRefused, MapError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(_plain(batch), ensure_ascii=False) if options["as_json"] else _text(batch))
    if not options["as_json"]:
        for warning in batch.report.warnings:
            click.echo(f"warning: {warning['text'] % warning['params']}", err=True)
    counts = batch.report.counts
    raise SystemExit(1 if counts.rejected or counts.conflict else 0)


async def _import(options: dict[str, Any]) -> Batch:
    new = NewImport(
        kind=ImportKind(options["kind"]),
        path=options["file"],
        file_name=options["file"].name,
        mode=Mode(options["mode"]),
        map_text=_map_text(options["map_name"]),
        source_code=options["source"],
        level=LEVELS[options["level"]] if options["level"] else None,
        actor=await _actor(options["actor"]),
    )
    return await import_file(new, Settings(), dry_run=options["dry_run"])


def _map_text(name: str | None) -> str:
    if not name:
        return ""
    if name in ready_maps():
        return ready_map_text(name)
    path = Path(name)
    if not path.is_file():
        raise click.BadParameter(
            f"no such file, and no ready map; ready are {', '.join(ready_maps())}", param_hint="--map"
        )
    return load_column_map(path.read_text(encoding="utf-8")).text


async def _actor(login: str | None) -> Signature | None:
    if not login:
        return None
    user_id = await fetch_value("select id from login_user where login = {}", login)
    if user_id is None:
        raise NotFound("Nobody signs in as %(login)s.", login=login)
    return Signature(user_id)


def _plain(batch: Batch) -> dict[str, Any]:
    counts = asdict(batch.report.counts)
    shown = ("read", "new", "changed", "same", "conflict", "rejected", "stubs")
    return {
        "batch": batch.id,
        **{name: counts[name] for name in shown},
        "totals": asdict(batch.report.totals),
    }


def _text(batch: Batch) -> str:
    plain = _plain(batch)
    totals = plain.pop("totals")
    lines = [f"{name:>12} {value:>16,}" for name, value in plain.items()]
    lines += [f"{name:>12} {value:>16,}" for name, value in totals.items()]
    return "\n".join(lines)
