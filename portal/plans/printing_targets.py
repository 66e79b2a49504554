"""The target list on paper, or why it is too long for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.errors import Conflict
from portal.network.queries.regions import list_regions
from portal.paging import Cursor
from portal.plans import words_targets as words
from portal.plans.printing import pool_of
from portal.plans.queries.targets import count_stages, list_targets
from portal.plans.targeting import ShareSource, Stage
from portal.web import formats
from portal.web.i18n import LOCALES, choose, gettext, in_locale
from portal.web.printing.targets import (
    MOST_ROWS,
    STYLESHEET,
    TargetDocument,
    TargetLine,
    render_targets,
    targets_metadata,
)

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.plans.queries.targets import TargetFilter
    from portal.settings import Settings

Row = dict[str, Any]


async def print_targets(viewer: Viewer, wanted: TargetFilter, settings: Settings, locale: str) -> bytes:
    """Return the list as PDF; an unknown language prints Korean.

    Raises:
        Conflict: It has more rows than paper takes; nothing was rendered.
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    found = await list_targets(viewer, wanted, Cursor(), limit=MOST_ROWS)
    if found.next_after:
        raise Conflict(
            "%(count)s rows are too many for paper, which takes %(most)s. Choose a region or a stage, or take"
            " the list as XLSX.",
            count=found.shown_total,
            most=MOST_ROWS,
        )
    counts = await count_stages(viewer, wanted)
    region = next((one for one in await list_regions() if one.path == wanted.region), None)
    language = "en" if locale == LOCALES[1] else "ko"
    with in_locale(language):
        limits = [choose(region.name, region.name_en or region.name)] if region else []
        limits += [gettext(words.STAGES[Stage(wanted.stage)])] if wanted.stage else []
        limits += [wanted.q] if wanted.q else []
        document = TargetDocument(
            manufacturer=choose(settings.company_name, settings.company_name_en),
            limits=" · ".join(limits),
            stages=tuple((gettext(words.STAGES[Stage(code)]), count) for code, count in counts.items()),
            lines=tuple(_line(row) for row in found.rows),
            as_of=dt.datetime.now(dt.UTC),
            verify_url=f"{settings.public_url.rstrip('/')}/target-list",
            zone=settings.business_zone,
        )
        html, metadata = render_targets(document, language), targets_metadata(document, language)
    return (await pool_of(settings).render(html, STYLESHEET, metadata)).pdf


def _line(row: Row) -> TargetLine:
    share = row["competitor_share_bp"]
    rival = [row["competitor"]] if row["competitor"] else []
    rival += [formats.percent_bp(share)] if share is not None else []
    rival += [gettext(words.SOURCES[ShareSource(row["share_source"])])] if row["share_source"] else []
    points = [f"{gettext(words.PARTS.get(name, name))} {count}" for name, count in row["parts"].items()]
    return TargetLine(
        row["name"],
        row["code"],
        row["dealer"] or "–",
        " · ".join(rival) or "–",
        row["score"],
        " + ".join(points),
        gettext(words.STAGES[Stage(row["stage"])]),
        row["reason"],
    )
