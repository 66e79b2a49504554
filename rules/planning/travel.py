"""How long it takes from place to place: straight line × road factor at a speed, in whole seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rules.money import BASIS_POINTS
from rules.planning.model import HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.planning.model import Place, PlanSettings

Whole = NDArray[np.int64]
Angles = NDArray[np.float64]
ROWS = 64
EARTH_METRES = 6_371_009
"""Mean radius. Source: International Union of Geodesy and Geophysics."""


def metres_between(places: Sequence[Place]) -> Whole:
    """Return the great-circle distances of every two places in whole metres, shape (places, places)."""
    radians = _radians(places)
    return _metres(radians, radians)


def seconds_between(places: Sequence[Place], settings: PlanSettings) -> Whole:
    """Return travel times of every two places in seconds, raised to the next one."""
    radians = _radians(places)
    seconds = np.empty((len(places), len(places)), np.int64)
    for begin in range(0, len(places), ROWS):  # a few rows at a time stay in the processor's cache
        rows = slice(begin, begin + ROWS)
        road = _metres(radians[rows], radians) * (settings.road_factor_bp * HOUR)
        seconds[rows] = -(-road // (BASIS_POINTS * settings.metres_per_hour))
    return seconds


def _radians(places: Sequence[Place]) -> Angles:
    micro = np.array([(place.latitude_micro, place.longitude_micro) for place in places], np.float64)
    return np.asarray(np.deg2rad(micro.reshape(-1, 2) / 1_000_000), np.float64)


def _metres(some: Angles, others: Angles) -> Whole:
    """Return whole metres between some places and others, by the haversine formula."""
    up = np.sin((some[:, :1] - others[:, 0]) / 2) ** 2
    across = np.sin((some[:, 1:] - others[:, 1]) / 2) ** 2
    chord = up + np.cos(some[:, :1]) * np.cos(others[:, 0]) * across
    metres = 2 * EARTH_METRES * np.arcsin(np.sqrt(np.minimum(chord, 1)))
    return np.asarray(np.rint(metres), np.int64)
