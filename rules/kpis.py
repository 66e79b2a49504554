"""The catalogue of measured inputs: what a KPI means, in which unit, and where its definition comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

Better = Literal["higher", "lower", "none"]
Locale = Literal["ko", "en"]
Text = Mapping[Locale, str]
CATALOGUE_FILE = Path(__file__).parent / "books" / "kpis.yaml"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One measured input of the monthly evaluation.

    Attributes:
        code: Stable name used in rulebooks, snapshots and URLs.
        label: Name on screens and paper, by locale.
        unit: Unit printed behind a value; empty for a pure ratio.
        scale: Decimals kept when the value is quantised, 0 to 5.
        factor: The value is numerator × factor ÷ denominator; 100 for percentages.
        better: Whether a higher or a lower value is better, or neither.
        numerator: What is counted or summed above the line, by locale.
        denominator: What it is divided by, by locale.
        n: How many of what stand behind the value, by locale.
        level: Where it is measured: sell_in, sell_through, sell_out or collection.
        source: Where the definition comes from.
    """

    code: str
    label: Text
    unit: str
    scale: int
    factor: int
    better: Better
    numerator: Text
    denominator: Text
    n: Text
    level: str
    source: str

    @property
    def multiplier(self) -> int:
        """The integer that turns numerator ÷ denominator into units of the last kept decimal."""
        return int(self.factor * 10**self.scale)


def parse_kpis(document: Mapping[str, Any]) -> Mapping[str, Kpi]:
    """Build KPIs from the content of ``kpis.yaml``, keyed by code, in file order."""
    kpis = (
        Kpi(code=code, **{key: _text(value) for key, value in entry.items()})
        for code, entry in document["kpis"].items()
    )
    return MappingProxyType({kpi.code: kpi for kpi in kpis})


def _text(value: object) -> Any:
    return MappingProxyType(value) if isinstance(value, dict) else value


@cache
def catalogue() -> Mapping[str, Kpi]:
    """Return the shipped KPI catalogue, read once."""
    return parse_kpis(yaml.safe_load(CATALOGUE_FILE.read_text(encoding="utf-8")))
