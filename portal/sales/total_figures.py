"""Add the lines of one month up into its totals: arrays in, arrays out, no database.

Sums are exact 64-bit integers; whether they could overflow is checked before anything is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
LEVELS = 4
"""Levels are 1 to 3; an id and its level make one number as id × 4 + level."""

_LARGEST = 2**63 - 1
_RETURN = 2


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines of one month as columns of one length; ``seller`` is 0 where there is none.

    ``number`` is the same for documents of the same kind and number; ``category`` is a small whole number.
    """

    number: Integers
    level: Integers
    kind: Integers
    buyer: Integers
    seller: Integers
    product: Integers
    category: Integers
    quantity: Integers
    amount: Integers

    def where(self, mask: Mask) -> Lines:
        """Return only the lines of a mask."""
        if mask.all():
            return self
        return Lines(*(getattr(self, name)[mask] for name in self.__slots__))

    def require_sums_fit(self) -> None:
        """Make sure that no sum of these lines can leave 64 bits.

        Raises:
            OverflowError: One could.
        """
        for column in (self.quantity, self.amount):
            if len(column) and max(int(column.max()), -int(column.min())) > _LARGEST // len(column):
                raise OverflowError("the amounts of a month are too large to be added up")


class Groups:
    """Rows grouped by a key; every figure has one entry per distinct key, ascending.

    Args:
        key: Whole number per row.
    """

    def __init__(self, key: Integers) -> None:
        self._order = np.argsort(key, kind="stable")
        ordered = key[self._order]
        self._starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(key)])
        self._size = len(key)
        self.keys: Integers = ordered[self._starts]

    def count(self) -> Integers:
        """Return the number of rows of each group."""
        return np.diff(np.append(self._starts, self._size))

    def sum(self, values: Integers) -> Integers:
        """Return the sum of a column in each group."""
        if not self._size:
            return np.zeros(0, np.int64)
        return np.add.reduceat(values[self._order], self._starts)

    def distinct(self, values: Integers) -> Integers:
        """Return how many different values a column has in each group."""
        group = np.empty(self._size, np.int64)
        group[self._order] = np.repeat(np.arange(len(self.keys)), self.count())
        order = np.lexsort((values, group))
        one, other = group[order], values[order]
        first = np.r_[True, (one[1:] != one[:-1]) | (other[1:] != other[:-1])][: self._size]
        return np.bincount(one[first], minlength=len(self.keys)).astype(np.int64)


def account_totals(lines: Lines, side: int) -> Iterator[Sequence[int]]:
    """Yield (account, level, side, lines, documents, net, returns, quantity, active) per account and level.

    Args:
        lines: Lines that have an account on this side.
        side: 1 adds up by buyer, 2 by seller.
    """
    who = lines.buyer if side == 1 else lines.seller
    groups = Groups(who * LEVELS + lines.level)
    count = len(groups.keys)
    active = np.ones(count, np.int64) if side == 1 else groups.distinct(lines.buyer)
    return _rows(
        groups.keys // LEVELS, groups.keys % LEVELS, np.full(count, side), groups.count(),
        groups.distinct(lines.number), groups.sum(lines.amount), groups.sum(_returns(lines)),
        groups.sum(lines.quantity), active,
    )  # fmt: skip


def category_totals(lines: Lines, side: int) -> Iterator[Sequence[int]]:
    """Yield (account, level, side, category, net, quantity); see ``account_totals``."""
    who = lines.buyer if side == 1 else lines.seller
    width = int(lines.category.max(initial=0)) + 1
    groups = Groups((who * LEVELS + lines.level) * width + lines.category)
    account = groups.keys // width
    return _rows(
        account // LEVELS, account % LEVELS, np.full(len(account), side), groups.keys % width,
        groups.sum(lines.amount), groups.sum(lines.quantity),
    )  # fmt: skip


def product_totals(lines: Lines) -> Iterator[Sequence[int]]:
    """Yield (product, level, lines, net, returns, quantity, active buyers) per product and level."""
    groups = Groups(lines.product * LEVELS + lines.level)
    return _rows(
        groups.keys // LEVELS, groups.keys % LEVELS, groups.count(), groups.sum(lines.amount),
        groups.sum(_returns(lines)), groups.sum(lines.quantity), groups.distinct(lines.buyer),
    )  # fmt: skip


def _returns(lines: Lines) -> Integers:
    return np.where(lines.kind == _RETURN, lines.amount, 0)


def _rows(*columns: Integers) -> Iterator[Sequence[int]]:
    return zip(*(column.tolist() for column in columns), strict=True)
