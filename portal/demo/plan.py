"""How large a demo network is, which months it covers, and its seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rules.months import Month

SEED = 20_261_101
LAST_MONTH = Month.parse("2026-10")
MONTHS = 24


@dataclass(frozen=True, slots=True)
class DemoSize:
    """Counts of a demo network.

    Attributes:
        name: What ``--size`` calls it.
        dealers: First-tier dealers.
        outlets: Second-tier outlets.
        terminals: Retail points of sale.
        lines: Document lines over all months, about; the draw decides the last per mille.
        sell_in_documents: Sell-in documents per dealer and month, six lines each.
    """

    name: str
    dealers: int
    outlets: int
    terminals: int
    lines: int
    sell_in_documents: int


SIZES = {
    "small": DemoSize("small", 50, 500, 5_000, 200_000, 4),
    "region": DemoSize("region", 1_000, 10_000, 100_000, 2_000_000, 3),
    "network": DemoSize("network", 10_000, 100_000, 1_000_000, 12_000_000, 2),
}
LINES_PER_SELL_IN_DOCUMENT = 6


def months() -> tuple[Month, ...]:
    """Return the months of the demo, first to last."""
    return tuple(LAST_MONTH.shift(offset) for offset in range(1 - MONTHS, 1))


def generator(*parts: int) -> np.random.Generator:
    """Return a random generator that depends on nothing but the seed and the given numbers."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((SEED, *parts))))
