"""What the pages behind a line show: months, documents, one document, the difference to today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.errors import Message
from portal.rebates.exports_own import KIND_WORDS
from portal.rebates.program_views import said
from portal.rebates.queries.settlements import Line, Settlement
from portal.rebates.queries.sources import Source, list_source_documents, months_of, parts_of
from portal.rebates.views_own import PATH, own_path, size_text
from portal.web.i18n import gettext, translate
from rules.months import Month
from rules.rebate import Component, Program

if TYPE_CHECKING:
    from portal.paging import Cursor
    from portal.rebates.queries.sources import OpenedDocument

View = dict[str, Any]
PARTS = {"this": Message("What counted"), "growth": Message("A year before"), "mix": Message("All goods")}


@dataclass(frozen=True)
class Behind:
    """A line with what its figure adds up."""

    line: Line
    settlement: Settlement
    program: Program
    component: Component
    part: str
    source: Source

    @property
    def here(self) -> str:
        """Address of the page of its months."""
        return f"{PATH}/lines/{self.line.id}/documents"


async def documents_view(behind: Behind, month: Month | None, cursor: Cursor) -> View:
    """Return the months of a figure, and with a month its documents."""
    months = await months_of(behind.source)
    now = sum(row.value for row in months)
    settled = behind.line.basis if behind.part == "this" else behind.line.compare
    days = (month.first_on, month.last_on) if month else None
    found = await list_source_documents(behind.source, cursor, days) if month else None
    following = f"{behind.here}?part={behind.part}&month={month}"
    return {
        **_head(behind),
        "tabs_shown": _tabs(behind),
        "settled": size_text(behind.component, settled),
        "now": size_text(behind.component, now),
        "difference": "" if settled is None or now == settled else size_text(behind.component, now - settled),
        "months": [
            {
                "href": f"{behind.here}?part={behind.part}&month={Month.of(row.month_on)}#documents",
                "month_on": row.month_on,
                "documents": row.documents,
                "value": size_text(behind.component, row.value),
                "current": month is not None and row.month_on == month.first_on,
            }
            for row in months
        ],
        "month": month,
        "rows": [
            {
                "href": f"{behind.here}/{row.id}?part={behind.part}",
                "on": row.on,
                "number": row.number,
                "kind": gettext(KIND_WORDS[row.kind]),
                "lines": row.lines,
                "value": size_text(behind.component, row.value),
            }
            for row in (found.rows if found else ())
        ],
        "next_href": f"{following}&after={found.next_after}" if found and found.next_after else "",
        "previous_href": f"{following}&before={found.previous_before}"
        if found and found.previous_before
        else "",
        "file_href": f"{behind.here}/file?part={behind.part}",
    }


def document_view(behind: Behind, opened: OpenedDocument) -> View:
    """Return a document with every line, those that do not count marked."""
    counted = sum(
        line.quantity if behind.source.is_quantity else line.amount_minor
        for line in opened.lines
        if line.counts
    )
    return {
        **_head(behind),
        "document": opened,
        "kind": gettext(KIND_WORDS[opened.kind]),
        "counted": size_text(behind.component, counted),
        "month_href": f"{behind.here}?part={behind.part}&month={Month.of(opened.on)}#documents",
    }


def _head(behind: Behind) -> View:
    settlement = behind.settlement
    return {
        "label": said(behind.component.label),
        "program_label": said(behind.program.label),
        "with_vat": behind.program.amounts == "vat_included",
        "settlement": settlement,
        "statement_href": own_path(settlement.version_id, f"/statement?settlement={settlement.id}"),
    }


def _tabs(behind: Behind) -> list[View]:
    names = parts_of(behind.component)
    if len(names) == 1:
        return []
    compare = translate(PARTS[behind.component.basis.measure])
    return [
        {
            "href": f"{behind.here}?part={name}",
            "label": translate(PARTS["this"]) if name == "this" else compare,
            "current": name == behind.part,
        }
        for name in names
    ]
