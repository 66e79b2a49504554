"""What the weekly meeting's agenda carries of opinions: those of its region that wait for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import as_date
from portal.paging import Cursor
from portal.plans.agenda import MOST, AgendaNote
from portal.voice.opinions import READ
from portal.voice.queries.opinion_lists import OpinionFilter, list_opinions
from portal.web.i18n import gettext

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from portal.access import Viewer


async def waiting_opinions(viewer: Viewer, region_path: str, today: dt.date) -> Sequence[AgendaNote]:
    """Return a region's opinions without an answer as the viewer may see them; unnamed ones name nobody."""
    if not viewer.allowed(READ):
        return []
    found = await list_opinions(viewer, OpinionFilter(region=region_path), Cursor(), today, limit=MOST)
    return [
        AgendaNote(
            "Opinion",
            row["text"],
            row["name"] or gettext("Without a name"),
            row["owner"],
            as_date(row["due_on"]) or today,
            f"/opinions/{row['id']}",
        )
        for row in found.rows
    ]
