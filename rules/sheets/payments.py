"""What an incentive programme pays every subject of a history under every grade, for rehearsing a version.

The amounts are worked out once per programme; a version only chooses among them, so that money follows a
slider as fast as grades do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rules.months import Month
from rules.sheets.scores import Integers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rules.facts import FactTable
    from rules.rulebook import Rulebook
    from rules.sheets.history import History
    from rules.sheets.scores import Scores
    from rules.sheets.slider import Moved

LISTED = 5


@dataclass(frozen=True, eq=False)
class Payments:
    """What is paid after the months that end a settlement period.

    Attributes:
        grades: Grades the columns stand for, one column each; one more column, the last, is for no grade.
        months: By settled month, amounts in minor units per subject (rows in the order of the month's table)
            and grade (columns). Their sum over a history fits 64 bits.
    """

    grades: tuple[str, ...]
    months: Mapping[Month, Integers]

    def pay(self, book: Rulebook, table: FactTable, scores: Scores) -> NDArray[np.int64]:
        """Pay every subject of a month by its grade, as ``rules.simulate.simulate`` asks a programme to."""
        return self._month(book, table)[np.arange(len(table.subjects)), scores.grade]

    def rows(self, book: Rulebook, history: History) -> Integers:
        """Return the amounts of a stack: rows as its rows, columns the book's grades and no grade."""
        months = [self._month(book, table) for table in history.tables]
        return np.concatenate([np.zeros((0, len(book.grades) + 1), np.int64), *months])

    def _month(self, book: Rulebook, table: FactTable) -> Integers:
        """Return the amounts of a month in the columns of a book; NO_GRADE finds the last one."""
        amounts = self.months.get(table.month)
        if amounts is None:
            return np.zeros((len(table.subjects), len(book.grades) + 1), np.int64)
        last = len(self.grades)
        known = {grade: place for place, grade in enumerate(self.grades)}
        return amounts[:, [*(known.get(step.grade, last) for step in book.grades), last]]


@dataclass(frozen=True, slots=True, eq=False)
class Paid:
    """What a move changes in money, over all months together, in minor units.

    Attributes:
        base_minor: Paid to everybody before the move.
        gain_minor: By subject, what is paid more; negative for less.
    """

    base_minor: int
    gain_minor: Integers

    @property
    def difference_minor(self) -> int:
        """What is paid more to everybody."""
        return int(self.gain_minor.sum())

    @property
    def candidate_minor(self) -> int:
        """Paid to everybody after the move."""
        return self.base_minor + self.difference_minor

    @property
    def more(self) -> int:
        """Subjects that are paid more."""
        return int(np.count_nonzero(self.gain_minor > 0))

    @property
    def less(self) -> int:
        """Subjects that are paid less."""
        return int(np.count_nonzero(self.gain_minor < 0))

    def winners(self, listed: int = LISTED) -> list[tuple[int, int]]:
        """Return place and gain of those that gain most, the most first; equal ones by place."""
        order = np.argsort(-self.gain_minor, kind="stable")[:listed].tolist()
        return [(place, int(self.gain_minor[place])) for place in order if self.gain_minor[place] > 0]

    def losers(self, listed: int = LISTED) -> list[tuple[int, int]]:
        """Return place and gain of those that lose most, the most first; equal ones by place."""
        order = np.argsort(self.gain_minor, kind="stable")[:listed].tolist()
        return [(place, int(self.gain_minor[place])) for place in order if self.gain_minor[place] < 0]


def paid(moved: Moved, rows: Integers, base_minor: int, owners: Integers, count: int) -> Paid:
    """Say what a move changes in money.

    Args:
        moved: What a slider or ``compare`` found.
        rows: Amounts of the stack, see ``Payments.rows``.
        base_minor: What the stack's own grades are paid, see ``paid_before``.
        owners: Whose each row of the stack is.
        count: Number of subjects.
    """
    change = rows[moved.subjects, moved.after] - rows[moved.subjects, moved.before]
    gain = np.zeros(count, np.int64)
    np.add.at(gain, owners[moved.subjects], change)
    return Paid(base_minor, gain)


def paid_before(rows: Integers, grade: Integers) -> int:
    """Return what the grades of a stack are paid in all."""
    return int(rows[np.arange(len(rows)), grade].sum())
