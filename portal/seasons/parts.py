"""A dealer's target over his outlets and retail points: every product's month adds up, to the unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.errors import Invalid
from portal.seasons.model import Cell, Part
from rules.targets import Cell as SplitCell
from rules.targets import SplitError, split, spread_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


def share_out(
    total_minor: int,
    weights: Mapping[int, int],
    locked: Collection[int],
    cells: Sequence[Cell],
    quantum_minor: int = 1,
) -> dict[int, int]:
    """Bring buyers' amounts to a total: locked ones stay, the others change in proportion.

    Args:
        total_minor: The dealer's target, at least 0.
        weights: Amount or history by buyer; below 0 counts as 0, and as equal when nobody has any.
        locked: Buyers whose amount stays.
        cells: The target's cells; the first names the month of the reckoning.
        quantum_minor: Step of the amounts, at least 1; what is left over goes to the largest.

    Raises:
        Invalid: The locked amounts alone exceed the total, or all are locked and differ from it.
    """
    own = {buyer: max(0, weight) for buyer, weight in weights.items()}
    if not any(weight for buyer, weight in own.items() if buyer not in locked):
        own = {buyer: weight if buyer in locked else 1 for buyer, weight in own.items()}
    month = cells[0].month
    wanted = [
        SplitCell(str(buyer), "", month, weight, locked_minor=weight if buyer in locked else None)
        for buyer, weight in own.items()
    ]
    try:
        made = split(total_minor, wanted, quantum_minor)
    except SplitError as error:
        raise Invalid.of("parts", "The locked amounts leave no room for this target. Unlock some.") from error
    return dict(zip(own, made.amounts, strict=True))


def parts_of(
    cells: Sequence[Cell], amounts: Mapping[int, int], locked: Collection[int] = ()
) -> tuple[Part, ...]:
    """Turn buyers' amounts of the season into parts of every product's month; the two add up to the same."""
    rows = spread_parts([cell.amount_minor for cell in cells], list(amounts.values()))
    return tuple(
        Part(buyer, cell.product, cell.month, amount, buyer in locked)
        for cell, row in zip(cells, rows, strict=True)
        for buyer, amount in zip(amounts, row, strict=True)
        if amount
    )


def amounts_of(parts: Iterable[Part]) -> dict[int, int]:
    """Add parts up by buyer."""
    sums: dict[int, int] = {}
    for part in parts:
        sums[part.buyer] = sums.get(part.buyer, 0) + part.amount_minor
    return sums


def refit(cells: Sequence[Cell], parts: Sequence[Part]) -> tuple[Part, ...]:
    """Bring parts to other cells, each buyer's share kept; locks are kept while they leave room."""
    amounts, locked = amounts_of(parts), {part.buyer for part in parts if part.is_locked}
    total = sum(cell.amount_minor for cell in cells)
    if not cells or not amounts:
        return ()
    try:
        return parts_of(cells, share_out(total, amounts, locked, cells), locked)
    except Invalid:
        return parts_of(cells, share_out(total, amounts, (), cells))


def differences(cells: Sequence[Cell], parts: Iterable[Part]) -> list[tuple[Cell, int]]:
    """Return the cells whose parts do not add up to them, each with what the parts make."""
    sums: dict[tuple[int, object], int] = {}
    for part in parts:
        place = (part.product, part.month)
        sums[place] = sums.get(place, 0) + part.amount_minor
    found = [(cell, sums.pop((cell.product, cell.month), 0)) for cell in cells]
    return [(cell, made) for cell, made in found if made != cell.amount_minor]
