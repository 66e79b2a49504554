"""Files of a dealer's own incentives: a statement's lines, his bookings, the documents behind a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.rebates import words
from portal.rebates.program_views import locale, said, words_of
from portal.rebates.queries.ledger import list_movements
from portal.rebates.queries.sources import iter_source_documents
from portal.rebates.views_own import MOVED
from portal.rebates.views_statement import amount_of
from portal.sales.model import DocumentKind
from portal.web.i18n import gettext, translate
from portal.web.printing.bundle import file_name
from portal.web.spreadsheet import Column, file_stream
from rules.rebate import derivation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portal.access import Viewer
    from portal.rebates.queries.own import OwnDealer
    from portal.rebates.queries.sources import Source
    from portal.rebates.queries.statements import Statement
    from portal.web.spreadsheet import Format

BATCH = 500
KIND_WORDS = {
    DocumentKind.ORDER: "Order",
    DocumentKind.RETURN: "Return",
    DocumentKind.CORRECTION: "Correction",
}


def statement_file(statement: Statement, form: Format) -> tuple[str, AsyncIterator[bytes]]:
    """Return the name and content of a statement's lines as CSV or XLSX, derivations included."""
    through = statement.settlement.through_on if statement.settlement else ""
    title = gettext("Incentive statement")
    name = file_name(title, statement.code, statement.program.code, str(through), ending=form.value)
    columns = [
        Column("through_on", gettext("Through"), 12),
        Column("kind", gettext("Kind"), 16),
        Column("component", gettext("Line"), 26),
        Column("basis", gettext("Measured"), 18),
        Column("rate_bp", gettext("Rate, basis points"), 12),
        Column("derivation", gettext("How it adds up"), 70),
        Column("amount_minor", gettext("Earned to date"), 18),
        Column("paid_minor", gettext("Settled before"), 18),
        Column("delta_minor", gettext("Posted now"), 18),
    ]
    return name, file_stream(columns, _lines(statement), form, title)


async def _lines(statement: Statement) -> AsyncIterator[list[dict[str, Any]]]:
    settlement, program = statement.settlement, statement.program
    yield [
        {
            "through_on": settlement.through_on if settlement else None,
            "kind": gettext(words.SETTLEMENT_KINDS[settlement.kind]) if settlement else "",
            "component": said(one.component.label),
            "basis": None if one.line.is_missing else one.line.basis,
            "rate_bp": one.line.rate_bp,
            "derivation": words_of(
                "; ".join(derivation(amount_of(one.line, one.component), program, locale())), program
            ),
            "amount_minor": one.line.amount_minor,
            "paid_minor": one.line.paid_minor,
            "delta_minor": one.line.delta_minor,
        }
        for one in statement.lines
    ]


def movements_file(viewer: Viewer, dealer: OwnDealer, form: Format) -> tuple[str, AsyncIterator[bytes]]:
    """Return the name and content of every booking of a dealer as CSV or XLSX."""
    title = gettext("Bookings of incentives")
    columns = [
        Column("booked_on", gettext("Month of the books"), 14),
        Column("at", gettext("Booked at"), 20, lambda at: at.isoformat(timespec="seconds")),
        Column("what", gettext("What happened"), 34),
        Column("component", gettext("Line"), 20),
        Column("reason", gettext("Reason"), 34),
        Column("payable_minor", gettext("Owed to you"), 18),
        Column("accrued_minor", gettext("Expected (not final)"), 18),
    ]
    name = file_name(title, dealer.code, ending=form.value)
    return name, file_stream(columns, _movements(viewer, dealer.id), form, title)


async def _movements(viewer: Viewer, account_id: int) -> AsyncIterator[list[dict[str, Any]]]:
    before: int | None = None
    while rows := await list_movements(viewer, account_id, BATCH, before):
        yield [
            {
                "booked_on": row.booked_on,
                "at": row.at,
                "what": translate(MOVED[row.kind.value]),
                "component": row.component,
                "reason": row.reason,
                "payable_minor": row.payable_minor,
                "accrued_minor": row.accrued_minor,
            }
            for row in rows
        ]
        before = rows[-1].id


def documents_file(source: Source, title: str, form: Format) -> tuple[str, AsyncIterator[bytes]]:
    """Return the name and content of the documents a figure adds up, as CSV or XLSX."""
    value = gettext("Quantity") if source.is_quantity else gettext("Amount")
    columns = [
        Column("on", gettext("Day"), 12),
        Column("number", gettext("Document"), 20),
        Column("kind", gettext("Kind"), 12, lambda kind: gettext(KIND_WORDS[kind])),
        Column("lines", gettext("Lines"), 8),
        Column("value", value, 18),
    ]
    return file_name(title, ending=form.value), file_stream(
        columns, iter_source_documents(source), form, title
    )
