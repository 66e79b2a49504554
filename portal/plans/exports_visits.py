"""Visits as files."""

from __future__ import annotations

from portal.plans import words_visits as words
from portal.plans.model import Outcome, Rank
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column


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
