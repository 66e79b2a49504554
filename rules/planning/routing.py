"""The order of one day's stops: nearest neighbour, then 2-opt and Or-opt. Stop 0 is the start.

Source: G. Croes, A method for solving traveling-salesman problems (1958); I. Or (1976).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_SEGMENT = 3


class Times(Protocol):
    """Seconds between places: ``times[here][there]``, the same both ways."""

    def __getitem__(self, place: int, /) -> Sequence[int]:
        """Return the seconds from one place to all."""
        ...


class Router(Protocol):
    """Orders the stops of one day; an extra joins by an object of this shape."""

    def order(self, stops: Sequence[int], times: Times) -> list[int]:
        """Return the stops in the order of a route that begins and ends at place 0."""
        ...


class LocalSearch:
    """The router the product brings."""

    def order(self, stops: Sequence[int], times: Times) -> list[int]:
        """Return the shorter of two improved routes: from nearest neighbour and from the order given."""
        routes = (improved(nearest_neighbour(stops, times), times), improved(list(stops), times))
        return min(routes, key=lambda route: travel(route, times))


def travel(route: Sequence[int], times: Times) -> int:
    """Return the seconds from the start over every stop back to it; 0 without stops."""
    seconds, here = 0, 0
    for stop in route:
        seconds += times[here][stop]
        here = stop
    return seconds + times[here][0]


def nearest_neighbour(stops: Sequence[int], times: Times) -> list[int]:
    """Return the stops, always the nearest next; of equally near ones the lower number."""
    left, route, here = set(stops), [], 0
    while left:
        row = times[here]
        here = min(left, key=lambda stop: (row[stop], stop))
        left.remove(here)
        route.append(here)
    return route


def shortest(router: Router, stops: Sequence[int], times: Times) -> tuple[list[int], int, int]:
    """Order stops with a router, but never worse than nearest neighbour.

    Returns:
        The route, its seconds, and the seconds of nearest neighbour.
    """
    simple = nearest_neighbour(stops, times)
    made = router.order(stops, times)
    bound, length = travel(simple, times), travel(made, times)
    if length > bound or sorted(made) != sorted(stops):
        return simple, bound, bound
    return made, length, bound


def improved(route: list[int], times: Times) -> list[int]:
    """Shorten a route by 2-opt and Or-opt until neither finds anything; never longer than before."""
    path = [0, *route, 0]
    while _two_opt(path, times) or _or_opt(path, times):
        pass
    return path[1:-1]


def _two_opt(path: list[int], times: Times) -> bool:
    """Turn one piece round if that shortens the path; tell whether it did."""
    last = len(path) - 1
    for begin in range(1, last):
        before, first = path[begin - 1], path[begin]
        from_before, from_first = times[before], times[first]
        edge = from_before[first]
        for end in range(begin + 1, last):
            here, after = path[end], path[end + 1]
            if from_before[here] + from_first[after] < edge + times[here][after]:
                path[begin : end + 1] = path[begin : end + 1][::-1]
                return True
    return False


def _or_opt(path: list[int], times: Times) -> bool:
    """Move one piece of up to three stops, either way round, if that shortens the path."""
    for size in range(1, LONGEST_SEGMENT + 1):
        for begin in range(1, len(path) - size):
            piece = path[begin : begin + size]
            before, after = path[begin - 1], path[begin + size]
            saved = times[before][piece[0]] + times[piece[-1]][after] - times[before][after]
            if saved > 0 and _moved(path, begin, piece, saved, times):
                return True
    return False


def _moved(path: list[int], begin: int, piece: list[int], saved: int, times: Times) -> bool:
    """Put a piece where it costs less than taking it out saves; tell whether there is such a place."""
    rest = path[:begin] + path[begin + len(piece) :]
    from_head, from_tail = times[piece[0]], times[piece[-1]]
    for place in range(len(rest) - 1):
        here, there = rest[place], rest[place + 1]
        edge = times[here][there]
        if from_head[here] + from_tail[there] - edge < saved:
            path[:] = [*rest[: place + 1], *piece, *rest[place + 1 :]]
            return True
        if from_tail[here] + from_head[there] - edge < saved:
            path[:] = [*rest[: place + 1], *piece[::-1], *rest[place + 1 :]]
            return True
    return False
