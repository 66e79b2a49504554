"""Visits as a source of opinions: at a dealer's, nobody else is there, so nothing unnamed keeps the visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import as_date, fetch
from portal.network.scope import in_scope
from portal.plans.policies import OWN, READ
from portal.voice.opinion_sources import SourceName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer

_CHOICES = 10
_FROM = (
    " from visit v join account a on a.id = v.account left join login_user u on u.id = v.visitor_user_id"
    " where v.owner = 'manufacturer' and v.cancelled_at is null and a.kind = 'dealer'"
)


class VisitSource:
    """Names visits of the manufacturer's people to dealers; the portal joins it."""

    async def names(self, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, SourceName]:
        """Return the names of those visits the viewer may see."""
        seen = in_scope(viewer, "a", policy=OWN if viewer.is_dealer_side else READ)
        marks = ", ".join("{}" for _ in ids)
        rows = await fetch(
            "select v.id, a.name, v.visited_on, coalesce(u.name, '') as visitor"
            f"{_FROM} and v.id in ({marks}) and {seen.sql}",
            *(*ids, *seen.args),
        )
        return {row["id"]: _name(viewer, row) for row in rows}

    async def dealers(self, source_id: int) -> frozenset[int]:
        """Return the one dealer that was visited."""
        rows = await fetch(f"select a.id{_FROM} and v.id = {{}}", source_id)
        return frozenset(row["id"] for row in rows)

    async def choices(self, viewer: Viewer) -> Sequence[tuple[int, SourceName]]:
        """Return the latest visits to the viewer's dealers, or made by the viewer."""
        dealer_side = viewer.is_dealer_side
        seen = in_scope(viewer, "a", policy=OWN if dealer_side else READ)
        mine = "" if dealer_side else " and v.visitor_user_id = {}"
        rows = await fetch(
            "select v.id, a.name, v.visited_on, coalesce(u.name, '') as visitor"
            f"{_FROM} and {seen.sql}{mine} order by v.visited_on desc, v.id desc limit {_CHOICES}",
            *(*seen.args, *(() if dealer_side else (viewer.user_id,))),
        )
        return [(row["id"], _name(viewer, row)) for row in rows]


def _name(viewer: Viewer, row: dict[str, object]) -> SourceName:
    who = row["visitor"] if viewer.is_dealer_side else row["name"]
    on = as_date(str(row["visited_on"]))
    if on is None:
        raise TypeError("a visit has a day")
    return SourceName(str(who), on, f"/visits/{row['id']}", f"/my/visits/{row['id']}")
