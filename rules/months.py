"""Calendar months, the period of every plan, evaluation and rebate."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of the business zone, written ``YYYY-MM``; earlier months sort first.

    Attributes:
        first_on: First day of the month.
    """

    first_on: dt.date

    def __post_init__(self) -> None:
        if self.first_on.day != 1:
            raise ValueError(f"a month starts on day 1, not on {self.first_on}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``, years 0001 to 9999.

        Raises:
            ValueError: The text is not a calendar month.
        """
        match = _MONTH.fullmatch(text)
        if match is None or match[1] == "0000":
            raise ValueError(f"not a month (YYYY-MM): {text!r}")
        return cls(dt.date(int(match[1]), int(match[2]), 1))

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Return the month that contains a day."""
        return cls(dt.date(day.year, day.month, 1))

    @property
    def last_on(self) -> dt.date:
        """Last day of the month, inclusive."""
        if self.first_on.month == MONTHS_PER_YEAR:
            return self.first_on.replace(day=31)
        return self.first_on.replace(month=self.first_on.month + 1) - dt.timedelta(days=1)

    @property
    def same_month_last_year(self) -> Month:
        """The month that growth is measured against: never the month before."""
        return self.shift(-MONTHS_PER_YEAR)

    def shift(self, months: int) -> Month:
        """Return the month a number of months later, or earlier when negative.

        Raises:
            ValueError: The result lies outside the years 1 to 9999.
        """
        year, month0 = divmod(self._index + months, MONTHS_PER_YEAR)
        return Month(dt.date(year, month0 + 1, 1))

    @property
    def _index(self) -> int:
        return self.first_on.year * MONTHS_PER_YEAR + self.first_on.month - 1

    def __str__(self) -> str:
        return f"{self.first_on.year:04d}-{self.first_on.month:02d}"


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """List the months from the first to the last, both inclusive; empty when the last is earlier."""
    count = (last.first_on.year - first.first_on.year) * MONTHS_PER_YEAR
    count += last.first_on.month - first.first_on.month
    return tuple(first.shift(number) for number in range(count + 1))
