"""Tiers of a rebate as they are felt: where more turnover pays less, or one won more pays a lot more."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from rules.money import RoundingMode, round_to, times_basis_points
from rules.verify.findings import Finding, Severity, Witness, filled
from rules.verify.texts import MESSAGES
from rules.words import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TierMode = Literal["retroactive", "marginal", "step"]
Boundary = Literal["inclusive", "exclusive"]
Tier = tuple[int, int]
"""Lower edge in minor units; rate in basis points, or in mode ``step`` an amount in minor units."""

FALL: tuple[str, Severity] = ("payout_falls", "block")
JUMP: tuple[str, Severity] = ("payout_jumps", "info")


@dataclass(frozen=True, slots=True)
class TierStep:
    """The two neighbouring amounts at the edge of a tier, in minor units.

    Attributes:
        below: Largest amount below the tier.
        amount: Smallest amount in it, ``below`` + 1.
        before: Payout at ``below``.
        after: Payout at ``amount``.
    """

    below: int
    amount: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class TierTable:
    """Tiers with everything that decides a payout.

    Attributes:
        tiers: Edges rising from 0 or more; below the first nothing is paid.
        mode: ``retroactive`` pays the rate reached on the whole amount, ``marginal`` each tier's rate on its
            own slice, ``step`` a fixed amount.
        boundary: Whether an amount equal to the edge is in the tier (``inclusive``) or still below it.
        rounding: How the payout is rounded, once.
        quantum: To a multiple of this, in minor units.
    """

    tiers: tuple[Tier, ...]
    mode: TierMode
    boundary: Boundary = "inclusive"
    rounding: RoundingMode = "down"
    quantum: int = 1

    def payout(self, amount_minor: int) -> int:
        """Return what an amount of 0 or more pays, in minor units."""
        reached = [tier for tier in self.tiers if self._reaches(amount_minor, tier[0])]
        if not reached:
            return 0
        if self.mode == "step":
            return round_to(reached[-1][1], self.quantum, self.rounding)
        if self.mode == "retroactive":
            return times_basis_points(amount_minor, reached[-1][1], self.rounding, self.quantum)
        ends = [edge for edge, _ in reached[1:]] + [amount_minor]
        total = sum((end - edge) * rate for (edge, rate), end in zip(reached, ends, strict=True))
        return times_basis_points(total, 1, self.rounding, self.quantum)

    def steps(self) -> tuple[TierStep, ...]:
        """Return the two amounts at every edge above 0, and what they pay."""
        edges = [edge if self.boundary == "inclusive" else edge + 1 for edge, _ in self.tiers]
        return tuple(
            TierStep(edge - 1, edge, self.payout(edge - 1), self.payout(edge)) for edge in edges if edge > 0
        )

    def _reaches(self, amount_minor: int, edge: int) -> bool:
        return amount_minor >= edge if self.boundary == "inclusive" else amount_minor > edge


def check_tiers(
    tiers: Sequence[Tier],
    mode: TierMode,
    boundary: Boundary = "inclusive",
    rounding: RoundingMode = "down",
    quantum: int = 1,
    unit: str = "",
) -> tuple[Finding, ...]:
    """Report every edge at which the payout falls (block) or jumps (info), with the amounts on both sides.

    A payout can only fall at an edge or in a tier with a negative rate, so the answer is exact.

    Args:
        tiers: Lower edges in minor units with their rates in basis points, or amounts in mode ``step``.
        mode: See ``TierTable``.
        boundary: See ``TierTable``.
        rounding: See ``TierTable``.
        quantum: See ``TierTable``.
        unit: Printed behind amounts.
    """
    wrong = [edge for (before, _), (edge, _) in pairwise(((-1, 0), *tiers)) if edge <= before]
    if wrong:
        text = filled(MESSAGES["tier_order"], amount=_amount(wrong[0], unit))
        return (Finding("block", "tier_order", (), text),)
    table = TierTable(tuple(tiers), mode, boundary, rounding, quantum)
    return (*_negative(table, unit), *_edges(table, unit))


def _negative(table: TierTable, unit: str) -> Iterator[Finding]:
    for edge, rate in table.tiers:
        if rate < 0:
            text = filled(MESSAGES["negative_rate"], amount=_amount(edge, unit))
            yield Finding("block", "negative_rate", (), text)


def _edges(table: TierTable, unit: str) -> Iterator[Finding]:
    for step in table.steps():
        jump = step.after - step.before
        if jump < 0 or (table.mode != "marginal" and jump > table.quantum):
            kind, severity = FALL if jump < 0 else JUMP
            numbers = {
                "below": step.below,
                "amount": step.amount,
                "before": step.before,
                "after": step.after,
            }
            texts = {name: _amount(number, unit) for name, number in numbers.items()}
            pair = (_witness(step.below, step.before, unit), _witness(step.amount, step.after, unit))
            yield Finding(severity, kind, (), filled(MESSAGES[kind], **texts), pair)


def _witness(amount: int, payout: int, unit: str) -> Witness:
    text = f"{_amount(amount, unit)} ⇒ {_amount(payout, unit)}"
    return Witness({"amount": amount, "payout": payout}, {"ko": text, "en": text})


def _amount(amount: int, unit: str) -> str:
    return number_text(Decimal(amount), unit)
