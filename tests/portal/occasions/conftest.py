"""The network of credit's tests with dealers invited to an occasion, and a way to sign up."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

import portal.occasions.policies
from portal.db import execute, fetch, insert_rows, unit_of_work
from portal.occasions.commands import GuestEntry, SignUp
from portal.occasions.model import OccasionKind, OccasionMove, OccasionPlan
from portal.occasions.service.occasions import create_occasion, move_occasion
from portal.occasions.service.seats import sign_up
from tests.portal.credit.conftest import FAR, NEAR, NOW, OWN, World, world

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.occasions.service.filling import Standing

__all__ = ["FAR", "NEAR", "NOW", "OWN", "World", "world"]

STARTS = dt.datetime(2099, 1, 20, 0, 0, tzinfo=dt.UTC)
PLAN = OccasionPlan(
    OccasionKind.TRAINING,
    "겨울 교육",
    "대전 연수원",
    STARTS,
    STARTS + dt.timedelta(days=1, hours=9),
    STARTS - dt.timedelta(days=7),
    seats=10,
    organiser_user_id=7,
    title_en="Winter training",
)


def new_key() -> str:
    return str(uuid.uuid4())


def person(name: str = "김대청", **more: Any) -> GuestEntry:
    return GuestEntry(name, **more)


@dataclass
class Site:
    """An open occasion and its people."""

    world: World
    occasion_id: int

    def viewer(self, who: str) -> Viewer:
        return self.world.people[who]

    async def come(
        self, who: str = "owner", dealer: int = OWN, *companions: GuestEntry, key: str = "", **more: Any
    ) -> Standing:
        guests = (person(**more), *companions)
        return await sign_up(self.viewer(who), SignUp(key or new_key(), self.occasion_id, dealer, guests))

    async def states(self) -> list[tuple[int, str]]:
        rows = await fetch(
            "select number, state from enrollment where occasion = {} order by number, id", self.occasion_id
        )
        return [(row["number"], row["state"]) for row in rows]


async def invite(
    occasion_id: int, *dealers: int, seats: int = 0, reason: str = "", source: str = "hand"
) -> None:
    async with unit_of_work():
        await insert_rows(
            "occasion_invitation",
            ("occasion", "dealer", "is_invited", "seats", "source", "book_sha256", "outcome", "reason",
             "invited_by_user_id", "invited_at", "decline_reason"),
            [(occasion_id, dealer, True, seats, source, "", "", reason, 7, NOW, "") for dealer in dealers],
        )  # fmt: skip


async def open_occasion(world: World, *dealers: int, seats_each: int = 0, **plan: Any) -> Site:
    marketing = world.people["marketing"]
    occasion_id = await create_occasion(marketing, replace(PLAN, **plan))
    await invite(occasion_id, *dealers, seats=seats_each)
    await move_occasion(marketing, occasion_id, OccasionMove.OPEN)
    return Site(world, occasion_id)


@pytest.fixture
async def people(world: World) -> World:
    """The network; the dealers' people belong to their dealers."""
    async with unit_of_work():
        await insert_rows(
            "role_grant",
            "user_id role region_id account_id state origin requested_at".split(),
            [(8, "dealer_owner", None, OWN, "active", "demo", NOW),
             (9, "dealer_staff", None, OWN, "active", "demo", NOW),
             (10, "dealer_owner", None, FAR, "active", "demo", NOW)],
        )  # fmt: skip
        await execute(
            "update login_user set work_email = login || '@portal.test', locale = 'en' where id in (8, 9, 10)"
        )
    return world


@pytest.fixture
async def site(people: World) -> Site:
    """An open occasion to which two dealers are invited."""
    assert portal.occasions.policies.PLAN
    return await open_occasion(people, OWN, FAR, seats_each=2)
