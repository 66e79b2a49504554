"""Incentives as the manufacturer's people see them: for each dealer a booking and a payout, and a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import db
from portal.rebates.service.payouts import propose_payout
from portal.rebates.service.versions import create_version
from tests.security.rebates import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.security.world import World


async def build_office(world: World, positions: Iterable[str]) -> None:
    """Propose a payout to every dealer, and begin a draft; what is made is kept by position."""
    for position in positions:
        dealer = world.ids["dealer"][position]
        operation = await db.fetch_value("select min(id) from ledger_operation where account = {}", dealer)
        world.keep("ledger_operation", position, operation)
        payout = await propose_payout(world.viewers["finance"], (dealer,))
        world.keep("rebate_payout", position, payout)
        line = await db.fetch_value("select id from rebate_payout_line where payout = {}", payout)
        world.keep("rebate_payout_line", position, line)
    draft = await create_version(world.viewers["rule_author"], TEXT.replace("canary", "draft"))
    world.keep("rebate_draft", "own", draft)
