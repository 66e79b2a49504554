"""A plan keeps capacity, calendars and frequencies, and gives everybody a reason."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import FactError
from rules.planning import Decision, make_plan, reason_text, violations, working_days
from rules.planning.edits import Visit
from rules.planning.model import NO_DAYS
from tests.rules.planning.requests import (
    HOLIDAYS,
    OCTOBER,
    SETTINGS,
    candidate,
    place,
    representative,
    request,
)
from tests.rules.planning.speed import plan_request

DAYS = st.dates(OCTOBER.first_on, OCTOBER.last_on)
WEEKDAYS = st.frozensets(st.integers(0, 6))
NEAR = st.integers(-200_000, 200_000)
PLACES = st.builds(place, NEAR, NEAR)


@st.composite
def requests(draw):
    """Small months, with everything that can stand in the way."""
    people = [
        representative(
            name,
            draw(PLACES),
            away_on=frozenset(draw(st.lists(DAYS, max_size=3))),
            day_minutes=draw(st.none() | st.integers(0, 300)),
        )
        for name in draw(st.lists(st.sampled_from(["r", "s"]), unique=True))
    ]
    keys = draw(st.lists(st.integers(0, 99), unique=True, max_size=14))
    candidates = [
        candidate(
            f"c{key:02d}",
            draw(st.sampled_from(["r", "r", "s", ""])),
            place=draw(st.none() | PLACES | st.just(place(5_000_000))),
            visits=draw(st.integers(0, 6)),
            visit_minutes=draw(st.sampled_from([0, 15, 60])),
            score=draw(st.integers(0, 3)),
            open_weekdays=draw(st.just(frozenset(range(7))) | WEEKDAYS),
            closed_on=frozenset(draw(st.lists(DAYS, max_size=2))),
        )
        for key in keys
    ]
    off = dict.fromkeys(draw(st.lists(DAYS, unique=True, max_size=31)), "쉼")
    chosen = replace(
        SETTINGS,
        working_weekdays=draw(st.just(frozenset(range(5))) | WEEKDAYS),
        day_minutes=draw(st.sampled_from([60, 120, 480])),
    )
    return request(people, candidates, chosen, holidays=off)


@settings(max_examples=60, deadline=None)
@given(requests(), st.randoms(use_true_random=False))
def test_every_plan_keeps_its_promises(asked, chance):
    plan = make_plan(asked)
    by_key = {one.key: one for one in asked.candidates}
    planned = Counter(key for day in plan.days for key in day.stops)

    assert set(plan.decisions) == set(by_key)
    for day in plan.days:
        assert day.travel_seconds + day.visit_seconds <= day.capacity_seconds
        assert day.travel_seconds <= day.nearest_neighbour_seconds
        assert day.on in plan.working_days[day.representative]
        assert day.on not in asked.holidays
    for key, decision in plan.decisions.items():
        candidate_ = by_key[key]
        assert planned[key] == len(decision.days) == len(set(decision.days))
        assert all(
            day.weekday() in candidate_.open_weekdays and day not in candidate_.closed_on
            for day in decision.days
        )
        if decision.reason == "planned":
            assert len(decision.days) == candidate_.visits > 0
        elif decision.reason == "planned_fewer":
            assert len(decision.days) == decision.open_days < candidate_.visits
        else:
            assert decision.days == ()
        assert (decision.short_seconds > 0) == (decision.reason == "no_room")
        for locale in ("ko", "en"):
            assert "{" not in reason_text(decision, candidate_, locale)
    assert (plan.visits, plan.outlets) == (sum(planned.values()), len(planned))
    visits = [Visit(day.representative, day.on, key) for day in plan.days for key in day.stops]
    wrong = {violation.kind for violation in violations(asked, visits)}
    assert wrong <= {"fewer_visits"}
    shuffled = list(asked.candidates)
    chance.shuffle(shuffled)
    assert make_plan(replace(asked, candidates=tuple(shuffled))) == plan


def test_three_representatives_and_two_thousand_terminals():
    plan = make_plan(plan_request())
    used = sum(day.travel_seconds + day.visit_seconds for day in plan.days)
    room = sum(day.capacity_seconds for day in plan.days)

    assert len(plan.decisions) == 2_000
    for day in plan.days:
        assert day.travel_seconds + day.visit_seconds <= day.capacity_seconds
    assert plan.visits > 1_100
    assert used > room * 95 // 100
    assert len(plan.more.keys) == 10
    assert plan.more.seconds > plan.more.visit_seconds > 0


def test_visits_are_spread_over_the_month():
    plan = make_plan(request([representative()], [candidate("a", visits=4), candidate("b", visits=1)]))
    days = plan.decisions["a"].days

    assert len(days) == 4
    assert all((later - sooner).days > 3 for sooner, later in pairwise(days))


def test_two_visits_are_more_than_half_a_stretch_apart_where_there_is_room():
    working = working_days(request([], []), representative())
    late = candidate("a", visits=2, closed_on=frozenset(working[:8]))
    days = [working.index(day) for day in make_plan(request([representative()], [late])).decisions["a"].days]

    assert days[0] == 8
    assert days[1] > 8 + len(working) // 4


def test_a_stretch_without_an_open_day_is_made_good_elsewhere():
    late = frozenset(day for day in working_days(request([], []), representative()) if day.day < 20)
    plan = make_plan(request([representative()], [candidate("a", visits=4, closed_on=late)]))

    assert len(plan.decisions["a"].days) == 4
    assert min(plan.decisions["a"].days) >= dt.date(2026, 10, 20)


def reasons(plan):
    return {key: decision.reason for key, decision in plan.decisions.items()}


def test_every_reason():
    far = place(3_000_000)
    mondays = candidate("mondays", visits=5, open_weekdays=frozenset({0}))
    given_ = [
        candidate("planned"),
        mondays,
        candidate("far", place=far),
        candidate("sundays", open_weekdays=frozenset({6})),
        candidate("nowhere", place=None),
        candidate("never", visits=0, class_code="EIV"),
        candidate("orphan", representative=""),
        candidate("stranger", representative="x"),
        candidate("huge", visits=21, visit_minutes=479, score=-1),
    ]
    plan = make_plan(request([representative()], given_))

    assert reasons(plan) == {
        "planned": "planned",
        "mondays": "planned_fewer",
        "far": "too_far",
        "sundays": "never_open",
        "nowhere": "no_place",
        "never": "no_visits",
        "orphan": "nobody",
        "stranger": "nobody",
        "huge": "no_room",
    }
    assert plan.decisions["mondays"] == Decision(
        "mondays", "planned_fewer", plan.decisions["mondays"].days, 5, 3
    )
    assert reason_text(plan.decisions["mondays"], mondays, "en") == (
        "In the plan: open on 3 working days only, so visits 3 of 5 (class none, score 0)"
    )
    assert reason_text(plan.decisions["never"], given_[5], "ko") == "제외: 유형 EIV의 방문 횟수가 0"
    assert (plan.more.keys, plan.more.visits) == (("huge",), 21)


def test_the_better_one_is_asked_first():
    one_day = replace(SETTINGS, day_minutes=100, working_weekdays=frozenset({3}))
    month = {day: "쉼" for day in working_days(request([], []), representative()) if day.day != 15}
    asked = request(
        [representative()],
        [candidate("low", score=1, visit_minutes=60), candidate("high", score=2, visit_minutes=60)],
        one_day,
        holidays=month,
    )
    plan = make_plan(asked)

    assert reasons(plan) == {"high": "planned", "low": "no_room"}
    assert plan.decisions["low"].short_seconds == 20 * 60
    assert [day.on for day in plan.days] == [dt.date(2026, 10, 15)]


def test_holidays_and_days_away_are_no_working_days():
    away = frozenset({dt.date(2026, 10, 1)})
    found = working_days(request([], []), representative(away_on=away))

    assert found[0] == dt.date(2026, 10, 2)
    assert not set(found) & {*HOLIDAYS, *away}
    assert len(found) == 22 - 3
    assert len(working_days(request([], [], holidays={}), representative(away_on=NO_DAYS))) == 22


def test_a_month_without_anybody():
    plan = make_plan(request([representative()], []))

    assert (plan.days, plan.outlets, plan.visits, plan.more.keys) == ((), 0, 0, ())


class Backwards:
    """A poor router that knows all stops."""

    def order(self, stops, times):  # noqa: ARG002  the interface has it
        return sorted(stops, reverse=True)


class Forgetful:
    """A router that loses stops."""

    def order(self, stops, times):  # noqa: ARG002  the interface has it
        return list(stops)[1:]


@pytest.mark.parametrize("router", [Backwards(), Forgetful()])
def test_no_router_makes_it_worse_than_nearest_neighbour(router):
    asked = plan_request()
    few = replace(asked, candidates=asked.candidates[::2])

    for day in make_plan(few, router).days:
        assert day.travel_seconds <= day.nearest_neighbour_seconds
        assert day.travel_seconds + day.visit_seconds <= day.capacity_seconds


def test_more_candidates_than_can_be_planned_at_once_are_refused_by_name():
    many = [candidate(f"{number}", "r") for number in range(4_001)]
    nobody = [replace(one, representative="") for one in many]

    with pytest.raises(FactError, match="r: 4,001 candidates, at most 4,000 are planned at once"):
        make_plan(request([representative()], many))
    assert set(reasons(make_plan(request([representative()], nobody))).values()) == {"nobody"}


@pytest.mark.parametrize(
    "made",
    [
        request([representative(), representative()], []),
        request([], [candidate("a"), candidate("a")]),
        request([], [candidate("a", visits=-1)]),
        request([representative(day_minutes=-1)], []),
        request([], [], replace(SETTINGS, metres_per_hour=0)),
        request([], [], replace(SETTINGS, road_factor_bp=0)),
    ],
)
def test_what_contradicts_itself_is_refused(made):
    with pytest.raises(FactError, match=r"given twice|0 or more"):
        make_plan(made)
