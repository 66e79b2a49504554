"""What the packages above say about their occasions: pages, programme lines; joined in ``portal.app``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portal.occasions.model import OccasionKind


@dataclass(frozen=True, slots=True)
class OccasionLine:
    """One line of a programme: a module of a session, a station of an itinerary.

    Attributes:
        title: What happens, in the reader's language.
        starts_at: First moment, aware.
        ends_at: Last moment, exclusive, aware.
        place: Where, when it is not the occasion's place.
        who: Who teaches or leads; may be empty.
    """

    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str = ""
    who: str = ""


class KindPages(Protocol):
    """What a package offers about the occasions of its kind."""

    @property
    def kind(self) -> OccasionKind:
        """Which kind."""

    async def href(self, occasion_id: int) -> str:
        """Return the address of the manufacturer's page; empty when there is none."""

    async def own_href(self, occasion_id: int) -> str:
        """Return the address of the dealer's page with what only this kind has; empty when there is none."""

    async def lines(self, occasion_id: int) -> tuple[OccasionLine, ...]:
        """Return the programme in order of time; without costs or other dealers' data."""


_KINDS: dict[OccasionKind, KindPages] = {}


def join_kind(pages: KindPages) -> None:
    """Let a package speak for its kind of occasion; joining again replaces."""
    _KINDS[pages.kind] = pages


async def href_of(kind: OccasionKind, occasion_id: int) -> str:
    """Return the address of the manufacturer's page; the roster's when the package offers none."""
    found = _KINDS.get(kind)
    return (await found.href(occasion_id) if found else "") or f"/occasions/{occasion_id}/roster"


async def own_href_of(kind: OccasionKind, occasion_id: int) -> str:
    """Return the address of a dealer's further page of an occasion, or nothing."""
    found = _KINDS.get(kind)
    return await found.own_href(occasion_id) if found else ""


async def lines_of(kind: OccasionKind, occasion_id: int) -> tuple[OccasionLine, ...]:
    """Return the programme of an occasion; empty when its package offers none."""
    found = _KINDS.get(kind)
    return await found.lines(occasion_id) if found else ()
