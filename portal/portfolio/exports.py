"""The list of account classes as a file."""

from __future__ import annotations

from portal.web.formats import percent_bp
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column


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
