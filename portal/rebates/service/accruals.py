"""The nightly accrual: every programme that runs, as far as its last complete day."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.errors import Conflict, Invalid, Message
from portal.rebates.queries.versions import list_approved
from portal.rebates.service.settlements import accrue

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.settings import Settings
    from rules.months import Month

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Accrued:
    """What was asked for.

    Attributes:
        settlements: The accruals that were opened; a worker calculates and books them.
        skipped: Programme and label of each version that waits, and why.
    """

    settlements: tuple[int, ...]
    skipped: tuple[tuple[str, Message], ...]


async def accrue_all(viewer: Viewer | None, as_of: dt.date) -> Accrued:
    """Accrue every approved version that runs on a day; one that waits does not keep the others.

    A version whose settlement is on its way is left out: what it settles is accrued the night after. Accruing
    a day again posts only what changed since.

    Args:
        viewer: Who asks; None is the portal itself, every night.
        as_of: Last day that counts.
    """
    opened: list[int] = []
    skipped: list[tuple[str, Message]] = []
    for version in await list_approved(as_of):
        if version.term is None or not version.term.covers(as_of):
            continue
        try:
            opened.append(await accrue(viewer, version.id, as_of))
        except (Conflict, Invalid) as error:
            skipped.append((f"{version.program} {version.label}", error.message))
    return Accrued(tuple(opened), tuple(skipped))


async def accrue_month(viewer: Viewer | None, month: Month, today: dt.date) -> Accrued:
    """Accrue every version that ran in a month through its last complete day before today.

    Raises:
        Invalid: The month has not begun, or began today.
    """
    as_of = min(month.last_on, today - dt.timedelta(days=1))
    if as_of < month.first_on:
        raise Invalid.of("month", "%(month)s has no complete day yet.", month=str(month))
    return await accrue_all(viewer, as_of)


async def accrue_today(settings: Settings) -> int:
    """Accrue yesterday, the last complete day in the business zone, for the morning's chores."""
    yesterday = dt.datetime.now(settings.zone).date() - dt.timedelta(days=1)
    found = await accrue_all(None, yesterday)
    for name, reason in found.skipped:
        logger.warning("no accrual of %s: %s", name, reason)
    return len(found.settlements)
