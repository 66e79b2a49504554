"""The network of credit's tests with a training that is over, a trip after it, and people on the trip."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

import campaigns.trips.policies
import portal.rulebooks.policies
import portal.voice.opinions
from campaigns.trips.commands import CostCommand, CriteriaCommand, TripCommand
from campaigns.trips.model import CostCategory, CostKind
from campaigns.trips.queries.criteria import list_published_decisions
from campaigns.trips.queries.people import list_travellers
from campaigns.trips.queries.trips import get_trip
from campaigns.trips.service import money, trips
from portal.db import execute, fetch, insert_rows, unit_of_work
from portal.network.scope import today
from portal.occasions.commands import GuestEntry, SignUp
from portal.occasions.model import OccasionKind, OccasionMove, OccasionPlan
from portal.occasions.service.occasions import create_occasion
from portal.occasions.service.seats import sign_up
from tests.portal.credit.conftest import FAR, NEAR, NOW, OWN, World, world

if TYPE_CHECKING:
    from campaigns.trips.queries.people import Traveller
    from campaigns.trips.queries.trips import TripRow
    from portal.access import Viewer

__all__ = ["FAR", "NEAR", "NOW", "OWN", "World", "world"]

TRAINED = dt.datetime(2099, 1, 19, 0, 0, tzinfo=dt.UTC)
STARTS = dt.datetime(2099, 1, 21, 0, 0, tzinfo=dt.UTC)
PLAN = OccasionPlan(
    OccasionKind.TRIP,
    "제주 연수",
    "제주",
    STARTS,
    STARTS + dt.timedelta(days=1, hours=9),
    STARTS - dt.timedelta(days=7),
    seats=10,
    organiser_user_id=7,
    title_en="Jeju trip",
    seats_per_dealer=2,
    companions_max=2,
    companions_take_seats=True,
)
LEADER, PHONE = 5, "010-2222-3333"


@dataclass
class Site:
    """A trip with its training."""

    world: World
    training_id: int
    trip_id: int

    def viewer(self, who: str) -> Viewer:
        return self.world.people[who]

    @property
    def planner(self) -> Viewer:
        return self.world.people["marketing"]

    async def trip(self) -> TripRow:
        return await get_trip(self.planner, self.trip_id, "trips.plan")

    def command(self, **more: Any) -> TripCommand:
        plan = {name: more.pop(name) for name in list(more) if hasattr(PLAN, name)}
        known = {"training_id": self.training_id, "leader_user_id": LEADER, "leader_phone": PHONE}
        return TripCommand(replace(PLAN, **plan), **{**known, **more})

    async def publish(self, first: dt.date | None = None) -> None:
        day = today(self.planner)
        (book,) = await list_published_decisions(day, self.planner.zone)
        first = first or day + dt.timedelta(days=1)
        command = CriteriaCommand(book.sha256, first, first + dt.timedelta(days=60))
        await trips.publish_criteria(self.planner, self.trip_id, command)

    async def open(self) -> None:
        await self.publish()
        trip = await self.trip()
        async with unit_of_work():
            await insert_rows(
                "occasion_invitation",
                ("occasion", "dealer", "is_invited", "seats", "source", "book_sha256", "outcome", "reason",
                 "invited_by_user_id", "invited_at", "decline_reason"),
                [(trip.occasion.id, dealer, True, 2, "hand", "", "", "왔으면 합니다", 7, NOW, "")
                 for dealer in (OWN, NEAR, FAR)],
            )  # fmt: skip
        await trips.move_trip(self.planner, self.trip_id, OccasionMove.OPEN)

    async def come(self, dealer: int, name: str, *companions: str, diet: str = "") -> int:
        trip = await self.trip()
        guests = [GuestEntry(name, phone=f"010-{dealer}", diet=diet)]
        guests += [GuestEntry(one, relation="배우자") for one in companions]
        wish = SignUp(str(uuid.uuid4()), trip.occasion.id, dealer, tuple(guests))
        return (await sign_up(self.planner, wish)).enrollment_id

    async def people(self) -> list[Traveller]:
        return await list_travellers(await self.trip())

    async def arrive(self, *names: str) -> None:
        """Note at the door who came."""
        for person in await self.people():
            if person.name in names:
                async with unit_of_work():
                    await execute(
                        "insert into door_record (client_key, enrollment, guest_position, kind, how,"
                        " noted_at, received_at, actor_user_id) values ({}, {}, {}, 'in', 'hand', {}, {}, 7)",
                        *(str(uuid.uuid4()), person.enrollment_id, person.position, STARTS, STARTS),
                    )

    async def hold(self) -> None:
        await trips.move_trip(self.planner, self.trip_id, OccasionMove.HOLD)

    async def spend(self, supply: int, vat: int = 0, category: CostCategory = CostCategory.STAY) -> int:
        for_dealers = category is not CostCategory.STAFF
        command = CostCommand(CostKind.SPENT, category, "", STARTS.date(), supply, vat, for_dealers)
        return await money.add_cost(self.viewer("finance"), self.trip_id, command)

    async def given(self) -> dict[int, int]:
        rows = await fetch(
            "select dealer, sum(amount_minor) as n from trip_benefit where trip = {} group by dealer",
            self.trip_id,
        )
        return {row["dealer"]: int(row["n"]) for row in rows}


@pytest.fixture
async def site(world: World) -> Site:
    """A draft of a trip, led by the manager of the region, after a training."""
    assert campaigns.trips.policies.READ
    assert portal.rulebooks.policies
    assert portal.voice.opinions.READ
    async with unit_of_work():
        await insert_rows(
            "role_grant",
            "user_id role region_id account_id state origin requested_at".split(),
            [(5, "regional_manager", 2, None, "active", "demo", NOW),
             (7, "marketing", None, None, "active", "demo", NOW),
             (8, "dealer_owner", None, OWN, "active", "demo", NOW),
             (10, "dealer_owner", None, FAR, "active", "demo", NOW)],
        )  # fmt: skip
    plan = replace(PLAN, kind=OccasionKind.TRAINING, title="겨울 교육", title_en="Winter training",
                   starts_at=TRAINED, ends_at=TRAINED + dt.timedelta(days=1, hours=9),
                   sign_up_until=TRAINED)  # fmt: skip
    made = Site(world, await create_occasion(world.people["marketing"], plan), 0)
    made.trip_id = await trips.create_trip(made.planner, made.command())
    return made
