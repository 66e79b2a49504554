"""The census: outlets and retail points with when they were last seen, the longest ago first."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.field import words
from portal.field.census import KINDS, Bands, CensusCount, CensusFilter
from portal.field.controllers.context import pairs_of, record_and_send
from portal.field.exports import band_words, census_columns
from portal.field.policies import EXPORT, READ
from portal.field.queries.census import (
    PLACES_MOST,
    count_seen,
    is_too_wide,
    iter_places,
    list_census_choices,
    list_places,
)
from portal.network import words as network_words
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of, translated, url
from portal.network.model import Kind
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import Page
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format
from portal.web.responses import fragment, page

PATH = "/field/census"


class Census(Controller):
    """When places were last seen."""

    path = PATH

    @get("/", name="field.census", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show one page of the list with its filters and how many places are in each age band."""
        context = await _rows(request, viewer, Bands.of(settings))
        choices = [] if context["too_wide"] else await list_census_choices(viewer, context["wanted"])
        return page(
            request,
            "field/census.html",
            account_kinds=[(kind, gettext(network_words.KINDS[Kind(kind)])) for kind in KINDS],
            regions=() if viewer.is_dealer_side else await list_regions(),
            areas=pairs_of(choices, "area", "area"),
            dealers=pairs_of(choices, "dealer", "dealer_name"),
            **context,
        )

    @get("/rows", name="field.census_rows", opt=policy(READ))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer, Bands.of(settings))
        return pushed(fragment(request, "field/_census_rows.html", **context), PATH, context["params"])

    @post("/export", name="field.census_export", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send the list as a file.

        Raises:
            Invalid: The area is too wide for one list.
        """
        form = await FormReader.of(request)
        file_format, wanted, bands = read_format(form), CensusFilter.of(form.values), Bands.of(settings)
        if await is_too_wide(viewer, wanted):
            raise Invalid.of("region", "Please choose a region or a dealer first.")
        file = ("Census", census_columns(bands), iter_places(viewer, wanted, bands, today(viewer)))
        return await record_and_send(
            viewer, EXPORT, "field.census_exported", wanted.params, file, file_format
        )


async def _rows(request: AnyRequest, viewer: Viewer, bands: Bands) -> dict[str, Any]:
    query, day = query_of(request), today(viewer)
    wanted = CensusFilter.of(query)
    found: Page[dict[str, Any]] = Page(())
    count = CensusCount(0, 0, 0, 0)
    if not (too_wide := await is_too_wide(viewer, wanted)):
        count = await count_seen(viewer, wanted, bands, day)
        found = await list_places(viewer, wanted, bands, day, cursor_of(query))
    limits = {name: text for name, text in wanted.params.items() if name != "band"}
    return {
        "path": PATH,
        "wanted": wanted,
        "params": wanted.params,
        "count": count,
        "found": found,
        "too_wide": too_wide,
        "most": PLACES_MOST,
        "bands": bands,
        "all_url": url(PATH, limits),
        "band_urls": {band.value: url(PATH, limits, band=band.value) for band in words.BANDS},
        "band_words": band_words(bands),
        "tones": {band.value: tone for band, tone in words.BAND_TONES.items()},
        "sightings": translated(words.SIGHTINGS),
        "kinds": translated(network_words.KINDS),
        **page_urls(PATH, wanted.params, found),
    }
