"""Dealers with sales, the people of finance and rules, and the programme of the worked example."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from portal.access import Grant, Role, Viewer
from portal.db import fetch_value, unit_of_work
from portal.jobs.model import JobState
from portal.jobs.queries import find_job
from portal.jobs.worker import work_once
from portal.rebates.queries.settlements import get_settlement
from portal.rebates.service.versions import install_version

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
# The worked example: 2 % from 5,000, 4 % from 20,000 on everything, October to December.
EXAMPLE = """
program: example
version: "2026.4"
label: {ko: 작업 예, en: Worked example}
currency: KRW
beneficiary: dealer
amounts: supply
effective_from: 2026-10-01
effective_until: 2026-12-31
period: quarter
rounding: {mode: down, quantum_minor: 1}
stacking: sum
components:
  - id: volume
    label: {ko: 누적 매입, en: Volume}
    basis: {measure: net, level: sell_in, window: period}
    mode: retroactive
    boundary: inclusive
    tiers:
      - {from: 5000, rate_bp: 200}
      - {from: 20000, rate_bp: 400}
calendar:
  - {kind: partial, after_month: 1}
  - {kind: partial, after_month: 2}
  - {kind: final, after_month: 3}
clawback: {window_months: 12, carry_forward: true}
clause: {ko: "대리점 계약서 제12조", en: "Dealer contract, article 12"}
tax_document: payment_record
"""


@dataclass
class World:
    """Who acts, who earns, and the approved version."""

    people: dict[str, Viewer] = field(default_factory=dict)
    dealers: dict[str, int] = field(default_factory=dict)
    version: int = 0


async def new_person(login: str, *grants: Grant) -> Viewer:
    user_id: int = await fetch_value(
        "insert into login_user (login, name, created_at) values ({}, {}, {}) returning id", login, login, NOW
    )
    return Viewer(user_id, login, login, grants=grants)


async def new_dealer(code: str) -> int:
    dealer: int = await fetch_value(
        "insert into account (kind, code, name, created_at, updated_at)"
        " values ('dealer', {}, {}, {}, {}) returning id",
        code,
        code,
        NOW,
        NOW,
    )
    await fetch_value("update account set dealer = id where id = {} returning id", dealer)
    return dealer


async def make_world(
    dealers: int = 2, text: str = EXAMPLE, announced_on: dt.date = dt.date(2026, 9, 1)
) -> World:
    world = World()
    async with unit_of_work():
        for place in range(1, dealers + 1):
            world.dealers[f"D-{place}"] = await new_dealer(f"D-{place}")
        world.people = {
            "finance": await new_person("finance", Grant(Role.FINANCE)),
            "second": await new_person("second", Grant(Role.FINANCE)),
            "author": await new_person("author", Grant(Role.RULE_AUTHOR)),
            "approver": await new_person("approver", Grant(Role.RULE_APPROVER)),
            "admin": await new_person("admin", Grant(Role.ADMINISTRATOR)),
            "manager": await new_person("manager", Grant(Role.REGIONAL_MANAGER, "/KR/")),
        }
        for place, dealer in list(world.dealers.items())[:2]:
            name = f"owner{place[2:]}"
            world.people[name] = await new_person(name, Grant(Role.DEALER_OWNER, account_id=dealer))
    world.version = await install_version(
        text,
        announced_on,
        world.people["author"].signature("rebates.author"),
        world.people["approver"].signature("rebates.approve"),
    )
    return world


async def sell(
    account: int, month: str, net: int, quantity: int = 0, *, level: int = 1, side: int = 1
) -> None:
    """Set the monthly total of an account."""
    async with unit_of_work():
        await sell_within(account, month, net, quantity, level=level, side=side)


async def sell_within(
    account: int, month: str, net: int, quantity: int = 0, *, level: int = 1, side: int = 1
) -> None:
    """Set the monthly total of an account in the open unit of work."""
    await fetch_value(
        "insert into account_month (account, month_on, level, side, lines, documents, net_minor,"
        " returns_minor, quantity, active) values ({}, {}, {}, {}, 1, 1, {}, 0, {}, 1)"
        " on conflict (account, month_on, level, side) do update set net_minor = excluded.net_minor"
        " returning id",
        account,
        dt.date.fromisoformat(f"{month}-01"),
        level,
        side,
        net,
        quantity,
    )


async def work(settlement_id: int) -> None:
    """Let a worker do everything there is, and see that the settlement's job ended well."""
    while await work_once("test"):
        pass
    settlement = await get_settlement(settlement_id)
    assert settlement.job_id is not None
    job = await find_job(settlement.job_id)
    assert job is not None
    assert job.state is JobState.DONE, job.error
