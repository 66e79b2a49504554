"""Offering a target, taking it back, and agreeing to a dealer's counter-proposal.

Nothing is accepted by silence: no function here or elsewhere moves an offer on because time has passed.
Source: 대리점법 제8조 (판매목표 강제행위의 금지).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.errors import Conflict, Invalid, Message, Problem
from portal.seasons.model import AnswerKind, Party, TargetState
from portal.seasons.policies import TARGET
from portal.seasons.queries.standings import growth_check
from portal.seasons.queries.targets import list_cells, list_growth
from portal.seasons.service.negotiation import end_open, open_place, say, settle

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.service.negotiation import Place


async def offer(viewer: Viewer, season_id: int, account: int) -> None:
    """Offer a draft to the dealer; an earlier open version is replaced, an accepted one counts on.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: There is no draft, or the season is not open.
        Invalid: Growth points do not add up to the stretch or lack an owner, or the cells not to the target.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        draft = place.need(TargetState.DRAFT)
        place.require_open()
        cells = (await list_cells([draft.id]))[draft.id]
        if sum(cell.amount_minor for cell in cells) != draft.amount_minor or not cells:
            raise Invalid.of("total", "The cells do not add up to the target.")
        check = growth_check(draft, await list_growth(season_id, [account]))
        if check.difference_minor:
            gap = f"{-check.difference_minor:,}"
            text = "Growth points must add up to the stretch; they differ by %(gap)s."
            raise Invalid((Problem("growth", Message(text, {"gap": gap})),))
        if check.problems:
            raise Invalid.of("growth", "Every growth point needs an owner and a size above 0.")
        await end_open(place, TargetState.REPLACED)
        await execute(
            "update season_target set state = 'offered', offered_at = {} where id = {}",
            dt.datetime.now(dt.UTC),
            draft.id,
        )
        await say(place, draft.id, AnswerKind.OFFER, Party.MANUFACTURER, draft.note)
        await _note(place, "offered", f"v{draft.version}")


async def withdraw(viewer: Viewer, season_id: int, account: int, reason: str) -> None:
    """Take back what awaits an answer; a target accepted before counts on.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: Nothing awaits an answer.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        target = place.need(TargetState.OFFERED, TargetState.COUNTERED)
        await say(place, target.id, AnswerKind.WITHDRAW, Party.MANUFACTURER, reason)
        await end_open(place, TargetState.WITHDRAWN)
        await _note(place, "withdrawn", reason)


async def agree(viewer: Viewer, season_id: int, account: int, version: int, text: str) -> None:
    """Agree to a dealer's counter-proposal: both sides then said yes to the same cells.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: There is no such counter-proposal any more, or the season is not open.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        target = place.need(TargetState.COUNTERED)
        place.require_open()
        if target.version != version:
            raise Conflict
        await say(place, target.id, AnswerKind.AGREE, Party.MANUFACTURER, text)
        await settle(place, target)
        await _note(place, "agreed", f"v{target.version}")


async def comment(viewer: Viewer, season_id: int, account: int, text: str) -> None:
    """Say something to the dealer about the version he was offered.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: Nothing was offered.
    """
    async with unit_of_work():
        place = await open_place(viewer, season_id, account, TARGET)
        target = place.need(TargetState.OFFERED, TargetState.COUNTERED, TargetState.ACCEPTED)
        await say(place, target.id, AnswerKind.COMMENT, Party.MANUFACTURER, text)
        await _note(place, "commented", text)


async def _note(place: Place, action: str, note: str) -> None:
    await record(place.by, f"seasons.target_{action}", Subject.of("season_target", place.key), note=note)
