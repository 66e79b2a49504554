"""A total split over account × product × month, to the last minor unit, with locks and floors."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rules.errors import RulesError
from rules.money import apportion
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Axis = Literal["account", "product", "month"]
Within = Literal["total", "account", "product", "month"]


class SplitError(RulesError):
    """A split that cannot be.

    Args:
        message: What stands in the way.
        difference_minor: Locks and floors less the total: above 0 when they are too large.
    """

    def __init__(self, message: str, difference_minor: int) -> None:
        super().__init__(f"{message}: {difference_minor:+,}")
        self.difference_minor = difference_minor


@dataclass(frozen=True, slots=True)
class Cell:
    """One account, product and month.

    Attributes:
        account: Key of the account.
        product: Code of the product or category.
        month: Month.
        weight: Share in proportion to the others, 0 or more; usually the baseline.
        floor_minor: Least amount, 0 or more.
        locked_minor: Amount that does not move; None when it may.
    """

    account: str
    product: str
    month: Month
    weight: int
    floor_minor: int = 0
    locked_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A split that adds up.

    Attributes:
        total_minor: The total.
        quantum_minor: Step of the amounts, 1 or more.
        cells: Cells in their order.
        amounts: Amount of each cell; their sum is the total.
    """

    total_minor: int
    quantum_minor: int
    cells: tuple[Cell, ...]
    amounts: tuple[int, ...]

    def sums(self, axis: Axis) -> dict[str, int]:
        """Return the sums by account, product or month, in the order of the cells."""
        found: dict[str, int] = defaultdict(int)
        for cell, amount in zip(self.cells, self.amounts, strict=True):
            found[key_of(cell, axis)] += amount
        return dict(found)


def key_of(cell: Cell, axis: Axis) -> str:
    """Return the account, the product or the month of a cell."""
    return str(getattr(cell, axis))


def split(total_minor: int, cells: Sequence[Cell], quantum_minor: int = 1) -> Split:
    """Split a total over cells.

    Args:
        total_minor: 0 or more.
        cells: Each account, product and month once.
        quantum_minor: Step, 1 or more.

    Raises:
        SplitError: Locks and floors are above the total, or locks on every cell do not reach it.
        ValueError: A cell twice, a negative number, or a quantum below 1.
    """
    _require_sound(total_minor, cells, quantum_minor)
    amounts = [0 if cell.locked_minor is None else cell.locked_minor for cell in cells]
    free = [place for place, cell in enumerate(cells) if cell.locked_minor is None]
    rest = total_minor - sum(amounts)
    shared = _shared(
        rest,
        [cells[place].weight for place in free],
        [cells[place].floor_minor for place in free],
        quantum_minor,
    )
    for place, amount in zip(free, shared, strict=True):
        amounts[place] = amount
    return Split(total_minor, quantum_minor, tuple(cells), tuple(amounts))


def edit_cell(
    given: Split, account: str, product: str, month: Month, amount_minor: int, within: Within = "total"
) -> Split:
    """Set one cell, lock it, and split the difference over the cells that may move.

    Args:
        given: The split so far; its amounts are the weights.
        account: Account of the cell.
        product: Product of the cell.
        month: Month of the cell.
        amount_minor: New amount, 0 or more.
        within: Who pays: every other cell, or only those of the same account, product or month.

    Raises:
        SplitError: The others cannot take the difference.
        KeyError: There is no such cell.
        ValueError: A negative amount.
    """
    names = (account, product, month)
    places = [
        place for place, cell in enumerate(given.cells) if (cell.account, cell.product, cell.month) == names
    ]
    if not places:
        raise KeyError(names)
    edited = given.cells[places[0]]

    def moves(cell: Cell) -> bool:
        return within == "total" or key_of(cell, within) == key_of(edited, within)

    return _resplit(given, {places[0]: amount_minor}, moves)


def edit_sum(given: Split, axis: Axis, key: str, amount_minor: int) -> Split:
    """Set the sum of an account, a product or a month, lock its cells, and let all others give or take.

    Raises:
        SplitError: Its own locks do not allow the sum, or the others cannot take the difference.
        KeyError: No cell has the key.
        ValueError: A negative amount.
    """
    places = [place for place, cell in enumerate(given.cells) if key_of(cell, axis) == key]
    if not places:
        raise KeyError(key)
    inside = [replace(given.cells[place], weight=given.amounts[place]) for place in places]
    own = split(amount_minor, inside, given.quantum_minor)
    return _resplit(given, dict(zip(places, own.amounts, strict=True)), lambda _: True)


def unlock(given: Split, cells: Sequence[tuple[str, str, Month]]) -> Split:
    """Let cells move again; their amounts stay until the next edit."""
    named = set(cells)
    return replace(
        given,
        cells=tuple(
            replace(cell, locked_minor=None) if (cell.account, cell.product, cell.month) in named else cell
            for cell in given.cells
        ),
    )


def _resplit(given: Split, locked: dict[int, int], moves: Callable[[Cell], bool]) -> Split:
    """Split again with new locks; cells that may not move are locked for this once."""
    cells, kept = [], []
    for place, (cell, amount) in enumerate(zip(given.cells, given.amounts, strict=True)):
        lock = locked.get(place, cell.locked_minor)
        kept.append(replace(cell, locked_minor=lock) if place in locked else cell)
        for_once = lock if lock is not None or moves(cell) else amount
        cells.append(replace(cell, weight=amount, locked_minor=for_once))
    made = split(given.total_minor, cells, given.quantum_minor)
    return replace(made, cells=tuple(kept))


def _shared(rest: int, weights: list[int], floors: list[int], quantum: int) -> list[int]:
    """Share what is left over the free cells; see docs/algorithms/targets.md."""
    least = [-(-floor // quantum) for floor in floors]
    units, over = divmod(rest, quantum)
    if sum(least) > units or (rest and not weights):
        raise SplitError("locks and floors do not fit the total", sum(least) * quantum - rest)
    if not weights:
        return []
    amounts = _with_floors(units, weights if any(weights) else [1] * len(weights), least)
    found = [amount * quantum for amount in amounts]
    found[weights.index(max(weights))] += over
    return found


def _with_floors(units: int, weights: list[int], least: list[int]) -> list[int]:
    """Split units by weights with least amounts that fit: who is below its least gets it and leaves."""
    found = list(least)
    left, whole = units, sum(weights)
    inside = set(range(len(weights)))
    watched = [place for place, floor in enumerate(least) if floor]
    while below := [place for place in watched if left * weights[place] < least[place] * whole]:
        inside.difference_update(below)
        watched = [place for place in watched if place in inside]
        left -= sum(least[place] for place in below)
        whole -= sum(weights[place] for place in below)
    shared = sorted(inside)
    for place, amount in zip(shared, apportion(left, [weights[place] for place in shared]), strict=True):
        found[place] = amount
    return found


def _require_sound(total: int, cells: Sequence[Cell], quantum: int) -> None:
    names = {(cell.account, cell.product, cell.month) for cell in cells}
    if len(names) != len(cells):
        raise ValueError("a cell is given twice")
    numbers = [total, quantum - 1]
    for cell in cells:
        numbers += [cell.weight, cell.floor_minor, cell.locked_minor or 0]
    if min(numbers) < 0:
        raise ValueError("amounts, weights and floors are 0 or more, the quantum 1 or more")
