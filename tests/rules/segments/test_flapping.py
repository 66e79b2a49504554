"""Shops of Iowa that change class from month to month, and how hysteresis calms them; Iowa, CC BY 4.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rules.segments import AccountTable, classify_many
from tests.rules.segments.segments import SHIPPED, plain

if TYPE_CHECKING:
    from pathlib import Path

WINDOW, MONTHS = 12, 36


@pytest.fixture(scope="module")
def history(reference_data: Path):
    """Keys and monthly cents of every shop, 2012-01 to 2022-10."""
    parquet = pytest.importorskip("pyarrow.parquet")
    lines = parquet.read_table(reference_data / "iowa" / "store_month_2012-01_2022-10.parquet")
    months, column = np.unique(lines["month"].to_numpy(), return_inverse=True)
    shops, row = np.unique(lines["store_no"].to_numpy(), return_inverse=True)
    cents = np.zeros((len(shops), len(months)), np.int64)
    np.add.at(cents, (row, column), lines["amount_cents"].to_numpy())
    return np.array([f"{shop:05d}" for shop in shops.tolist()]), cents


def changes(history, hysteresis):
    """Changes of class and shops that had one in both months, over the last 36 months."""
    keys, cents = history
    book = plain(hysteresis=hysteresis)
    codes, wavering = np.full(len(keys), -1), np.zeros((len(keys), 2), np.int64)
    moved = compared = 0
    for end in range(cents.shape[1] - MONTHS, cents.shape[1]):
        window = cents[:, end - WINDOW + 1 : end + 1]
        there = (window != 0).any(axis=1)
        names = tuple(keys[there].tolist())
        full = np.full(len(names), WINDOW)
        table = AccountTable(names, window[there], full, ("",) * len(names), codes[there], wavering[there])
        found = classify_many(book, "dealer", table)
        both = table.codes >= 0
        moved += int((table.codes != found.codes)[both].sum())
        compared += int(both.sum())
        codes, wavering = np.full(len(keys), -1), np.zeros((len(keys), 2), np.int64)
        codes[there], wavering[there] = found.codes, found.wavering
    return moved, compared


def test_hysteresis_more_than_halves_the_changes(history):
    none = {"contribution_bp": 0, "stability_bp": 0, "months": 1}
    slow = SHIPPED.accounts.hysteresis
    shipped = {
        "contribution_bp": slow.contribution_bp,
        "stability_bp": slow.stability_bp,
        "months": slow.months,
    }

    assert changes(history, none) == (3572, 65790)
    assert changes(history, shipped) == (1548, 65790)
