"""Settlement by delta: what the cumulative calculation says, less what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.rebate.calculation import Calculation
    from rules.rebate.model import Clawback, PaymentKind


@dataclass(frozen=True, slots=True)
class Payout:
    """What is done about a settlement's sum.

    Attributes:
        pay_minor: Paid now; negative where it is asked back at once.
        carried_minor: Negative or 0: set off against the next payments.
    """

    pay_minor: int
    carried_minor: int


def delta(
    calculation: Calculation,
    paid: Mapping[str, int],
    kind: PaymentKind = "final",
    recent: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Return what a settlement posts per component: earned so far less paid so far.

    A negative delta takes back at most what was paid inside the claw-back window, and nothing where the
    programme has no claw-back: nobody ever pays in. Lines whose measure is missing stay as they are; so do
    lines that conditions, later terms or missing acceptance bar, because what was earned before is never the
    price of what came after, and in a partial settlement the lines of the final one.

    Args:
        calculation: Cumulative since the period began, or the programme for components of that window.
        paid: What was posted before, by component, those included that the programme no longer has.
        kind: Kind of the settlement.
        recent: The part of ``paid`` that was posted inside the claw-back window; None means all of it.
    """
    earned = {line.component: line.amount_minor for line in calculation.lines}
    waiting = {*calculation.missing, *calculation.barred}
    if kind == "partial":
        waiting |= {part.id for part in calculation.program.components if part.paid_at == "final"}
    reachable = paid if recent is None else recent
    clawback = calculation.program.clawback
    due = {}
    for component in (*earned, *(name for name in paid if name not in earned)):
        amount = 0 if component in waiting else earned.get(component, 0) - paid.get(component, 0)
        most = max(0, min(reachable.get(component, 0), paid.get(component, 0))) if clawback else 0
        due[component] = max(amount, -most)
    return due


def payout(due: Mapping[str, int], carried_minor: int, clawback: Clawback | None) -> Payout:
    """Return what to pay of a settlement's sum, what was carried before set off.

    Args:
        due: A ``delta``.
        carried_minor: Carried from the settlement before: negative or 0.
        clawback: Of the programme.

    Raises:
        ValueError: A positive carry.
    """
    if carried_minor > 0:
        raise ValueError(f"what is carried is taken back later, so never positive: {carried_minor}")
    total = sum(due.values()) + carried_minor
    if total < 0 and clawback and clawback.carry_forward:
        return Payout(0, total)
    return Payout(total, 0)
