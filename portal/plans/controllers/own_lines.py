"""Candidates of a dealer's plan, and his plan on paper."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import NotFound
from portal.network.controllers.requests import AnyRequest, query_of
from portal.plans.controllers.lines import line_page, lines_fragment, lines_page, terms_set
from portal.plans.controllers.papers import send_plan, send_route
from portal.plans.policies import OWN, OWN_DECIDE
from portal.settings import Settings
from portal.web.guards import policy

BASE = "/my/plans"


class OwnPlanLines(Controller):
    """Candidates of a dealer's plan with the reason why each is in it or not."""

    path = f"{BASE}/{{plan_id:int}}/lines"

    @get("/", name="plans.own_lines", opt=policy(OWN_DECIDE))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Template:
        """Show one page of the candidates with their reasons."""
        return await lines_page(request, viewer, plan_id, BASE)

    @get("/rows", name="plans.own_line_rows", opt=policy(OWN_DECIDE))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        return await lines_fragment(request, viewer, plan_id, BASE)

    @get("/{line_id:int}", name="plans.own_line", opt=policy(OWN_DECIDE))
    async def line(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        plan_id: FromPath[int],
        line_id: FromPath[int],
    ) -> Template:
        """Show one candidate: reason, points, days, terms."""
        return await line_page(request, viewer, plan_id, line_id, BASE)

    @post("/{line_id:int}/terms", name="plans.own_terms", opt=policy(OWN_DECIDE), status_code=200)
    async def terms(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        plan_id: FromPath[int],
        line_id: FromPath[int],
    ) -> Response[Any]:
        """Set what the line is measured by."""
        return await terms_set(request, viewer, plan_id, line_id, BASE)


class OwnPlanPapers(Controller):
    """A dealer's plan on paper."""

    path = f"{BASE}/{{plan_id:int}}"

    @get("/print", name="plans.own_print", opt=policy(OWN_DECIDE))
    async def whole(
        self, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Send the plan."""
        return await send_plan(viewer, settings, plan_id)

    @get("/route/print", name="plans.own_route_print", opt=policy(OWN))
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
