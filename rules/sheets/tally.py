"""Who is better and worse off when points change, added up by subject and by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rules.sheets.scores import Integers
from rules.sheets.slider import Moved
from rules.simulate import GroupImpact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.sheets.history import History
    from rules.sheets.payments import Paid
    from rules.sheets.slider import Stack


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """The group of every subject of a history.

    Attributes:
        keys: Groups in key order.
        sizes: Subjects per group.
        of: Place of each subject's group.
    """

    keys: tuple[str, ...]
    sizes: Integers
    of: Integers

    @classmethod
    def by(cls, subjects: Sequence[str], keys: Mapping[str, str]) -> Grouping:
        """Group subjects by a key; who has none is in the group ""."""
        mine = [keys.get(subject, "") for subject in subjects]
        names = tuple(sorted(set(mine)))
        place = {name: number for number, name in enumerate(names)}
        of = np.fromiter(map(place.__getitem__, mine), np.int64, len(mine))
        return cls(names, np.bincount(of, minlength=len(names)), of)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a move changes for subjects, over all months together.

    Attributes:
        better: Subjects with more points.
        worse: Subjects with fewer points.
        points_milli: Difference of all points.
        groups: Per grouping, its groups in key order.
    """

    better: int
    worse: int
    points_milli: int
    groups: Mapping[str, tuple[GroupImpact, ...]]


def owners_of(history: History) -> Integers:
    """Return whose each row of a stack of the history is, as places among the history's subjects."""
    return np.concatenate([np.zeros(0, np.int64), *history.places])


def tally(
    moved: Moved,
    owners: Integers,
    count: int,
    groupings: Mapping[str, Grouping],
    paid: Paid | None = None,
) -> Tally:
    """Add a move up; who is better or worse off is told by points, also where money is given.

    Args:
        moved: What a slider or ``compare`` found.
        owners: Whose each row of the stack is.
        count: Number of subjects.
        groupings: Groupings of the subjects by name.
        paid: What the same move changes in money; groups show 0 without it.
    """
    gain = np.zeros(count, np.int64)
    np.add.at(gain, owners[moved.subjects], moved.points)
    better, worse = gain > 0, gain < 0
    return Tally(
        int(np.count_nonzero(better)),
        int(np.count_nonzero(worse)),
        moved.points_milli,
        {name: _groups(grouping, gain, paid) for name, grouping in groupings.items()},
    )


def _groups(grouping: Grouping, gain: Integers, paid: Paid | None) -> tuple[GroupImpact, ...]:
    size = len(grouping.keys)
    points, money = np.zeros(size, np.int64), np.zeros(size, np.int64)
    np.add.at(points, grouping.of, gain)
    if paid:
        np.add.at(money, grouping.of, paid.gain_minor)
    better = np.bincount(grouping.of[gain > 0], minlength=size)
    worse = np.bincount(grouping.of[gain < 0], minlength=size)
    figures = zip(
        grouping.keys,
        grouping.sizes.tolist(),
        better.tolist(),
        worse.tolist(),
        points.tolist(),
        money.tolist(),
        strict=True,
    )
    return tuple(GroupImpact(*figure) for figure in figures)


def compare(before: Stack, after: Stack) -> Moved:
    """Return what another version with the same grades changes on the same months."""
    change = after.points - before.points
    subjects = np.flatnonzero(change)
    return Moved(subjects, change[subjects], before.grade[subjects], after.grade[subjects])
