"""The class of every account of a population, one by one, in Python integers of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import FactError
from rules.segments.axes import (
    active_bp,
    contribution_bps,
    contribution_margin,
    stability_margin,
    variation_bp,
)
from rules.segments.model import Classified, Standing, class_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.segments.book import SegmentBook
    from rules.segments.model import Account, AccountRules, ClassCode, Level, Limit


def classify(book: SegmentBook, level: Level, accounts: Sequence[Account]) -> tuple[Classified, ...]:
    """Class every account of a level; the population decides who contributes.

    Args:
        book: Version in force in the last month of the window.
        level: Level of all of them.
        accounts: The whole population, in any order.

    Returns:
        One entry per account, in the order given.

    Raises:
        RulebookError: The book has problems.
        FactError: A key twice, a window of another length, or a level without a limit.
    """
    book.require_sound()
    rules = book.accounts
    limits = [limit_of(rules, level, account.channel) for account in accounts]
    _require_whole(rules, accounts)
    contributions, edges = _contributions(rules, accounts)
    return tuple(
        _classified(rules, account, limit, contributions[account.key], edges[_group(rules, account)])
        for account, limit in zip(accounts, limits, strict=True)
    )


def limit_of(rules: AccountRules, level: Level, channel: str) -> Limit:
    """Return the limit of a level and channel.

    Raises:
        FactError: The book has none for the level.
    """
    if limit := rules.limit(level, channel):
        return limit
    raise FactError(f"the book has no stability limit for level {level!r}")


def turn(margin: int, band: int, months: int, held: bool | None, wavering: int) -> tuple[bool, int]:  # noqa: FBT001  what is held is a value, not a switch
    """Return what an axis holds after this month, and how many months speak against it.

    Args:
        margin: This month's distance inside the cut-off.
        band: Band around the cut-off.
        months: Consecutive months it takes to turn.
        held: What it held last month; None without a class.
        wavering: Months up to last month that spoke against it.
    """
    if held is None:
        return margin >= 0, 0
    seen = margin >= (-band if held else band)
    if seen == held:
        return held, 0
    return (seen, 0) if wavering + 1 >= months else (held, wavering + 1)


def _require_whole(rules: AccountRules, accounts: Sequence[Account]) -> None:
    if len({account.key for account in accounts}) != len(accounts):
        raise FactError("an account is in the population twice")
    for account in accounts:
        if len(account.nets) != rules.months:
            raise FactError(f"{account.key}: {len(account.nets)} months, the window has {rules.months}")


def _group(rules: AccountRules, account: Account) -> str:
    return account.channel if rules.contribution.within == "channel" else ""


def _contributions(
    rules: AccountRules, accounts: Sequence[Account]
) -> tuple[dict[str, int | None], dict[str, int]]:
    """Return the deciding number by key, and by group the least net that contributes."""
    numbers: dict[str, int | None] = {}
    edges: dict[str, int] = {}
    for group in {_group(rules, account) for account in accounts}:
        members = sorted((one for one in accounts if _group(rules, one) == group), key=lambda one: one.key)
        nets = [sum(member.nets) for member in members]
        found = contribution_bps(nets, rules.contribution)
        numbers |= {member.key: number for member, number in zip(members, found, strict=True)}
        margins = [contribution_margin(number, rules.contribution) for number in found]
        inside = [net for net, margin in zip(nets, margins, strict=True) if margin >= 0]
        edges[group] = min(inside, default=0)
    return numbers, edges


def _classified(
    rules: AccountRules, account: Account, limit: Limit, contribution: int | None, edge: int
) -> Classified:
    known = max(1, min(account.known, rules.months))
    counted = account.nets[-known:] if rules.before_first == "left_out" else account.nets
    stability = variation_bp(counted) if rules.measure == "variation" else active_bp(counted)
    margins = (
        contribution_margin(contribution, rules.contribution),
        stability_margin(stability, limit.limit_bp, rules),
    )
    new = account.known < rules.least_months
    standing = None if new else _standing(rules, margins, account.standing)
    observed: ClassCode | None = None
    if not new:
        observed = class_of(contributes=margins[0] >= 0, stable=margins[1] >= 0)
    return Classified(
        key=account.key,
        code=standing.code if standing else None,
        observed=observed,
        net_minor=sum(account.nets),
        months=len(counted),
        contribution_bp=contribution,
        stability_bp=stability,
        contribution_cut_bp=rules.contribution.share_bp,
        limit_bp=limit.limit_bp,
        margins=margins,
        edge_minor=edge,
        standing=standing,
        before=account.standing.code if account.standing else None,
    )


def _standing(rules: AccountRules, margins: tuple[int, int], before: Standing | None) -> Standing:
    slow = rules.hysteresis
    held = before.held if before else (None, None)
    wavering = before.wavering if before else (0, 0)
    contributes, first = turn(margins[0], slow.contribution_bp, slow.months, held[0], wavering[0])
    stable, second = turn(margins[1], slow.stability_bp, slow.months, held[1], wavering[1])
    return Standing(class_of(contributes=contributes, stable=stable), (first, second))
