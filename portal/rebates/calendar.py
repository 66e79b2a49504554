"""What a programme's calendar asks to be settled: every part whose month is over, not opened yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.rebates.model import SettlementKind
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Collection

    from rules.rebate import Program


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a calendar.

    Attributes:
        version_id: Programme version.
        label: Name of the programme.
        kind: Partial or final.
        through: Last month that counts.
    """

    version_id: int
    label: str
    kind: SettlementKind
    through: Month


def due_parts(
    program: Program,
    version_id: int,
    label: str,
    opened: Collection[tuple[dt.date, str, dt.date]],
    today: dt.date,
) -> list[Due]:
    """Return what of a version waits to be settled, oldest first; nothing before a part already settled.

    Args:
        program: A sound programme.
        version_id: Its version.
        label: How it is named on screen.
        opened: Period, kind and last day of what was opened and not put away.
        today: Current day; a part waits from the day after its month.
    """
    found = []
    for period in program.periods():
        last_opened = max((day for first, _, day in opened if first == period.first_on), default=dt.date.min)
        for payment in program.calendar:
            through = Month.of(period.first_on).shift(payment.after_month - 1)
            if last_opened < through.last_on < today:
                found.append(Due(version_id, label, SettlementKind(payment.kind), through))
    return found
