"""Where the demo's outlets and retail points lie: scattered around the middle of their city or district."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_THOUSANDTH = 1_000
_SPREAD = 18_000
"""Micro-degrees from the middle at most, about two kilometres."""
_STEPS = (7_919, 104_729)


def place_of(province: str, city: str, number: int) -> tuple[int, int] | tuple[None, None]:
    """Return latitude and longitude in micro-degrees, the same ones for the same number.

    Args:
        province: Code of the province.
        city: City or district; of an unknown one nobody knows the place.
        number: Which account.
    """
    middle = _middles().get(province, {}).get(city)
    if middle is None:
        return None, None
    north, east = (
        degrees * _THOUSANDTH + number * step % (2 * _SPREAD) - _SPREAD
        for degrees, step in zip(middle, _STEPS, strict=True)
    )
    return north, east


@cache
def _middles() -> Mapping[str, Mapping[str, list[int]]]:
    found: Mapping[str, Mapping[str, list[int]]] = yaml.safe_load(
        (Path(__file__).parent / "places.yaml").read_text(encoding="utf-8")
    )
    return found
