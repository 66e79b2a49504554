"""Seasons and back-tests of the reference data; the table of the document is the one made here."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.seasons import Season, suggest_seasons
from tests.rules.seasons import figures

DOCUMENT = Path(__file__).parents[3] / "docs" / "algorithms" / "baseline.md"


def test_the_table_of_the_document(reference_data):
    pytest.importorskip("pyarrow.parquet")

    assert "\n".join(figures.figures(reference_data)) in DOCUMENT.read_text(encoding="utf-8")


def test_us_beer_rests_from_november_to_february(reference_data):
    found = suggest_seasons(figures.us_beer(reference_data), 0)

    assert found.seasons == (Season("peak", 5, 8, 4, 11), Season("off", 11, 2, 4, 11))


def test_australian_wine_sells_when_beer_rests_elsewhere(reference_data):
    found = suggest_seasons(figures.australian_wine(reference_data), 0)

    assert [(season.kind, season.first, season.last) for season in found.seasons] == [
        ("off", 1, 2),
        ("off", 6, 6),
        ("peak", 11, 12),
    ]


def test_iowa_rests_after_the_new_year(reference_data):
    pytest.importorskip("pyarrow.parquet")
    found = suggest_seasons(figures.iowa(reference_data, "state"), 0)

    assert [month.month for month in found.months if month.kind == "off"] == [1, 2]
    assert [month.index_bp < 10_000 for month in found.months[:4]] == [True] * 4
