"""A plan, or one person's day of it, as PDF."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from portal.access import Viewer
from portal.errors import NotFound
from portal.network.controllers.requests import AnyRequest, query_of
from portal.plans.policies import READ
from portal.plans.printing import print_plan, print_route
from portal.plans.queries.papers import plan_paper, route_paper
from portal.plans.views import title_of
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.printing.plan import MOST_ROWS
from portal.web.responses import download


class PlanPapers(Controller):
    """Plans on paper."""

    path = "/plans/{plan_id:int}"

    @get("/print", name="plans.print", opt=policy(READ))
    async def whole(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        plan_id: FromPath[int],
    ) -> Response[Any]:
        """Send the plan."""
        return await send_plan(viewer, settings, plan_id)

    @get("/route/print", name="plans.route_print", opt=policy(READ))
    async def route(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        plan_id: FromPath[int],
    ) -> Response[Any]:
        """Send the route sheet of the person and day that the URL names."""
        query = query_of(request)
        try:
            user_id, on = int(query.get("person", "")[:15]), dt.date.fromisoformat(query.get("day", ""))
        except ValueError:
            raise NotFound from None
        return await send_route(viewer, settings, plan_id, user_id, on)


async def send_plan(viewer: Viewer, settings: Settings, plan_id: int) -> Response[Any]:
    """Return a plan as a file to keep."""
    paper = await plan_paper(viewer, plan_id, MOST_ROWS)
    content = await print_plan(paper, settings, current_locale())
    name = f"{gettext('Development plan')} {title_of(paper.plan)}.pdf"
    return download(name, content, "application/pdf")


async def send_route(
    viewer: Viewer, settings: Settings, plan_id: int, user_id: int, on: dt.date
) -> Response[Any]:
    """Return the route sheet of a person's day as a file to keep."""
    paper = await route_paper(viewer, plan_id, user_id, on)
    content = await print_route(paper, settings, current_locale())
    name = f"{gettext('Route sheet')} {on.isoformat()} {paper.person['name']}.pdf"
    return download(name, content, "application/pdf")
