"""Plans met before and after a session, beside the scores: what is on record, and nothing about causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.occasions.plans_met import read_plans_met
from rules.months import Month
from training.courses.model import share_bp

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from portal.occasions.plans_met import Sums
    from training.sessions.queries.results import PersonResult


@dataclass(frozen=True, slots=True)
class DealerLater:
    """A dealer with his best score and the plans met; shares in basis points, None = unknown."""

    dealer_id: int
    code: str
    name: str
    post_bp: int | None
    before_bp: int | None
    after_bp: int | None


@dataclass(frozen=True, slots=True)
class Later:
    """What is on record about those who came.

    Attributes:
        dealers: Each dealer of whom somebody came.
        months_after: Complete months after the session that could be looked at.
        n: Dealers whose plans are known both before and after.
        before_bp, after_bp: Plans met by these dealers together.
    """

    dealers: tuple[DealerLater, ...]
    months_after: int
    n: int
    before_bp: int | None
    after_bp: int | None


async def read_later(results: Sequence[PersonResult], held_on: dt.date, today: dt.date, months: int) -> Later:
    """Measure the plans met in the months before and after the month of a session.

    Args:
        results: Results of the session's participants.
        held_on: Its last day.
        today: The current business day; the running month does not count.
        months: How many months on each side at most.
    """
    people = [row for row in results if row.came]
    ids = sorted({row.dealer_id for row in people})
    month = Month.of(held_on)
    before = [month.shift(-n) for n in range(1, months + 1)]
    after = [month.shift(n) for n in range(1, months + 1) if month.shift(n) < Month.of(today)]
    first, second = await read_plans_met(before, ids), await read_plans_met(after, ids)
    both = [dealer for dealer in ids if dealer in first and dealer in second]
    return Later(
        dealers=tuple(_dealer(dealer, people, first, second) for dealer in ids),
        months_after=len(after),
        n=len(both),
        before_bp=_together(first, both),
        after_bp=_together(second, both),
    )


def _together(sums: Sums, dealers: Sequence[int]) -> int | None:
    below = sum(sums[dealer][1] for dealer in dealers)
    return share_bp(sum(sums[dealer][0] for dealer in dealers), below) if below else None


def _dealer(dealer_id: int, people: Sequence[PersonResult], first: Sums, second: Sums) -> DealerLater:
    own = [row for row in people if row.dealer_id == dealer_id]
    scores = [row.post_bp for row in own if row.post_bp is not None]
    return DealerLater(
        dealer_id,
        own[0].dealer_code,
        own[0].dealer_name,
        max(scores, default=None),
        share_bp(*first[dealer_id]) if dealer_id in first else None,
        share_bp(*second[dealer_id]) if dealer_id in second else None,
    )
