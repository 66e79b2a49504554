"""The demo's plans for dealers' people: one in force, a proposal that waits, one declined; targets shown.

The story dealer put his own plan of the current month in force, made from a proposal; that of the next month
awaits his answer. Another owner declined one.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal import db
from portal.demo.plan import LAST_MONTH
from portal.identity.queries import load_viewer
from portal.plans.queries.candidates import list_staff, read_dealer_material
from portal.plans.service import own
from portal.plans.service.generate import store_plan
from portal.plans.service.offers import propose, send
from rules.planning import make_plan

if TYPE_CHECKING:
    from portal.access import Viewer
    from rules.months import Month

_ZONE = "Asia/Seoul"
_WHY = "12월은 재고 조사 때문에 직원을 보낼 수 없습니다."
_SHOWN = 8
_WAITED = dt.timedelta(days=3)


async def write_dealer_plans() -> None:
    """Write the plans of two dealers' people and show some targets to the story dealer."""
    manager, owner = await load_viewer("manager", _ZONE), await load_viewer("dealer", _ZONE)
    dealer = owner.scope.dealer_ids[0]
    now, coming = LAST_MONTH.shift(1), LAST_MONTH.shift(2)
    first = await _proposed(manager, dealer, now)
    mine = await own.copy(owner, first)
    await own.accept(owner, mine, 1)
    second = await _proposed(manager, dealer, coming)
    await _backdate(second, dt.datetime.combine(now.first_on, dt.time(2), dt.UTC) + 6 * _WAITED)
    other = await _another_owner(dealer, manager)
    if other is not None:
        third = await _proposed(manager, other.scope.dealer_ids[0], coming)
        await own.decline(other, third, 3, _WHY)
    async with db.unit_of_work():
        await db.execute(
            "update target_account set shared_at = added_at where id in (select x.id from target_account x"
            " join account a on a.id = x.account where a.dealer = {} order by x.id limit {})",
            *(dealer, _SHOWN),
        )


async def _proposed(manager: Viewer, dealer: int, month: Month) -> int:
    """Propose a plan as the job would make it, at once, and send it."""
    plan = await propose(manager, dealer, month, month.first_on)
    people = [number for number, _ in await list_staff(dealer)]
    material = await read_dealer_material(dealer, month, people, proposal=True)
    async with db.unit_of_work():
        await store_plan(plan, material, make_plan(material.request))
        await db.execute("update job set state = 'done' where kind = 'plans.make' and state = 'queued'")
    await send(manager, plan, 2, confirmed=False)
    return plan


async def _backdate(plan: int, at: dt.datetime) -> None:
    async with db.unit_of_work():
        await db.execute(
            "update development_plan set created_at = {}, offered_at = {} where id = {}",
            *(at - _WAITED, at, plan),
        )


async def _another_owner(dealer: int, manager: Viewer) -> Viewer | None:
    """Return the owner of another dealer of the manager's regions who can sign in."""
    paths = manager.scope.region_paths
    rows = await db.fetch(
        "select u.login, r.path from role_grant g join login_user u on u.id = g.user_id"
        " join account a on a.id = g.account_id join region r on r.id = a.region"
        " where g.role = 'dealer_owner' and g.account_id <> {} order by u.id",
        dealer,
    )
    login = next((row["login"] for row in rows if row["path"].startswith(paths)), None)
    return None if login is None else await load_viewer(login, _ZONE)
