"""``portal verify``: totals equal the lines they stand for, the ledger balances, the audit chain is whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from portal.cli.session import run_async

if TYPE_CHECKING:
    from portal.sales.verify import Difference

SHOWN = 20


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
    from portal.rebates.queries.ledger import list_defects  # noqa: PLC0415  as above
    from portal.sales.verify import verify_totals  # noqa: PLC0415  as above

    differences = await verify_totals()
    defects = await list_defects()
    verdict = await verify_chain()
    broken = f"{verdict.reason} (event {verdict.broken_at})"
    return {
        "totals": {
            "ok": not differences,
            "detail": _named(differences) if differences else "equal to the lines",
        },
        "ledger": {"ok": not defects, "detail": "; ".join(defects) or "every operation balances"},
        "audit": {
            "ok": verdict.is_whole,
            "detail": f"{verdict.events} events, unbroken" if verdict.is_whole else broken,
        },
    }


def _named(differences: list[Difference]) -> str:
    shown = [f"{difference.where}: {difference.what}" for difference in differences[:SHOWN]]
    more = len(differences) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")
