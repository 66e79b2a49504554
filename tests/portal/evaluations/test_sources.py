"""Packages above evaluation offer KPIs; no KPI is offered twice."""

from __future__ import annotations

import pytest

from portal.evaluations import sources
from portal.evaluations.batch import JOB
from portal.evaluations.work import register_jobs
from portal.jobs.service import registered_kinds
from portal.sales.facts import SalesFacts
from portal.settings import Settings


def test_a_kpi_has_one_source() -> None:
    with pytest.raises(ValueError, match="yoy_growth"):
        sources.join(SalesFacts())


def test_another_source_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(SalesFacts):
        def kpis(self):
            return {}

    monkeypatch.setattr(sources, "_SOURCES", [SalesFacts()])
    sources.join(Other())
    assert len(sources._SOURCES) == 2


def test_the_job_is_registered() -> None:
    register_jobs(Settings())
    assert JOB in registered_kinds()
