"""Saved views of lists."""

from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from portal.access import SIGNED_IN, Viewer
from portal.network.controllers.requests import AnyRequest
from portal.network.exports import LISTINGS
from portal.network.service import views
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import redirect

_OWN_FIELDS = ("list_name", "name", "is_shared", "_csrf")
_QUERY_MAX = 1000


class SavedViews(Controller):
    """Filters under a name, private or shared with one's own side."""

    path = "/views"

    @post("/", opt=policy(SIGNED_IN))
    async def save(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Keep the filter that the form carries."""
        form = await FormReader.of(request)
        list_name = form.choice("list_name", tuple(LISTINGS))
        name = form.text("name", longest=60)
        chosen = sorted(item for item in form.values.items() if item[0] not in _OWN_FIELDS and item[1])
        query = urlencode(chosen)
        if len(query) > _QUERY_MAX:
            form.refuse("", "This filter is too long to be kept.")
        form.check()
        await views.save_view(viewer, list_name, name, query, is_shared=form.flag("is_shared"))
        return redirect(request, f"/{list_name}?{query}" if query else f"/{list_name}", toast="Saved.")

    @post("/{view_id:int}/delete", opt=policy(SIGNED_IN))
    async def delete(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], view_id: FromPath[int]
    ) -> Response[Any]:
        """Delete a view of one's own."""
        list_name = await views.delete_view(viewer, view_id)
        return redirect(request, f"/{list_name}", toast="Deleted.")
