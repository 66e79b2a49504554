"""The region tree under ``/regions``: everybody reads it, administrators change it."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network import forms
from portal.network.controllers.requests import AnyRequest, entered, form_page
from portal.network.policies import READ, REGIONS
from portal.network.queries.regions import RegionRow, get_region, list_regions, list_regions_counted
from portal.network.service import regions
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect

_EMPTY = {"code": "", "name": "", "name_en": "", "parent": ""}


class RegionPages(Controller):
    """Regions."""

    path = "/regions"

    @get("/", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the tree with the dealers directly in each region."""
        return page(
            request,
            "network/regions.html",
            regions=await list_regions_counted() if not viewer.is_dealer_side else await list_regions(),
            may_edit=viewer.allowed(REGIONS),
            counted=not viewer.is_dealer_side,
        )

    @get("/new", opt=policy(REGIONS))
    async def ask(self, request: AnyRequest) -> Template:
        """Ask for a new region."""
        return await _form(request, _EMPTY, None)

    @post("/new", opt=policy(REGIONS))
    async def add(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Add a region."""
        form = await FormReader.of(request)
        try:
            await regions.add_region(viewer, forms.read_region(form, is_new=True))
        except Invalid as error:
            return await _form(request, entered(form, _EMPTY), error)
        return redirect(request, "/regions", toast="Saved.")

    @get("/{region_id:int}/edit", opt=policy(REGIONS))
    async def ask_edit(self, request: AnyRequest, region_id: FromPath[int]) -> Template:
        """Ask for other names."""
        region = await get_region(region_id)
        return await _form(request, _values(region), None, region)

    @post("/{region_id:int}/edit", opt=policy(REGIONS))
    async def rename(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], region_id: FromPath[int]
    ) -> Response[Any]:
        """Give a region other names."""
        region = await get_region(region_id)
        form = await FormReader.of(request)
        try:
            command = forms.read_region(form, is_new=False)
        except Invalid as error:
            return await _form(request, entered(form, _values(region)), error, region)
        await regions.rename_region(viewer, region_id, command.name, command.name_en)
        return redirect(request, "/regions", toast="Saved.")


def _values(region: RegionRow) -> dict[str, Any]:
    return {"code": region.code, "name": region.name, "name_en": region.name_en, "parent": ""}


async def _form(
    request: AnyRequest, values: dict[str, Any], error: Invalid | None, region: RegionRow | None = None
) -> Template:
    regions_known = await list_regions()
    return form_page(request, "network/region_form.html", values, error, region=region, regions=regions_known)
