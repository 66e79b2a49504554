"""Choosing how natural sales are measured: a person chooses, with a reason, and what he saw is kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.seasons.model import SeasonState
from portal.seasons.natural import by_hand
from portal.seasons.policies import TARGET
from portal.seasons.queries.baselines import compute_natural
from portal.seasons.queries.sales import list_dealers
from portal.seasons.queries.seasons import get_season

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.seasons.commands import ChoiceCommand
    from portal.seasons.natural import MethodResult, NaturalSales
    from portal.seasons.queries.sales import DealerRow, History
    from portal.seasons.queries.seasons import SeasonRow


async def choose_method(viewer: Viewer, season_id: int, command: ChoiceCommand) -> int:
    """Choose a method for one dealer or for all of the viewer's dealers of a season.

    Returns:
        For how many dealers it was chosen; those the method has no answer for are left out.

    Raises:
        NotFound: The season or the dealer is not in the viewer's part of the network.
        Conflict: The season is closed.
        Invalid: No such method, or it has an answer for none of the dealers.
    """
    async with unit_of_work():
        season = await get_season(viewer, season_id, TARGET)
        if season.state is SeasonState.CLOSED:
            raise Conflict("This season is closed.")
        dealers = await list_dealers(viewer, season, TARGET)
        wanted = {dealer.id: dealer for dealer in dealers if command.account in (None, dealer.id)}
        if command.account is not None and not wanted:
            raise NotFound
        found, histories = await compute_natural(season, dealers)
        results = _of_method(found, command.method, wanted)
        if command.by_hand_minor is not None and command.account is not None:
            results = {command.account: by_hand(command.by_hand_minor, season.months)}
        if not results:
            raise Invalid.of("natural", "This method has no answer for these dealers: too little history.")
        by = season.signature(viewer, TARGET)
        for account, result in results.items():
            await _keep(season, wanted[account], result, found, histories[account], command.reason, by)
        subject = Subject.of("season", season_id)
        note = f"{command.method} ({len(results)}): {command.reason}"
        await record(by, "seasons.baseline", subject, note=note)
        return len(results)


def _of_method(
    found: NaturalSales | None, method: str, wanted: dict[int, DealerRow]
) -> dict[int, MethodResult]:
    if found is None:
        return {}
    return {
        account: result
        for account in wanted
        for result in found.results[account]
        if result.method == method and result.total_minor is not None
    }


async def _keep(
    season: SeasonRow,
    dealer: DealerRow,
    result: MethodResult,
    found: NaturalSales | None,
    history: History,
    reason: str,
    by: Signature,
) -> None:
    error = result.error
    baseline = await fetch_value(
        "insert into season_baseline (season, account, method, reason, level, error_bp, n, history_from_on,"
        " history_to_on, amount_minor, low_minor, high_minor, by_user_id, for_user_id, at)"
        " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) returning id",
        season.id,
        dealer.id,
        result.method,
        reason,
        int(history.level),
        error.wape_bp if error else None,
        error.points if error else 0,
        found.first.first_on if found else season.from_on,
        found.last.last_on if found else season.from_on,
        result.total_minor,
        result.low_minor,
        result.high_minor,
        by.user_id,
        by.on_behalf_of,
        dt.datetime.now(dt.UTC),
    )
    await insert_rows(
        "season_baseline_month",
        ("baseline", "month_on", "amount_minor", "low_minor", "high_minor"),
        [
            (baseline, month.first_on, amount, result.low.get(month), result.high.get(month))
            for month, amount in result.months.items()
        ],
    )
