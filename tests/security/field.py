"""Visits, targets and meetings of the security tests, for each dealer; one visit is by his own staff."""

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


async def build_visits(world: World, position: str, word: str, private: str) -> None:
    """Log a visit by us, taken back, and one by the dealer's staff; put his retail point on the list."""
    same = {"visited_on": NOW.date(), "visited_at": NOW, "outcome": "met", "created_at": NOW}
    visit = await _insert(
        "visit", client_key=f"ours {position}", account=world.ids["dealer"][position], visitor_user_id=1,
        note=f"{word} seen", cancelled_at=NOW, cancelled_by_user_id=1, cancelled_reason=f"{word} reason",
        **same,
    )  # fmt: skip
    world.keep("visit", position, visit)
    await _insert(
        "share_observation", visit=visit, account=world.ids["dealer"][position], competitor=f"{word} seen",
        share_bp=4_000, source="told", observed_on=NOW.date(), by_user_id=1,
    )  # fmt: skip
    his = await _insert(
        "visit", client_key=f"his {position}", account=world.ids["terminal_private"][position],
        visitor_user_id=1, owner="dealer", rank="dealer_staff", note=f"{private} seen", **same,
    )  # fmt: skip
    world.keep("visit_private", position, his)
    target = await _insert(
        "target_account", account=world.ids["terminal"][position], competitor=f"{word} rival",
        competitor_share_bp=5_000, share_source="told", score=7, score_parts='{"class": 7}',
        reason=f"{word} why", added_by_user_id=1, added_at=NOW,
    )  # fmt: skip
    world.keep("target", position, target)


async def build_meetings(world: World, words: dict[str, str]) -> None:
    """Open a meeting in each dealer's own part of a region, with a problem he sent and minutes."""
    async with db.unit_of_work():
        for position, word in words.items():
            dealer = world.ids["dealer"][position]
            region = await db.fetch_value("select region from account where id = {}", dealer)
            meeting = await _insert(
                "weekly_meeting", region=region, week_on=dt.date(2026, 10, 5), figures="",
                minutes=f"{word} said", attendees=f"{word} present", created_by_user_id=1, created_at=NOW,
            )  # fmt: skip
            world.keep("meeting", position, meeting)
            item = await _insert(
                "meeting_item", meeting=meeting, kind="problem", text=f"{word} problem", account=dealer,
                state="done", result=f"{word} result", raised_by_user_id=1, raised_at=NOW,
            )  # fmt: skip
            world.keep("meeting_item", position, item)
