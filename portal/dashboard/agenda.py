"""What the weekly meeting's agenda carries of voice: concerns that wait, promises to be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import as_date, fetch
from portal.network.scope import in_regions
from portal.paging import Cursor
from portal.plans.agenda import MOST, AgendaNote
from portal.voice import words
from portal.voice.model import VoiceKind
from portal.voice.policies import READ
from portal.voice.promising import READ as PROMISES
from portal.voice.queries.listing import VoiceFilter, list_items
from portal.voice.queries.promises import list_promises

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from portal.access import Viewer

PROMISES_READ = 200
"""Promises looked through for those of a region, those due first."""


async def waiting_voices(viewer: Viewer, region_path: str, today: dt.date) -> list[AgendaNote]:
    """Return what was raised in a region and waits for an answer, as the viewer may see it."""
    if not viewer.allowed(READ):
        return []
    wanted = VoiceFilter(region=region_path, shown="waiting")
    found = await list_items(viewer, wanted, Cursor(), today, limit=MOST)
    return [
        AgendaNote(
            words.KINDS[VoiceKind(row["kind"])],
            row["text"],
            row["name"],
            row["owner"],
            as_date(row["due_on"]) or today,
            f"/voice/{row['id']}",
        )
        for row in found.rows
    ]


async def open_promises(viewer: Viewer, region_path: str, today: dt.date) -> list[AgendaNote]:
    """Return the promises about a region's accounts that are to be kept, as the viewer may see them."""
    if not viewer.allowed(PROMISES):
        return []
    found = await list_promises(viewer, Cursor(), "open", limit=PROMISES_READ)
    inside = await _inside(region_path, [row["account"] for row in found.rows])
    return [
        AgendaNote(
            "Promise",
            row["text"],
            row["name"],
            row["keeper"],
            as_date(row["due_on"]) or today,
            "/promises",
        )
        for row in found.rows
        if row["account"] in inside
    ][:MOST]


async def _inside(region_path: str, accounts: Sequence[int]) -> set[int]:
    """Return those accounts that lie in a region."""
    inside = in_regions((region_path,), "a.region")
    marks = ", ".join("{}" for _ in accounts) or "null"
    rows = await fetch(
        f"select a.id from account a where a.id in ({marks}) and {inside.sql}",  # noqa: S608  from code
        *(*accounts, *inside.args),
    )
    return {row["id"] for row in rows}
