"""Sharing out by heads, beds, spread: exact, and never two strangers without both having said so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.trips.compliance import bans_for
from campaigns.trips.model import (
    Marker,
    Party,
    Room,
    Spread,
    per_head,
    propose_rooms,
    share_bp,
    share_out,
    spread_of,
)

HEADS = st.dictionaries(st.integers(1, 99), st.integers(0, 5), min_size=1, max_size=12)


@given(st.integers(0, 10**12), HEADS)
def test_shares_add_up_exactly_and_nobody_absent_gets_anything(total: int, heads: dict[int, int]) -> None:
    shares = share_out(total, heads)
    assert sum(shares.values()) == (total if sum(heads.values()) else 0)
    assert all(shares[key] == 0 for key, count in heads.items() if not count)
    for key, count in heads.items():
        exact, everybody = total * count, sum(heads.values())
        assert not count or exact // everybody <= shares[key] <= exact // everybody + 1


def test_of_equal_remainders_the_smaller_key_goes_first() -> None:
    assert share_out(100, {3: 1, 1: 1, 2: 1}) == {1: 34, 2: 33, 3: 33}
    assert share_out(100, {1: 2, 2: 0, 3: 1}) == {1: 67, 2: 0, 3: 33}


@pytest.mark.parametrize(("total", "heads", "each"), [(100, 3, 33), (101, 2, 51), (0, 4, 0), (5, 0, None)])
def test_per_head(total: int, heads: int, each: int | None) -> None:
    assert per_head(total, heads) == each


def solo(guest: int, dealer: int, marker: Marker = Marker.NONE) -> Party:
    return Party((guest,), dealer, marker)


def test_parties_stay_together_and_strangers_share_only_when_both_said_the_same() -> None:
    parties = [
        Party((1, 2), 10), solo(3, 20, Marker.MALE), solo(4, 30, Marker.MALE), solo(5, 40),
        solo(6, 50, Marker.FEMALE), solo(7, 60),
    ]  # fmt: skip
    placed = propose_rooms(parties, [Room(1, 2), Room(2, 2), Room(3, 2), Room(4, 1)])
    assert placed[1] == placed[2]
    assert placed[3] == placed[4]
    assert placed[6] not in {placed[3], placed[1]}
    assert placed[5] not in {placed[1], placed[3], placed[6]}
    assert 7 not in placed  # no room is empty any more, and he may share with nobody


def test_people_of_one_dealer_share_unless_they_said_otherwise() -> None:
    assert propose_rooms([solo(1, 10), solo(2, 10)], [Room(1, 2)]) == {1: 1, 2: 1}
    said = [solo(1, 10, Marker.MALE), solo(2, 10, Marker.FEMALE)]
    assert propose_rooms(said, [Room(1, 2)]) == {1: 1}


def test_spread() -> None:
    assert spread_of([]) is None
    assert spread_of([7]) == Spread(1, 7, 7, 7, None, None)
    found = spread_of([10, 40, 20, 30, 100])
    assert found == Spread(5, 10, 30, 100, 15, 70)
    assert found is not None
    assert found.middle_half == 55
    assert share_bp(1, 0) is None
    assert share_bp(1, 3) == 3333


def test_the_liquor_pack_forbids_and_names_the_law() -> None:
    assert bans_for([]) == ()
    assert bans_for(["tobacco"]) == ()
    (ban,) = bans_for(["liquor"])
    assert "주류면허법" in ban.article["ko"]
