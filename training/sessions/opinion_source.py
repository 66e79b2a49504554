"""Training sessions as a source of opinions: names, links, and which dealers were there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import fetch
from portal.network.scope import ALWAYS, Condition
from portal.occasions.queries.occasions import seen_occasions
from portal.occasions.queries.roster import list_attendance
from portal.voice.opinion_sources import SourceName
from portal.web.i18n import choose
from training.courses.policies import OWN, READ

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer
    from portal.db.sql import Row

_CHOICES = 5
_FROM = (
    "select t.id, o.title, o.title_en, o.starts_at from training_session t"
    " join occasion o on o.id = t.occasion left join region r on r.id = o.region"
)


class TrainingSources:
    """Names training sessions for the register of opinions."""

    async def names(self, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, SourceName]:
        """Return the sessions the viewer may see, by id."""
        marks = ", ".join("{}" for _ in ids)
        rows = await _sessions(viewer, Condition(f"t.id in ({marks})", tuple(ids)))
        return {row["id"]: _name(row, viewer) for row in rows}

    async def dealers(self, source_id: int) -> frozenset[int]:
        """Return the dealers of whom somebody came in; without notes at the door, those with a seat."""
        rows = await fetch(
            "select distinct e.occasion, e.dealer from training_session t join enrollment e"
            " on e.occasion = t.occasion and e.state = 'confirmed' where t.id = {}",
            source_id,
        )
        came = await list_attendance(row["occasion"] for row in rows)
        return frozenset(dealer for _, dealer, _, _ in came) or frozenset(row["dealer"] for row in rows)

    async def choices(self, viewer: Viewer) -> Sequence[tuple[int, SourceName]]:
        """Return the latest sessions that have begun; for a dealer's people those they had a seat in."""
        begun = Condition("o.state <> 'cancelled' and o.starts_at <= {}", (dt.datetime.now(dt.UTC),))
        rows = await _sessions(viewer, begun & _with_seat(viewer), f" limit {_CHOICES}")
        return [(row["id"], _name(row, viewer)) for row in rows]


async def _sessions(viewer: Viewer, wanted: Condition, limit: str = "") -> list[Row]:
    both = wanted & seen_occasions(viewer, OWN if viewer.is_dealer_side else READ)
    return await fetch(f"{_FROM} where {both.sql} order by o.starts_at desc, t.id desc{limit}", *both.args)


def _with_seat(viewer: Viewer) -> Condition:
    if not viewer.is_dealer_side:
        return ALWAYS
    dealers = viewer.scope_for(OWN).dealer_ids
    marks = ", ".join("{}" for _ in dealers) or "null"
    return Condition(
        "exists (select 1 from enrollment e where e.occasion = o.id and e.state = 'confirmed'"
        f" and e.dealer in ({marks}))",
        dealers,
    )


def _name(row: Row, viewer: Viewer) -> SourceName:
    day = row["starts_at"].astimezone(ZoneInfo(viewer.zone)).date()
    title = choose(row["title"], row["title_en"])
    return SourceName(title, day, f"/training/sessions/{row['id']}", f"/my/training/{row['id']}")
