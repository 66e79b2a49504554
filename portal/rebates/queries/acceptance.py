"""By what a version binds whom: accepted before its first day, standing in a contract, or not at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.rebates.model import Acceptance

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class Bindings:
    """Whom a version binds until when.

    Attributes:
        is_open: It binds everybody: it stands in a contract, or its beneficiaries do not accept terms here.
        accepted: Who accepted it.
        replaced_on: First day of the next version that binds a beneficiary, by account.
        everybody_on: First day of the next version that binds everybody, or None.
    """

    is_open: bool
    accepted: frozenset[int]
    replaced_on: dict[int, dt.date] = field(default_factory=dict)
    everybody_on: dt.date | None = None

    def binds(self, account_id: int) -> bool:
        """Tell whether the version is a beneficiary's."""
        return self.is_open or account_id in self.accepted

    def until(self, account_id: int) -> dt.date | None:
        """Return the first day on which another version takes its place for a beneficiary, or None."""
        days = [day for day in (self.replaced_on.get(account_id), self.everybody_on) if day is not None]
        return min(days, default=None)


async def bindings_of(version_id: int, through_on: dt.date) -> Bindings:
    """Return whom an approved version binds, and until when, as far as a day."""
    row = await fetch_one(
        "select program, beneficiary, effective_from, is_by_contract from rebate_version where id = {}",
        version_id,
    )
    if row is None:
        raise LookupError(f"no version {version_id}")
    later = await fetch(
        "select id, beneficiary, effective_from, is_by_contract from rebate_version where program = {}"
        " and state = 'approved' and effective_from > {} and effective_from <= {} order by effective_from",
        row["program"],
        row["effective_from"],
        through_on,
    )
    replaced: dict[int, dt.date] = {}
    everybody: dt.date | None = None
    for version in later:
        first_on = as_date(version["effective_from"])
        if first_on is None:
            continue
        if _is_open(version):
            everybody = everybody or first_on
        else:
            for account_id in await _accepted(version["id"]):
                replaced.setdefault(account_id, first_on)
    return Bindings(_is_open(row), frozenset(await _accepted(version_id)), replaced, everybody)


async def acceptance_of(version_id: int, account_id: int) -> Acceptance:
    """Return by what a version binds a beneficiary."""
    row = await fetch_one(
        "select v.beneficiary, v.is_by_contract, x.id as accepted from rebate_version v"
        " left join rebate_acceptance x on x.version = v.id and x.account = {} where v.id = {}",
        account_id,
        version_id,
    )
    if row is None:
        return Acceptance.NONE
    if row["accepted"] is not None:
        return Acceptance.DEALER
    return Acceptance.CONTRACT if _is_open(row) else Acceptance.NONE


async def accepted_of(
    version_ids: Collection[int], account_ids: Collection[int]
) -> frozenset[tuple[int, int]]:
    """Return which of some versions which of some dealers accepted, as pairs of version and dealer."""
    if not version_ids or not account_ids:
        return frozenset()
    versions, accounts = (", ".join("{}" for _ in ids) for ids in (version_ids, account_ids))
    rows = await fetch(
        "select version, account from rebate_acceptance"
        f" where version in ({versions}) and account in ({accounts})",
        *version_ids,
        *account_ids,
    )
    return frozenset((row["version"], row["account"]) for row in rows)


async def count_acceptances(version_id: int, account_ids: Collection[int]) -> int:
    """Count those of some dealers that a version binds."""
    bindings = await bindings_of(version_id, dt.date.min)
    return sum(bindings.binds(account_id) for account_id in account_ids)


async def _accepted(version_id: int) -> list[int]:
    rows = await fetch("select account from rebate_acceptance where version = {}", version_id)
    return [row["account"] for row in rows]


def _is_open(row: Row) -> bool:
    """Only dealers accept here; shops behind them have their terms from the dealer."""
    return bool(row["is_by_contract"]) or row["beneficiary"] != "dealer"
