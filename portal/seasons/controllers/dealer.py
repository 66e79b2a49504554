"""One dealer's target for the manufacturer's people: derivation, growth points, grid, conversation."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.seasons import forms
from portal.seasons.model import GrowthState, Party, SeasonState, TargetState
from portal.seasons.policies import READ, TARGET
from portal.seasons.queries.measured import measure_growth
from portal.seasons.queries.people import list_growth_owners
from portal.seasons.queries.seasons import SeasonRow, get_season
from portal.seasons.queries.standings import Standing, standings_of
from portal.seasons.queries.targets import (
    TargetRow,
    get_dealer,
    list_answers,
    list_cells,
    list_products,
    list_reasons,
    list_sellable,
    list_versions,
)
from portal.seasons.service import drafts, growth, offers
from portal.seasons.target_views import compared, dealer_target_view, grid_view
from portal.seasons.views import place_of, span_of, word_tables
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect, shown

UseCase = Callable[[FormReader], Awaitable[object]]


class DealerTarget(Controller):
    """A dealer in a season."""

    path = "/seasons/{season_id:int}/targets/{account:int}"

    @get("/", name="seasons.target", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Template:
        """Show derivation, growth points, grid and conversation."""
        return await _page(request, viewer, settings, (season_id, account))

    @post("/draft", name="seasons.draft", opt=policy(TARGET), status_code=200)
    async def draft(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Response[Any]:
        """Begin, save, spread, extend or discard the draft, or begin one from what was said."""

        async def change(form: FormReader) -> None:
            await _change_draft(viewer, settings, (season_id, account), form)

        return await _sent(request, viewer, settings, (season_id, account), change, "Saved.")

    @post("/offer", name="seasons.offer", opt=policy(TARGET), status_code=200)
    async def offer(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Response[Any]:
        """Offer the draft."""

        async def send(_: FormReader) -> None:
            await offers.offer(viewer, season_id, account)

        said = "Offered. The dealer decides; nothing is accepted by silence."
        return await _sent(request, viewer, settings, (season_id, account), send, said)

    @post("/answer", name="seasons.reply", opt=policy(TARGET), status_code=200)
    async def answer(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Response[Any]:
        """Agree to the dealer's figures, withdraw the offer, or say something."""

        async def reply(form: FormReader) -> None:
            kind = form.choice("kind", ("comment", "agree", "withdraw"))
            if kind == "agree":
                version = form.integer("version", most=9999)
                text = forms.read_words(form, shortest=0)
                await offers.agree(viewer, season_id, account, version, text)
            elif kind == "withdraw":
                await offers.withdraw(viewer, season_id, account, forms.read_words(form))
            else:
                await offers.comment(viewer, season_id, account, forms.read_words(form))

        return await _sent(request, viewer, settings, (season_id, account), reply, "Done.")

    @post("/growth", name="seasons.growth", opt=policy(TARGET), status_code=200)
    async def point(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        account: FromPath[int],
    ) -> Response[Any]:
        """Name, change, count or drop a growth point, or say what came of it."""

        async def change(form: FormReader) -> None:
            await _change_growth(viewer, settings, (season_id, account), form)

        return await _sent(request, viewer, settings, (season_id, account), change, "Saved.")


async def _change_draft(viewer: Viewer, settings: Settings, place: tuple[int, int], form: FormReader) -> None:
    decimals, quantum = settings.currency_decimals, settings.target_quantum_minor
    do = form.choice("do", ("start", "save", "spread", "add", "discard", "revise"))
    if do == "start":
        total = forms.read_money(form, "total", decimals)
        form.check()
        await drafts.start_draft(viewer, *place, total, quantum)
    elif do == "revise":
        await drafts.revise(viewer, *place)
    elif do == "discard":
        await drafts.discard_draft(viewer, *place)
    else:
        season = await get_season(viewer, place[0])
        command = forms.read_draft(form, season.months, decimals)
        if do == "spread":
            total = forms.read_money(form, "total", decimals)
            form.check()
            await drafts.spread_draft(viewer, *place, command, total, quantum)
        else:
            await drafts.save_draft(viewer, *place, command)
        if do == "add":
            await drafts.add_product(viewer, *place, form.optional_integer("product") or 0)


async def _change_growth(
    viewer: Viewer, settings: Settings, place: tuple[int, int], form: FormReader
) -> None:
    decimals = settings.currency_decimals
    do = form.choice("do", ("add", "change", "count", "drop", "result"))
    point = form.optional_integer("point") or 0
    if do == "add":
        await growth.add_point(viewer, *place, forms.read_growth(form, decimals))
    elif do == "change":
        await growth.change_point(viewer, *place, point, forms.read_growth(form, decimals))
    elif do == "result":
        await growth.set_result(viewer, *place, point, forms.read_result(form, decimals))
    else:
        state = GrowthState.COUNTED if do == "count" else GrowthState.DROPPED
        await growth.move_point(viewer, *place, point, state)


async def _sent(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    place: tuple[int, int],
    use_case: UseCase,
    said: str,
) -> Response[Any]:
    """Do what a form asks for, or show the page again with what is wrong; hidden dealers come first."""
    season = await get_season(viewer, place[0])
    await get_dealer(viewer, season, place[1])
    form = await FormReader.of(request)
    try:
        await use_case(form)
    except Invalid as error:
        return await _page(request, viewer, settings, place, error, form)
    return redirect(request, f"/seasons/{place[0]}/targets/{place[1]}", toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    place: tuple[int, int],
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    season = await get_season(viewer, place[0])
    dealer = await get_dealer(viewer, season, place[1])
    standing = (await standings_of(season, [dealer]))[0]
    versions = await list_versions(season.id, [dealer.id])
    answers = await list_answers([version.id for version in versions])
    zone = ZoneInfo(viewer.zone)
    shown_target = dealer_target_view(
        season, standing, versions, answers, settings.currency, today(viewer), zone
    )
    may_target = viewer.allowed(TARGET) and season.state is not SeasonState.CLOSED
    return page(
        request,
        "seasons/target.html",
        status=422 if error else 200,
        season=season,
        dealer=dealer,
        place=place_of(season),
        span=span_of(season),
        may_target=may_target,
        measured=await measure_growth(viewer, season, dealer.id, standing.growth),
        owners=await list_growth_owners(season.region_path, dealer.id) if may_target else (),
        history_rows=await list_history(Subject.of("season_target", f"{season.id}/{dealer.id}")),
        decimals=settings.currency_decimals,
        write_money=forms.write_money,
        problems={one.field: shown(one.message) for one in error.problems} if error else {},
        values=form.values if form else {},
        **shown_target,
        **await _grids(season, standing, versions, settings.currency_decimals),
        **word_tables(),
    )


async def _grids(
    season: SeasonRow, standing: Standing, versions: tuple[TargetRow, ...], decimals: int
) -> dict[str, Any]:
    """Return the grid of the version in hand, and what a counter-proposal asks to change."""
    main = standing.draft or standing.open or standing.accepted
    counter = standing.open if standing.state is TargetState.COUNTERED else None
    offered = [v for v in versions if v.side is Party.MANUFACTURER and v.offered_at is not None]
    before = next((v for v in offered if counter and v.version < counter.version), None)
    wanted = [target.id for target in (main, counter, before) if target]
    cells = await list_cells(wanted)
    products = await list_products(cell.product for found in cells.values() for cell in found)
    natural = {month: row[0] for month, row in standing.baseline.months.items()} if standing.baseline else {}
    sellable = await list_sellable(season.category) if standing.draft else {}
    return {
        "grid": grid_view(cells[main.id], products, season.months, natural, decimals) if main else None,
        "asked": compared(cells[before.id], cells[counter.id], products, await list_reasons(counter.id))
        if counter and before
        else [],
        "addable": [one for key, one in sellable.items() if key not in products],
    }
