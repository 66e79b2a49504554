"""Where opinions come up, as packages above offer it: names, links, and which dealers were there.

Trainings and trips are above this slice, so ``portal.app`` joins who knows them::

    join_source(SourceKind.TRAINING, TrainingSource())

Without anybody joined, a source is shown by its kind and number, and no region is kept of unnamed opinions.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from portal.voice.opinions import SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer

__all__ = ["SourceKind", "SourceName", "SourceNamer", "join_source", "namer_of", "names_of"]


@dataclass(frozen=True, slots=True)
class SourceName:
    """A source as lists show it.

    Attributes:
        label: Its name in words, as stored; shown as it is.
        on: Its day; the first of several.
        href: Page on which the manufacturer's side finds it; empty for none.
        own_href: Page on which a dealer's people find it; empty for none.
    """

    label: str
    on: dt.date
    href: str = ""
    own_href: str = ""


class SourceNamer(Protocol):
    """Who knows the sources of a kind."""

    async def names(self, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, SourceName]:
        """Return the names of those sources the viewer may see; the others are left out."""
        ...

    async def dealers(self, source_id: int) -> frozenset[int]:
        """Return the account ids of the dealers who were there; empty for an unknown source."""
        ...

    async def choices(self, viewer: Viewer) -> Sequence[tuple[int, SourceName]]:
        """Return the sources about which the viewer may give an opinion now, the latest first; few."""
        ...


_NAMERS: dict[str, SourceNamer] = {}


def join_source(kind: SourceKind, namer: SourceNamer) -> None:
    """Ask a namer for sources of a kind from now on; joining again replaces the one before."""
    _NAMERS[kind.value] = namer


def namer_of(kind: str) -> SourceNamer | None:
    """Return who knows the sources of a kind, or None."""
    return _NAMERS.get(kind)


async def names_of(
    viewer: Viewer, sources: Sequence[tuple[str, int | None]]
) -> dict[tuple[str, int], SourceName]:
    """Return the names of sources of several kinds; one question a kind."""
    found: dict[tuple[str, int], SourceName] = {}
    for kind, namer in _NAMERS.items():
        if ids := sorted({number for name, number in sources if name == kind and number is not None}):
            names = await namer.names(viewer, ids)
            found.update({(kind, number): name for number, name in names.items()})
    return found
