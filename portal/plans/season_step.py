"""How far the step "plan" of a season is, for the season page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import message
from portal.network.scope import Condition, all_of
from portal.plans.policies import READ
from portal.plans.queries.plans import visible_plans
from portal.seasons.model import Step
from portal.seasons.steps import StepStanding, register

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow


async def plan_standing(viewer: Viewer, season: SeasonRow) -> StepStanding | None:
    """Count the plans of the season's months that are frozen or approved, and the visits in them."""
    if not viewer.allowed(READ):
        return None
    where = all_of(
        Condition(
            "(p.season = {} or (p.season is null and p.month_on >= {} and p.month_on < {}))",
            (season.id, season.from_on, season.until_on),
        ),
        Condition("p.owner = 'manufacturer' and p.state in ('draft', 'approved', 'frozen')"),
        visible_plans(viewer),
    )
    rows = await fetch(
        "select p.state, count(*) as n, sum(p.outlets) as outlets, sum(p.visits) as visits"  # noqa: S608  from code
        f" from development_plan p where {where.sql} group by p.state",
        *where.args,
    )
    if not rows:
        return None
    agreed = sum(row["n"] for row in rows if row["state"] != "draft")
    says = message(
        "%(agreed)s plans agreed, %(drafts)s drafts; %(outlets)s outlets, %(visits)s visits",
        agreed=agreed,
        drafts=sum(row["n"] for row in rows) - agreed,
        outlets=sum(int(row["outlets"]) for row in rows),
        visits=sum(int(row["visits"]) for row in rows),
    )
    return StepStanding(agreed, sum(row["n"] for row in rows), says, "/plans")


def join_step() -> None:
    """Show the step on season pages."""
    register(Step.PLAN, plan_standing)
