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
EARTH_METRES = 6_371_009
"""Mean radius. Source: International Union of Geodesy and Geophysics."""


def metres_between(places: Sequence[Place]) -> Whole:
    """Return the great-circle distances of every two places in whole metres, shape (places, places)."""
    micro = np.array([(place.latitude_micro, place.longitude_micro) for place in places], np.float64)
    radians = np.deg2rad(micro.reshape(-1, 2) / 1_000_000)
    latitudes, longitudes = radians[:, 0], radians[:, 1]
    up = np.sin((latitudes[:, None] - latitudes) / 2) ** 2
    across = np.sin((longitudes[:, None] - longitudes) / 2) ** 2
    chord = up + np.cos(latitudes)[:, None] * np.cos(latitudes) * across
    metres = 2 * EARTH_METRES * np.arcsin(np.sqrt(np.minimum(chord, 1)))
    return np.asarray(np.rint(metres), np.int64)


def seconds_between(places: Sequence[Place], settings: PlanSettings) -> Whole:
    """Return travel times of every two places in seconds, raised to the next one."""
    road = metres_between(places) * settings.road_factor_bp * HOUR
    return np.asarray(-(-road // (BASIS_POINTS * settings.metres_per_hour)), np.int64)
