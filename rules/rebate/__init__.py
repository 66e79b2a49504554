"""Sales incentives (판매장려금) to the won: programmes as data, exact lines, settlement by delta.

Pure: a programme and what was measured in, amounts out. docs/algorithms/rebate.md says it in words.
"""

from __future__ import annotations

from rules.rebate.calculation import Calculation, calculate
from rules.rebate.checks import check_program, double_counted
from rules.rebate.conditions import terms_decided, terms_of
from rules.rebate.lines import SalesLine, measured
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
from rules.rebate.vector import BasisColumn, Calculations, TermsColumn, calculate_many
from rules.rebate.words import derivation, explain

__all__ = [
    "Basis",
    "BasisColumn",
    "BasisValue",
    "Calculation",
    "Calculations",
    "Clawback",
    "Component",
    "LineAmount",
    "NextTier",
    "Payment",
    "Payout",
    "Period",
    "Program",
    "Rounding",
    "SalesLine",
    "Terms",
    "TermsColumn",
    "Tier",
    "calculate",
    "calculate_many",
    "check_program",
    "delta",
    "derivation",
    "double_counted",
    "explain",
    "measured",
    "next_tier",
    "payout",
    "project",
    "terms_decided",
    "terms_of",
]
