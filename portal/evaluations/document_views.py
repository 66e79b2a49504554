"""What the page of documents behind a value shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.evaluations.queries.documents import PARTS, find_behind, list_documents, total_of
from portal.evaluations.views import locale
from portal.sales.model import DocumentKind
from portal.web import formats
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.evaluations.queries.documents import Part
    from portal.evaluations.queries.sheets import Sheet
    from portal.paging import Cursor

PART_WORDS = {
    "this": "This month",
    "last_year": "The same month last year",
    "window": "Twelve months",
    "returns": "Returns of the month",
    "paid": "Payments of the month",
    "due": "Due in the month",
}
KIND_WORDS = {
    DocumentKind.ORDER: "Order",
    DocumentKind.RETURN: "Return",
    DocumentKind.CORRECTION: "Correction",
    None: "Payment",
}


async def document_view(
    viewer: Viewer, sheet: Sheet, kpi: str, part: Part, cursor: Cursor, card_href: str
) -> dict[str, Any]:
    """Return the context of the page: the fraction in words, its parts as tabs, a page of documents."""
    here = f"{card_href}/documents/{kpi}"
    behind = await find_behind(viewer, sheet, part)
    rows = await list_documents(behind, cursor) if behind else None
    following = f"{here}?part={part.name}"
    return {
        "head_": sheet.head,
        "card_href": card_href,
        "fraction": _fraction(sheet, kpi),
        "tabs_shown": [
            {
                "href": f"{here}?part={one.name}",
                "label": gettext(PART_WORDS[one.name]),
                "current": one == part,
            }
            for one in PARTS[kpi]
        ],
        "shared": behind is not None,
        "total": await total_of(behind) if behind else None,
        "rows": [
            {
                "on": row.on,
                "number": row.number,
                "kind": gettext(KIND_WORDS[row.kind]),
                "buyer": row.buyer,
                "lines": row.lines,
                "amount_minor": row.amount_minor,
            }
            for row in (rows.rows if rows else ())
        ],
        "next_href": f"{following}&after={rows.next_after}" if rows and rows.next_after else "",
        "previous_href": f"{following}&before={rows.previous_before}"
        if rows and rows.previous_before
        else "",
        "file_href": f"{here}/file?part={part.name}",
    }


def _fraction(sheet: Sheet, kpi: str) -> dict[str, Any]:
    """Return what stands above and below the line, in words and numbers, as the scorecard used them."""
    known = sheet.kpis[kpi]
    fact = sheet.facts[kpi]
    return {
        "label": known.label[locale()],
        "numerator": (known.numerator[locale()], formats.number(fact.numerator)),
        "denominator": (known.denominator[locale()], formats.number(fact.denominator)),
        "n": (known.n[locale()], formats.number(fact.n)),
        "missing": fact.value_scaled is None,
    }


def columns() -> list[Column]:
    """Return the columns of the file in the language of the request."""
    return [
        Column("on", gettext("Day"), 12, str),
        Column("number", gettext("Document"), 20),
        Column("kind", gettext("Kind"), 12, lambda kind: gettext(KIND_WORDS[kind])),
        Column("buyer", gettext("Buyer"), 28),
        Column("lines", gettext("Lines"), 8),
        Column("amount_minor", gettext("Amount"), 16),
    ]
