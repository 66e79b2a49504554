"""A dealer's owner with two people, on top of the world of plans."""

from __future__ import annotations

from portal.access import Grant, Role, Viewer
from portal.db import execute, insert_rows, unit_of_work
from portal.jobs.worker import work_once
from portal.plans.service.offers import propose, send
from tests.portal.plans.conftest import MONTH, NEAR, NOW, OWN, TODAY, World

OWNER, STAFF, SECOND, NEIGHBOUR = 9, 21, 22, 23


def viewer(user_id: int, login: str, role: Role, dealer: int) -> Viewer:
    return Viewer(user_id, login, login, grants=(Grant(role, account_id=dealer),))


async def add_people(world: World) -> None:
    """Give OWN two people beside the owner, and NEAR an owner."""
    people = {
        "staff": viewer(STAFF, "staff", Role.DEALER_STAFF, OWN),
        "second": viewer(SECOND, "second", Role.DEALER_STAFF, OWN),
        "neighbour": viewer(NEIGHBOUR, "neighbour", Role.DEALER_OWNER, NEAR),
    }
    world.people |= people
    async with unit_of_work():
        await insert_rows(
            "login_user",
            ("id", "login", "name", "created_at"),
            [(one.user_id, one.login, f"{one.login} 씨", NOW) for one in people.values()],
        )
        await insert_rows(
            "role_grant",
            ("user_id", "role", "account_id", "state", "origin", "requested_at"),
            [
                (one.user_id, one.grants[0].role.value, one.grants[0].account_id, "active", "demo", NOW)
                for one in (*people.values(), world.people["owner"])
            ],
        )


async def proposed(world: World, *, sent: bool = True) -> int:
    """Return a proposal to OWN for October, made, and sent when asked for."""
    plan = await propose(world.people["manager"], OWN, MONTH, TODAY)
    await work_once("test")
    if sent:
        await send(world.people["manager"], plan, 2, confirmed=False)
    return plan


async def in_private(account: int) -> None:
    """Make an account a record of its dealer's that he does not share."""
    async with unit_of_work():
        await execute("update account set owner = 'dealer' where id = {}", account)
