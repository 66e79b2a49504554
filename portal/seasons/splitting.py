"""A dealer's target over products and months, by ``rules.targets``: it adds up to what was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.errors import Invalid
from portal.seasons.model import Cell, by_product
from rules.targets import Cell as SplitCell
from rules.targets import SplitError, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.months import Month


def first_split(
    total_minor: int, months: Mapping[Month, int], products: Mapping[int, int], quantum_minor: int
) -> tuple[Cell, ...]:
    """Split a total by the natural sales of the months and what the dealer bought of each product.

    Args:
        total_minor: The whole target, at least 0.
        months: Weight by month; equal months when all are 0.
        products: Weight by product, at least one; equal products when all are 0.
        quantum_minor: Step of the cells, at least 1; what is left over goes to the largest.
    """
    by_month = dict(zip(months, _weights(months.values()), strict=True))
    by_item = dict(zip(products, _weights(products.values()), strict=True))
    wanted = [
        SplitCell("", str(product), month, weight * share)
        for product, weight in by_item.items()
        for month, share in by_month.items()
    ]
    made = split(total_minor, wanted, quantum_minor)
    return tuple(
        Cell(int(cell.product), cell.month, amount)
        for cell, amount in zip(made.cells, made.amounts, strict=True)
    )


def respread(cells: Sequence[Cell], total_minor: int, quantum_minor: int = 1) -> tuple[Cell, ...]:
    """Bring cells to a total by changing the free ones in proportion; locked cells stay.

    Raises:
        Invalid: The locked cells alone exceed the total, or every cell is locked and they differ from it.
    """
    wanted = [
        SplitCell(
            "",
            str(cell.product),
            cell.month,
            cell.amount_minor,
            locked_minor=cell.amount_minor if cell.is_locked else None,
        )
        for cell in cells
    ]
    try:
        made = split(total_minor, wanted, quantum_minor)
    except SplitError as error:
        raise Invalid.of("total", "The locked cells leave no room for this total. Unlock some.") from error
    return tuple(replace(cell, amount_minor=amount) for cell, amount in zip(cells, made.amounts, strict=True))


def scaled_products(cells: Sequence[Cell], amounts: Mapping[int, int]) -> tuple[Cell, ...]:
    """Give products new season totals; each keeps the shape of its months, locks do not bind here."""
    made: dict[tuple[int, Month], Cell] = {}
    for product, sum_minor in by_product(cells).items():
        own = [replace(cell, is_locked=False) for cell in cells if cell.product == product]
        for cell in respread(own, amounts.get(product, sum_minor)):
            made[cell.product, cell.month] = cell
    return tuple(made[cell.product, cell.month] for cell in cells)


def _weights(values: Iterable[int]) -> list[int]:
    found = [max(0, value) for value in values]
    return found if any(found) else [1] * len(found)
