"""The proof of a settlement for the screen: every line derived again, every booking what its line says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.files.queries import DamagedFileError
from portal.rebates.calculations import entry_of
from portal.rebates.model import SettlementState
from portal.rebates.queries.settlements import get_settlement, lines_of
from portal.rebates.replay import replay

if TYPE_CHECKING:
    from portal.rebates.queries.settlements import Line, Settlement

NAMED = 20


@dataclass(frozen=True, slots=True)
class Proof:
    """What deriving a settlement again found.

    Attributes:
        lines: Lines derived.
        differing: Code and component of lines that do not follow from the figures; at most the first 20.
        figures_kept: Whether the stored figures are there unaltered.
        bookings_equal: Whether the ledger holds exactly what the lines say; True before it is posted.
    """

    lines: int
    differing: tuple[str, ...]
    figures_kept: bool
    bookings_equal: bool

    @property
    def equal(self) -> bool:
        """Whether everything is as it was."""
        return not self.differing and self.figures_kept and self.bookings_equal


async def prove(settlement_id: int) -> Proof:
    """Derive a calculated settlement again and compare it with the ledger; nothing is written.

    Raises:
        NotFound: There is none.
    """
    settlement, lines = await get_settlement(settlement_id), await lines_of(settlement_id)
    differing, kept = [], True
    try:
        differing = await replay(settlement_id)
    except (LookupError, DamagedFileError):
        kept = False
    booked = await _booked_as_said(settlement, lines)
    return Proof(len(lines), tuple(differing[:NAMED]), kept, booked)


async def _booked_as_said(settlement: Settlement, lines: list[Line]) -> bool:
    if settlement.state is not SettlementState.POSTED or settlement.booked_on is None:
        return True
    entries = (entry_of(settlement, line, settlement.booked_on) for line in lines)
    wanted = {
        entry.key: {books.value: amount for books, amount in entry.postings} for entry in entries if entry
    }
    booked: dict[str, dict[str, int]] = {}
    for row in await fetch(
        "select o.idempotency_key as key, l.kind, p.amount_minor from ledger_operation o"
        " join ledger_posting p on p.operation = o.id join ledger_account l on l.id = p.ledger_account"
        " where o.settlement = {}",
        settlement.id,
    ):
        booked.setdefault(row["key"], {})[row["kind"]] = row["amount_minor"]
    return booked == wanted
