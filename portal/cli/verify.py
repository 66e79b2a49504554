"""``portal verify``: totals equal the lines they stand for, and the audit chain is whole."""

from __future__ import annotations

import json
from typing import Any

import click

from portal.cli.session import run_async


@click.command()
@click.option("--database", default="", help="Database URL; the settings' DATABASE_URL when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(database: str, *, as_json: bool) -> None:
    """Check what must never drift apart; exit code 1 when something has."""
    found = run_async(_verify, database=database)
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        for name, result in found.items():
            click.echo(f"{'ok ' if result['ok'] else 'BAD'} {name}: {result['detail']}")
    raise SystemExit(0 if all(result["ok"] for result in found.values()) else 1)


async def _verify() -> dict[str, Any]:
    from portal.audit.service import verify_chain  # noqa: PLC0415  imports the tables
    from portal.sales.totals import list_differences  # noqa: PLC0415  as above

    differences = await list_differences()
    verdict = await verify_chain()
    return {
        "totals": {
            "ok": not differences,
            "detail": "equal to the lines" if not differences else "; ".join(differences[:20]),
        },
        "audit": {"ok": verdict.is_whole, "detail": str(verdict)},
    }
