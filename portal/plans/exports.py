"""Candidates of a plan as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.plans import words
from portal.plans.model import Evidence, Indicator
from portal.plans.queries.lines import iter_lines
from portal.plans.views import decided
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portal.access import Viewer
    from portal.plans.queries.lines import LineFilter

Row = dict[str, Any]


def line_columns() -> list[Column]:
    """Return the columns in the current language."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 30),
        Column("region", gettext("Region")),
        Column("person", gettext("Representative")),
        Column("class_code", gettext("Class"), 8),
        Column("target", gettext("Target list"), 10),
        Column("score", gettext("Score"), 8),
        Column("asked", gettext("Visits asked"), 10),
        Column("planned", gettext("Visits planned"), 10),
        Column("reason", gettext("Reason"), 60),
        Column("indicator", gettext("Indicator")),
        Column("evidence", gettext("Evidence")),
        Column("goal", gettext("Goal"), 10),
    ]


async def line_rows(viewer: Viewer, plan_id: int, wanted: LineFilter) -> AsyncIterator[list[Row]]:
    """Yield the candidates of a list with words in place of codes, in batches."""
    async for batch in iter_lines(viewer, plan_id, wanted):
        yield [
            row
            | {
                "target": "●" if row["is_target"] else "",
                "reason": decided(row),
                "indicator": gettext(words.INDICATORS[Indicator(row["indicator"])]),
                "evidence": gettext(words.EVIDENCES[Evidence(row["evidence"])]),
            }
            for row in batch
        ]
