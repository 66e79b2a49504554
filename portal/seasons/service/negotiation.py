"""What both sides of a negotiation share: the place of it, versions and cells, and what is said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.access import Signature
from portal.db import engine_kind, execute, fetch, fetch_value, insert_rows
from portal.errors import Conflict
from portal.seasons.model import AnswerKind, Cell, Party, SeasonState, TargetState
from portal.seasons.queries.seasons import SeasonRow, get_season
from portal.seasons.queries.targets import TargetRow, get_dealer, list_versions
from portal.seasons.service.agreed import write_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer


@dataclass(frozen=True, slots=True)
class Place:
    """A dealer in a season, held by the open unit of work, and who acts there.

    Attributes:
        account: The dealer.
        versions: His versions, newest first.
        by: Whose name the action carries.
        zone: Business zone of whoever acts.
    """

    season: SeasonRow
    account: int
    versions: tuple[TargetRow, ...]
    by: Signature
    zone: ZoneInfo

    @property
    def key(self) -> str:
        """Name of the negotiation in the audit log."""
        return f"{self.season.id}/{self.account}"

    def of(self, *states: TargetState) -> TargetRow | None:
        """Return the newest version in one of the states, or None."""
        return next((row for row in self.versions if row.state in states), None)

    def need(self, *states: TargetState) -> TargetRow:
        """Return the newest version in one of the states.

        Raises:
            Conflict: There is none.
        """
        found = self.of(*states)
        if found is None:
            raise Conflict
        return found

    def require_open(self) -> None:
        """Make sure that the season is open.

        Raises:
            Conflict: It is a draft or closed.
        """
        if self.season.state is not SeasonState.OPEN:
            raise Conflict("Open the season first; in a draft or closed season nothing is offered or agreed.")


async def open_place(viewer: Viewer, season_id: int, account: int, policy: str) -> Place:
    """Return a dealer's negotiation, nobody else changing it until the end of the unit of work.

    Raises:
        NotFound: Season or dealer is not in the viewer's part of the network.
        Conflict: The season is closed.
    """
    season = await get_season(viewer, season_id, policy)
    dealer = await get_dealer(viewer, season, account, policy)
    if season.state is SeasonState.CLOSED:
        raise Conflict("This season is closed.")
    if engine_kind() == "postgres":
        await fetch("select id from account where id = {} for update", account)
    versions = await list_versions(season_id, [account])
    by = viewer.signature(policy, dealer.region_path, account)
    return Place(season, account, versions, by, ZoneInfo(viewer.zone))


async def say(place: Place, target: int, kind: AnswerKind, side: Party, text: str) -> None:
    """Append to what was said about a version."""
    await execute(
        "insert into season_answer (target, kind, side, text, by_user_id, for_user_id, at)"
        " values ({}, {}, {}, {}, {}, {}, {})",
        target,
        kind.value,
        side.value,
        text,
        place.by.user_id,
        place.by.on_behalf_of,
        _now(),
    )


async def settle(place: Place, target: TargetRow) -> None:
    """Make a version the one that counts, in the open unit of work, and write the months' targets."""
    before = place.of(TargetState.ACCEPTED)
    now = _now()
    if before is not None:
        await execute(
            "update season_target set state = 'replaced', ended_at = {} where id = {}", now, before.id
        )
    await execute(
        "update season_target set state = 'accepted', accepted_at = {} where id = {}", now, target.id
    )
    await write_targets(place.account, place.season.months, now, place.zone)


async def add_version(place: Place, side: Party, state: TargetState, baseline: tuple[int | None, int]) -> int:
    """Write an empty version in the open unit of work and return its id."""
    version = await fetch_value(
        "select coalesce(max(version), 0) + 1 from season_target where season = {} and account = {}",
        place.season.id,
        place.account,
    )
    target: int = await fetch_value(
        "insert into season_target (season, account, version, side, state, baseline, baseline_minor,"
        " amount_minor, note, by_user_id, for_user_id, created_at)"
        " values ({}, {}, {}, {}, {}, {}, {}, 0, '', {}, {}, {}) returning id",
        place.season.id,
        place.account,
        version,
        side.value,
        state.value,
        *baseline,
        place.by.user_id,
        place.by.on_behalf_of,
        _now(),
    )
    return target


async def write_cells(target: int, cells: Sequence[Cell]) -> None:
    """Add cells to a version and bring its amount to their sum."""
    await insert_rows(
        "season_target_share",
        ("target", "product", "month_on", "amount_minor", "is_locked"),
        [(target, cell.product, cell.month.first_on, cell.amount_minor, cell.is_locked) for cell in cells],
    )
    await execute(
        "update season_target set amount_minor = (select coalesce(sum(amount_minor), 0)"
        " from season_target_share where target = {}) where id = {}",
        target,
        target,
    )


async def rewrite_cells(target: int, cells: Sequence[Cell]) -> None:
    """Replace a draft's cells."""
    await execute("delete from season_target_share where target = {}", target)
    await write_cells(target, cells)


async def end_open(place: Place, state: TargetState) -> None:
    """End the version that awaits an answer, if any."""
    await execute(
        "update season_target set state = {}, ended_at = {} where season = {} and account = {}"
        " and state in ('offered', 'countered')",
        state.value,
        _now(),
        place.season.id,
        place.account,
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
