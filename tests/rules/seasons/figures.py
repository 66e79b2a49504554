"""Back-tests on the reference data, as the table of docs/algorithms/baseline.md.

Run ``BISUGI_REFERENCE_DATA=… python -m tests.rules.seasons.figures`` to print it.
Data: TTB, public domain; ABS, CC BY; Iowa Liquor Sales, State of Iowa, CC BY 4.0.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from rules.months import Month, months_between
from rules.seasons import SeriesTable, compare

HOLD_OUT, AHEAD = 12, 3
HEAD = (
    "| series | months | n | seasonal naive | same month × trend | average × index | chosen "
    "| range of actual ÷ forecast |"
)


def table_of(totals):
    """One row per name from sums by (name, month); months between the first and last of a name are known."""
    months = [month for _, month in totals]
    every = months_between(min(months), max(months))
    rows = []
    for name in sorted({name for name, _ in totals}):
        own = [month for month in every if (name, month) in totals]
        rows.append([totals.get((name, one), 0) if own[0] <= one <= own[-1] else None for one in every])
    return SeriesTable.of(every[0], rows)


def us_beer(folder: Path):
    """Taxable removals of beer in the United States, barrels."""
    totals = defaultdict(int)
    with (folder / "beer" / "ttb_beer_taxed_monthly_2008_2019.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["tax_status"] == "Taxable" and row["month_current"] not in ("", "NA"):
                month = Month.parse(f"{row['year']}-{int(row['month']):02d}")
                totals["beer", month] += int(Decimal(row["month_current"]))
    return table_of(totals)


def australian_beer(folder: Path):
    """Beer produced in Australia, in tenths of a megalitre."""
    totals = defaultdict(int)
    with (folder / "beer" / "aus_monthly_beer_production.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            totals["beer", Month.parse(row["ds"])] += int(Decimal(row["y"]) * 10)
    return table_of(totals)


def australian_wine(folder: Path):
    """Wine sold in Australia, litres in bottles of one litre and less."""
    with (folder / "beer" / "forecast_wineind.csv").open(encoding="utf-8") as file:
        return SeriesTable.of(Month.parse("1980-01"), [[int(row["value"]) for row in csv.DictReader(file)]])


def iowa(folder: Path, level: str, years: int = 3):
    """Cents sold to counties or shops in the last years."""
    from pyarrow import parquet  # noqa: PLC0415  only where the data are

    with (folder / "iowa" / "stores.csv").open(encoding="utf-8", newline="") as file:
        county = {int(row["store_no"]): row["county"] for row in csv.DictReader(file)}
    lines = parquet.read_table(folder / "iowa" / "store_month_2012-01_2022-10.parquet").to_pydict()
    totals = defaultdict(int)
    for shop, month, cents in zip(lines["store_no"], lines["month"], lines["amount_cents"], strict=True):
        name = {"state": "", "county": county.get(shop, ""), "shop": f"{shop:04d}"}[level]
        if month >= f"{2022 - years}-11":
            totals[name, month] += cents
    return table_of({(name, Month.parse(month)): cents for (name, month), cents in totals.items()})


def bp(number):
    """Basis points as percent with one decimal."""
    return f"{number / 100:.1f} %"


def row(name, table):
    """One line of the table: WAPE and bias of each method, the one chosen and its range."""
    verdict = compare(table, hold_out=HOLD_OUT, ahead=AHEAD).groups[0]
    cells = [f"{bp(error.wape_bp)} ({error.bias_bp / 100:+.1f})" for error in verdict.errors]
    size = f"{len(table.values):,} × {table.months}"
    spread = f"{verdict.low_bp / 10_000:.2f}–{verdict.high_bp / 10_000:.2f}"
    chosen = verdict.chosen.replace("_", " ")
    return f"| {name} | {size} | {verdict.errors[0].points:,} | {' | '.join(cells)} | {chosen} | {spread} |"


def figures(folder: Path):
    """The lines of the table."""
    return [
        HEAD,
        "|-" * HEAD.count(" | ") + "|-|",
        row("US beer, barrels", us_beer(folder)),
        row("Australian beer", australian_beer(folder)),
        row("Australian wine", australian_wine(folder)),
        row("Iowa, the state, ten years", iowa(folder, "state", 10)),
        row("Iowa, counties", iowa(folder, "county")),
        row("Iowa, shops", iowa(folder, "shop")),
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(figures(Path(os.environ["BISUGI_REFERENCE_DATA"]))) + "\n")
