"""Routes: never longer than nearest neighbour, close to the best of all orders."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.planning import LocalSearch, Place
from rules.planning.routing import improved, nearest_neighbour, shortest, travel
from rules.planning.travel import metres_between, seconds_between
from tests.rules.planning.requests import SEOUL, SETTINGS, place

SPOTS = st.lists(st.tuples(st.integers(-90_000, 90_000), st.integers(-90_000, 90_000)), max_size=12)


def times_of(spots):
    return seconds_between([SEOUL, *(place(*spot) for spot in spots)], SETTINGS).tolist()


@settings(deadline=None)
@given(SPOTS)
def test_a_route_visits_all_and_is_never_longer(spots):
    times, stops = times_of(spots), range(1, len(spots) + 1)
    route, length, simple = shortest(LocalSearch(), stops, times)

    assert sorted(route) == list(stops)
    assert travel(route, times) == length <= simple == travel(nearest_neighbour(stops, times), times)
    assert travel(improved(route, times), times) == length


@settings(deadline=None)
@given(SPOTS.filter(lambda spots: len(spots) <= 5))
def test_short_routes_are_close_to_the_best(spots):
    times, stops = times_of(spots), range(1, len(spots) + 1)
    best = min(travel(order, times) for order in permutations(stops))

    assert travel(LocalSearch().order(stops, times), times) * 10 <= best * 11


def test_crossings_are_undone():
    square = [(0, 50_000), (50_000, 50_000), (50_000, 0)]
    times = times_of(square)

    assert travel(improved([2, 1, 3], times), times) == travel([1, 2, 3], times)


def test_pieces_move_either_way_round():
    line = [(1_000 * at, 0) for at in range(1, 8)]
    times = times_of(line)

    for order in ([3, 4, 1, 2, 5, 6, 7], [4, 3, 1, 2, 5, 6, 7], [1, 5, 2, 3, 4, 6, 7]):
        assert travel(improved(order, times), times) == travel(range(1, 8), times)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (SEOUL, SEOUL, 0),
        (Place(0, 0), Place(1_000_000, 0), 111_195),
        (Place(37_566_500, 126_978_000), Place(35_179_600, 129_075_600), 325_000),
        (Place(0, 0), Place(0, 180_000_000), 20_015_115),
    ],
)
def test_distances(one, other, metres):
    found = metres_between([one, other])

    assert abs(int(found[0, 1]) - metres) <= metres // 500
    assert found[0, 1] == found[1, 0]


def test_travel_is_raised_to_the_next_second():
    two = [SEOUL, place(1_000)]
    metres = int(metres_between(two)[0, 1])

    assert metres == 111
    assert seconds_between(two, SETTINGS).tolist() == [[0, 21], [21, 0]]
