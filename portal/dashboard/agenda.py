"""What the weekly meeting's agenda carries of concerns and complaints: those that wait for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import as_date
from portal.paging import Cursor
from portal.plans.agenda import MOST, AgendaNote
from portal.voice import words
from portal.voice.model import VoiceKind
from portal.voice.policies import READ
from portal.voice.queries.listing import VoiceFilter, list_items

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer


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
