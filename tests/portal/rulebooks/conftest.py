"""Two authors, an approver, dealers and a manager; drafts made from the shipped version in force."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest

from portal.access import Grant, Role, Viewer
from portal.db import fetch_value, unit_of_work
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.service import steps
from portal.rulebooks.service.drafts import create_draft
from rules.books import FOLDER

TODAY = dt.date(2026, 11, 2)
DAYS = 14
NOW = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
SHIPPED = (FOLDER / "2019-01-monthly-dealer.yaml").read_text(encoding="utf-8")


def book_text(
    version: str = "2026.12", begins: str = "2026-12-01", told: str = "2026-11-10", *, ends: str = ""
) -> str:
    """The standing dealers' version with other days."""
    text = SHIPPED.replace('version: "2019.1"', f'version: "{version}"')
    until = f"\neffective_until: {ends}" if ends else ""
    text = text.replace("effective_from: 2019-01-01", f"effective_from: {begins}{until}")
    start = text.index("announced_on: ")
    return text[:start] + f"announced_on: {told}" + text[start + 24 :]


@dataclass
class World:
    """The people who act."""

    people: dict[str, Viewer] = field(default_factory=dict)
    dealers: dict[str, int] = field(default_factory=dict)


async def new_person(login: str, name: str, *grants: Grant) -> Viewer:
    user_id: int = await fetch_value(
        "insert into login_user (login, name, created_at) values ({}, {}, {}) returning id", login, name, NOW
    )
    return Viewer(user_id, name, login, grants=grants)


@pytest.fixture
async def world(database: str) -> World:
    """The people; no proposal yet."""
    made = World()
    async with unit_of_work():
        for code in ("D-1", "D-2"):
            made.dealers[code] = await fetch_value(
                "insert into account (kind, code, name, created_at, updated_at)"
                " values ('dealer', {}, {}, {}, {}) returning id",
                code,
                code,
                NOW,
                NOW,
            )
        made.people = {
            "author": await new_person("author", "기준 작성자", Grant(Role.RULE_AUTHOR)),
            "second": await new_person("second", "둘째 작성자", Grant(Role.RULE_AUTHOR)),
            "approver": await new_person("approver", "기준 승인자", Grant(Role.RULE_APPROVER)),
            "both": await new_person("both", "두 역할", Grant(Role.RULE_AUTHOR), Grant(Role.RULE_APPROVER)),
            "admin": await new_person("admin", "관리자", Grant(Role.ADMINISTRATOR)),
            "manager": await new_person("manager", "박지영", Grant(Role.REGIONAL_MANAGER, "/KR/")),
            "representative": await new_person("han", "한사원", Grant(Role.SALES_REPRESENTATIVE)),
            "owner": await new_person(
                "owner", "김대호", Grant(Role.DEALER_OWNER, account_id=made.dealers["D-1"])
            ),
            "staff": await new_person(
                "staff", "직원", Grant(Role.DEALER_STAFF, account_id=made.dealers["D-2"])
            ),
        }
    return made


async def submitted(world: World, text: str = "", who: str = "author") -> int:
    """A proposal that waits for its approval."""
    author = world.people[who]
    proposal_id = await create_draft(author, text or book_text())
    await steps.validate(author, proposal_id)
    await steps.rehearse(author, proposal_id)
    await steps.submit(author, proposal_id, DAYS, TODAY)
    return proposal_id


async def scheduled(world: World, text: str = "") -> int:
    """A proposal that will begin on its day."""
    proposal_id = await submitted(world, text)
    approver = world.people["approver"]
    proposal = await get_proposal(proposal_id)
    await steps.approve(approver, proposal_id, proposal.sha256, DAYS, TODAY)
    await steps.schedule(approver, proposal_id, DAYS, TODAY)
    return proposal_id
