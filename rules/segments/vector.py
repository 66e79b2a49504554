"""The classes of many accounts at once, equal to ``classify`` in every number.

Roots are taken in floating point; those that come near a whole number are taken again in integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rules.errors import FactError
from rules.money import BASIS_POINTS
from rules.segments.axes import MOST_BP, contribution_bps, twice_the_median, variation_bp
from rules.segments.classes import limit_of
from rules.segments.model import CLASSES, UNDEFINED, Classified, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.segments.book import SegmentBook
    from rules.segments.model import Account, AccountRules, ClassCode, Level

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
NONE = -1
NEAR = 1e-4
MOST_EXACT = 1 << 62
MOST_FLOAT = 1 << 52


@dataclass(frozen=True, slots=True)
class AccountTable:
    """A population in columns, all of the same length; see ``Account``.

    Attributes:
        keys: Unique keys, in ascending order: it orders equal nets.
        nets: Shape (accounts, months), minor units, int64.
        known: Months since the first order.
        channels: Channel of each account.
        codes: Place of last month's class in ``CLASSES``; −1 without one.
        wavering: Shape (accounts, 2), months that spoke against it.
    """

    keys: tuple[str, ...]
    nets: Integers
    known: Integers
    channels: tuple[str, ...]
    codes: Integers
    wavering: Integers

    @classmethod
    def of(cls, accounts: Sequence[Account], months: int) -> AccountTable:
        """Put accounts of a window of so many months into columns, ordered by key."""
        ordered = sorted(accounts, key=lambda one: one.key)
        places = [CLASSES.index(one.standing.code) if one.standing else NONE for one in ordered]
        wavering = [one.standing.wavering if one.standing else (0, 0) for one in ordered]
        return cls(
            tuple(one.key for one in ordered),
            np.array([one.nets for one in ordered], np.int64).reshape(len(ordered), months),
            np.array([one.known for one in ordered], np.int64),
            tuple(one.channel for one in ordered),
            np.array(places, np.int64),
            np.array(wavering, np.int64).reshape(len(ordered), 2),
        )


@dataclass(frozen=True, slots=True)
class ClassTable:
    """Classes in columns, in the order of the keys; see ``Classified``.

    Attributes:
        keys: Keys in ascending order.
        codes: Place in ``CLASSES``; −1 while new.
        observed: The same without hysteresis.
        nets: Net of the window.
        months: Months that counted.
        contribution_bp: Deciding number; −1 for none.
        stability_bp: Deciding number; −1 for none.
        cut_bp: Contribution cut-off of the book.
        limits: Stability limit of each account.
        margins: Shape (accounts, 2).
        edges: Net of the smallest contributing account of its group.
        wavering: Shape (accounts, 2), what next month starts from.
        before: Place of last month's class; −1 without one.
    """

    keys: tuple[str, ...]
    codes: Integers
    observed: Integers
    nets: Integers
    months: Integers
    contribution_bp: Integers
    stability_bp: Integers
    cut_bp: int
    limits: Integers
    margins: Integers
    edges: Integers
    wavering: Integers
    before: Integers

    def counts(self) -> dict[ClassCode, int]:
        """Return how many accounts each class has; new ones are in none."""
        found = np.bincount(self.codes[self.codes != NONE], minlength=len(CLASSES))
        return {code: int(count) for code, count in zip(CLASSES, found, strict=True)}

    def at(self, place: int) -> Classified:
        """Return one account with every number that decided it."""
        code, observed, before = (
            CLASSES[number] if (number := int(column[place])) != NONE else None
            for column in (self.codes, self.observed, self.before)
        )
        contribution, stability = (
            number if (number := int(column[place])) != NONE else None
            for column in (self.contribution_bp, self.stability_bp)
        )
        first, second = self.wavering[place].tolist()
        inside, outside = self.margins[place].tolist()
        return Classified(
            key=self.keys[place],
            code=code,
            observed=observed,
            net_minor=int(self.nets[place]),
            months=int(self.months[place]),
            contribution_bp=contribution,
            stability_bp=stability,
            contribution_cut_bp=self.cut_bp,
            limit_bp=int(self.limits[place]),
            margins=(inside, outside),
            edge_minor=int(self.edges[place]),
            standing=Standing(code, (first, second)) if code else None,
            before=before,
        )


def classify_many(book: SegmentBook, level: Level, table: AccountTable) -> ClassTable:
    """Class a whole population; see ``classify``.

    Raises:
        RulebookError: The book has problems.
        FactError: Keys out of order or twice, a window of another length, a level without a limit, or a net
            that does not fit 64 bits when summed.
    """
    book.require_sound()
    rules = book.accounts
    _require_whole(rules, table)
    names = {channel: limit_of(rules, level, channel).limit_bp for channel in set(table.channels)}
    limits = np.array([names[channel] for channel in table.channels], np.int64)
    nets = table.nets.sum(axis=1)
    contribution, inside, edges = _contributions(rules, nets, table.channels)
    months, stability = _stability(rules, table)
    outside = limits - stability if rules.measure == "variation" else stability - limits
    outside = np.where(stability == NONE, UNDEFINED, outside)
    margins = np.stack([inside, outside], axis=1)
    new = table.known < rules.least_months
    codes, wavering = _turned(rules, table, margins)
    return ClassTable(
        keys=table.keys,
        codes=np.where(new, NONE, codes),
        observed=np.where(new, NONE, _code(margins >= 0)),
        nets=nets,
        months=months,
        contribution_bp=contribution,
        stability_bp=stability,
        cut_bp=rules.contribution.share_bp,
        limits=limits,
        margins=margins,
        edges=edges,
        wavering=np.where(new[:, None], 0, wavering),
        before=table.codes,
    )


def variation_bp_many(nets: Integers, counted: Booleans) -> Integers:
    """Return ``variation_bp`` of every row over its counted months, −1 for none.

    Args:
        nets: Shape (accounts, months), int64; sums of a row fit 64 bits.
        counted: The same shape; at least one month per row. Months that do not count are 0.
    """
    count = counted.sum(axis=1)
    whole = nets.sum(axis=1)
    sums = np.where(whole > 0, whole, 1).astype(np.float64)
    wide = np.where(counted, nets * count[:, None] - whole[:, None], 0).astype(np.float64)
    root = np.sqrt((wide * wide).sum(axis=1) / count) / sums * BASIS_POINTS
    bounded = np.minimum(root, MOST_BP)
    found = np.where(whole > 0, np.ceil(bounded), NONE).astype(np.int64)
    large = np.abs(nets).max(axis=1, initial=0) >= MOST_FLOAT // max(nets.shape[1], 1)
    near = (root > 0) & (np.abs(bounded - np.rint(bounded)) < NEAR)
    for place in np.flatnonzero((whole > 0) & (near | large)):
        exact = variation_bp(nets[place][counted[place]].tolist())
        found[place] = NONE if exact is None else exact
    return found


def _require_whole(rules: AccountRules, table: AccountTable) -> None:
    if any(one >= other for one, other in zip(table.keys, table.keys[1:], strict=False)):
        raise FactError("keys are not in ascending order, each once")
    if table.nets.shape != (len(table.keys), rules.months):
        raise FactError(f"nets are {table.nets.shape}, expected {(len(table.keys), rules.months)}")
    largest = max(int(table.nets.max(initial=0)), -int(table.nets.min(initial=0)))
    if largest * rules.months >= MOST_EXACT:
        raise FactError("a net is too large for 64 bits")


def _contributions(
    rules: AccountRules, nets: Integers, channels: tuple[str, ...]
) -> tuple[Integers, Integers, Integers]:
    """Return the deciding numbers, their margins and the edge of each account's group."""
    numbers, edges = np.full(len(nets), NONE, np.int64), np.zeros(len(nets), np.int64)
    named = np.array(channels if rules.contribution.within == "channel" else [""] * len(nets), np.str_)
    margins = np.full(len(nets), UNDEFINED, np.int64)
    for group in np.unique(named):
        members = np.flatnonzero(named == group)
        found = _numbers(rules, nets[members])
        if rules.contribution.rule == "above_median":
            margin = found - BASIS_POINTS - 1
        else:
            margin = rules.contribution.share_bp - 1 - found
        margin = np.where(found == NONE, UNDEFINED, margin)
        inside = nets[members][margin >= 0]
        numbers[members], margins[members] = found, margin
        edges[members] = inside.min() if len(inside) else 0
    return numbers, margins, edges


def _numbers(rules: AccountRules, nets: Integers) -> Integers:
    """Return ``contribution_bps``, −1 for none; Python integers where 64 bits might not do."""
    by_median = rules.contribution.rule == "above_median"
    bound = int(nets.max(initial=0)) * (2 * BASIS_POINTS if by_median else len(nets))
    if bound >= MOST_EXACT:
        exact = contribution_bps(nets.tolist(), rules.contribution)
        return np.array([NONE if number is None else number for number in exact], np.int64)
    positive = np.flatnonzero(nets > 0)
    found = np.full(len(nets), NONE, np.int64)
    if by_median:
        twice = twice_the_median(nets.tolist())
        above = -(-2 * nets[positive] * BASIS_POINTS // max(twice, 1))
        found[positive] = np.minimum(above, MOST_BP) if twice > 0 else MOST_BP
        return found
    order = positive[np.argsort(-nets[positive], kind="stable")]
    totals = np.cumsum(nets[order])
    found[order] = _shares_bp(totals - nets[order], int(nets[order].sum()))
    return found


def _shares_bp(parts: Integers, whole: int) -> Integers:
    """Return parts ÷ whole in basis points, rounded down, without a product that might not fit 64 bits."""
    if len(parts) <= BASIS_POINTS:
        return np.array([part * BASIS_POINTS // whole for part in parts.tolist()], np.int64)
    steps = [-(-step * whole // BASIS_POINTS) for step in range(BASIS_POINTS + 1)]
    return np.searchsorted(np.array(steps, np.int64), parts, side="right") - 1


def _stability(rules: AccountRules, table: AccountTable) -> tuple[Integers, Integers]:
    """Return months that counted and the deciding number, −1 for none."""
    months = np.full(len(table.keys), rules.months, np.int64)
    if rules.before_first == "left_out":
        months = np.clip(table.known, 1, rules.months)
    counted = np.arange(rules.months) >= (rules.months - months)[:, None]
    nets = np.where(counted, table.nets, 0)
    if rules.measure == "variation":
        return months, variation_bp_many(nets, counted)
    return months, (nets > 0).sum(axis=1) * BASIS_POINTS // months


def _turned(rules: AccountRules, table: AccountTable, margins: Integers) -> tuple[Integers, Integers]:
    """Return codes and counts after this month; see ``turn``."""
    slow = rules.hysteresis
    bands = np.array([slow.contribution_bp, slow.stability_bp], np.int64)
    known = (table.codes != NONE)[:, None]
    held = np.stack([table.codes < 2, table.codes % 2 == 0], axis=1)  # noqa: PLR2004  two classes contribute
    seen = np.where(known, margins >= np.where(held, -bands, bands), margins >= 0)
    against = known & (seen != held)
    waits = against & (table.wavering + 1 < slow.months)
    axes = np.where(waits, held, seen)
    return _code(axes), np.where(waits, table.wavering + 1, 0)


def _code(axes: Booleans) -> Integers:
    """Return the place in ``CLASSES`` of two axes per account."""
    return (np.where(axes[:, 0], 0, 2) + np.where(axes[:, 1], 0, 1)).astype(np.int64)
