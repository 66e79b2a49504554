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
from portal.network.controllers.requests import AnyRequest, query_of, translated, url
from portal.network.scope import today
from portal.occasions.words import STATES
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose, gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import page
from training.courses.controllers.context import room_context
from training.courses.policies import EXPORT, READ
from training.sessions import exports
from training.sessions.controllers.context import SESSIONS
from training.sessions.model import Span, View, span_of
from training.sessions.queries.calendar import Choices, list_choices, list_marked_days
from training.sessions.queries.sessions import (
    CALENDAR_MOST,
    Filters,
    list_calendar,
    list_calendar_texts,
    list_calendar_times,
)
from training.sessions.views import Written, days_of_page, grid_of, shown_ids
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
        on = today(viewer)
        span = _span(query, on)
        choices = await list_choices()
        asked = _asked(span, query, choices, settings)
        times = await list_calendar_times(viewer, READ, *asked)
        on_days = days_of_page(span, times, settings.zone)
        texts = await list_calendar_texts(shown_ids(span, on_days))
        params = {name: query[name] for name in _KEPT if _number(query.get(name))}
        holidays, peaks = await list_marked_days(span.first, span.last)
        states = translated(STATES)
        week_url = f"{url(SESSIONS, params, view=View.WEEK.value)}&on="
        written = Written(on, holidays, peaks, gettext("peak"), states, week_url)
        return page(
            request,
            "training/calendar.html",
            span=span,
            grid=grid_of(span, on_days, texts, written, settings.zone),
            count=len(times),
            cut=len(times) >= CALENDAR_MOST,
            chosen=params,
            choices=_options(choices, params),
            links=_links(span, params, on),
            states=states,
            **room_context(viewer, SESSIONS),
        )

    @post("/export", name="training.export_sessions", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send the sessions of the page as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        span = _span(form.values, today(viewer))
        asked = _asked(span, form.values, await list_choices(), settings)
        rows = await list_calendar(viewer, EXPORT, *asked)
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


def _asked(
    span: Span, query: dict[str, str], choices: Choices, settings: Settings
) -> tuple[dt.datetime, dt.datetime, Filters]:
    """Return the first moment of a page, its last one (exclusive), and what is asked for."""
    region = _number(query.get("region"))
    filters = Filters(
        region_path=next((one["path"] for one in choices.regions if one["id"] == region), None),
        course_id=_number(query.get("course")),
        lecturer_id=_number(query.get("lecturer")),
    )
    starts = dt.datetime.combine(span.first, dt.time.min, settings.zone).astimezone(dt.UTC)
    ends = dt.datetime.combine(span.last + dt.timedelta(days=1), dt.time.min, settings.zone)
    return starts, ends.astimezone(dt.UTC), filters


def _options(choices: Choices, chosen: dict[str, str]) -> list[dict[str, Any]]:
    """Return the filters as they are written: name, label, chosen value, and pairs of value and label."""
    labels = (gettext("All regions"), gettext("All courses"), gettext("All lecturers"))
    return [
        {
            "name": name,
            "label": label,
            "chosen": chosen.get(name, ""),
            "pairs": [(str(row["id"]), choose(row["name"], row["name_en"])) for row in rows],
        }
        for name, label, rows in zip(_KEPT, labels, choices, strict=True)
    ]


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
