"""Divide accounts among people who have none of their own: sectors around the middle, of equal work."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.planning.model import Candidate, Place


def divided(candidates: Sequence[Candidate], people: Sequence[str]) -> Mapping[str, str]:
    """Return who visits each candidate: key → person.

    Candidates are taken in the order of the compass around the middle of all of them, and cut into as many
    runs of nearly equal minutes as there are people; the first person has the first run. Everybody's accounts
    so lie beside each other. The same candidates and people give the same answer on every machine: no
    floating point is used.

    Args:
        candidates: Whom to divide; who has no place comes last.
        people: Keys in the order wanted; nobody gives an empty answer.
    """
    if not people:
        return {}
    placed = [(one.place, one) for one in candidates if one.place is not None]
    middle = _middle([place for place, _ in placed])

    def compare(first: tuple[Place, Candidate], second: tuple[Place, Candidate]) -> int:
        return _turn(middle, first[0], second[0]) or _order(first[1], second[1])

    around = sorted(placed, key=cmp_to_key(compare))
    ordered = [one for _, one in around] + sorted(
        (one for one in candidates if one.place is None), key=lambda one: one.key
    )
    total, before, found = sum(map(_work, ordered)), 0, {}
    for one in ordered:
        found[one.key] = people[(2 * before + _work(one)) * len(people) // (2 * total)]
        before += _work(one)
    return found


def _work(one: Candidate) -> int:
    """Return the minutes a candidate takes, with one for being there at all."""
    return one.visits * one.visit_minutes + 1


def _order(first: Candidate, second: Candidate) -> int:
    return -1 if first.key < second.key else 1


def _middle(places: Sequence[Place]) -> tuple[int, int]:
    """Return the median of each coordinate; (0, 0) without places."""
    if not places:
        return (0, 0)
    half = len(places) // 2
    return (
        sorted(place.latitude_micro for place in places)[half],
        sorted(place.longitude_micro for place in places)[half],
    )


def _turn(middle: tuple[int, int], first: Place, second: Place) -> int:
    """Compare two places by their direction from the middle, from north over east; 0 for the same one."""
    north_1, east_1 = first.latitude_micro - middle[0], first.longitude_micro - middle[1]
    north_2, east_2 = second.latitude_micro - middle[0], second.longitude_micro - middle[1]
    half_1, half_2 = _half(north_1, east_1), _half(north_2, east_2)
    if half_1 != half_2:
        return half_1 - half_2
    return north_2 * east_1 - north_1 * east_2


def _half(north: int, east: int) -> int:
    """Return 0 for the middle itself, 1 for the eastern half from north on, 2 for the western half."""
    if north == east == 0:
        return 0
    return 1 if east > 0 or (east == 0 and north > 0) else 2
