"""Phones, late records and promises of the security tests, for each dealer, some of them his own."""

from __future__ import annotations

import datetime as dt
import json
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


async def build_phones(world: World, words: dict[str, str], private: dict[str, str]) -> None:
    """Let the own representative's phone and each dealer's staff's wait; leave late records and promises."""
    async with db.unit_of_work():
        for position, word in words.items():
            for owner, text in (("manufacturer", word), ("dealer", private[position])):
                await _build(world, position, owner, text)
        ours = world.viewers["sales_representative"].user_id
        for user_id, text in ((ours, "ours"), *((world.ids["staff"][each], private[each]) for each in words)):
            await _insert(
                "field_phone", user_id=user_id, phone_key=f"phone of {user_id}", label=text[:40], waiting=3,
                first_seen_at=NOW, last_seen_at=NOW,
            )  # fmt: skip


async def _build(world: World, position: str, owner: str, word: str) -> None:
    suffix = "_private" if owner == "dealer" else ""
    account = world.ids["terminal_private" if suffix else "dealer"][position]
    person = world.ids["staff"][position] if suffix else world.viewers["sales_representative"].user_id
    same = {"account": account, "owner": owner}
    late = await _insert(
        "late_record", client_key=f"{owner} {position}", kind="visit", user_id=person, reason="closed_month",
        month_on=NOW.date().replace(day=1), payload=json.dumps({"note": f"{word} late", "cases": word}),
        device_at=NOW, made_at=NOW, received_at=NOW, **same,
    )  # fmt: skip
    world.keep(f"late{suffix}", position, late)
    await _insert(
        "late_record", client_key=f"{owner} {position} done", kind="visit", user_id=person,
        reason="long_ago", month_on=NOW.date().replace(day=1), payload="{}", device_at=NOW, made_at=NOW,
        received_at=NOW, state="refused", decided_at=NOW, decided_by_user_id=1, decision=f"{word} no", **same,
    )  # fmt: skip
    promise = await _insert(
        "promise", client_key=f"{owner} {position}", side="ours", text=f"{word} promise", due_on=NOW.date(),
        made_by_user_id=person, made_at=NOW, done_at=NOW, done_note=f"{word} done", **same,
    )  # fmt: skip
    world.keep(f"promise{suffix}", position, promise)
    await _insert(
        "promise", client_key=f"{owner} {position} kept", side="ours", text=f"{word} kept", due_on=NOW.date(),
        made_by_user_id=person, made_at=NOW, state="kept", judged_at=NOW, judgement=f"{word} said", **same,
    )  # fmt: skip
