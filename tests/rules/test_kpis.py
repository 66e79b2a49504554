"""The shipped KPI catalogue."""

from __future__ import annotations

import pytest

from rules.kpis import catalogue, kpi_of, meaning_of


def test_the_catalogue_offers_the_settled_inputs():
    assert list(catalogue()) == [
        "yoy_growth",
        "active_terminals_yoy",
        "stability",
        "return_rate",
        "sales_attainment",
        "collection_rate",
        "plan_completion",
        "opening_completion",
        "visit_coverage",
        "route_adherence",
        "strike_rate",
        "new_retained_outlets",
        "numeric_distribution",
        "weighted_distribution",
        "competitor_conversion",
        "training_passed",
    ]


@pytest.mark.parametrize("kpi", catalogue().values(), ids=lambda kpi: kpi.code)
def test_every_kpi_says_what_it_means_in_both_languages(kpi):
    for text in (kpi.label, kpi.numerator, kpi.denominator, kpi.n):
        assert set(text) == {"ko", "en"}
        assert all(isinstance(word, str) and word for word in text.values())
    assert kpi.better in ("higher", "lower", "none")
    assert kpi.level in ("sell_in", "sell_through", "sell_out", "collection")
    assert kpi.source
    assert kpi.multiplier == kpi.factor * 10**kpi.scale


def test_a_kpi_survives_as_plain_data():
    kpi = catalogue()["stability"]

    assert kpi_of(meaning_of(kpi)) == kpi
    assert kpi.multiplier == 100
