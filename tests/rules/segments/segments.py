"""Segment books for tests: made from the shipped one."""

from __future__ import annotations

import copy

from rules.segments import SegmentBook, shipped_segment_books
from rules.segments.canonical import book_content

SHIPPED = shipped_segment_books()[0]


def content(**accounts):
    """The shipped book as plain data, with other rules for accounts."""
    made = copy.deepcopy(book_content(SHIPPED))
    made["accounts"] |= accounts
    return made


def book(**accounts):
    """A sound book with other rules for accounts."""
    made = SegmentBook.from_content(content(**accounts))
    made.require_sound()
    return made


def plain(limit_bp=3000, **accounts):
    """The rule of the reference counts: smallest set of 80 %, one limit, no hysteresis, nobody new."""
    return book(
        **{
            "least_months": 1,
            "before_first": "empty",
            "limits": [{"level": "dealer", "limit_bp": limit_bp}],
            "hysteresis": {"contribution_bp": 0, "stability_bp": 0, "months": 1},
        }
        | accounts
    )
