"""Account classes EI to EIV and prospect classes PI to PIV from dated books, with every number that decides.

Pure: a book and monthly nets in, classes out. docs/algorithms/segments.md says it in words.
"""

from __future__ import annotations

from rules.segments.book import SegmentBook
from rules.segments.calibration import Proposal, found_limit, propose_from, propose_limits, with_limits
from rules.segments.classes import classify
from rules.segments.explain import Explanation, explain, explain_prospect
from rules.segments.model import (
    CLASSES,
    LEVELS,
    PROSPECT_CLASSES,
    Account,
    Adjustment,
    Card,
    Classified,
    Limit,
    Prospect,
    Standing,
    Strategic,
)
from rules.segments.prospects import classify_prospect
from rules.segments.shipped import segment_book_in_force, shipped_segment_books
from rules.segments.vector import AccountTable, ClassTable, classify_many
from rules.segments.words import hundredths_text

__all__ = [
    "CLASSES",
    "LEVELS",
    "PROSPECT_CLASSES",
    "Account",
    "AccountTable",
    "Adjustment",
    "Card",
    "ClassTable",
    "Classified",
    "Explanation",
    "Limit",
    "Proposal",
    "Prospect",
    "SegmentBook",
    "Standing",
    "Strategic",
    "classify",
    "classify_many",
    "classify_prospect",
    "explain",
    "explain_prospect",
    "found_limit",
    "hundredths_text",
    "propose_from",
    "propose_limits",
    "segment_book_in_force",
    "shipped_segment_books",
    "with_limits",
]
