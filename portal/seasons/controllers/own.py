"""A dealer's own targets, made for a phone: derivation, split, answer, growth points, everything said."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.seasons import forms
from portal.seasons.model import SeasonState, TargetState
from portal.seasons.policies import ANSWER, OWN, SAY
from portal.seasons.queries.measured import measure_growth
from portal.seasons.queries.own import get_own, list_own
from portal.seasons.queries.people import list_growth_owners
from portal.seasons.queries.targets import list_answers, list_cells, list_products, list_reasons
from portal.seasons.service import answers, growth
from portal.seasons.target_views import compared, dealer_target_view, grid_view
from portal.seasons.views import place_of, span_of, word_tables
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect, shown

PATH = "/my/targets"
UseCase = Callable[[int, FormReader], Awaitable[object]]


class OwnTargets(Controller):
    """What the dealer himself reads and answers."""

    path = PATH

    @get("/", name="seasons.own", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the seasons and where each target stands."""
        rows = [
            {"season": season, "standing": standing, "span": span_of(season)}
            for season, standing in await list_own(viewer)
        ]
        return page(request, "seasons/own.html", rows=rows, **word_tables())

    @get("/{season_id:int}", name="seasons.own_target", opt=policy(OWN))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Template:
        """Show one target."""
        return await _page(request, viewer, settings, season_id)

    @post("/{season_id:int}/accept", name="seasons.accept", opt=policy(ANSWER), status_code=200)
    async def accept(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Accept the offer."""

        async def say_yes(account: int, form: FormReader) -> None:
            version, text = form.integer("version", most=9999), forms.read_words(form, shortest=0)
            await answers.accept(viewer, season_id, account, version, text)

        return await _sent(request, viewer, settings, season_id, say_yes, "Agreed. Thank you.")

    @post("/{season_id:int}/counter", name="seasons.counter", opt=policy(ANSWER), status_code=200)
    async def counter(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Ask for other amounts."""
        _, standing, _ = await get_own(viewer, season_id)
        offered = standing.open
        cells = (await list_cells([offered.id]))[offered.id] if offered else ()
        products = tuple(dict.fromkeys(cell.product for cell in cells))

        async def ask(account: int, form: FormReader) -> None:
            command = forms.read_counter(form, products, settings.currency_decimals)
            await answers.counter(viewer, season_id, account, command)

        return await _sent(request, viewer, settings, season_id, ask, "Sent. The manufacturer answers here.")

    @post("/{season_id:int}/comment", name="seasons.comment", opt=policy(SAY), status_code=200)
    async def comment(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Say something."""

        async def say(account: int, form: FormReader) -> None:
            await answers.comment(viewer, season_id, account, forms.read_words(form, "comment"))

        return await _sent(request, viewer, settings, season_id, say, "Sent.")

    @post("/{season_id:int}/growth", name="seasons.propose", opt=policy(SAY), status_code=200)
    async def propose(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Propose a growth point."""

        async def name(account: int, form: FormReader) -> None:
            command = forms.read_growth(form, settings.currency_decimals)
            await growth.propose_point(viewer, season_id, account, command)

        return await _sent(request, viewer, settings, season_id, name, "Proposed.")


async def _sent(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    season_id: int,
    use_case: UseCase,
    said: str,
) -> Response[Any]:
    """Do what a form asks for, or show the page again with what is wrong; hidden seasons come first."""
    _, standing, _ = await get_own(viewer, season_id)
    form = await FormReader.of(request)
    try:
        await use_case(standing.dealer.id, form)
    except Invalid as error:
        return await _page(request, viewer, settings, season_id, error, form)
    return redirect(request, f"{PATH}/{season_id}", toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    season_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    season, standing, versions = await get_own(viewer, season_id)
    said = await list_answers([version.id for version in versions])
    zone, day = ZoneInfo(viewer.zone), today(viewer)
    view = dealer_target_view(season, standing, versions, said, settings.currency, day, zone)
    main, before = standing.open or standing.accepted, None
    if main is not None:
        before = next((one for one in versions if one.version < main.version), None)
    cells = await list_cells([one.id for one in (main, before) if one])
    products = await list_products(cell.product for found in cells.values() for cell in found)
    natural = {month: row[0] for month, row in standing.baseline.months.items()} if standing.baseline else {}
    answerable = season.state is SeasonState.OPEN and standing.state is TargetState.OFFERED
    decimals = settings.currency_decimals
    return page(
        request,
        "seasons/own_target.html",
        status=422 if error else 200,
        season=season,
        place=place_of(season),
        span=span_of(season),
        grid=grid_view(cells[main.id], products, season.months, natural, decimals) if main else None,
        changed=compared(cells[before.id], cells[main.id], products, await list_reasons(main.id))
        if main and before
        else [],
        before=before,
        may_answer=viewer.allowed(ANSWER) and answerable,
        answerable=answerable,
        may_say=season.state is SeasonState.OPEN,
        measured=await measure_growth(viewer, season, standing.dealer.id, standing.growth),
        owners=await list_growth_owners(season.region_path, standing.dealer.id),
        write_money=forms.write_money,
        decimals=decimals,
        problems={one.field: shown(one.message) for one in error.problems} if error else {},
        values=form.values if form else {},
        **view,
        **word_tables(),
    )
