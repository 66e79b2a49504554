"""The file of a payout for the ERP; amounts are exact minor units."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from portal.web.i18n import gettext
from portal.web.spreadsheet import Column, file_stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from portal.rebates.queries.payouts import PayoutLine
    from portal.web.spreadsheet import Format


def payout_columns() -> list[Column]:
    """Return the columns of a payout file; the ERP acknowledges each line by its number."""
    return [
        Column("id", gettext("Line"), 10),
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 28),
        Column("amount_minor", gettext("Amount to pay"), 18),
        Column("state", gettext("State"), 12),
        Column("reference", gettext("Payment reference"), 20),
        Column("paid_on", gettext("Paid on"), 12),
    ]


def payout_file(lines: Sequence[PayoutLine], file_format: Format) -> AsyncIterator[bytes]:
    """Yield a payout for the ERP as CSV or XLSX."""
    return file_stream(payout_columns(), _batch(lines), file_format, gettext("Payout"))


async def _batch(lines: Sequence[PayoutLine]) -> AsyncIterator[list[dict[str, Any]]]:
    yield [asdict(line) for line in lines]
