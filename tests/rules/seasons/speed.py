"""How long 10,000 dealers × 6 categories × 36 months take; run ``python -m tests.rules.seasons.speed``."""

from __future__ import annotations

import sys
import time

import numpy as np

from rules.months import Month
from rules.seasons import SeriesTable, baseline, compare, seasonal_index

SERIES, MONTHS, GROUPS = 60_000, 36, 60


def made():
    """Random series with one unknown month in two hundred."""
    random = np.random.default_rng(1)
    known = random.random((SERIES, MONTHS)) > 0.005
    values = np.where(known, random.integers(0, 2_000_000_000, (SERIES, MONTHS)), 0)
    return SeriesTable(Month.parse("2020-01"), values, known, random.integers(0, GROUPS, SERIES))


def timed(name, work):
    """Run once, print the seconds, return the result."""
    began = time.perf_counter()
    result = work()
    sys.stdout.write(f"{name}: {time.perf_counter() - began:.2f} s\n")
    return result


if __name__ == "__main__":
    table = made()
    timed("indices of every series", lambda: seasonal_index(table))
    comparison = timed("three methods compared", lambda: compare(table))
    timed("baselines", lambda: baseline(table, comparison, 6))
