"""A dealer's target over his outlets and retail points: a proposal first, then the dealer's own."""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid, NotFound
from portal.network.controllers.requests import AnyRequest
from portal.seasons import exports, exports_parts, forms
from portal.seasons.model import SeasonState, TargetState
from portal.seasons.part_views import parts_view
from portal.seasons.policies import EXPORT, OWN, OWN_EXPORT, READ, SAY, TARGET
from portal.seasons.queries.own import get_own
from portal.seasons.queries.parts import list_buyers, list_parts, may_read_buyers
from portal.seasons.queries.sales import DealerRow
from portal.seasons.queries.seasons import SeasonRow, get_season
from portal.seasons.queries.standings import standings_of
from portal.seasons.queries.targets import TargetRow, get_dealer, list_cells, list_products
from portal.seasons.service import parts
from portal.seasons.views import span_of
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext, translate
from portal.web.list_files import read_format, send_file
from portal.web.responses import page, redirect, shown


@dataclass(frozen=True, slots=True)
class _Place:
    """Which target is split, where its page is, and by which policy its side may change it."""

    season: SeasonRow
    dealer: DealerRow
    target: TargetRow
    here: str
    change: str


class DealerParts(Controller):
    """The split of a dealer's target for the manufacturer's people."""

    path = "/seasons/{season_id:int}/targets/{account:int}/parts"

    @get("/", name="seasons.parts", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Template:
        """Show who carries what."""
        return await _page(request, viewer, settings, await _theirs(viewer, season_id, account))

    @post("/", name="seasons.split_parts", opt=policy(TARGET), status_code=200)
    async def split(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Response[Any]:
        """Split by history, as typed, or as a workbook says."""
        return await _change(request, viewer, settings, await _theirs(viewer, season_id, account))

    @post("/export", name="seasons.export_parts", opt=policy(EXPORT), status_code=200)
    async def export(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Response[Any]:
        """Send the split as a file."""
        return await _file(request, viewer, await _theirs(viewer, season_id, account), EXPORT)


class OwnParts(Controller):
    """The split of a dealer's own target."""

    path = "/my/targets/{season_id:int}/parts"

    @get("/", name="seasons.own_parts", opt=policy(OWN))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Template:
        """Show who carries what."""
        return await _page(request, viewer, settings, await _own(viewer, season_id))

    @post("/", name="seasons.split_own", opt=policy(SAY), status_code=200)
    async def split(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Split by history, as typed, or as a workbook says."""
        return await _change(request, viewer, settings, await _own(viewer, season_id))

    @post("/export", name="seasons.export_own_parts", opt=policy(OWN_EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Response[Any]:
        """Send the split as a file."""
        return await _file(request, viewer, await _own(viewer, season_id), OWN_EXPORT)


async def _theirs(viewer: Viewer, season_id: int, account: int) -> _Place:
    season = await get_season(viewer, season_id)
    dealer = await get_dealer(viewer, season, account)
    standing = (await standings_of(season, [dealer]))[0]
    target = standing.draft or standing.open or standing.accepted
    if target is None:
        raise NotFound
    return _Place(season, dealer, target, f"/seasons/{season_id}/targets/{account}", TARGET)


async def _own(viewer: Viewer, season_id: int) -> _Place:
    season, standing, _ = await get_own(viewer, season_id)
    target = standing.open or standing.accepted
    if target is None:
        raise NotFound
    return _Place(season, standing.dealer, target, f"/my/targets/{season_id}", SAY)


async def _change(request: AnyRequest, viewer: Viewer, settings: Settings, place: _Place) -> Response[Any]:
    form = await FormReader.of(request)
    key = (place.season.id, place.dealer.id, place.change)
    said = "Saved."
    try:
        do = form.choice("do", ("history", "save", "import"))
        form.check()
        if do == "history":
            await parts.split_by_history(viewer, *key, settings.target_quantum_minor)
        elif do == "save":
            await parts.save_split(viewer, *key, forms.read_parts(form, settings.currency_decimals))
        else:
            count = await _read(viewer, key, place, form)
            said = translate("Parts of %(count)s outlets were replaced.", count=count)
    except Invalid as error:
        return await _page(request, viewer, settings, place, error, form)
    return redirect(request, f"{place.here}/parts", toast=said)


async def _read(viewer: Viewer, key: tuple[int, int, str], place: _Place, form: FormReader) -> int:
    upload = form.files.get("file")
    if upload is None:
        raise Invalid.of("file", "Please choose a file.")
    rows = exports.read_workbook(await upload.read(), place.season)
    cells = (await list_cells([place.target.id]))[place.target.id]
    codes = {one.code: one.id for one in (await list_products(cell.product for cell in cells)).values()}
    by_code = {code: exports.cells_of(found, codes) for code, found in rows.items()}
    return await parts.import_split(viewer, *key, by_code)


async def _file(request: AnyRequest, viewer: Viewer, place: _Place, export: str) -> Response[Any]:
    form = await FormReader.of(request)
    file_format = read_format(form)
    if not await may_read_buyers(viewer, place.dealer.id):
        raise NotFound
    cells = (await list_cells([place.target.id]))[place.target.id]
    products = await list_products(cell.product for cell in cells)
    buyers = await list_buyers(viewer, place.season, place.dealer.id)
    subject = Subject.of("season_target", f"{place.season.id}/{place.dealer.id}")
    await record_alone(viewer.signature(export), "seasons.parts_exported", subject, note=file_format.value)
    rows = exports_parts.part_rows(await list_parts(place.target.id), buyers, products, place.season.months)
    title = f"{gettext('Targets by outlet')}-{place.season.code}-{place.dealer.code}"
    return send_file(exports_parts.part_columns(place.season), rows, file_format, title)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    place: _Place,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    readable = await may_read_buyers(viewer, place.dealer.id)
    buyers = await list_buyers(viewer, place.season, place.dealer.id) if readable else ()
    found = await list_parts(place.target.id)
    cells = (await list_cells([place.target.id]))[place.target.id]
    products = await list_products(cell.product for cell in cells)
    own = place.change == SAY
    splits = place.target.state in parts.SIDES[place.change] and place.season.state is not SeasonState.CLOSED
    return page(
        request,
        "seasons/parts.html",
        status=422 if error else 200,
        season=place.season,
        dealer=place.dealer,
        span=span_of(place.season),
        target=place.target,
        own=own,
        here_url=place.here,
        readable=readable,
        may_split=readable and splits and viewer.allowed(place.change),
        drafted=place.target.state is TargetState.DRAFT,
        may_export=readable and viewer.allowed(OWN_EXPORT if own else EXPORT),
        view=parts_view(place.target, buyers, found, products, place.season.months),
        write_money=forms.write_money,
        decimals=settings.currency_decimals,
        problems={one.field: shown(one.message) for one in error.problems} if error else {},
        file_problems=[shown(one.message) for one in error.problems if one.row] if error else [],
        values=form.values if form else {},
    )
