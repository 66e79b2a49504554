"""Natural sales of a season: methods side by side for the sum and for each dealer, and the choice."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.seasons import forms
from portal.seasons.baseline_views import dealer_view, method_label, total_view
from portal.seasons.demand import demand_of
from portal.seasons.model import SeasonState
from portal.seasons.policies import READ, TARGET
from portal.seasons.queries.baselines import compute_natural, list_chosen, list_past_choices
from portal.seasons.queries.sales import list_dealers
from portal.seasons.queries.seasons import SeasonRow, get_season
from portal.seasons.queries.targets import get_dealer
from portal.seasons.service.baselines import choose_method
from portal.seasons.views import place_of, span_of, word_tables
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import translate
from portal.web.responses import page, redirect, shown


class Baselines(Controller):
    """What would be sold without anything new."""

    path = "/seasons/{season_id:int}/baseline"

    @get("/", name="seasons.baseline", opt=policy(READ))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Template:
        """Show the sum by every method, and each dealer's."""
        return await _total(request, viewer, await get_season(viewer, season_id))

    @post("/", name="seasons.choose", opt=policy(TARGET), status_code=200)
    async def choose(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Response[Any]:
        """Choose a method for all dealers."""
        season = await get_season(viewer, season_id)
        form = await FormReader.of(request)
        try:
            count = await choose_method(viewer, season_id, forms.read_choice(form, None))
        except Invalid as error:
            return await _total(request, viewer, season, error, form)
        said = translate("Chosen for %(count)s dealers.", count=count)
        return redirect(request, f"/seasons/{season_id}/baseline", toast=said)

    @get("/{account:int}", name="seasons.dealer_baseline", opt=policy(READ))
    async def dealer(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Template:
        """Show one dealer by every method with chart, range and error."""
        return await _dealer(request, viewer, await get_season(viewer, season_id), account)

    @post("/{account:int}", name="seasons.choose_dealer", opt=policy(TARGET), status_code=200)
    async def choose_dealer(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Response[Any]:
        """Choose a method for one dealer."""
        season = await get_season(viewer, season_id)
        form = await FormReader.of(request)
        try:
            await choose_method(
                viewer, season_id, forms.read_choice(form, account, settings.currency_decimals)
            )
        except Invalid as error:
            return await _dealer(request, viewer, season, account, error, form)
        return redirect(request, f"/seasons/{season_id}/targets/{account}", toast="Saved.")


async def _total(
    request: AnyRequest,
    viewer: Viewer,
    season: SeasonRow,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    dealers = await list_dealers(viewer, season)
    found, histories = await compute_natural(season, dealers)
    chosen = await list_chosen(season.id, [dealer.id for dealer in dealers])
    return page(
        request,
        "seasons/baseline.html",
        status=422 if error else 200,
        demand=await demand_of(season.id),
        **_surroundings(viewer, season, error, form),
        **total_view(season, dealers, found, histories, chosen),
    )


async def _dealer(
    request: AnyRequest,
    viewer: Viewer,
    season: SeasonRow,
    account: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    dealer = await get_dealer(viewer, season, account)
    found, histories = await compute_natural(season, await list_dealers(viewer, season))
    past = await list_past_choices(season.id, account)
    return page(
        request,
        "seasons/dealer_baseline.html",
        status=422 if error else 200,
        dealer=dealer,
        past=past,
        **_surroundings(viewer, season, error, form),
        **dealer_view(season, found, histories[account], account),
    )


def _surroundings(
    viewer: Viewer, season: SeasonRow, error: Invalid | None, form: FormReader | None
) -> dict[str, Any]:
    return {
        "season": season,
        "place": place_of(season),
        "span": span_of(season),
        "may_choose": viewer.allowed(TARGET) and season.state is not SeasonState.CLOSED,
        "problems": {one.field: shown(one.message) for one in error.problems} if error else {},
        "values": form.values if form else {},
        "method_label": method_label,
        **word_tables(),
    }
