"""Everybody's home: what awaits the viewer."""

from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import SIGNED_IN, Viewer
from portal.dashboard import queries
from portal.dashboard.overview import overview_of
from portal.identity.model import IdentityRules
from portal.web.guards import policy
from portal.web.responses import page


class HomeController(Controller):
    """The start page of every role."""

    path = "/"

    @get("/", name="dashboard.home", opt=policy(SIGNED_IN))
    async def home(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Template:
        """Show what awaits the viewer, most pressing first, and the latest month in figures."""
        today = identity_rules.today()
        tasks = await queries.list_tasks(viewer, today)
        overview = await overview_of(viewer)
        return page(request, "dashboard/home.html", tasks=tasks, today=today, overview=overview)


HANDLERS = [HomeController]
