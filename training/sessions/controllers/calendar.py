"""The planner's calendar: a month or a week of sessions, filtered, and as a file."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, query_of, url
from portal.network.queries.regions import RegionRow, list_regions
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import page
from training.courses.policies import EXPORT, READ
from training.courses.queries.courses import list_courses
from training.courses.queries.lecturers import list_lecturers
from training.sessions import exports
from training.sessions.controllers.context import SESSIONS, session_words
from training.sessions.model import Span, View, span_of
from training.sessions.queries.around import list_holidays, list_peak_days
from training.sessions.queries.sessions import CALENDAR_MOST, CalendarRow, Filters, list_calendar
from training.sessions.views import grid_of
from training.sessions.words import VIEWS

_KEPT = ("region", "course", "lecturer")
_DIGITS_MOST = 9


class CalendarPages(Controller):
    """When there is training."""

    path = SESSIONS

    @get("/", name="training.sessions", opt=policy(READ))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show a month or a week."""
        query = query_of(request)
        regions = await list_regions()
        span = _span(query, today(viewer))
        rows = await _rows(viewer, READ, span, query, regions, settings)
        params = {name: query[name] for name in _KEPT if _number(query.get(name))}
        peaks = await list_peak_days(span.first, span.last)
        grid = grid_of(
            span, rows, await list_holidays(span.first, span.last), peaks, today(viewer), settings.zone
        )
        return page(
            request,
            "training/calendar.html",
            span=span,
            grid=grid,
            count=len(rows),
            cut=len(rows) >= CALENDAR_MOST,
            chosen=params,
            options=await _options(regions),
            links=_links(span, params, today(viewer)),
            day_url=lambda day: _url(params, View.WEEK, day),
            **session_words(viewer),
        )

    @post("/export", name="training.export_sessions", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send the sessions of the page as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        span = _span(form.values, today(viewer))
        rows = await _rows(viewer, EXPORT, span, form.values, await list_regions(), settings)
        note = f"{file_format.value} {span.first} – {span.last}"
        by = viewer.signature(EXPORT)
        await record_alone(by, "training.exported", Subject.of("training", "sessions"), note=note)
        batches = exports.as_batches(exports.calendar_row(row, settings.zone) for row in rows)
        return send_file(exports.calendar_columns(), batches, file_format, gettext("Training sessions"))


def _span(query: dict[str, str], on: dt.date) -> Span:
    text = query.get("on", "")
    try:
        day = dt.date.fromisoformat(text) if text else on
    except ValueError:
        raise Invalid.of("on", "Please enter a date.") from None
    return span_of(View.WEEK if query.get("view") == View.WEEK.value else View.MONTH, day)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MOST else None


async def _rows(
    viewer: Viewer,
    policy_name: str,
    span: Span,
    query: dict[str, str],
    regions: tuple[RegionRow, ...],
    settings: Settings,
) -> list[CalendarRow]:
    region = _number(query.get("region"))
    filters = Filters(
        region_path=next((one.path for one in regions if one.id == region), None),
        course_id=_number(query.get("course")),
        lecturer_id=_number(query.get("lecturer")),
    )
    starts = dt.datetime.combine(span.first, dt.time.min, settings.zone).astimezone(dt.UTC)
    ends = dt.datetime.combine(span.last + dt.timedelta(days=1), dt.time.min, settings.zone)
    return await list_calendar(viewer, policy_name, starts, ends.astimezone(dt.UTC), filters)


async def _options(regions: tuple[RegionRow, ...]) -> dict[str, Any]:
    return {
        "regions": regions,
        "courses": await list_courses(in_use=True),
        "lecturers": await list_lecturers(in_use=True),
    }


def _url(params: dict[str, str], view: View, on: dt.date) -> str:
    more = {"view": view.value if view is View.WEEK else None, "on": on.isoformat()}
    return url(SESSIONS, params, **more)


def _links(span: Span, params: dict[str, str], on: dt.date) -> dict[str, Any]:
    return {
        "before": _url(params, span.view, span.before),
        "after": _url(params, span.view, span.after),
        "today": _url(params, span.view, on),
        "all": _url({}, span.view, span.on),
        "views": [
            {
                "href": _url(params, view, span.on),
                "label": gettext(label),
                "current": view is span.view,
                "count": None,
            }
            for view, label in VIEWS.items()
        ],
    }
