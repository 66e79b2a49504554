"""The demo's regions, dealers, outlets and retail points as columns, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from portal.demo import names
from portal.demo.plan import DemoSize, generator

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

STORY_PROVINCE, STORY_CITY, STORY_DIVISION = "43", "청주시", "CC"
STORY_DEALERS_IN_SMALL = 12
CHANNELS = ("food_service", "pub", "cafe", "convenience", "mart")
_CHANNEL_WEIGHTS = (62, 13, 9, 9, 7)
_DIRECT_SHARE = 0.4
_TWO_SUPPLIERS_SHARE = 0.06
_HOME_CITY_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Province:
    """A province (시도) with the weight of each of its cities, hundreds of open restaurants."""

    code: str
    name: str
    name_en: str
    division: str
    area_code: str
    cities: dict[str, int]

    @property
    def weight(self) -> int:
        """Hundreds of open restaurants in the province."""
        return sum(self.cities.values())


@cache
def geography() -> tuple[list[dict[str, str]], list[Province]]:
    """Return the divisions (권역) and provinces of ``geography.yaml``."""
    data = yaml.safe_load((Path(__file__).parent / "geography.yaml").read_text(encoding="utf-8"))
    return data["divisions"], [Province(**row) for row in data["provinces"]]


@dataclass(frozen=True, slots=True)
class Network:
    """Everything but trade, one array per column; positions are 0-based, ``-1`` means none.

    Attributes:
        size: The counts asked for.
        dealer_province: Province position of each dealer.
        dealer_city: City name of each dealer.
        outlet_dealer: Dealer position of each outlet.
        outlet_city: City name of each outlet.
        terminal_dealer: Dealer position of each retail point.
        terminal_outlet: Outlet position it buys through, or -1 when it buys from the dealer.
        terminal_second: Position of a second supplying dealer, or -1.
        terminal_channel: Channel position in ``CHANNELS``.
        terminal_city: City name.
        terminal_rate: Relative buying frequency.
        dealer_trend: Yearly growth factor of each dealer.
        dealer_noise: Standard deviation of a dealer's monthly swing.
    """

    size: DemoSize
    dealer_province: Ints
    dealer_city: list[str]
    outlet_dealer: Ints
    outlet_city: list[str]
    terminal_dealer: Ints
    terminal_outlet: Ints
    terminal_second: Ints
    terminal_channel: Ints
    terminal_city: list[str]
    terminal_rate: Floats
    dealer_trend: Floats
    dealer_noise: Floats

    def dealer_names(self) -> list[str]:
        """Return each dealer's name; the story's dealer is 대청상사."""
        return ["대청상사"] + [
            names.dealer_name(i, city) for i, city in enumerate(self.dealer_city[1:], start=1)
        ]


def _quotas(weights: list[int], total: int) -> list[int]:
    exact = [weight * total / sum(weights) for weight in weights]
    quotas = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (quotas[i] - exact[i], i))
    for i in by_remainder[: total - sum(quotas)]:
        quotas[i] += 1
    return quotas


def _dealer_provinces(size: DemoSize, provinces: list[Province]) -> Ints:
    story = [i for i, province in enumerate(provinces) if province.division == STORY_DIVISION]
    others = [i for i in range(len(provinces)) if i not in story]
    weight = sum(provinces[i].weight for i in story) / sum(province.weight for province in provinces)
    in_story = STORY_DEALERS_IN_SMALL if size.name == "small" else round(size.dealers * weight)
    positions: list[int] = []
    for group, count in ((story, in_story), (others, size.dealers - in_story)):
        for i, quota in zip(group, _quotas([provinces[i].weight for i in group], count), strict=True):
            positions += [i] * quota
    home = next(i for i, province in enumerate(provinces) if province.code == STORY_PROVINCE)
    positions.remove(home)
    return np.array([home, *positions], dtype=np.int64)


def _cities(rng: np.random.Generator, provinces: list[Province], province: Ints) -> list[str]:
    picked = [""] * len(province)
    for i, entry in enumerate(provinces):
        where = np.flatnonzero(province == i)
        if len(where):
            city_names = list(entry.cities)
            weights = np.array(list(entry.cities.values()), dtype=np.float64)
            for position, city in zip(
                where, rng.choice(len(city_names), len(where), p=weights / weights.sum()), strict=True
            ):
                picked[position] = city_names[city]
    return picked


def make_network(size: DemoSize) -> Network:
    """Draw the network of a size; equal for equal sizes."""
    _, provinces = geography()
    rng = generator(1, size.dealers)
    dealer_province = _dealer_provinces(size, provinces)
    dealer_city = _cities(rng, provinces, dealer_province)
    dealer_city[0] = STORY_CITY
    dealer_size = rng.lognormal(0.0, 0.5, size.dealers)
    dealer_size[0] = 1.3
    share = dealer_size / dealer_size.sum()

    outlet_dealer = np.sort(rng.choice(size.dealers, size.outlets, p=share))
    outlet_city = _cities(rng, provinces, dealer_province[outlet_dealer])
    terminal_dealer = np.sort(rng.choice(size.dealers, size.terminals, p=share))
    away = _cities(rng, provinces, dealer_province[terminal_dealer])
    at_home = rng.random(size.terminals) < _HOME_CITY_SHARE
    terminal_city = [
        dealer_city[dealer] if home else city
        for dealer, home, city in zip(terminal_dealer, at_home, away, strict=True)
    ]
    second = np.where(
        rng.random(size.terminals) < _TWO_SUPPLIERS_SHARE, (terminal_dealer + 1) % size.dealers, -1
    )
    weights = np.array(_CHANNEL_WEIGHTS, dtype=np.float64)
    return Network(
        size=size,
        dealer_province=dealer_province,
        dealer_city=dealer_city,
        outlet_dealer=outlet_dealer,
        outlet_city=outlet_city,
        terminal_dealer=terminal_dealer,
        terminal_outlet=_outlet_of(rng, size, outlet_dealer, terminal_dealer),
        terminal_second=second,
        terminal_channel=rng.choice(len(CHANNELS), size.terminals, p=weights / weights.sum()),
        terminal_city=terminal_city,
        terminal_rate=rng.lognormal(0.0, 0.6, size.terminals),
        dealer_trend=rng.normal(1.06, 0.07, size.dealers),
        dealer_noise=rng.uniform(0.01, 0.07, size.dealers),
    )


def _outlet_of(rng: np.random.Generator, size: DemoSize, outlet_dealer: Ints, terminal_dealer: Ints) -> Ints:
    """Pick for each retail point one outlet of its own dealer, or none."""
    first = np.searchsorted(outlet_dealer, terminal_dealer, side="left")
    count = np.searchsorted(outlet_dealer, terminal_dealer, side="right") - first
    chosen = first + (rng.random(size.terminals) * np.maximum(count, 1)).astype(np.int64)
    direct = (rng.random(size.terminals) < _DIRECT_SHARE) | (count == 0)
    return np.where(direct, -1, chosen)
