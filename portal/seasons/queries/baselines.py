"""Natural sales: what every method says now, and what people chose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.sales.model import Level
from portal.seasons.natural import natural_sales
from portal.seasons.queries.sales import first_unknown, history_span, last_known_month, list_histories
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.seasons.natural import NaturalSales
    from portal.seasons.queries.sales import DealerRow, History
    from portal.seasons.queries.seasons import SeasonRow


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """Natural sales as chosen for a dealer; see ``SeasonBaseline``.

    Attributes:
        months: Amount, low and high by month; low and high are None without a range.
    """

    id: int
    account: int
    method: str
    reason: str
    level: Level
    error_bp: int | None
    n: int
    history_from_on: dt.date
    history_to_on: dt.date
    amount_minor: int
    low_minor: int | None
    high_minor: int | None
    by: str
    at: dt.datetime
    months: Mapping[Month, tuple[int, int | None, int | None]]


async def compute_natural(
    season: SeasonRow, dealers: Sequence[DealerRow]
) -> tuple[NaturalSales | None, dict[int, History]]:
    """Let every method say what dealers would sell in a season; with the history it was computed from."""
    last = await last_known_month()
    span = history_span(first_unknown(season, last).shift(-1))
    accounts = tuple(dealer.id for dealer in dealers)
    histories = await list_histories(accounts, season.category, span[0], span[-1])
    return natural_sales(histories, span, season.months), histories


async def list_chosen(season_id: int, accounts: Sequence[int]) -> dict[int, BaselineRow]:
    """Return the newest choice of each dealer; the caller has checked the dealers."""
    if not accounts:
        return {}
    marks = ", ".join("{}" for _ in accounts)
    rows = await fetch(
        "select b.id, b.account, b.method, b.reason, b.level, b.error_bp, b.n, b.history_from_on,"
        " b.history_to_on, b.amount_minor, b.low_minor, b.high_minor, coalesce(u.name, '') as by, b.at"
        " from season_baseline b left join login_user u on u.id = b.by_user_id where b.id in"
        " (select max(id) from season_baseline where season = {}"
        f" and account in ({marks}) group by account)",
        season_id,
        *accounts,
    )
    months: dict[int, dict[Month, tuple[int, int | None, int | None]]] = {row["id"]: {} for row in rows}
    if rows:
        marks = ", ".join("{}" for _ in rows)
        for row in await fetch(
            "select baseline, month_on, amount_minor, low_minor, high_minor from season_baseline_month"
            f" where baseline in ({marks}) order by month_on",
            *months,
        ):
            values = (row["amount_minor"], row["low_minor"], row["high_minor"])
            months[row["baseline"]][Month.of(row["month_on"])] = values
    return {
        row["account"]: BaselineRow(**{**row, "level": Level(row["level"])}, months=months[row["id"]])
        for row in rows
    }


async def list_past_choices(season_id: int, account: int) -> tuple[BaselineRow, ...]:
    """Return every choice made for a dealer, newest first, without months."""
    rows = await fetch(
        "select b.id, b.account, b.method, b.reason, b.level, b.error_bp, b.n, b.history_from_on,"
        " b.history_to_on, b.amount_minor, b.low_minor, b.high_minor, coalesce(u.name, '') as by, b.at"
        " from season_baseline b left join login_user u on u.id = b.by_user_id"
        " where b.season = {} and b.account = {} order by b.id desc limit 30",
        season_id,
        account,
    )
    return tuple(BaselineRow(**{**row, "level": Level(row["level"])}, months={}) for row in rows)
