"""The attendance-gap list: who was invited and did not come, and who never came, by region."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.network.controllers.requests import AnyRequest, page_urls, query_of
from portal.network.scope import today
from portal.paging import PAGE_SIZE, cursor_from, in_batches
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import page
from training.courses.policies import EXPORT, READ
from training.sessions import exports
from training.sessions.controllers.context import session_words
from training.sessions.queries.gaps import Gap, GapRow, count_by_region, list_gaps

PATH = "/training/gaps"
_MONTHS = ("3", "6", "12", "24")
_DEFAULT_MONTHS = "12"
_BATCH = 500
_A_MONTH = dt.timedelta(days=365) / 12
_LABELS = {Gap.MISSED: "Invited and did not come", Gap.NEVER: "Never came"}


class GapPages(Controller):
    """Who did not come."""

    path = PATH

    @get("/", name="training.gaps", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List dealers with a gap, below the counts of the regions."""
        query = query_of(request)
        gap, months = _asked(query)
        since = _since(viewer, months)
        cursor = cursor_from(query.get("after"), query.get("before"), str, str, int)
        found = await list_gaps(viewer, READ, gap, since, cursor)
        params = {"gap": gap.value, "months": months}
        tabs = [
            {
                "href": f"{PATH}?gap={one.value}&months={months}",
                "label": gettext(label),
                "current": one is gap,
            }
            for one, label in _LABELS.items()
        ]
        words = session_words(viewer)
        for tab in words["training_tabs"]:
            tab["current"] = tab["href"] == PATH
        return page(
            request,
            "training/gaps.html",
            found=found,
            regions=await count_by_region(viewer, READ, since),
            gap=gap,
            gap_tabs=tabs,
            months=months,
            month_choices=_MONTHS,
            chosen=params,
            page_size=PAGE_SIZE,
            **page_urls(PATH, params, found),
            **words,
        )

    @post("/export", name="training.export_gaps", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        gap, months = _asked(form.values)
        by = viewer.signature(EXPORT)
        note = f"{file_format.value} {gap.value} {months}"
        await record_alone(by, "training.exported", Subject.of("training", "gaps"), note=note)
        return send_file(
            exports.gap_columns(),
            _batches(viewer, gap, _since(viewer, months)),
            file_format,
            gettext(_LABELS[gap]),
        )


async def _batches(viewer: Viewer, gap: Gap, since: dt.datetime) -> Any:
    async def read(cursor: Any) -> list[GapRow]:
        return list((await list_gaps(viewer, EXPORT, gap, since, cursor, size=_BATCH)).rows)

    async for rows in in_batches(read, lambda row: row.key, _BATCH):
        yield [exports.gap_row(row) for row in rows]


def _asked(query: dict[str, str]) -> tuple[Gap, str]:
    gap = Gap.NEVER if query.get("gap") == Gap.NEVER.value else Gap.MISSED
    months = query.get("months", "")
    return gap, months if months in _MONTHS else _DEFAULT_MONTHS


def _since(viewer: Viewer, months: str) -> dt.datetime:
    day = today(viewer) - int(months) * _A_MONTH
    return dt.datetime.combine(day, dt.time.min, ZoneInfo(viewer.zone)).astimezone(dt.UTC)
