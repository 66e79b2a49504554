"""Targets: stretch over the baseline, a split that always adds up, growth points that carry it.

Pure: whole minor units in and out. docs/algorithms/targets.md says it in words.
"""

from __future__ import annotations

from rules.targets.growth import GrowthCheck, GrowthPoint, Target, check_growth
from rules.targets.matrix import spread_parts
from rules.targets.split import Cell, Split, SplitError, edit_cell, edit_sum, key_of, split, unlock

__all__ = [
    "Cell",
    "GrowthCheck",
    "GrowthPoint",
    "Split",
    "SplitError",
    "Target",
    "check_growth",
    "edit_cell",
    "edit_sum",
    "key_of",
    "split",
    "spread_parts",
    "unlock",
]
