"""The hospitality log of the viewer's part of the network, and what a dealer was given in a year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.trips.model import HospitalityKind
from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition, in_scope

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.db.sql import Row

SHOWN_MOST = 500


@dataclass(frozen=True, slots=True)
class HospitalityRow:
    """An entry of the log.

    Attributes:
        corrects: The entry it takes back, or None.
        is_taken_back: Whether another entry takes it back.
        year_minor: What the dealer was invited to in the calendar year of the entry, with VAT, all entries.
    """

    id: int
    dealer_id: int
    dealer_code: str
    dealer_name: str
    region_path: str | None
    kind: HospitalityKind
    happened_on: dt.date
    place: str
    purpose: str
    heads: int
    supply_minor: int
    vat_minor: int
    corrects: int | None
    is_taken_back: bool
    reason: str
    who: str
    year_minor: int

    @property
    def total_minor(self) -> int:
        """What was paid: supply value and VAT."""
        return self.supply_minor + self.vat_minor


_ENTRY = (
    "select h.id, h.dealer as dealer_id, a.code as dealer_code, a.name as dealer_name,"
    " r.path as region_path, h.kind, h.happened_on, h.place, h.purpose, h.heads, h.supply_minor,"
    " h.vat_minor, h.corrects, h.reason, coalesce(u.name, '') as who,"
    " exists (select 1 from hospitality x where x.corrects = h.id) as is_taken_back"
    " from hospitality h join account a on a.id = h.dealer left join region r on r.id = a.region"
    " left join login_user u on u.id = h.actor_user_id"
)


async def list_entries(viewer: Viewer, policy: str, year: int) -> list[HospitalityRow]:
    """Return the log of a calendar year in the viewer's part, the newest first; 500 rows at most."""
    seen = in_scope(viewer, "a", policy=policy)
    rows = await fetch(
        f"{_ENTRY} where h.happened_on >= {{}} and h.happened_on <= {{}} and {seen.sql}"
        f" order by h.happened_on desc, h.id desc limit {SHOWN_MOST}",
        *(dt.date(year, 1, 1), dt.date(year, 12, 31), *seen.args),
    )
    return await _with_years(rows)


async def get_entry(viewer: Viewer, entry_id: int, policy: str) -> HospitalityRow:
    """Return one entry.

    Raises:
        NotFound: There is none, or not in the viewer's part.
    """
    seen = in_scope(viewer, "a", policy=policy)
    row = await fetch_one(f"{_ENTRY} where h.id = {{}} and {seen.sql}", entry_id, *seen.args)
    if row is None:
        raise NotFound
    return (await _with_years([row]))[0]


async def hosted_between(
    dealer_ids: Sequence[int] | None, first_on: dt.date, last_on: dt.date
) -> dict[int, int]:
    """Return dealer → what he was invited to between two days, both inclusive, with VAT; no scope.

    Args:
        dealer_ids: Only these; None = everybody.
        first_on: First day.
        last_on: Last day.
    """
    if dealer_ids is not None and not dealer_ids:
        return {}
    wanted = Condition("happened_on >= {} and happened_on <= {}", (first_on, last_on))
    if dealer_ids is not None:
        marks = ", ".join("{}" for _ in dealer_ids)
        wanted = wanted & Condition(f"dealer in ({marks})", tuple(dealer_ids))
    rows = await fetch(
        "select dealer, sum(supply_minor + vat_minor) as given from hospitality"
        f" where {wanted.sql} group by dealer",
        *wanted.args,
    )
    return {row["dealer"]: int(row["given"]) for row in rows}


async def _with_years(rows: list[Row]) -> list[HospitalityRow]:
    days = {row["id"]: as_date(row["happened_on"]) or dt.date.min for row in rows}
    sums: dict[int, dict[int, int]] = {}
    dealers = sorted({row["dealer_id"] for row in rows})
    for year in {day.year for day in days.values()}:
        sums[year] = await hosted_between(dealers, dt.date(year, 1, 1), dt.date(year, 12, 31))
    return [
        HospitalityRow(
            **{
                **row,
                "kind": HospitalityKind(row["kind"]),
                "happened_on": days[row["id"]],
                "is_taken_back": bool(row["is_taken_back"]),
                "year_minor": sums[days[row["id"]].year].get(row["dealer_id"], 0),
            }
        )
        for row in rows
    ]
