"""Trips from plan to report: criteria before the days they look at, leader, law, beds, money, topics."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import campaigns.trips
from campaigns.trips.commands import CostCommand, HospitalityCommand, StopCommand
from campaigns.trips.model import CostCategory, CostKind, HospitalityKind, Marker
from campaigns.trips.offered import TripOccasions, TripSources, TripSupport
from campaigns.trips.queries.criteria import book_of
from campaigns.trips.queries.fairness import by_class, list_given
from campaigns.trips.queries.hospitality import list_entries
from campaigns.trips.queries.money import list_benefits, list_costs, sums_of
from campaigns.trips.queries.pack import list_pack, success_of
from campaigns.trips.queries.people import list_rooms
from campaigns.trips.queries.trips import get_trip, list_own_trips
from campaigns.trips.service import hospitality, itinerary, money, report, rooming, trips
from campaigns.trips.standing import standing_of
from campaigns.trips.tasks import list_tasks
from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.network.scope import today
from portal.occasions.model import OccasionMove
from portal.voice.opinions import OpinionRules, OpinionTopic
from rules.months import Month
from tests.campaigns.trips.conftest import FAR, LEADER, NEAR, NOW, OWN, STARTS, Site, World

if TYPE_CHECKING:
    from collections.abc import Awaitable

RULES = OpinionRules(14, 30, 5)


async def said(call: Awaitable[object]) -> list[str]:
    """Return what is refused."""
    with pytest.raises(Invalid) as error:
        await call
    return [str(problem.message) for problem in error.value.problems]


async def test_criteria_are_published_before_the_days_they_look_at(site: Site) -> None:
    day = today(site.planner)
    with pytest.raises(Invalid, match="nobody can earn a place by rules he could not know"):
        await site.publish(day)
    assert (await site.trip()).criteria is None
    await site.publish(day + dt.timedelta(days=1))
    criteria = (await site.trip()).criteria
    assert criteria is not None
    assert criteria.published_on < criteria.looks_from_on
    # The database itself refuses what no form lets through.
    with pytest.raises(Exception, match="published_before"):
        async with unit_of_work():
            await execute("update trip set looks_from_on = published_on where id = {}", site.trip_id)


async def test_a_trip_opens_with_leader_training_and_criteria_only(site: Site) -> None:
    trip = await site.trip()
    await trips.change_trip(
        site.planner, site.trip_id, site.command(leader_user_id=None), trip.occasion.version
    )
    found = await said(trips.move_trip(site.planner, site.trip_id, OccasionMove.OPEN))
    assert [text[:12] for text in found] == ["Name a leade", "Publish the "]
    early = site.command(starts_at=STARTS - dt.timedelta(days=2))
    assert await said(trips.create_trip(site.planner, early)) == ["A trip begins when its training is over."]
    none = site.command(training_id=None)
    assert await said(trips.create_trip(site.planner, none)) == ["Choose the training this trip follows."]
    version = (await site.trip()).occasion.version
    await trips.change_trip(site.planner, site.trip_id, site.command(), version)
    await site.open()
    with pytest.raises(Conflict):
        await site.publish()
    version = (await site.trip()).occasion.version
    nobody = trips.change_trip(site.planner, site.trip_id, site.command(leader_user_id=None), version)
    assert await said(nobody) == ["An open trip keeps a leader with a phone."]


async def test_liquor_blocks_a_trip_and_lets_a_plain_meeting(site: Site) -> None:
    await site.publish()
    (text,) = await said(
        trips.move_trip(site.planner, site.trip_id, OccasionMove.OPEN, goods=["liquor"], locale="ko")
    )
    assert "주류면허법 시행령 제41조" in text
    meeting = await trips.create_trip(
        site.planner, site.command(training_id=None, is_plain_meeting=True, companions_max=0)
    )
    await trips.move_trip(site.planner, meeting, OccasionMove.OPEN, goods=["liquor"], locale="ko")
    gift = CostCommand(CostKind.SPENT, CostCategory.GIFT, "", STARTS.date(), 1, 0, for_dealers=True)
    with pytest.raises(Invalid, match="given nothing"):
        await money.add_cost(site.viewer("finance"), meeting, gift)


async def test_costs_are_shared_by_who_came_exactly_and_corrected_by_further_rows(site: Site) -> None:
    await site.open()
    await site.come(OWN, "김대청", "이순이")
    await site.come(NEAR, "박가까")
    await site.come(FAR, "최먼곳")
    await site.arrive("김대청", "이순이", "박가까")
    finance = site.viewer("finance")
    with pytest.raises(Conflict, match="must be over"):
        await money.book(finance, site.trip_id)
    await site.hold()
    await site.spend(900_000, 90_000)
    cost = await site.spend(10, 0, CostCategory.MEAL)
    await site.spend(500_000, 0, CostCategory.STAFF)
    await money.book(finance, site.trip_id)
    assert await site.given() == {OWN: 660_007, NEAR: 330_003}
    sums = await sums_of(site.trip_id, 3)
    assert (sums.cost_per_head_minor, sums.benefit_per_head_minor, sums.is_settled) == (
        496_670,
        330_003,
        True,
    )
    with pytest.raises(Conflict, match="Nothing changed"):
        await money.book(finance, site.trip_id, "again")
    await money.remove_cost(finance, site.trip_id, cost)
    assert [row.supply_minor for row in await list_costs(site.trip_id) if row.reverses == cost] == [-10]
    with pytest.raises(Invalid, match="why it is booked again"):
        await money.book(finance, site.trip_id)
    await money.book(finance, site.trip_id, "meal was paid by the hotel")
    assert await site.given() == {OWN: 660_000, NEAR: 330_000}
    assert [one.amount_minor for one in await list_benefits(site.trip_id)] == [660_000, 330_000]
    for statement in (
        "update trip_benefit set amount_minor = 0", "delete from trip_benefit", "delete from trip_booking"
    ):  # fmt: skip
        with pytest.raises(Exception, match="append-only"):
            async with unit_of_work():
                await execute(statement)


async def test_a_trip_is_never_money(site: Site) -> None:
    """Nothing of trips imports what pays dealers, and booking writes nothing there."""
    await site.open()
    await site.come(OWN, "김대청")
    await site.arrive("김대청")
    await site.hold()
    await site.spend(1_000)
    await money.book(site.viewer("finance"), site.trip_id)
    for table in ("ledger_operation", "ledger_posting", "rebate_payout", "rebate_adjustment", "payment"):
        assert await fetch_value(f"select count(*) from {table}") == 0
    folder = Path(campaigns.trips.__file__).parent
    imported = {
        line.split()[1]
        for path in folder.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("from portal.rebates", "import portal.rebates"))
    }
    assert imported == {"portal.rebates.support"}


async def test_rooms_are_proposed_changed_and_taken_back(site: Site) -> None:
    await site.open()
    await site.come(OWN, "김대청", "이순이")
    await site.come(NEAR, "박가까")
    planner = site.planner
    assert await rooming.add_rooms(planner, site.trip_id, ("501", "502", "501"), 2) == 2
    assert await rooming.propose(planner, site.trip_id) == (3, 0)
    people = {person.name: person for person in await site.people()}
    assert people["김대청"].room == people["이순이"].room != people["박가까"].room
    rooms = {room.name: room for room in await list_rooms(site.trip_id, list(people.values()))}
    full = rooms[people["김대청"].room]
    with pytest.raises(Invalid, match="0 beds left"):
        await rooming.assign(planner, site.trip_id, (people["박가까"].guest_id,), full.id)
    with pytest.raises(Conflict, match="sleeps in this room"):
        await rooming.remove_room(planner, site.trip_id, full.id)
    await rooming.assign(planner, site.trip_id, (people["이순이"].guest_id,), None)
    await rooming.undo(planner, site.trip_id)
    assert {one.name: one.room for one in await site.people()} == {n: p.room for n, p in people.items()}
    await rooming.undo(planner, site.trip_id)
    assert [one.room for one in await site.people()] == ["", "", ""]
    with pytest.raises(Conflict, match="nothing to take back"):
        await rooming.undo(planner, site.trip_id)
    await rooming.note_person(planner, site.trip_id, people["박가까"].guest_id, Marker.MALE, "010-9")
    assert [(one.marker, one.emergency) for one in await site.people()][2] == ("m", "010-9")


async def test_the_leader_writes_topics_down_and_reports_in_time(site: Site) -> None:
    await site.open()
    await site.come(OWN, "김대청")
    await site.arrive("김대청")
    leader, other = site.viewer("manager"), site.viewer("rep")
    assert (await site.trip()).leader_user_id == LEADER
    (dealer,) = await list_pack(await site.trip())
    assert (dealer.dealer_id, dealer.items) == (OWN, ())
    key = str(uuid.uuid4())
    topic = report.TopicCommand(key, OWN, OpinionTopic.DELIVERY, "새벽 배송이 늦습니다", "화요일로 옮김")
    given = await report.add_topic(leader, site.trip_id, topic, RULES)
    assert await report.add_topic(leader, site.trip_id, topic, RULES) == given
    open_one = replace(topic, client_key=str(uuid.uuid4()), text="냉장고", solution="")
    await report.add_topic(leader, site.trip_id, open_one, RULES)
    rows = await fetch("select source_kind, source_id, solution from opinion order by given_at, id")
    assert sorted((row["source_kind"], row["source_id"], row["solution"]) for row in rows) == [
        ("trip", site.trip_id, ""), ("trip", site.trip_id, "화요일로 옮김")
    ]  # fmt: skip
    with pytest.raises(NotFound):
        await report.add_topic(leader, site.trip_id, replace(topic, dealer_id=NEAR), RULES)
    with pytest.raises(NotFound):
        await report.get_led(other, site.trip_id)
    with pytest.raises(Conflict, match="must be over"):
        await report.hand_in(leader, site.trip_id, "good")
    await site.hold()
    trip = await site.trip()
    assert trip.report_due_on == dt.date(2099, 1, 29)  # the last day is the 22nd
    assert (trip.is_late(dt.date(2099, 1, 29)), trip.is_late(dt.date(2099, 1, 30))) == (False, True)
    assert [task.kind for task in await list_tasks(leader, NOW.date())] == ["trips.report"]
    await report.hand_in(leader, site.trip_id, "good")
    assert await list_tasks(leader, NOW.date()) == []
    with pytest.raises(Conflict, match="already"):
        await report.hand_in(leader, site.trip_id, "good")
    day = today(leader)
    success = await success_of(await site.trip(), day - dt.timedelta(days=1), 30, day)
    assert (success.figures.given, success.figures.solved, success.is_over) == (2, 1, False)


async def test_a_dealer_sees_criteria_and_his_own_standing(site: Site) -> None:
    owner = site.viewer("owner")
    assert await list_own_trips(owner) == []
    await site.publish()
    (trip,) = await list_own_trips(owner)
    assert trip.criteria is not None
    book = await book_of(trip.criteria.sha256)
    assert book is not None
    standing = await standing_of(book, trip.criteria, OWN, today(owner), "en")
    assert (standing.seats, standing.is_final) == (0, False)
    assert "Attended a training in the last 12 months" in [rule.label for rule in standing.rules]


async def test_what_trips_offer_to_others(site: Site) -> None:
    await site.open()
    await site.come(OWN, "김대청")
    stop = StopCommand(STARTS, STARTS + dt.timedelta(hours=2), "성산", "Seongsan", "성산", "정과장")
    await itinerary.add_stop(site.planner, site.trip_id, stop)
    with pytest.raises(Invalid, match="outside the trip"):
        await itinerary.add_stop(
            site.planner, site.trip_id, replace(stop, starts_at=STARTS - dt.timedelta(1))
        )
    occasion = (await site.trip()).occasion.id
    pages = TripOccasions()
    assert await pages.href(occasion) == f"/trips/{site.trip_id}"
    assert await pages.own_href(occasion) == f"/my/trips/{site.trip_id}"
    assert [line.place for line in await pages.lines(occasion)] == ["성산"]
    support, sources = TripSupport(), TripSources()
    span = (STARTS.date() - dt.timedelta(days=30), STARTS.date())
    assert await support.list_support(OWN, *span) == []
    await site.arrive("김대청")
    (line,) = await support.list_support(OWN, *span)
    assert line.figure.params == {"count": 1}
    assert await sources.dealers(site.trip_id) == {OWN}
    assert list(await sources.names(site.viewer("far"), [site.trip_id])) == [site.trip_id]
    assert [number for number, _ in await sources.choices(site.viewer("owner"))] == [site.trip_id]
    assert await sources.choices(site.viewer("far")) == []


async def test_hospitality_has_a_limit_by_year_and_is_corrected_by_rows(site: Site) -> None:
    rep, day = site.viewer("manager"), today(site.viewer("manager"))
    entry = HospitalityCommand(
        str(uuid.uuid4()), "D10", HospitalityKind.MEAL, day, "식당", "상담", 2, 300_000, 30_000
    )
    first = await hospitality.note_hospitality(rep, entry)
    assert await hospitality.note_hospitality(rep, entry) == first
    with pytest.raises(Invalid, match="no dealer"):
        await hospitality.note_hospitality(rep, replace(entry, client_key="x", dealer_code="D30"))
    (row,) = await list_entries(rep, "trips.hospitality", day.year)
    assert (row.total_minor, row.year_minor) == (330_000, 330_000)
    near = await hospitality.note_hospitality(rep, replace(entry, client_key="near", dealer_code="한빛유통"))
    with pytest.raises(NotFound):
        await hospitality.take_back(site.viewer("rep"), near, "wrong")
    await hospitality.take_back(rep, first, "wrong dealer")
    assert [one.year_minor for one in await list_entries(rep, "trips.hospitality", day.year)] == [
        0,
        330_000,
        0,
    ]
    with pytest.raises(Conflict):
        await hospitality.take_back(rep, first, "again")


async def test_fairness_says_nothing_about_too_few(site: Site) -> None:
    day = today(site.planner)
    for dealer, amount in (("D10", 1_000), ("D20", 3_000)):
        command = HospitalityCommand(
            str(uuid.uuid4()), dealer, HospitalityKind.MEAL, day, "", "x", 1, amount, 0
        )
        await hospitality.note_hospitality(site.planner, command)
    given = await list_given(site.viewer("finance"), "trips.fairness", Month.of(day))
    assert [(one.dealer_id, one.total_minor, one.share_bp) for one in given] == [
        (NEAR, 3_000, None),
        (OWN, 1_000, None),
    ]
    (few,) = by_class(given, 3)
    assert (few.dealers, few.given_to, few.spread, few.is_enough) == (2, 2, None, False)
    (enough,) = by_class(given, 2)
    assert enough.spread is not None
    assert (enough.spread.least, enough.spread.median, enough.spread.most) == (1_000, 2_000, 3_000)


async def test_trips_of_another_region_are_not_there(site: Site, world: World) -> None:
    elsewhere = await trips.create_trip(site.planner, site.command(region_id=3, leader_user_id=None))
    for who in ("manager", "rep", "owner"):
        with pytest.raises(NotFound):
            await get_trip(world.people[who], elsewhere, "trips.read")
