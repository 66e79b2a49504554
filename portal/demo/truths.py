"""Dealers whose behaviour is known beforehand, so that figures can be checked against the intention.

A truth is built into the rows themselves: October 2026 of a mirrored dealer repeats his October 2025 line by
line with every amount multiplied by an exact fraction (prices are whole hundreds of won), so growth against
the same month last year is that fraction to the won, and the number of active retail points is unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

STORY_DEALER = 0


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about one dealer.

    Attributes:
        dealer: Position among the demo's dealers, 0 first.
        about: What he stands for.
        october_ratio: October 2026 sales as a multiple of October 2025, or None when drawn like the rest.
        first_month: First month with sales as ``YYYY-MM``, or empty when he sells from the beginning.
        shares_sales: Whether the manufacturer may see his sales to outlets and retail points.
        has_targets: Whether targets were agreed with him.
        silent_months: Months without any sale, as ``YYYY-MM``.
    """

    dealer: int
    about: str
    october_ratio: Fraction | None = None
    first_month: str = ""
    shares_sales: bool = True
    has_targets: bool = True
    silent_months: tuple[str, ...] = ()


TRUTHS = (
    Truth(STORY_DEALER, "grows by exactly 12 %", october_ratio=Fraction(112, 100)),
    Truth(1, "falls by exactly 35 %", october_ratio=Fraction(65, 100)),
    Truth(2, "sells for five months only: too young for a stability figure", first_month="2026-06"),
    Truth(3, "shares nothing: sell-through is 해당 없음, never fewer points", shares_sales=False),
    Truth(4, "sold nothing in October", silent_months=("2026-10",)),
    Truth(5, "agreed no targets: attainment is 해당 없음", has_targets=False),
    Truth(6, "sells exactly what he sold last October", october_ratio=Fraction(1)),
)
BY_DEALER = {truth.dealer: truth for truth in TRUTHS}
