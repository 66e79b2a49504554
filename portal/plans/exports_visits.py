"""Visits as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.service import record
from portal.db import unit_of_work
from portal.plans import words_visits as words
from portal.plans.model import Outcome, Rank
from portal.plans.policies import EXPORT
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.audit.model import Subject


def visit_columns() -> list[Column]:
    """Return the columns of the list of visits, in the current language."""
    return [
        Column("id", gettext("Number")),
        Column("visited_on", gettext("Day")),
        Column("code", gettext("Code")),
        Column("name", gettext("Account"), 26),
        Column("dealer", gettext("Dealer"), 26),
        Column("region", gettext("Region")),
        Column("visitor", gettext("Visitor"), 18),
        Column("rank", gettext("Came as"), 16, lambda code: gettext(words.RANKS[Rank(code)])),
        Column("outcome", gettext("Result"), 16, lambda code: gettext(words.OUTCOMES[Outcome(code)])),
        Column("cases", gettext("Cases")),
        Column("minutes", gettext("Minutes")),
        Column("planned", gettext("Planned")),
        Column("whole", gettext("Note"), 60),
        Column("cancelled_at", gettext("Taken back"), 20),
        Column("cancelled_reason", gettext("Why"), 40),
    ]


async def record_export(viewer: Viewer, subject: Subject, action: str, note: str) -> None:
    """Append to the audit log who takes what out of the portal, in a unit of work of its own."""
    async with unit_of_work():
        await record(viewer.signature(EXPORT), action, subject, note=note)
