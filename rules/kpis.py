"""The catalogue of measured inputs: what a KPI means, in which unit, and where its definition comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
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


def kpi_of(meaning: Mapping[str, Any]) -> Kpi:
    """Build a KPI from plain data with one entry per attribute; TypeError when one lacks or is too many."""
    texts = {name: MappingProxyType(value) for name, value in meaning.items() if isinstance(value, dict)}
    return Kpi(**{**meaning, **texts})


def meaning_of(kpi: Kpi) -> dict[str, Any]:
    """Return a KPI as plain data, the opposite of ``kpi_of``."""
    values = ((attribute.name, getattr(kpi, attribute.name)) for attribute in fields(kpi))
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values}


@cache
def catalogue() -> Mapping[str, Kpi]:
    """Return the shipped KPI catalogue, read once."""
    document = yaml.safe_load(CATALOGUE_FILE.read_text(encoding="utf-8"))
    kpis = [kpi_of({"code": code, **meaning}) for code, meaning in document["kpis"].items()]
    return MappingProxyType({kpi.code: kpi for kpi in kpis})
