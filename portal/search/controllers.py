"""Search over everything a viewer may see: a page, and the hits below the search field."""

from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from portal.access import SIGNED_IN, Viewer
from portal.search.model import TEXT_MAX
from portal.search.queries import list_groups
from portal.web.guards import policy
from portal.web.responses import fragment, page

PAGE_HITS, DROPDOWN_HITS = 20, 5


class SearchPages(Controller):
    """The search field on every page."""

    path = "/search"

    @get("/", opt=policy(SIGNED_IN))
    async def index(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], q: FromQuery[str] = ""
    ) -> Template:
        """Show the best hits of every kind."""
        text = q[:TEXT_MAX].strip()
        groups = await list_groups(viewer, text, PAGE_HITS)
        return page(request, "search/page.html", text=text, groups=groups)

    @get("/hits", opt=policy(SIGNED_IN))
    async def hits(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], q: FromQuery[str] = ""
    ) -> Template:
        """Return the first hits for what is being typed."""
        text = q[:TEXT_MAX].strip()
        groups = await list_groups(viewer, text, DROPDOWN_HITS, with_people=False)
        return fragment(request, "search/_hits.html", text=text, groups=groups)


HANDLERS = [SearchPages]
