"""Plans that people changed."""

from __future__ import annotations

import datetime as dt

from rules.planning import (
    More,
    Visit,
    hours_text,
    make_plan,
    more_text,
    route_ratio_bp,
    routed,
    violation_text,
    violations,
)
from rules.planning.words import minutes_up
from tests.rules.planning.requests import candidate, representative, request

MONDAY, HOLIDAY, SATURDAY = dt.date(2026, 10, 12), dt.date(2026, 10, 9), dt.date(2026, 10, 10)
ASKED = request(
    [representative()],
    [
        candidate("a", visits=2, north=10_000),
        candidate("b", north=20_000, closed_on=frozenset({MONDAY})),
        candidate("c", north=15_000, visit_minutes=470),
        candidate("d", place=None),
    ],
)


def wrong(*visits):
    made = [Visit(*visit) if len(visit) == 3 else Visit("r", *visit) for visit in visits]
    return [(one.kind, one.key, one.amount) for one in violations(ASKED, made)]


def test_a_generated_plan_has_nothing_wrong():
    plan = make_plan(request(ASKED.representatives, ASKED.candidates[:2]))
    made = [(day.on, key) for day in plan.days for key in day.stops]

    assert wrong(*made) == []


def test_everything_wrong_is_named():
    assert wrong((HOLIDAY, "a"), (SATURDAY, "a")) == [("holiday", "a", 0), ("not_working", "a", 0)]
    assert wrong((MONDAY, "b")) == [("closed", "b", 0)]
    assert wrong((MONDAY, "d")) == [("no_place", "d", 0)]
    assert wrong((MONDAY, "x"), ("s", MONDAY, "b")) == [("unknown", "x", 0), ("unknown", "b", 0)]
    assert wrong((MONDAY, "a")) == [("fewer_visits", "a", 1)]
    two = dt.date(2026, 10, 13)
    three = dt.date(2026, 10, 14)
    assert wrong((MONDAY, "a"), (two, "a"), (three, "a")) == [("more_visits", "a", 1)]
    assert wrong((MONDAY, "a"), (MONDAY, "a")) == [("twice", "a", 0)]


def test_a_day_that_is_too_long_says_by_how_much():
    (found,) = [one for one in violations(ASKED, [Visit("r", MONDAY, "c")]) if one.kind == "over_capacity"]
    (day,) = routed(ASKED, [Visit("r", MONDAY, "c")])

    assert found.amount == day.travel_seconds + 470 * 60 - 480 * 60 == 26
    assert violation_text(found, "ko") == "2026-10-12 r: 하루 시간을 1분 넘음"
    assert violation_text(violations(ASKED, [Visit("r", MONDAY, "a")])[0], "en") == "a: visits too few: 1"


def test_edited_days_are_routed_again():
    stops = [Visit("r", MONDAY, key) for key in ("c", "b", "a", "a", "d", "x")]
    (day,) = routed(ASKED, stops)

    assert set(day.stops) == {"a", "b", "c"}
    assert len(day.stops) == 3
    assert route_ratio_bp(day) == 10_000
    nothing = routed(request([representative()], [candidate("here")]), [Visit("r", MONDAY, "here")])
    assert (nothing[0].travel_seconds, route_ratio_bp(nothing[0])) == (0, 10_000)


def test_the_cost_of_more_in_words():
    more = More(("a", "b"), 3, 3 * 3600, 10)

    assert more_text(more, "ko") == "다음 2곳을 더하려면 방문 3회, 적어도 3.1시간이 더 필요합니다"
    assert more_text(More((), 0, 0, 0), "en") == "Nobody was left out for lack of room"
    assert [hours_text(seconds) for seconds in (0, 1, 360, 3_600_000)] == ["0.0", "0.1", "0.1", "1,000.0"]
    assert [minutes_up(seconds) for seconds in (0, 1, 60)] == [0, 1, 1]
