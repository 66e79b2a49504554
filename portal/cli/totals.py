"""``portal totals``: control totals over the lines themselves."""

from __future__ import annotations

import datetime as dt
import json

import click

from portal.cli.session import run_async
from portal.sales.control import By, ControlTotals, control_totals
from portal.sales.model import Level

LEVELS = {"sell_in": Level.SELL_IN, "sell_through": Level.SELL_THROUGH, "sell_out": Level.SELL_OUT}


class Month(click.ParamType[dt.date]):
    """A month written YYYY-MM, as its first day."""

    name = "YYYY-MM"

    def convert(
        self, value: str | dt.date, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """Read the text."""
        if isinstance(value, dt.date):
            return value
        try:
            return dt.datetime.strptime(value, "%Y-%m").replace(tzinfo=dt.UTC).date()
        except ValueError:
            self.fail(f"{value!r} is not a month; write YYYY-MM", param, ctx)


@click.command()
@click.option("--from", "from_month", type=Month(), required=True, help="First month.")
@click.option("--to", "to_month", type=Month(), required=True, help="Last month, inclusive.")
@click.option("--by", type=click.Choice([by.value for by in By]), default="month", show_default=True)
@click.option("--level", type=click.Choice(list(LEVELS)), help="Only documents of this level.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def totals(from_month: dt.date, to_month: dt.date, by: str, level: str | None, *, as_json: bool) -> None:
    """Add up the lines of whole months; deposits and empties are outside."""
    if to_month < from_month:
        raise click.UsageError("--to is before --from")
    found = run_async(control_totals, from_month, to_month, By(by), LEVELS[level] if level else None)
    if as_json:
        click.echo(json.dumps(found.plain(), ensure_ascii=False))
    else:
        _print(found)


def _print(found: ControlTotals) -> None:
    click.echo(
        f"{found.by:<24}{'lines':>12}{'documents':>12}{'net':>20}{'returns':>16}{'quantity':>14}{'active':>9}"
    )
    for row in (*found.rows, found.total):
        click.echo(
            f"{row.key or 'total':<24}{row.lines:>12,}{row.documents:>12,}{row.net_minor:>20,}"
            f"{row.returns_minor:>16,}{row.quantity:>14,}{row.active:>9,}"
        )
