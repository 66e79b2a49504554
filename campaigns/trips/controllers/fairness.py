"""The fairness report: what dealers were given against what they buy, by class, and by criterion."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from campaigns.trips import exports
from campaigns.trips.controllers.context import word_tables
from campaigns.trips.policies import EXPORT, FAIRNESS
from campaigns.trips.queries.fairness import MONTHS, by_class, list_criteria, list_given
from campaigns.trips.standing import labels_of
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import page
from rules.months import Month

_SHOWN = 200
_BACK = 24


class FairnessPages(Controller):
    """Benefit against volume and class."""

    path = "/trips/fairness"

    @get("/", name="trips.fairness", opt=policy(FAIRNESS))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        until: FromQuery[str] = "",
    ) -> Template:
        """Show twelve months up to one."""
        month = month_of(until, today(viewer))
        given = await list_given(viewer, FAIRNESS, month)
        some = [one for one in given if one.total_minor]
        criteria = await list_criteria(viewer, FAIRNESS, month)
        return page(
            request,
            "trips/fairness.html",
            month=month,
            first=month.shift(1 - MONTHS),
            months=[Month.of(today(viewer)).shift(-n) for n in range(_BACK)],
            classes=by_class(given, settings.trip_fairness_least),
            given=some[:_SHOWN],
            count=len(some),
            shown_most=_SHOWN,
            dealers=len(given),
            least=settings.trip_fairness_least,
            criteria=criteria,
            labels=await labels_of(criteria, current_locale()),
            may_export=viewer.allowed(EXPORT),
            **word_tables(),
        )

    @post("/export", name="trips.export_fairness", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send every dealer of the report as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        month = month_of(form.values.get("until", ""), today(viewer))
        by = viewer.signature(EXPORT)
        note = note_of(file_format, {"until": str(month)})
        await record_alone(by, "trips.exported", Subject.of("trip", "fairness"), note=note)
        title = gettext("Fairness of trips and hospitality")
        rows = exports.fairness_rows(await list_given(viewer, EXPORT, month))
        return send_file(exports.fairness_columns(), rows, file_format, title, f"{title}-{month}")


def month_of(text: str, day: dt.date) -> Month:
    """Return the month asked for, or the current one."""
    try:
        return Month.parse(text)
    except ValueError:
        return Month.of(day)
