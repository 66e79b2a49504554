"""The board of development: stages, what is known of an account on it, limits in the URL. Pure.

The rule in words: docs/algorithms/board.md. Source: FEATURES S57, "first paid" and "retained" of D2.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from portal.paging import UrlFilter
from portal.plans.targeting import Stage
from portal.plans.visiting import id_in
from rules.months import Month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

ORDER_STAGES = (Stage.OPENED, Stage.REPEAT)
NO_DATA = "none"
_TEXT_MOST = 120


@dataclass(frozen=True, slots=True)
class BoardFilter(UrlFilter):
    """Limits of the board, as in the URL; an empty one is no limit.

    Attributes:
        region: Path of a region; its subtree is included.
        area: Area of the accounts, as written there.
        dealer: Id of a dealer.
        representative: Id of a person who looks after dealers.
        month: Month such as ``2026-10`` at whose end the board is shown; empty = today.
        stage: A ``Stage`` shown as a list; empty = all columns.
        data: ``NO_DATA`` for accounts whose orders nobody knows.
    """

    region: str = ""
    area: str = ""
    dealer: str = ""
    representative: str = ""
    month: str = ""
    stage: str = ""
    data: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> BoardFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:_TEXT_MOST].strip() for field in fields(cls)}
        for name in ("dealer", "representative"):
            known[name] = known[name] if id_in(known[name]) is not None else ""
        if known["stage"] not in list(Stage):
            known["stage"] = ""
        if known["data"] != NO_DATA:
            known["data"] = ""
        if month_of(known["month"]) is None:
            known["month"] = ""
        if not known["area"].isprintable():
            known["area"] = ""
        return cls(**known)

    @property
    def is_list(self) -> bool:
        """Whether one column, or the accounts without data, is wanted as a list."""
        return bool(self.stage or self.data)

    def as_of(self, today: dt.date) -> dt.date:
        """Return the last day whose facts count: the month's last, and never a day to come."""
        month = month_of(self.month)
        return min(month.last_on, today) if month else today


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """How many accounts stand in a column.

    Attributes:
        n: Those whose furthest stage it is.
        reached: Those that came this far or further.
        of: Those of whom it can be known: all of them, or in the columns of orders those with data.
        unknown: Those of whom it cannot: 해당 없음, never "not opened".
    """

    stage: Stage
    n: int
    reached: int
    of: int
    unknown: int


def columns_of(counts: Mapping[tuple[str, bool], int]) -> tuple[BoardColumn, ...]:
    """Return the columns in order.

    Args:
        counts: (furthest stage, whether orders are known) → accounts.
    """
    total = sum(counts.values())
    known = sum(n for (_, has_data), n in counts.items() if has_data)
    found, left = [], total
    for stage in Stage:
        n = sum(each for (name, _), each in counts.items() if name == stage)
        is_order = stage in ORDER_STAGES
        found.append(
            BoardColumn(stage, n, left, known if is_order else total, total - known if is_order else 0)
        )
        left -= n
    return tuple(found)


def month_of(text: str) -> Month | None:
    """Return the month a text names, or None."""
    try:
        return Month.parse(text)
    except ValueError:
        return None
