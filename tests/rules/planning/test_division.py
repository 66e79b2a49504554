"""Accounts divided among a dealer's people: whole, alike in work, side by side, always the same."""

from __future__ import annotations

from rules.planning import Candidate, Place, divided

MIDDLE = (36_000_000, 127_000_000)


def at(key: str, north: int, east: int, visits: int = 1) -> Candidate:
    return Candidate(key, "", Place(MIDDLE[0] + north, MIDDLE[1] + east), visits, 9, 0)


COMPASS = (
    at("n", 100, 0), at("ne", 100, 100), at("e", 0, 100), at("se", -100, 100),
    at("s", -100, 0), at("sw", -100, -100), at("w", 0, -100), at("nw", 100, -100), at("o", 0, 0),
)  # fmt: skip


def test_one_person_has_all_and_nobody_none() -> None:
    assert set(divided(COMPASS, ["a"]).values()) == {"a"}
    assert divided(COMPASS, []) == {}
    assert divided((), ["a"]) == {}


def test_two_people_have_neighbouring_halves() -> None:
    found = divided(COMPASS, ["a", "b"])
    assert [found[key] for key in ("o", "n", "ne", "e", "se", "sw", "w", "nw")] == [*"aaaa", *"bbbb"]


def test_work_counts_not_heads() -> None:
    heavy = (at("o", 0, 0, 0), at("n", 9, 0, 6), at("e", 0, 9), at("s", -9, 0), at("w", 0, -9))
    found = divided(heavy, ["a", "b"])
    assert found == {"o": "a", "n": "a", "e": "b", "s": "b", "w": "b"}


def test_the_same_direction_goes_by_key_and_no_place_comes_last() -> None:
    lost = Candidate("lost", "", None, 1, 9, 0)
    rows = (lost, at("far", 200, 0), at("b", 100, 0), at("a", 100, 0), at("o", 0, 0), at("p", 0, 0))
    found = divided(rows, ["x", "y", "z"])
    assert found == {"a": "x", "b": "x", "far": "y", "o": "y", "p": "z", "lost": "z"}
    assert divided(tuple(reversed(rows)), ["x", "y", "z"]) == found
