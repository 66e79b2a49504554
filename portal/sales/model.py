"""What a sales document can be: levels, kinds, line kinds and the side of a total."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """Which step of the route to market a document stands for (FEATURES D1)."""

    SELL_IN = 1
    """출고: manufacturer to dealer."""
    SELL_THROUGH = 2
    """대리점 판매: dealer to outlet or terminal."""
    SELL_OUT = 3
    """소비자 판매 추정: estimate of sales to consumers."""


class DocumentKind(IntEnum):
    """What a document does to sales; part of its identity."""

    ORDER = 1
    RETURN = 2
    CORRECTION = 3


class LineKind(IntEnum):
    """Whether a line counts as sales."""

    GOODS = 1
    DEPOSIT = 2
    """Container deposits and empties (용기보증금): never sales, never in a KPI."""


class Side(IntEnum):
    """Whose figure a monthly total is."""

    BUYER = 1
    SELLER = 2
