"""Saved views: filters of a list under a name, private or shared with one's own side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch

if TYPE_CHECKING:
    from portal.access import Viewer


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view.

    Attributes:
        query: The URL's query string, without ``?``.
        is_own: Whether the viewer made it and may delete it.
    """

    id: int
    name: str
    query: str
    is_shared: bool
    is_own: bool


def side_of(viewer: Viewer) -> int | None:
    """Return the dealership a viewer's shared views stay in, or None for the manufacturer's side."""
    return viewer.scope.dealer_ids[0] if viewer.is_dealer_side and viewer.scope.dealer_ids else None


async def list_views(viewer: Viewer, list_name: str) -> tuple[ViewRow, ...]:
    """Return the viewer's own views of a list and those shared on his side, by name."""
    side = side_of(viewer)
    same_side = "dealer is null" if side is None else "dealer = {}"
    if side is None and viewer.is_dealer_side:
        same_side = "1 = 0"
    rows = await fetch(
        "select id, name, query, is_shared, user_id from saved_view where list_name = {}"  # noqa: S608  from code
        f" and (user_id = {{}} or (is_shared and {same_side})) order by name, id limit 50",
        list_name,
        viewer.user_id,
        *(() if side is None else (side,)),
    )
    return tuple(
        ViewRow(
            row["id"], row["name"], row["query"], bool(row["is_shared"]), row["user_id"] == viewer.user_id
        )
        for row in rows
    )
