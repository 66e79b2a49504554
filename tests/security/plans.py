"""Plans of the network of canaries: for each dealer a draft, a declined one and the dealer's own."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from portal import db
from portal.plans.queries.candidates import Material
from portal.plans.service.generate import store_plan
from rules.months import Month
from rules.planning import Candidate, Place, PlanRequest, Representative, make_plan
from rules.planning.book import shipped_visit_books

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.security.world import World

NOW = dt.datetime.now(dt.UTC)
MONTH = Month.parse("2027-02")
HERE = Place(36_500_000, 127_500_000)


async def build_plans(world: World, words: Mapping[str, str], representative: str) -> None:
    """Insert the plans; the representative named is the person of the first one, nobody's of the others."""
    first = next(iter(words))
    for position, word in words.items():
        person = world.viewers[representative].user_id if position == first else 1
        for state in ("declined", "draft"):
            plan = await _plan(world, position, word, person)
            async with db.unit_of_work():
                await db.execute("update development_plan set state = {} where id = {}", state, plan)
                if state == "declined":
                    await db.execute(
                        "update development_plan set reason = {} where id = {}", f"{word} why", plan
                    )
            line = await db.fetch_value("select min(id) from plan_line where plan = {}", plan)
            world.keep("plan_declined" if state == "declined" else "plan", position, plan)
            world.keep("plan_line", position, line)
        own = await _plan(world, position, word, person, dealers=True)
        world.keep("dealer_plan", position, own)
        line = await db.fetch_value("select min(id) from plan_line where plan = {}", own)
        world.keep("dealer_plan_line", position, line)


async def _plan(world: World, position: str, word: str, person: int, *, dealers: bool = False) -> int:
    dealer = world.ids["dealer"][position]
    region = await db.fetch_value("select region from account where id = {}", dealer)
    book = shipped_visit_books()[0]
    keys = [str(world.ids[kind][position]) for kind in ("terminal", "outlet")]
    candidates = tuple(Candidate(key, str(person), HERE, 2, 20, 5) for key in keys)
    request = PlanRequest(MONTH, book.settings, {}, (Representative(str(person), HERE),), candidates)
    material = Material(request, book, {key: {"class": 5} for key in keys}, frozenset(keys[:1]), ())
    async with db.unit_of_work():
        plan = await _insert(
            month_on=MONTH.first_on, owner="dealer" if dealers else "manufacturer",
            dealer=dealer if dealers else None, region=region, state="draft",
            label=word, settings=json.dumps({"people": [person]}), created_by_user_id=1, created_at=NOW,
        )  # fmt: skip
        await store_plan(plan, material, make_plan(request))
    return plan


async def _insert(**values: Any) -> int:
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    return int(
        await db.fetch_value(
            f"insert into development_plan ({names}) values ({marks}) returning id", *values.values()
        )
    )
