"""Incentives as the manufacturer's people see them: for each dealer a booking and a payout, and a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import db
from portal.rebates.service.adjustments import propose_adjustment
from portal.rebates.service.payouts import propose_payout
from portal.rebates.service.versions import create_version
from tests.security.rebates import JANUARY, TEXT
from tests.security.stored_texts import MARK

if TYPE_CHECKING:
    from tests.security.world import World


def _draft() -> str:
    """Return the text of a draft whose free words are marked."""
    marked = TEXT.replace("program: canary", "program: draft")
    for word in ("장려금", "Incentive", "누적 매입", "Volume"):
        marked = marked.replace(word, f'"{MARK} {word}"')
    return marked.replace("제12조", f"{MARK} 제12조")


async def build_office(world: World, words: dict[str, str]) -> None:
    """Propose a payout and an adjustment to every dealer, and begin a draft; all of it is kept by position.

    Args:
        world: Network with people and settled incentives.
        words: Position of a dealer → why something is adjusted.
    """
    for position, reason in words.items():
        dealer = world.ids["dealer"][position]
        operation = await db.fetch_value("select min(id) from ledger_operation where account = {}", dealer)
        world.keep("ledger_operation", position, operation)
        payout = await propose_payout(world.viewers["finance"], (dealer,))
        world.keep("rebate_payout", position, payout)
        line = await db.fetch_value("select id from rebate_payout_line where payout = {}", payout)
        world.keep("rebate_payout_line", position, line)
        adjustment = await propose_adjustment(world.viewers["finance"], dealer, 700, JANUARY.shift(2), reason)
        world.keep("rebate_adjustment", position, adjustment)
    draft = await create_version(world.viewers["rule_author"], _draft())
    world.keep("rebate_draft", "own", draft)
