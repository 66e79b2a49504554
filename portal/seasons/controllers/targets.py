"""Targets of a season: every dealer with state and sums, what the peak needs, and the workbook."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.seasons import exports, forms
from portal.seasons.demand import demand_of
from portal.seasons.model import SeasonState
from portal.seasons.policies import EXPORT, PLAN, READ, TARGET
from portal.seasons.queries.sales import count_active_outlets, last_known_month
from portal.seasons.queries.seasons import SeasonRow, get_season
from portal.seasons.queries.standings import list_standings
from portal.seasons.queries.targets import get_need, list_sellable
from portal.seasons.service.calendar import may_change
from portal.seasons.service.preparation import set_need
from portal.seasons.service.spreading import spread_total
from portal.seasons.service.workbooks import import_drafts
from portal.seasons.target_views import list_view
from portal.seasons.views import place_of, span_of, word_tables
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext, translate
from portal.web.list_files import read_format, send_file
from portal.web.responses import page, redirect, shown


class TargetList(Controller):
    """Who agreed to what."""

    path = "/seasons/{season_id:int}/targets"

    @get("/", name="seasons.targets", opt=policy(READ))
    async def index(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Template:
        """Show every dealer of the season."""
        return await _page(request, viewer, settings, await get_season(viewer, season_id))

    @post("/need", name="seasons.need", opt=policy(PLAN), status_code=200)
    async def need(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Write down what the peak needs."""
        season = await get_season(viewer, season_id)
        form = await FormReader.of(request)
        try:
            await set_need(viewer, season_id, forms.read_need(form, settings.currency_decimals))
        except Invalid as error:
            return await _page(request, viewer, settings, season, error, form)
        return redirect(request, f"/seasons/{season_id}/targets", toast="Saved.")

    @post("/spread", name="seasons.spread", opt=policy(TARGET), status_code=200)
    async def spread(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Begin drafts that make a total with the targets that stand."""
        season = await get_season(viewer, season_id)
        form = await FormReader.of(request)
        try:
            total = forms.read_money(form, "season_total", settings.currency_decimals)
            form.check()
            count = await spread_total(viewer, season_id, total, settings.target_quantum_minor)
        except Invalid as error:
            return await _page(request, viewer, settings, season, error, form)
        said = translate("Targets of %(count)s dealers were begun; with the others they add up.", count=count)
        return redirect(request, f"/seasons/{season_id}/targets", toast=said)

    @post("/export", name="seasons.export", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Response[Any]:
        """Send all cells as a file."""
        season = await get_season(viewer, season_id)
        form = await FormReader.of(request)
        file_format = read_format(form)
        subject = Subject.of("season", season.id)
        await record_alone(viewer.signature(EXPORT), "seasons.exported", subject, note=file_format.value)
        rows = exports.target_rows(await list_standings(viewer, season), season)
        title = f"{gettext('Targets')}-{season.code}"
        return send_file(exports.target_columns(season), rows, file_format, title)

    @post("/import", name="seasons.import", opt=policy(TARGET), status_code=200)
    async def read(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Read an edited workbook into drafts."""
        season = await get_season(viewer, season_id)
        form = await FormReader.of(request)
        try:
            upload = form.files.get("file")
            if upload is None:
                raise Invalid.of("file", "Please choose a file.")
            rows = exports.read_workbook(await upload.read(), season)
            codes = {one.code: one.id for one in (await list_sellable(season.category)).values()}
            cells = {dealer: exports.cells_of(found, codes) for dealer, found in rows.items()}
            count = await import_drafts(viewer, season_id, cells, ZoneInfo(viewer.zone))
        except Invalid as error:
            return await _page(request, viewer, settings, season, error, form)
        said = translate("Drafts of %(count)s dealers were replaced.", count=count)
        return redirect(request, f"/seasons/{season_id}/targets", toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    season: SeasonRow,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    rows, need = await list_standings(viewer, season), await get_need(season.id)
    last = await last_known_month()
    listed = list_view(rows, need, today(viewer), ZoneInfo(viewer.zone))
    return page(
        request,
        "seasons/targets.html",
        status=422 if error else 200,
        season=season,
        place=place_of(season),
        span=span_of(season),
        may_plan=may_change(viewer, season) and season.state is not SeasonState.CLOSED,
        may_target=viewer.allowed(TARGET) and season.state is not SeasonState.CLOSED,
        demand=await demand_of(season.id),
        active_outlets=await count_active_outlets(viewer, season, last) if last else 0,
        write_money=forms.write_money,
        decimals=settings.currency_decimals,
        problems={one.field: shown(one.message) for one in error.problems} if error else {},
        file_problems=[shown(one.message) for one in error.problems if one.row] if error else [],
        values=form.values if form else {},
        **listed,
        **word_tables(),
    )
