"""Lists of the manufacturer's people as files, in the order and with the filter of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.rebates import words
from portal.rebates.model import OperationKind
from portal.rebates.program_views import locale
from portal.rebates.views import line_words
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column, file_stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from typing import TypeAlias

    from portal.web.spreadsheet import Format
    from rules.rebate import Program

    Batches: TypeAlias = AsyncIterator[list[dict[str, Any]]]


def line_file(batches: Batches, program: Program, file_format: Format) -> AsyncIterator[bytes]:
    """Yield the lines of a settlement; amounts are exact minor units, sums are worked out in words."""
    labels = {part.id: part.label[locale()] for part in program.components}
    columns = [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 28),
        Column("region", gettext("Region")),
        Column("component", gettext("Line"), 24, lambda name: labels.get(name, name)),
        Column("basis", gettext("Basis (supply value)"), 20),
        Column("rate_bp", gettext("Rate, basis points"), 12),
        Column("amount_minor", gettext("Earned to date"), 18),
        Column("paid_minor", gettext("Settled before"), 18),
        Column("delta_minor", gettext("Posted now"), 18),
        Column("words", gettext("Worked out"), 80),
    ]

    async def told() -> AsyncIterator[list[dict[str, Any]]]:
        async for batch in batches:
            yield [{**row, "words": line_words(program, row)} for row in batch]

    return file_stream(columns, told(), file_format, gettext("Settlement"))


def movement_file(batches: Batches, file_format: Format) -> AsyncIterator[bytes]:
    """Yield the movements of the ledger with what each added to its four kinds of account."""
    columns = [
        Column("id", gettext("Booking"), 10),
        Column("booked_on", gettext("Accounting month"), 14, lambda day: str(day)[:7]),
        Column("kind", gettext("Kind"), 18, lambda kind: gettext(words.OPERATIONS[OperationKind(kind)])),
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 28),
        Column("component", gettext("Line"), 18),
        *(Column(name, gettext(label), 20) for name, label in words.BOOKS.items()),
        Column("reason", gettext("Reason"), 32),
        Column("reverses", gettext("Reverses"), 10),
        Column("program_sha256", gettext("Rule version"), 20),
        Column("inputs_sha256", gettext("Figures"), 20),
    ]
    return file_stream(columns, batches, file_format, gettext("Ledger"))


def watch_file(batches: Batches, file_format: Format) -> AsyncIterator[bytes]:
    """Yield who is within reach of a next tier."""
    columns = [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 28),
        Column("region", gettext("Region")),
        Column("program", gettext("Programme"), 20),
        Column("component", gettext("Line"), 20),
        Column("as_of_on", gettext("As of"), 12),
        Column("basis", gettext("Measured to date"), 18),
        Column("next_from", gettext("Next tier from"), 18),
        Column("distance", gettext("Still missing"), 18),
        Column("gain_minor", gettext("Worth"), 18),
        Column("projected_minor", gettext("Expected at the end"), 18),
    ]
    return file_stream(columns, batches, file_format, gettext("Within reach"))


def owed_file(batches: Batches, file_format: Format) -> AsyncIterator[bytes]:
    """Yield what everybody is owed."""
    columns = [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 28),
        Column("region", gettext("Region")),
        Column("payable_minor", gettext("Owed"), 18),
        Column("accrued_minor", gettext("Expected incentives (not final)"), 18),
        Column("paid_minor", gettext("Paid out so far"), 18),
    ]
    return file_stream(columns, batches, file_format, gettext("Ledger"))


def impact_file(rows: Sequence[dict[str, Any]], file_format: Format) -> AsyncIterator[bytes]:
    """Yield what two versions would have paid to everybody."""
    columns = [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 28),
        Column("region", gettext("Region")),
        Column("candidate_minor", gettext("This version"), 18),
        Column("base_minor", gettext("Version before"), 18),
        Column("difference_minor", gettext("Difference"), 18),
    ]

    async def batch() -> AsyncIterator[Sequence[dict[str, Any]]]:
        yield rows

    return file_stream(columns, batch(), file_format, gettext("Simulation"))
