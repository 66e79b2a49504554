"""Splitting a dealer's target over his outlets and retail points; it always adds up to what he has.

Until a target is offered the split is the manufacturer's proposal, from then on the dealer's own affair: the
amounts agreed on do not change by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, Problem, message
from portal.seasons.model import Part, TargetState
from portal.seasons.parts import amounts_of, differences, parts_of, refit, share_out
from portal.seasons.policies import SAY, TARGET
from portal.seasons.queries.parts import MOST_BUYERS, list_buyers, list_parts, may_read_buyers
from portal.seasons.queries.targets import list_cells, list_products
from portal.seasons.service.negotiation import open_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer
    from portal.seasons.commands import PartsCommand
    from portal.seasons.model import Cell
    from portal.seasons.service.negotiation import Place

SIDES = {
    TARGET: (TargetState.DRAFT,),
    SAY: (TargetState.OFFERED, TargetState.COUNTERED, TargetState.ACCEPTED),
}
"""Versions each side may split, by its policy."""
PROBLEMS_MOST = 20


async def split_by_history(
    viewer: Viewer, season_id: int, account: int, policy: str, quantum_minor: int = 1
) -> None:
    """Split a target by what each outlet and retail point bought in the same months a year before.

    Raises:
        NotFound: Season or dealer is not the viewer's.
        Conflict: There is no version his side splits, nobody to split over, or sales are not shared.
    """
    async with unit_of_work():
        place, target, cells = await _open(viewer, season_id, account, policy)
        weights = await _weights(viewer, place)
        amounts = share_out(_sum(cells), weights, (), cells, quantum_minor)
        await _write(place, target, parts_of(cells, amounts))


async def save_split(
    viewer: Viewer, season_id: int, account: int, policy: str, command: PartsCommand
) -> None:
    """Keep amounts as typed; those that are not locked are brought to what is left of the target.

    Raises:
        NotFound: Season or dealer is not the viewer's.
        Conflict: As in ``split_by_history``.
        Invalid: A buyer is none of the dealer's, or the locked amounts leave no room.
    """
    async with unit_of_work():
        place, target, cells = await _open(viewer, season_id, account, policy)
        known = await _weights(viewer, place)
        if not set(command.amounts) <= set(known):
            raise Invalid.of("parts", "An outlet or retail point is not supplied by this dealer.")
        kept = amounts_of(await list_parts(target))
        typed = {buyer: command.amounts.get(buyer, kept.get(buyer, 0)) for buyer in known}
        amounts = share_out(_sum(cells), typed, command.locked, cells)
        await _write(place, target, parts_of(cells, amounts, command.locked))


async def import_split(
    viewer: Viewer, season_id: int, account: int, policy: str, by_code: Mapping[str, Sequence[Cell]]
) -> int:
    """Replace a split by the cells of a workbook and return for how many buyers it was done.

    Raises:
        NotFound: Season or dealer is not the viewer's.
        Conflict: As in ``split_by_history``.
        Invalid: A code is unknown, or parts do not add up to the target; every such product's month is named.
    """
    async with unit_of_work():
        place, target, cells = await _open(viewer, season_id, account, policy)
        codes = {row.code: row.id for row in await list_buyers(viewer, place.season, account)}
        unknown = sorted(set(by_code) - set(codes))
        if unknown:
            raise Invalid.of("file", "Unknown outlet code: %(code)s", code=unknown[0])
        parts = tuple(
            Part(codes[code], cell.product, cell.month, cell.amount_minor)
            for code, own in by_code.items()
            for cell in own
            if cell.amount_minor
        )
        await _check(cells, parts)
        await _write(place, target, parts)
    return len(by_code)


async def refit_parts(target: int, cells: Sequence[Cell], source: int | None = None) -> None:
    """Bring the parts of a version to its cells in the open unit of work, or take them over from another."""
    parts = await list_parts(target if source is None else source)
    if parts:
        await _replace(target, refit(cells, parts))


async def _open(
    viewer: Viewer, season_id: int, account: int, policy: str
) -> tuple[Place, int, tuple[Cell, ...]]:
    place = await open_place(viewer, season_id, account, policy)
    target = place.need(*SIDES[policy])
    if not await may_read_buyers(viewer, account):
        raise Conflict("The dealer does not share his sales; he splits this target himself.")
    cells = (await list_cells([target.id]))[target.id]
    if not cells:
        raise Conflict
    return place, target.id, cells


async def _weights(viewer: Viewer, place: Place) -> dict[int, int]:
    rows = await list_buyers(viewer, place.season, place.account)
    if not rows:
        raise Conflict("This dealer supplies no outlet or retail point.")
    if len(rows) > MOST_BUYERS:
        raise Conflict("A target is split over %(most)s outlets at most.", most=MOST_BUYERS)
    return {row.id: row.history_minor for row in rows}


async def _check(cells: Sequence[Cell], parts: Sequence[Part]) -> None:
    places = {(cell.product, cell.month) for cell in cells}
    wrong = differences(cells, parts)
    if any((part.product, part.month) not in places for part in parts):
        raise Invalid.of("file", "A product or month is not in this target.")
    if wrong:
        names = await list_products(cell.product for cell, _ in wrong)
        text = "%(product)s, %(month)s: the parts make %(made)s, the target is %(amount)s."
        raise Invalid(
            Problem(
                "file",
                message(
                    text,
                    product=names[cell.product].name,
                    month=str(cell.month),
                    made=f"{made:,}",
                    amount=f"{cell.amount_minor:,}",
                ),
                at,
            )
            for at, (cell, made) in enumerate(wrong[:PROBLEMS_MOST], 1)
        )


async def _write(place: Place, target: int, parts: Sequence[Part]) -> None:
    await _replace(target, parts)
    note = f"{len({part.buyer for part in parts})} buyers"
    await record(place.by, "seasons.target_parts", Subject.of("season_target", place.key), note=note)


async def _replace(target: int, parts: Sequence[Part]) -> None:
    await execute("delete from season_target_part where target = {}", target)
    await insert_rows(
        "season_target_part",
        ("target", "buyer", "product", "month_on", "amount_minor", "is_locked"),
        [
            (target, part.buyer, part.product, part.month.first_on, part.amount_minor, part.is_locked)
            for part in parts
        ],
    )


def _sum(cells: Sequence[Cell]) -> int:
    return sum(cell.amount_minor for cell in cells)
