"""Pages where a dealer's owner says what the codes of his accounting program mean."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid, NotFound
from portal.paging import cursor_from
from portal.sales.imports import explaining, forms, queries
from portal.sales.imports.model import BatchState
from portal.sales.imports.uploads import dealer_of
from portal.sales.policies import IMPORT
from portal.settings import Settings
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import translate
from portal.web.responses import page, redirect

AnyRequest = Request[Any, Any, Any]


class OwnCodes(Controller):
    """What a dealer's own codes mean."""

    path = "/imports"

    @get("/codes", opt=policy(IMPORT))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show what was said so far."""
        _own(viewer)
        query = request.query_params
        found = await queries.list_explained(
            viewer, cursor_from(query.get("after"), query.get("before"), str, str)
        )
        return page(request, "sales/codes.html", found=found)

    @post("/codes/forget", opt=policy(IMPORT))
    async def forget(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Forget what a code means."""
        _own(viewer)
        form = await FormReader.of(request)
        field = form.choice("field", ("buyer", "product"))
        code = form.text("code", longest=60)
        form.check()
        await explaining.forget(viewer, field, code)
        return redirect(request, "/imports/codes", toast="Forgotten. The next file asks again.")

    @get("/{batch_id:int}/codes", opt=policy(IMPORT))
    async def ask(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], batch_id: FromPath[int]
    ) -> Template | Response[Any]:
        """Show the codes of a staged file that nobody explained."""
        return await _page(request, viewer, batch_id, {}, None)

    @post("/{batch_id:int}/codes", opt=policy(IMPORT))
    async def explain(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        batch_id: FromPath[int],
    ) -> Template | Response[Any]:
        """Remember what one code means, or that all the others are new shops."""
        form = await FormReader.of(request)
        try:
            await explaining.explain(viewer, batch_id, forms.read_explanation(form), settings)
        except Invalid as error:
            return await _page(request, viewer, batch_id, form.values, error)
        return redirect(request, f"/imports/{batch_id}/codes")


def _own(viewer: Viewer) -> int:
    dealer_id = dealer_of(viewer)
    if dealer_id is None:
        raise NotFound
    return dealer_id


async def _page(
    request: AnyRequest, viewer: Viewer, batch_id: int, values: dict[str, str], error: Invalid | None
) -> Template | Response[Any]:
    dealer_id = _own(viewer)
    shown = await queries.find_shown(viewer, batch_id)
    if shown.batch.state is not BatchState.STAGED:
        return redirect(request, f"/imports/{batch_id}")
    found = problems_by_field(error.problems) if error else {}
    return page(
        request,
        "sales/explain.html",
        status=422 if error else 200,
        batch=shown.batch,
        rows=await queries.list_unexplained(shown.batch),
        total=await queries.count_unexplained(shown.batch),
        choices=await queries.list_own_choices(viewer, dealer_id),
        values=values,
        problems={field: translate(message) for field, message in found.items()},
    )
