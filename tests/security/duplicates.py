"""Suspected pairs, merged records and own codes of the security tests, for each dealer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal import db

if TYPE_CHECKING:
    from tests.security.world import World

NOW = dt.datetime.now(dt.UTC)


async def _insert(table: str, **values: Any) -> int:
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    return int(
        await db.fetch_value(f"insert into {table} ({names}) values ({marks}) returning id", *values.values())
    )


async def build_duplicates(world: World, position: str, words: tuple[str, str], region: int) -> None:
    """Insert twins of the dealer's retail point: one suspected, one called different, one merged.

    Args:
        world: Knows the accounts.
        position: Which dealer.
        words: What the manufacturer may read of him, and what only he may.
        region: The dealer's.
    """
    word, private = words
    terminal, dealer = world.ids["terminal"][position], world.ids["dealer"][position]
    for state in ("open", "different", "merged"):
        twin = await _insert(
            "account", kind="terminal", code=f"twin-{state}-{position}", name=f"{word} twin {state}",
            region=region, dealer=dealer, area=word, created_at=NOW, updated_at=NOW,
            merged_into=terminal if state == "merged" else None,
        )  # fmt: skip
        await db.execute("insert into terminal (account, address) values ({}, {})", twin, f"{word} road 1")
        pair = await _insert(
            "duplicate_pair", first=terminal, second=twin, score=70, state=state, found_at=NOW,
            reasons='[{"sign": "phone", "points": 40, "measure": 0}]',
        )  # fmt: skip
        if state == "merged":
            await _insert("account_merge", kept=terminal, gone=twin, merged_at=NOW, merged_by_user_id=1)
        world.keep(f"duplicate_pair{'' if state == 'open' else f'_{state}'}", position, pair)
    await _insert("dealer_code", dealer=dealer, code=f"{private} code", account=terminal, decided_at=NOW)
