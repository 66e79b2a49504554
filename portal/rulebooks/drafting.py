"""The text a draft begins with: a version's content with days and label of its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.rulebooks.sheet_edits import text_of
from rules.canonical import book_content
from rules.decisions.book import DecisionBook
from rules.decisions.canonical import decision_content
from rules.months import Month

if TYPE_CHECKING:
    from portal.rulebooks.books import AnyBook

TELL_AFTER = dt.timedelta(days=7)
"""Time an author usually needs for check, rehearsal and approval; only the first suggestion depends on it."""


def suggested_days(today: dt.date, notice_days: int) -> tuple[dt.date, dt.date]:
    """Return first day and day of the announcement that leave time for check, rehearsal and approval."""
    told = today + TELL_AFTER
    first = told + dt.timedelta(days=notice_days)
    month = Month.of(first) if first.day == 1 else Month.of(first).shift(1)
    return month.first_on, told


def draft_text(book: AnyBook, today: dt.date, notice_days: int) -> str:
    """Return the text of a draft made from a version.

    The suggested first day is the first of a month that leaves time to tell dealers.

    Args:
        book: Version it is made from.
        today: Current day in the business zone.
        notice_days: Least number of days between announcement and first day.
    """
    first, told = suggested_days(today, notice_days)
    content = decision_content(book) if isinstance(book, DecisionBook) else book_content(book)
    content["version"] = f"{first.year}.{first.month}"
    content["effective_from"] = first.isoformat()
    content.pop("effective_until", None)
    version = content["version"]
    content["change"] |= {
        "kind": "thresholds",
        "announced_on": told.isoformat(),
        "note": {
            "ko": f"{version} 판: 평가 기준이 바뀝니다.",
            "en": f"Version {version} changes the criteria.",
        },
    }
    return text_of(content)
