"""Row sums and column sums given, whole numbers found: how each buyer carries each cell of a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.money import apportion
from rules.targets.split import SplitError

if TYPE_CHECKING:
    from collections.abc import Sequence


def spread_parts(cells: Sequence[int], totals: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Split cells over buyers so that each cell and each buyer's total come out to the minor unit.

    Cell after cell is shared in proportion to what the buyers still have to carry, so that none is given more
    than his total.

    Args:
        cells: Amounts to carry, 0 or more, such as products' months.
        totals: What each buyer carries of all of them, 0 or more.

    Returns:
        For each cell in its order what each buyer carries of it, in the buyers' order.

    Raises:
        SplitError: The totals do not add up to the cells.
        ValueError: A negative amount.
    """
    if min((*cells, *totals), default=0) < 0:
        raise ValueError("amounts are 0 or more")
    if sum(cells) != sum(totals):
        raise SplitError("the parts do not make the total", sum(totals) - sum(cells))
    left, found = list(totals), []
    for cell in cells:
        shared = apportion(cell, left)
        left = [rest - part for rest, part in zip(left, shared, strict=True)]
        found.append(shared)
    return tuple(found)
