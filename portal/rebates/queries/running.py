"""The programmes a dealer is part of now or soon, each with where he stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.errors import NotFound
from portal.rebates.model import Acceptance, VersionState
from portal.rebates.queries.own import accrued_by_version, list_standings
from portal.rebates.queries.statements import ProgramOfAccount, StandingRow, list_programs_of
from portal.rebates.queries.versions import Version, get_version, list_approved, programs_of
from rules.lifecycle import State
from rules.rebate import Program

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

LIVE = (State.ACTIVE, State.SCHEDULED, State.RESTING)


@dataclass(frozen=True, slots=True)
class Running:
    """A version that runs or lies ahead, with everything its card needs.

    Attributes:
        binding: By what its terms bind the dealer.
        standings: His standing with each component, from the last accrual; empty before the first.
        accrued_minor: Expected to date and not settled yet, by the ledger.
    """

    version: Version
    program: Program
    binding: Acceptance
    standings: tuple[StandingRow, ...]
    accrued_minor: int


async def list_running(
    viewer: Viewer, account_id: int, day: dt.date
) -> tuple[list[Running], list[ProgramOfAccount]]:
    """Return versions of a day that run or lie ahead, and those that are over.

    Raises:
        NotFound: There is no such account for the viewer.
    """
    theirs = await list_programs_of(viewer, account_id, day)
    versions = {version.id: version for version in await list_approved(day)}
    standings, accrued = await list_standings(account_id), await accrued_by_version(account_id)
    live = [one for one in theirs if versions[one.version_id].standing in LIVE]
    programs = await programs_of(one.version_id for one in live)
    running = [
        Running(
            versions[one.version_id],
            programs[one.version_id],
            one.binding,
            tuple(standings.get(one.version_id, ())),
            accrued.get(one.version_id, 0),
        )
        for one in live
    ]
    return running, [one for one in theirs if one not in live]


async def get_announced(version_id: int, day: dt.date) -> Version:
    """Return a dealers' version they were told of by a day.

    Raises:
        NotFound: There is none, or they were not told yet.
    """
    version = await get_version(version_id, day)
    told = version.announced_on is not None and version.announced_on <= day
    if version.state is not VersionState.APPROVED or not told or version.beneficiary != "dealer":
        raise NotFound
    return version


async def list_family(program: str, day: dt.date) -> list[Version]:
    """Return every version of a programme that dealers were told of by a day, the latest first."""
    return [
        version
        for version in await list_approved(day, program)
        if version.announced_on is not None and version.announced_on <= day
    ]
