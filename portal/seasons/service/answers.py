"""The dealer's side of a target: accepting, asking for other amounts with reasons, commenting.

Only an answer given here moves an offer on. Refusing or asking for less changes nothing else anywhere: no
figure, grade, limit or incentive reads it. Source: 대리점법 제8조 (판매목표 강제행위의 금지).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, Problem, message
from portal.seasons.model import AnswerKind, Party, TargetState, by_product
from portal.seasons.policies import ANSWER, SAY
from portal.seasons.queries.targets import list_cells
from portal.seasons.service.negotiation import add_version, end_open, open_place, say, settle, write_cells
from portal.seasons.service.parts import refit_parts
from portal.seasons.splitting import scaled_products

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.commands import CounterCommand
    from portal.seasons.service.negotiation import Place


async def accept(viewer: Viewer, season_id: int, account: int, version: int, text: str) -> None:
    """Accept the offered version; its months become the dealer's targets.

    Raises:
        NotFound: Season or account is not the viewer's.
        Conflict: Another version was offered meanwhile, or nothing awaits his answer.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, ANSWER)
        target = place.need(TargetState.OFFERED)
        place.require_open()
        if target.version != version:
            raise Conflict
        await say(place, target.id, AnswerKind.ACCEPT, Party.DEALER, text)
        await settle(place, target)
        await _note(place, "accepted", f"v{target.version}")


async def counter(viewer: Viewer, season_id: int, account: int, command: CounterCommand) -> None:
    """Ask for other amounts of some products, each with a reason; months keep their shape.

    Raises:
        NotFound: Season or account is not the viewer's.
        Conflict: Another version was offered meanwhile, or nothing awaits his answer.
        Invalid: Nothing differs, a product was not offered, or a reason is missing.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, ANSWER)
        target = place.need(TargetState.OFFERED)
        place.require_open()
        if target.version != command.version:
            raise Conflict
        cells = (await list_cells([target.id]))[target.id]
        offered = by_product(cells)
        asked = {
            product: amount for product, amount in command.amounts.items() if offered.get(product) != amount
        }
        _check(asked, command, offered)
        await end_open(place, TargetState.REPLACED)
        kept = (target.baseline, target.baseline_minor)
        made = await add_version(place, Party.DEALER, TargetState.COUNTERED, kept)
        wanted = scaled_products(cells, asked)
        await write_cells(made, wanted)
        await refit_parts(made, wanted, target.id)
        await insert_rows(
            "season_target_reason",
            ("target", "product", "reason"),
            [(made, product, command.reasons[product]) for product in asked],
        )
        now = dt.datetime.now(dt.UTC)
        await execute(
            "update season_target set note = {}, offered_at = {} where id = {}", command.text, now, made
        )
        await say(place, made, AnswerKind.COUNTER, Party.DEALER, command.text)
        await _note(place, "countered", f"v{target.version} → v{target.version + 1}")


async def comment(viewer: Viewer, season_id: int, account: int, text: str) -> None:
    """Say something about the version that awaits an answer or counts, without answering it.

    Raises:
        NotFound: Season or account is not the viewer's.
        Conflict: Nothing was offered.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, SAY)
        target = place.need(TargetState.OFFERED, TargetState.COUNTERED, TargetState.ACCEPTED)
        await say(place, target.id, AnswerKind.COMMENT, Party.DEALER, text)
        await _note(place, "commented", text)


def _check(asked: dict[int, int], command: CounterCommand, offered: dict[int, int]) -> None:
    if not asked:
        raise Invalid.of("", "Every amount is as offered. Accept the offer, or change an amount.")
    problems = [
        Problem(f"reason-{product}", message("Please say why, in a few words."))
        for product in asked
        if not command.reasons.get(product)
    ]
    problems += [
        Problem(f"amount-{product}", message("This product was not offered."))
        for product in asked
        if product not in offered
    ]
    if problems:
        raise Invalid(problems)


async def _note(place: Place, action: str, note: str) -> None:
    await record(place.by, f"seasons.target_{action}", Subject.of("season_target", place.key), note=note)
