"""``portal bench``: how much faster than a plain alternative, both measured in one run.

A ratio says how many times faster ours is than ``against``; below 1 it is slower. Seconds depend on the
machine and its load, ratios much less, so only ratios are goals.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import click

# name: (module, function returning rows of the form {"name", "against", "ratio", "seconds", "n"})
BENCHES = {
    "import": ("portal.bench.imports", "bench_import"),
    "month": ("portal.bench.month", "bench_month"),
    "pages": ("portal.bench.pages", "bench_pages"),
    "print": ("portal.bench.printing", "bench_print"),
    "rules": ("portal.bench.rules", "bench_rules"),
}


@click.command()
@click.argument("what", type=click.Choice([*BENCHES, "all"]), default="all")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def bench(what: str, *, as_json: bool) -> None:
    """Run one bench or all of them and print ratios measured side by side."""
    rows: list[dict[str, Any]] = []
    for name in BENCHES if what == "all" else (what,):
        module, function = BENCHES[name]
        rows += getattr(import_module(module), function)()
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    click.echo(f"{'bench':<22} {'against':<28} {'ratio':>8} {'seconds':>9} {'n':>10}")
    for row in rows:
        figures = f"{row['ratio']:>8.2f} {row['seconds']:>9.3f} {row['n']:>10,}"
        click.echo(f"{row['name']:<22} {row['against']:<28} {figures}")
