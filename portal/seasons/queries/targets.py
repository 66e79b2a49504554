"""Targets by version, what was said about them, and the growth points that carry their stretch."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import NotFound
from portal.seasons.model import (
    AnswerKind,
    Cell,
    GrowthKind,
    GrowthState,
    Need,
    Party,
    TargetState,
)
from portal.seasons.queries.sales import list_dealers
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.access import Viewer
    from portal.db.sql import Row
    from portal.seasons.queries.sales import DealerRow
    from portal.seasons.queries.seasons import SeasonRow


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A version of a dealer's target; see ``SeasonTarget``."""

    id: int
    season: int
    account: int
    version: int
    side: Party
    state: TargetState
    baseline: int | None
    baseline_minor: int
    amount_minor: int
    note: str
    by: str
    for_name: str
    created_at: dt.datetime
    offered_at: dt.datetime | None
    accepted_at: dt.datetime | None
    ended_at: dt.datetime | None

    @property
    def stretch_minor(self) -> int:
        """What the target asks beyond natural sales."""
        return self.amount_minor - self.baseline_minor

    @property
    def is_open(self) -> bool:
        """Whether somebody is to answer it."""
        return self.state in (TargetState.OFFERED, TargetState.COUNTERED)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What one side said or did about a version."""

    target: int
    kind: AnswerKind
    side: Party
    text: str
    by: str
    for_name: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """A growth point; see ``SeasonGrowthPoint``."""

    id: int
    account: int
    kind: GrowthKind
    label: str
    about: str
    size_minor: int
    owner_user_id: int | None
    owner: str
    due_on: dt.date | None
    result_minor: int | None
    result_note: str
    state: GrowthState
    side: Party
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as the grid names it."""

    id: int
    code: str
    name: str
    category: str


_TARGET = (
    "select t.id, t.season, t.account, t.version, t.side, t.state, t.baseline, t.baseline_minor,"
    " t.amount_minor, t.note, coalesce(u.name, '') as by, coalesce(f.name, '') as for_name, t.created_at,"
    " t.offered_at, t.accepted_at, t.ended_at from season_target t"
    " left join login_user u on u.id = t.by_user_id left join login_user f on f.id = t.for_user_id"
)
_GROWTH = (
    "select g.id, g.account, g.kind, g.label, g.about, g.size_minor, g.owner_user_id,"
    " coalesce(o.name, '') as owner, g.due_on, g.result_minor, g.result_note, g.state, g.side,"
    " coalesce(u.name, '') as by, g.at"
    " from season_growth_point g left join login_user o on o.id = g.owner_user_id"
    " left join login_user u on u.id = g.by_user_id"
)


def _target(row: Row) -> TargetRow:
    return TargetRow(**{**row, "side": Party(row["side"]), "state": TargetState(row["state"])})


async def get_dealer(viewer: Viewer, season: SeasonRow, account: int, policy: str = "") -> DealerRow:
    """Return a dealer of a season.

    Raises:
        NotFound: He is none of the season's, or not in the viewer's part of the network.
    """
    for dealer in await list_dealers(viewer, season, policy):
        if dealer.id == account:
            return dealer
    raise NotFound


async def list_versions(season_id: int, accounts: Sequence[int]) -> tuple[TargetRow, ...]:
    """Return all versions of dealers, the newest of each first; the caller has checked the dealers."""
    if not accounts:
        return ()
    marks = ", ".join("{}" for _ in accounts)
    rows = await fetch(
        f"{_TARGET} where t.season = {{}} and t.account in ({marks}) order by t.account, t.version desc",
        season_id,
        *accounts,
    )
    return tuple(_target(row) for row in rows)


async def list_answers(targets: Sequence[int]) -> tuple[AnswerRow, ...]:
    """Return what was said about versions, oldest first; the caller has checked them."""
    if not targets:
        return ()
    marks = ", ".join("{}" for _ in targets)
    rows = await fetch(
        "select a.target, a.kind, a.side, a.text, coalesce(u.name, '') as by,"
        " coalesce(f.name, '') as for_name, a.at from season_answer a"
        " left join login_user u on u.id = a.by_user_id left join login_user f on f.id = a.for_user_id"
        f" where a.target in ({marks}) order by a.id",
        *targets,
    )
    return tuple(
        AnswerRow(**{**row, "kind": AnswerKind(row["kind"]), "side": Party(row["side"])}) for row in rows
    )


async def list_cells(targets: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
    """Return the cells of versions by product and month; the caller has checked the versions."""
    found: dict[int, list[Cell]] = {target: [] for target in targets}
    if targets:
        marks = ", ".join("{}" for _ in targets)
        for row in await fetch(
            "select target, product, month_on, amount_minor, is_locked from season_target_share"
            f" where target in ({marks}) order by target, product, month_on",
            *targets,
        ):
            month = Month.of(row["month_on"])
            cell = Cell(row["product"], month, row["amount_minor"], bool(row["is_locked"]))
            found[row["target"]].append(cell)
    return {target: tuple(cells) for target, cells in found.items()}


async def list_reasons(target: int) -> dict[int, str]:
    """Return the dealer's reasons of a counter-proposal by product."""
    rows = await fetch("select product, reason from season_target_reason where target = {}", target)
    return {row["product"]: row["reason"] for row in rows}


async def list_growth(season_id: int, accounts: Sequence[int]) -> tuple[GrowthRow, ...]:
    """Return growth points of dealers in the order they were named; the caller has checked the dealers."""
    if not accounts:
        return ()
    marks = ", ".join("{}" for _ in accounts)
    rows = await fetch(
        f"{_GROWTH} where g.season = {{}} and g.account in ({marks}) order by g.account, g.id",
        season_id,
        *accounts,
    )
    return tuple(
        GrowthRow(
            **{
                **row,
                "kind": GrowthKind(row["kind"]),
                "state": GrowthState(row["state"]),
                "side": Party(row["side"]),
            }
        )
        for row in rows
    )


def counted_minor(points: Iterable[GrowthRow]) -> int:
    """Add up the growth points that count."""
    return sum(point.size_minor for point in points if point.state is GrowthState.COUNTED)


async def list_products(ids: Iterable[int]) -> dict[int, ProductRow]:
    """Return products by id, by category and name."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    marks = ", ".join("{}" for _ in wanted)
    rows = await fetch(
        f"select id, code, name, category from product where id in ({marks}) order by category, name, id",
        *wanted,
    )
    return {row["id"]: ProductRow(**row) for row in rows}


async def list_sellable(category: str) -> dict[int, ProductRow]:
    """Return our active products of a category (empty: all), by category and name."""
    rows = await fetch(
        "select id, code, name, category from product where is_own and status = 'active'"
        " and ({} = '' or category = {}) order by category, name, id",
        category,
        category,
    )
    return {row["id"]: ProductRow(**row) for row in rows}


async def get_need(season_id: int) -> Need | None:
    """Return what the peak needs of a season, or None while nobody wrote it down."""
    rows = await fetch(
        "select peak_goal_minor, early_share_bp, outlets_needed, outlets_active, outlet_month_minor,"
        " outlet_months from season_need where season = {}",
        season_id,
    )
    return Need(**rows[0]) if rows else None
