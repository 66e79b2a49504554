"""Seasons of the security tests: one in each dealer's own part of a region, with everything said in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal import db

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = dt.datetime.now(dt.UTC)


async def _insert(table: str, **values: Any) -> int:
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    return await db.fetch_value(
        f"insert into {table} ({names}) values ({marks}) returning id", *values.values()
    )


async def build_seasons(world: Any, words: Mapping[str, str]) -> None:
    """Insert an open season for each dealer with an offer he has not answered; ``words`` mark whose it is."""
    async with db.unit_of_work():
        product = await _insert(
            "product",
            code="S-1",
            name="시즌 제품",
            category="시즌",
            is_own=True,
            status="active",
            updated_at=NOW,
        )  # fmt: skip
        for position, word in words.items():
            dealer = world.ids["dealer"][position]
            above = await db.fetch_value("select region from account where id = {}", dealer)
            path = await db.fetch_value("select path from region where id = {}", above)
            part = await _insert(
                "region", code=f"S-{position}", name="구역", parent=above, path=f"{path}S-{position}/"
            )
            await db.execute("update account set region = {} where id = {}", part, dealer)
            season = await _season(dealer, (part, product), word)
            world.keep("season", position, season)


async def _season(dealer: int, place: tuple[int, int], word: str) -> int:
    region, product = place
    first, end = dt.date(2026, 10, 1), dt.date(2027, 4, 1)
    season = await _insert(
        "season", code=f"S-{dealer}", label=f"{word} label", label_en=f"{word} english", kind="off",
        region=region, category=f"{word} category", from_on=first, until_on=end, state="open",
        owner_user_id=1, text=f"{word} about", found=f"{word} found", created_by_user_id=1, created_at=NOW,
    )  # fmt: skip
    await _insert("season_step", season=season, step="plan", note=f"{word} step")
    await db.execute(
        "insert into season_need (season, peak_goal_minor, early_share_bp, outlets_needed, outlets_active,"
        " outlet_month_minor, outlet_months, note, by_user_id, at)"
        " values ({}, 1000, 500, 2, 1, 10, 3, {}, 1, {})",
        season, f"{word} need", NOW,
    )  # fmt: skip
    baseline = await _insert(
        "season_baseline", season=season, account=dealer, method="seasonal_naive", reason=f"{word} method",
        level=1, n=6, history_from_on=first, history_to_on=first, amount_minor=900, by_user_id=1, at=NOW,
    )  # fmt: skip
    for version, side, state in ((1, "manufacturer", "replaced"), (2, "dealer", "countered")):
        target = await _insert(
            "season_target", season=season, account=dealer, version=version, side=side, state=state,
            baseline=baseline, baseline_minor=900, amount_minor=1000, note=f"{word} note", by_user_id=1,
            created_at=NOW,
        )  # fmt: skip
        await _insert(
            "season_target_share", target=target, product=product, month_on=first,
            amount_minor=1000 * version,
        )  # fmt: skip
        await _insert("season_target_reason", target=target, product=product, reason=f"{word} reason")
        await db.execute("update season_target set offered_at = {} where id = {}", NOW, target)
        await _insert(
            "season_answer",
            target=target,
            kind="comment",
            side=side,
            text=f"{word} said",
            by_user_id=1,
            at=NOW,
        )
    await _insert(
        "season_growth_point", season=season, account=dealer, kind="outlet", label=f"{word} growth",
        about=f"{word} about", size_minor=100, result_note=f"{word} result", state="counted",
        side="dealer", by_user_id=1, at=NOW,
    )  # fmt: skip
    return season
