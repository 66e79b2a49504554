"""Plans met by dealers over several months: visits made of those planned, as evaluations count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.plans.month_facts import read_plan_completion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rules.months import Month

Sums = dict[int, tuple[int, int]]
"""Dealer → plan lines met and planned, 1 or more planned; who had no plan is not there."""


async def read_plans_met(months: Iterable[Month], dealers: Collection[int]) -> Sums:
    """Add up ``plan_completion`` (docs/algorithms/field-facts.md) of months: one statement a month."""
    wanted = frozenset(dealers)
    sums: Sums = {}
    for month in months:
        for dealer, (made, planned, _) in (await read_plan_completion(month)).items():
            if dealer in wanted:
                met, before = sums.get(dealer, (0, 0))
                sums[dealer] = (met + made, before + planned)
    return sums
