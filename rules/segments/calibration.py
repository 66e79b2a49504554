"""Limits found from the data: the distribution of the variation per channel, and two proposals."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from rules.money import BASIS_POINTS
from rules.segments.axes import active_bp, variation_bp
from rules.segments.canonical import book_content, limit_content
from rules.segments.model import Found, Level, Limit, StabilityMeasure

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from rules.months import Month
    from rules.segments.book import SegmentBook
    from rules.segments.model import Account, AccountRules

STEP_BP = 500
LAST_BP = 10_000
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the data say about the limit of one channel, or of a whole level.

    Attributes:
        level: Level.
        channel: Channel; empty for the whole level.
        accounts: Accounts with enough months and a number.
        left_out: Accounts that are new or have no number.
        deciles_bp: The numbers at 0 %, 10 % … 100 % of the accounts; empty without accounts.
        stable_at: How many accounts are stable at each multiple of 0.05 up to 1, as (limit, accounts).
        by_share_bp: Limit at which the wanted share of accounts is stable; None when too few to say.
        by_break_bp: Limit that best parts the accounts in two; None when too few to say.
        least_accounts: Fewer than these are too few to say.
    """

    level: Level
    channel: str
    accounts: int
    left_out: int
    deciles_bp: tuple[int, ...]
    stable_at: tuple[tuple[int, int], ...]
    by_share_bp: int | None
    by_break_bp: int | None
    least_accounts: int


def propose_limits(
    rules: AccountRules,
    level: Level,
    accounts: Sequence[Account],
    share_bp: int = BASIS_POINTS // 2,
    least_accounts: int = 30,
) -> tuple[Proposal, ...]:
    """Propose stability limits for a level as a whole and for each of its channels.

    Args:
        rules: Says what is measured and over which months; its own limits are not read.
        level: Level of all accounts.
        accounts: The population, in any order.
        share_bp: Share of accounts that shall be stable, 1 to 10,000.
        least_accounts: Fewer than these are too few to say.

    Returns:
        The level first, then its channels in order of their names.
    """
    channels = sorted({account.channel for account in accounts} - {""})
    groups = [("", list(accounts))]
    groups += [(name, [one for one in accounts if one.channel == name]) for name in channels]
    return tuple(
        _proposal(rules, level, channel, members, share_bp, least_accounts) for channel, members in groups
    )


def with_limits(
    book: SegmentBook, limits: Sequence[Limit], version: str, effective_from: dt.date
) -> dict[str, Any]:
    """Return the content of a new version with other limits; those of levels not named stay."""
    content = book_content(book)
    named = {limit.level for limit in limits}
    kept = [limit for limit in book.accounts.limits if limit.level not in named]
    content["accounts"]["limits"] = [limit_content(limit) for limit in (*kept, *limits)]
    return content | {"version": version, "effective_from": effective_from.isoformat()}


def found_limit(proposal: Proposal, limit_bp: int, month: Month) -> Limit:
    """Return a limit that says what it was found from."""
    return Limit(proposal.level, proposal.channel, limit_bp, Found(month, proposal.accounts))


def best_break(ordered: Sequence[int]) -> int:
    """Return the number that ends the lower of two groups with the least sum of squares inside them.

    Args:
        ordered: At least one number, ascending. All equal: that number.

    Equal numbers stay together; of equally good breaks the lowest counts.
    Source: N. Otsu, A threshold selection method from gray-level histograms (1979).
    """
    whole, count = sum(ordered), len(ordered)
    best, best_up, best_down = ordered[-1], 0, 1
    for place, below in enumerate(accumulate(ordered[:-1]), start=1):
        if ordered[place - 1] == ordered[place]:
            continue
        up, down = (below * count - whole * place) ** 2, place * (count - place)
        if up * best_down > best_up * down:
            best, best_up, best_down = ordered[place - 1], up, down
    return best


def propose_from(
    numbers: Sequence[int],
    left_out: int,
    *,
    measure: StabilityMeasure,
    level: Level,
    channel: str = "",
    share_bp: int = BASIS_POINTS // 2,
    least_accounts: int = 30,
) -> Proposal:
    """Propose the limit of one channel, or of a level, from numbers that were computed before.

    Args:
        numbers: Deciding numbers of the second axis, in basis points, in any order.
        left_out: Accounts without one.
        measure: What they measure.
        level: Level of the accounts.
        channel: Their channel; empty for the whole level.
        share_bp: Share of accounts that shall be stable, 1 to 10,000.
        least_accounts: Fewer than these are too few to say.
    """
    sign = 1 if measure == "variation" else -1
    steady = sorted(sign * number for number in numbers)
    enough = len(steady) >= max(least_accounts, 1)
    wanted = -(-len(steady) * share_bp // BASIS_POINTS)
    return Proposal(
        level=level,
        channel=channel,
        accounts=len(steady),
        left_out=left_out,
        deciles_bp=_deciles(sorted(numbers)),
        stable_at=tuple(
            (limit, bisect_right(steady, sign * limit)) for limit in range(STEP_BP, LAST_BP + 1, STEP_BP)
        ),
        by_share_bp=sign * steady[wanted - 1] if enough else None,
        by_break_bp=sign * best_break(steady) if enough else None,
        least_accounts=least_accounts,
    )


def _proposal(
    rules: AccountRules, level: Level, channel: str, members: list[Account], share_bp: int, least: int
) -> Proposal:
    numbers = [number for one in members if (number := _number(rules, one)) is not None]
    return propose_from(
        numbers,
        len(members) - len(numbers),
        measure=rules.measure,
        level=level,
        channel=channel,
        share_bp=share_bp,
        least_accounts=least,
    )


def _number(rules: AccountRules, account: Account) -> int | None:
    if account.known < rules.least_months:
        return None
    known = max(1, min(account.known, rules.months))
    counted = account.nets[-known:] if rules.before_first == "left_out" else account.nets
    return variation_bp(counted) if rules.measure == "variation" else active_bp(counted)


def _deciles(numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the smallest number and, for each tenth, the least one with so many tenths at or below it."""
    if not numbers:
        return ()
    count = len(numbers)
    return tuple(numbers[max(-(-count * tenth // TENTHS), 1) - 1] for tenth in range(TENTHS + 1))
