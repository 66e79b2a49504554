"""Adopting other limits of the second axis: a new version of the book from a coming month on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, Message, Problem
from portal.portfolio.policies import ADOPT
from portal.portfolio.queries.books import book_for
from rules.months import Month
from rules.segments import SegmentBook, found_limit, with_limits
from rules.segments.model import Limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.access import Viewer
    from rules.segments import Proposal
    from rules.segments.model import Level


async def adopt_limits(
    viewer: Viewer,
    level: Level,
    wanted: Mapping[str, tuple[Proposal, int]],
    begin: Month,
    today: dt.date,
    reason: str,
) -> str:
    """Adopt limits of a level from a coming month on and return the version's name.

    Args:
        viewer: Who adopts them.
        level: Level of the network; limits of other levels stay.
        wanted: By channel, empty for the whole level: what the data said, and the limit chosen from it in
            basis points.
        begin: First month they hold, after the current one: nobody is classed anew for a month that began.
        today: Current day in the business zone.
        reason: Why, 1 to 400 characters.

    Raises:
        Invalid: The month has begun, the level has no limit of its own, or the book would be unsound.
        Conflict: Another version begins in that month.
    """
    if begin.first_on <= today:
        raise Invalid([Problem("begin", Message("Choose a month that has not begun."))])
    if "" not in wanted:
        raise Invalid([Problem("", Message("The level needs a limit of its own."))])
    month = Month.of(today).shift(-1)
    limits = [_limit(level, channel, *chosen, month) for channel, chosen in wanted.items()]
    async with unit_of_work():
        base = await book_for(begin)
        if await fetch_value("select id from segment_book where effective_from = {}", begin.first_on):
            raise Conflict("Other limits already begin in that month.")
        content = with_limits(base, limits, f"{begin.first_on.year}.{begin.first_on.month}", begin.first_on)
        book = SegmentBook.from_content(content)
        if book.problems:
            raise Invalid(
                [
                    Problem(
                        "limit", Message("The limits are not sound: %(why)s", {"why": str(book.problems[0])})
                    )
                ]
            )
        by = viewer.signature(ADOPT)
        await execute(
            "insert into segment_book (code, version, sha256, content, effective_from, reason,"
            " adopted_by_user_id, adopted_for_user_id, adopted_at)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}, {})",
            *(book.code, book.version, book.sha256, book.canonical_json, begin.first_on, reason),
            *(by.user_id, by.on_behalf_of, dt.datetime.now(dt.UTC)),
        )
        changes = {
            f"limit {level} {limit.channel}".strip(): (_before(base, level, limit.channel), limit.limit_bp)
            for limit in limits
        }
        await record(
            by, "portfolio.limits_adopted", Subject.of("segment_book", book.version), changes, note=reason
        )
    return book.version


def _limit(level: Level, channel: str, proposal: Proposal, limit_bp: int, month: Month) -> Limit:
    if proposal.accounts:
        return found_limit(proposal, limit_bp, month)
    return Limit(level, channel, limit_bp)


def _before(book: SegmentBook, level: str, channel: str) -> int | None:
    limit = book.accounts.limit(level, channel)
    return limit.limit_bp if limit else None
