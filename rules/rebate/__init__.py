"""Sales incentives (판매장려금) to the won: programmes as data, exact lines, settlement by delta.

Pure: a programme and what was measured in, amounts out. docs/algorithms/rebate.md says it in words.
"""

from __future__ import annotations

from rules.rebate.calculation import Calculation, calculate
from rules.rebate.model import (
    Basis,
    BasisValue,
    Clawback,
    Component,
    LineAmount,
    NextTier,
    Payment,
    Period,
    Rounding,
    Terms,
    Tier,
)
from rules.rebate.outlook import next_tier, project
from rules.rebate.program import Program
from rules.rebate.settlement import Payout, delta, payout

__all__ = [
    "Basis",
    "BasisValue",
    "Calculation",
    "Clawback",
    "Component",
    "LineAmount",
    "NextTier",
    "Payment",
    "Payout",
    "Period",
    "Program",
    "Rounding",
    "Terms",
    "Tier",
    "calculate",
    "delta",
    "next_tier",
    "payout",
    "project",
]
