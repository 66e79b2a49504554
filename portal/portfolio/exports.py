"""The lists of account classes and of prospects as files."""

from __future__ import annotations

from portal.web.formats import percent_bp
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column
from rules.segments import hundredths_text


def list_columns() -> list[Column]:
    """Return the columns in the current language; amounts are exact minor units."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 30),
        Column("region", gettext("Region")),
        Column("class", gettext("Class")),
        Column("before", gettext("Last month")),
        Column("net_minor", gettext("Net of the window")),
        Column("contribution_bp", gettext("Share before it"), 14, percent_bp),
        Column("stability_bp", gettext("Variation"), 14, percent_bp),
        Column("limit_bp", gettext("Limit of variation"), 14, percent_bp),
        Column("months", gettext("Months counted")),
    ]


def prospect_columns() -> list[Column]:
    """Return the columns of the list of prospects in the current language; the score is in hundredths."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 30),
        Column("region", gettext("Region")),
        Column("class", gettext("Class")),
        Column("score", gettext("Score"), 10, _hundredths),
        Column("intent", gettext("Intent")),
        Column("obstacle", gettext("What stands in the way"), 40),
        Column("next_step", gettext("Next step"), 40),
        Column("next_on", gettext("Until")),
        Column("who", gettext("Rated by")),
    ]


def _hundredths(score: int | None) -> str:
    return "" if score is None else hundredths_text(score)
