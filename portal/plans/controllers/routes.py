"""The route of a day, for the phone of who drives it."""

import datetime as dt
from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.network.controllers.requests import AnyRequest, query_of
from portal.network.scope import today
from portal.plans.model import PlanOwner
from portal.plans.policies import ROUTE, VISIT
from portal.plans.queries.days import list_days, list_stops, planned_days, route_of
from portal.web.guards import policy
from portal.web.responses import page

AHEAD = dt.timedelta(days=14)


class Routes(Controller):
    """Routes of the viewer's own days."""

    path = "/plans/route"

    @get("/", name="plans.route", opt=policy(ROUTE))
    async def show(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the stops of a day in route order; the day is today unless the URL says another."""
        on = query_of(request).get("on", "")
        context = await route_context(viewer, on, PlanOwner.MANUFACTURER)
        return page(request, "plans/route.html", here="/plans/route", **context)


async def route_context(viewer: Viewer, text: str, owner: PlanOwner) -> dict[str, Any]:
    """Return what the page of a route shows.

    Args:
        viewer: Whose route, or that of people the viewer stands for.
        text: The day as in the URL; today when it is none.
        owner: Whose people they are.
    """
    now = today(viewer)
    on = _day(text, now)
    people = sorted(viewer.people)
    found = await route_of(people, on, owner)
    stops, day = [], None
    if found is not None:
        stops = await list_stops(viewer, found["plan"], found["user_id"], on)
        days = await list_days(found["plan"], found["user_id"])
        day = next((one for one in days if one.on == on), None)
    coming = await planned_days(people, min(on, now), max(on, now) + AHEAD, owner)
    return {
        "on": on,
        "now": now,
        "stops": stops,
        "day": day,
        "days": coming,
        "may_log": viewer.allowed(VISIT) and abs(on - now) < AHEAD,
        "earlier": max((one for one in coming if one < on), default=None),
        "later": min((one for one in coming if one > on), default=None),
    }


def _day(text: str, otherwise: dt.date) -> dt.date:
    """Read a day of the URL; what is none, or beyond a sensible year, is the other day."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if abs(found.year - otherwise.year) <= 5 else otherwise  # noqa: PLR2004  years
