"""What the agenda of a weekly meeting carries from slices above: what waits for an answer or was promised.

``portal.app`` joins whoever knows of such things; without anybody the agenda carries none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer

MOST = 20


@dataclass(frozen=True, slots=True)
class AgendaNote:
    """Something that waits in a region.

    Attributes:
        kind: What it is, an English word that is translated.
        account: Whom it is about.
        owner: Who answers or keeps it; empty for nobody.
        href: Page where it is answered.
    """

    kind: str
    text: str
    account: str
    owner: str
    due_on: dt.date
    href: str


class AgendaSource(Protocol):
    """Who knows what waits."""

    async def __call__(self, viewer: Viewer, region_path: str, today: dt.date) -> Sequence[AgendaNote]:
        """Return what waits in a region as the viewer may see it, the earliest day first."""
        ...


_SOURCES: list[AgendaSource] = []


def join_agenda(source: AgendaSource) -> None:
    """Ask a source from now on; joining it again changes nothing."""
    if source not in _SOURCES:
        _SOURCES.append(source)


async def agenda_notes(viewer: Viewer, region_path: str, today: dt.date) -> list[AgendaNote]:
    """Return what waits in a region, the earliest day first, at most ``MOST``."""
    found = [note for source in _SOURCES for note in await source(viewer, region_path, today)]
    return sorted(found, key=lambda note: (note.due_on, note.href))[:MOST]
