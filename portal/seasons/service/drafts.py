"""A draft of a target: begun from natural sales, split, typed over, spread around locked cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.errors import Conflict, Invalid
from portal.seasons.model import Cell, Party, TargetState, digest_of
from portal.seasons.policies import TARGET
from portal.seasons.queries.baselines import list_chosen
from portal.seasons.queries.sales import history_of_products, same_months_last_year
from portal.seasons.queries.targets import list_cells, list_sellable
from portal.seasons.service.negotiation import add_version, open_place, rewrite_cells, write_cells
from portal.seasons.service.parts import refit_parts
from portal.seasons.splitting import first_split, respread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.seasons.commands import DraftCommand
    from portal.seasons.service.negotiation import Place


async def start_draft(
    viewer: Viewer, season_id: int, account: int, total_minor: int, quantum_minor: int = 1
) -> None:
    """Begin a dealer's target, split by his natural sales and by what he bought a year before.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: There is a draft already, or the season is closed.
        Invalid: Natural sales are not chosen yet, or there is no product to split over.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        if place.of(TargetState.DRAFT):
            raise Conflict("There is a draft already.")
        await begin_draft(place, total_minor, quantum_minor)


async def begin_draft(place: Place, total_minor: int, quantum_minor: int) -> None:
    """Begin a target without a draft, in the open unit of work; see ``start_draft``.

    Raises:
        Invalid: Natural sales are not chosen yet, or there is no product to split over.
    """
    account, season = place.account, place.season
    chosen = (await list_chosen(season.id, [account])).get(account)
    if chosen is None:
        raise Invalid.of("total", "Choose how natural sales are measured first.")
    weights = await history_of_products(account, season.category, same_months_last_year(season))
    products = weights or dict.fromkeys(await list_sellable(season.category), 1)
    if not products:
        raise Invalid.of("total", "There is no product in this category.")
    months = {month: amount for month, (amount, _, _) in chosen.months.items()}
    cells = first_split(total_minor, months, products, quantum_minor)
    draft = await add_version(place, Party.MANUFACTURER, TargetState.DRAFT, (chosen.id, chosen.amount_minor))
    await write_cells(draft, cells)
    await _note(place, "drafted", f"{total_minor}")


async def revise(viewer: Viewer, season_id: int, account: int) -> None:
    """Begin a draft from the version that awaits an answer, or from what was accepted.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: There is a draft already, or nothing to revise.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        source = place.of(TargetState.OFFERED, TargetState.COUNTERED) or place.of(TargetState.ACCEPTED)
        if place.of(TargetState.DRAFT) or source is None:
            raise Conflict
        cells = (await list_cells([source.id]))[source.id]
        kept = (source.baseline, source.baseline_minor)
        draft = await add_version(place, Party.MANUFACTURER, TargetState.DRAFT, kept)
        await write_cells(draft, cells)
        await refit_parts(draft, cells, source.id)
        await _note(place, "drafted", f"v{source.version}")


async def save_draft(viewer: Viewer, season_id: int, account: int, command: DraftCommand) -> None:
    """Keep a draft's cells as typed; the target is their sum.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: Somebody else changed the draft, or there is none.
        Invalid: A cell is of no month of the season or of an unknown product, or stands there twice.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        await _replace_cells(place, command)


async def spread_draft(
    viewer: Viewer,
    season_id: int,
    account: int,
    command: DraftCommand,
    total_minor: int,
    quantum_minor: int = 1,
) -> None:
    """Keep a draft's cells and spread a total over those that are not locked.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: Somebody else changed the draft, or there is none.
        Invalid: The locked cells leave no room for the total.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        draft = await _replace_cells(place, command)
        cells = respread(command.cells, total_minor, quantum_minor)
        await rewrite_cells(draft, cells)
        await refit_parts(draft, cells)


async def add_product(viewer: Viewer, season_id: int, account: int, product: int) -> None:
    """Add a product with empty months to a draft.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: There is no draft.
        Invalid: It is none of our products of the season's category, or in the draft already.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        draft = place.need(TargetState.DRAFT)
        cells = (await list_cells([draft.id]))[draft.id]
        if product not in await list_sellable(place.season.category) or any(
            c.product == product for c in cells
        ):
            raise Invalid.of("product", "Please choose one of the options.")
        await write_cells(draft.id, [Cell(product, month, 0) for month in place.season.months])


async def discard_draft(viewer: Viewer, season_id: int, account: int) -> None:
    """Throw a draft away; nobody but the manufacturer's people has seen it.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: There is no draft.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        draft = place.need(TargetState.DRAFT)
        await execute("delete from season_target_part where target = {}", draft.id)
        await execute("delete from season_target_share where target = {}", draft.id)
        await execute("delete from season_target where id = {}", draft.id)
        await _note(place, "discarded", "")


async def _replace_cells(place: Place, command: DraftCommand) -> int:
    draft = place.need(TargetState.DRAFT)
    known = (await list_cells([draft.id]))[draft.id]
    if command.seen != digest_of(known):
        raise Conflict
    _check(command.cells, place)
    products = {cell.product for cell in known}
    if any(cell.product not in products for cell in command.cells):
        raise Invalid.of("total", "A product is not in this draft. Add it first.")
    await execute("update season_target set note = {} where id = {}", command.note, draft.id)
    await rewrite_cells(draft.id, command.cells)
    await refit_parts(draft.id, command.cells)
    return draft.id


async def _note(place: Place, action: str, note: str) -> None:
    await record(place.by, f"seasons.target_{action}", Subject.of("season_target", place.key), note=note)


def _check(cells: Sequence[Cell], place: Place) -> None:
    months = set(place.season.months)
    places = {(cell.product, cell.month) for cell in cells}
    if len(places) != len(cells) or any(cell.month not in months or cell.amount_minor < 0 for cell in cells):
        raise Invalid.of("total", "A cell stands there twice, is below 0 or lies outside of the season.")
