"""The hospitality log: what dealers were invited to outside of trips, with limit and flag."""

from typing import TYPE_CHECKING, Any, cast

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from campaigns.trips import exports, forms
from campaigns.trips.compliance import bans_for
from campaigns.trips.controllers.context import form_context, word_tables
from campaigns.trips.model import REASON_MAX
from campaigns.trips.policies import EXPORT, HOSPITALITY, HOSTED
from campaigns.trips.queries.hospitality import get_entry, list_entries
from campaigns.trips.service import hospitality
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.voice.queries.dealers import list_voice_dealers
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import page, redirect

if TYPE_CHECKING:
    from rules.kpis import Locale

PATH = "/hospitality"
_YEARS = 5


class HospitalityPages(Controller):
    """Meals, golf and gifts."""

    path = PATH

    @get("/", name="hospitality.index", opt=policy(HOSPITALITY))
    async def index(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        year: FromQuery[int] = 0,
    ) -> Template:
        """Show the log of a calendar year with the form for a new entry."""
        return await _log(request, viewer, settings, year)

    @post("/", name="hospitality.note", opt=policy(HOSTED), status_code=200)
    async def note(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Note an entry."""
        form = await FormReader.of(request)
        try:
            await hospitality.note_hospitality(viewer, forms.read_hospitality(form))
        except Invalid as error:
            return await _log(request, viewer, settings, 0, form, error)
        return redirect(request, PATH, toast="Noted.")

    @post("/{entry_id:int}/back", name="hospitality.take_back", opt=policy(HOSTED), status_code=200)
    async def take_back(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        entry_id: FromPath[int],
    ) -> Response[Any]:
        """Write the counter entry of a wrong one."""
        await get_entry(viewer, entry_id, HOSTED)
        form = await FormReader.of(request)
        try:
            reason = form.text("reason", longest=REASON_MAX)
            form.check()
            await hospitality.take_back(viewer, entry_id, reason)
        except Invalid as error:
            return await _log(request, viewer, settings, 0, form, error)
        return redirect(request, PATH, toast="The entry is taken back.")

    @post("/export", name="hospitality.export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the log of a calendar year as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        year = year_of(form.optional_integer("year") or 0, viewer)
        note = note_of(file_format, {"year": str(year)})
        by = viewer.signature(EXPORT)
        await record_alone(by, "hospitality.exported", Subject.of("hospitality", str(year)), note=note)
        title = gettext("Hospitality log")
        rows = exports.hospitality_rows(await list_entries(viewer, EXPORT, year))
        return send_file(exports.hospitality_columns(), rows, file_format, title, f"{title}-{year}")


def year_of(year: int, viewer: Viewer) -> int:
    """Return the calendar year asked for when it is one of the last few, else the current one."""
    now = today(viewer).year
    return year if now - _YEARS < year <= now else now


async def _log(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    year: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    chosen = year_of(year, viewer)
    locale = cast("Locale", current_locale())
    return page(
        request,
        "trips/hospitality.html",
        status=422 if error else 200,
        year=chosen,
        years=[today(viewer).year - n for n in range(_YEARS)],
        entries=await list_entries(viewer, HOSPITALITY, chosen),
        limit_minor=settings.hospitality_year_minor,
        bans=[ban.article[locale] for ban in bans_for(settings.regulated_goods)],
        may_note=viewer.allowed(HOSTED),
        may_export=viewer.allowed(EXPORT),
        dealers=await list_voice_dealers(viewer, HOSTED) if viewer.allowed(HOSTED) else [],
        today=today(viewer),
        client_key=forms.new_key(),
        currency=settings.currency,
        **form_context(form, error),
        **word_tables(),
    )
