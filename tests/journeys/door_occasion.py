"""A training that begins in some hours with one seat for two dealers; run before the journey of the door."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from importlib import import_module

from portal import db
from portal.app import POLICY_MODULES
from portal.db import schema
from portal.identity.queries import find_dealer_id, load_viewer
from portal.occasions.model import OccasionKind, OccasionMove, OccasionPlan
from portal.occasions.service.invitations import invite_by_hand
from portal.occasions.service.occasions import create_occasion, move_occasion

ZONE = "Asia/Seoul"


async def plan(url: str, codes: list[str]) -> int:
    """Plan it, invite the dealers, open it, and return its id."""
    schema.all_tables()
    for name in POLICY_MODULES:
        import_module(name)
    db.bind(url)
    await db.open_pool()
    planner = await load_viewer("marketing", ZONE)
    begins = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(hours=12)
    occasion_id = await create_occasion(
        planner,
        OccasionPlan(
            OccasionKind.TRAINING,
            "겨울 대리점 교육",
            "대전 연수원",
            begins,
            begins + dt.timedelta(hours=9),
            begins - dt.timedelta(hours=1),
            seats=1,
            organiser_user_id=planner.user_id,
            title_en="Winter training",
        ),
    )
    for code in codes:
        dealer_id = await find_dealer_id(code)
        await invite_by_hand(planner, occasion_id, dealer_id or 0, 1, "신제품을 처음 취급하는 대리점")
    await move_occasion(planner, occasion_id, OccasionMove.OPEN)
    await db.close_pool()
    return occasion_id


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(plan(sys.argv[1], sys.argv[2:]))))
