"""The season calendar: ribbon, list, suggestions from history, and planning a season."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, entered, query_of
from portal.network.queries.regions import RegionRow, list_regions
from portal.network.scope import today
from portal.seasons import forms
from portal.seasons.model import SeasonKind
from portal.seasons.policies import PLAN, READ
from portal.seasons.queries.seasons import SeasonRow, list_categories, list_overlapping, list_seasons
from portal.seasons.queries.suggestions import find_seasons
from portal.seasons.service import calendar
from portal.seasons.views import calendar_ribbon, suggestion_view, word_tables
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import translate
from portal.web.responses import fragment, page, redirect

PATH = "/seasons"
_EMPTY: dict[str, Any] = {
    "label": "", "label_en": "", "kind": "off", "region": "", "category": "", "from_on": "", "until_on": "",
    "peak": "", "text": "", "found": "", "version": 0,
}  # fmt: skip


class SeasonCalendar(Controller):
    """Seasons by region and category."""

    path = PATH

    @get("/", name="seasons.index", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the year's ribbon and the list of seasons."""
        found = await list_seasons(viewer)
        return page(
            request,
            "seasons/calendar.html",
            seasons=found,
            ribbon=calendar_ribbon(found, today(viewer)),
            may_plan=viewer.allowed(PLAN),
            regions=_own(viewer, await list_regions()),
            categories=await list_categories(),
            **word_tables(),
        )

    @get("/suggestions", name="seasons.suggestions", opt=policy(PLAN))
    async def suggestions(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Look for seasons in the history of a region and category."""
        query = query_of(request)
        regions = _own(viewer, await list_regions())
        region = next((one for one in regions if str(one.id) == query.get("region")), None)
        category = query.get("category", "")
        shown = None
        if region is not None and category in ("", *await list_categories()):
            shown = suggestion_view(await find_seasons(region, category), today(viewer))
        return fragment(request, "seasons/_suggestions.html", shown=shown, **word_tables())

    @get("/new", name="seasons.new", opt=policy(PLAN))
    async def ask(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Ask for a new season; the address may bring values, such as those of a suggestion."""
        query = query_of(request)
        values = {**_EMPTY, **{name: query[name][:400] for name in _EMPTY if name in query}}
        return await _form(request, viewer, values, None, None)

    @post("/new", name="seasons.plan", opt=policy(PLAN), status_code=200)
    async def plan(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Plan a season."""
        form = await FormReader.of(request)
        try:
            season_id = await calendar.plan_season(viewer, forms.read_season(form))
        except Invalid as error:
            return await _form(request, viewer, entered(form, _EMPTY), error, None)
        return redirect(request, f"{PATH}/{season_id}", toast="The season is planned as a draft.")

    @get("/{season_id:int}/edit", name="seasons.edit", opt=policy(PLAN))
    async def ask_edit(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Template:
        """Ask for changes."""
        season = await calendar.get_planned(viewer, season_id)
        return await _form(request, viewer, _values(season), None, season)

    @post("/{season_id:int}/edit", name="seasons.change", opt=policy(PLAN), status_code=200)
    async def change(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Response[Any]:
        """Change a season."""
        season = await calendar.get_planned(viewer, season_id)
        form = await FormReader.of(request)
        try:
            await calendar.change_season(viewer, season_id, forms.read_season(form))
        except Invalid as error:
            return await _form(request, viewer, entered(form, _values(season)), error, season)
        return redirect(request, f"{PATH}/{season_id}", toast="Saved.")

    @post("/{season_id:int}/open", name="seasons.open", opt=policy(PLAN), status_code=200)
    async def open(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Response[Any]:
        """Open a draft."""
        await calendar.open_season(viewer, season_id)
        return redirect(request, f"{PATH}/{season_id}", toast="The season is open; dealers see it now.")

    @post("/{season_id:int}/close", name="seasons.close", opt=policy(PLAN), status_code=200)
    async def close(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Response[Any]:
        """Close an open season."""
        await calendar.close_season(viewer, season_id)
        return redirect(request, f"{PATH}/{season_id}", toast="The season is closed.")


def _own(viewer: Viewer, regions: tuple[RegionRow, ...]) -> tuple[RegionRow, ...]:
    """Return the regions a viewer may plan for."""
    scope = viewer.scope_for(PLAN)
    if scope.everything:
        return regions
    return tuple(one for one in regions if one.path.startswith(scope.region_paths or "\0"))


def _values(season: SeasonRow) -> dict[str, Any]:
    return {name: getattr(season, name) if name != "region" else season.region or "" for name in _EMPTY}


async def _form(
    request: AnyRequest,
    viewer: Viewer,
    values: dict[str, Any],
    error: Invalid | None,
    season: SeasonRow | None,
) -> Template:
    regions = _own(viewer, await list_regions())
    found = problems_by_field(error.problems) if error else {}
    peaks = await list_seasons(viewer, SeasonKind.PEAK)
    return page(
        request,
        "seasons/form.html",
        status=422 if error else 200,
        values=values,
        problems={field: translate(message) for field, message in found.items()},
        season=season,
        regions=regions,
        may_all=viewer.scope_for(PLAN).everything,
        peaks=[one for one in peaks if season is None or one.id != season.id],
        categories=await list_categories(),
        nested=await _nested(season),
        **word_tables(),
    )


async def _nested(season: SeasonRow | None) -> list[SeasonRow]:
    """Return seasons of a wider or narrower place on the same days: the narrower one counts there."""
    if season is None:
        return []
    found: list[SeasonRow] = [
        one for one in await list_overlapping(season.span, season.id) if not one.span.same_place(season.span)
    ]
    return found
