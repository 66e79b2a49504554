"""What the evaluated are told: versions in force, and announced ones from their day of announcement on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import NotFound
from portal.rulebooks.books import AnyBook
from portal.rulebooks.queries.versions import (
    Version,
    followed_by,
    get_any,
    list_decisions,
    list_versions,
)
from rules.lifecycle import State

if TYPE_CHECKING:
    from portal.access import Viewer

_SHOWN = (State.SCHEDULED, State.ACTIVE, State.RESTING)


@dataclass(frozen=True, slots=True)
class Notice:
    """A version as those it is about see it.

    Attributes:
        before: The version it follows, or None.
        read_at: When the viewer confirmed having read it, or None.
    """

    version: Version
    book: AnyBook
    before: AnyBook | None
    read_at: dt.datetime | None

    @property
    def awaits(self) -> bool:
        """Whether the viewer has yet to confirm that he read what will change."""
        return (
            self.version.state is State.SCHEDULED
            and self.version.proposal_id is not None
            and self.read_at is None
        )


def kinds_for(viewer: Viewer) -> tuple[str, ...]:
    """Return whose criteria concern a viewer: dealers', representatives', or both."""
    return ("dealer",) if viewer.is_dealer_side else ("dealer", "representative")


async def list_notices(viewer: Viewer, today: dt.date, *, past: bool = False) -> list[Notice]:
    """Return versions in force and announced ones that concern the viewer, those to come first.

    Args:
        viewer: Who asks.
        today: Current day in the business zone.
        past: Versions that decide nothing any more too.
    """
    readings = await fetch("select proposal, at from rulebook_reading where user_id = {}", viewer.user_id)
    read_at = {row["proposal"]: row["at"] for row in readings}
    found = []
    kinds = kinds_for(viewer)
    families = [(kind, "") for kind in kinds]
    families += [(kind, decision) for kind, decision in await list_decisions() if kind in kinds]
    for kind, decision in families:
        versions = await list_versions(kind, today, decision)
        for version in versions:
            if (version.state not in _SHOWN and not past) or version.announced_on > today:
                continue
            earlier = followed_by(version, versions)
            before = await get_any(earlier.sha256) if earlier else None
            at = read_at.get(version.proposal_id) if version.proposal_id else None
            found.append(Notice(version, await get_any(version.sha256), before, at))
    return found


async def find_notice(viewer: Viewer, sha256: str, today: dt.date) -> Notice:
    """Return one notice.

    Raises:
        NotFound: There is none, it is not announced yet, or it does not concern the viewer.
    """
    for notice in await list_notices(viewer, today, past=True):
        if notice.version.sha256 == sha256:
            return notice
    raise NotFound
