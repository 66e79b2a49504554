"""The ageing list of what was raised, its file, and recording something for a dealer."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.settings import Settings
from portal.voice import exports, forms
from portal.voice.controllers.context import form_context, word_tables
from portal.voice.model import VoiceRules
from portal.voice.policies import EXPORT, READ, RECORD
from portal.voice.queries.dealers import find_voice_dealer, list_voice_dealers
from portal.voice.queries.listing import VoiceFilter, count_items, iter_items, list_items
from portal.voice.service.items import raise_item
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import fragment, page, redirect

PATH = "/voice"


class VoiceList(Controller):
    """What dealers raised, by deadline."""

    path = PATH

    @get("/", name="voice.index", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of the list with its filters and tabs."""
        return page(
            request,
            "voice/list.html",
            regions=await list_regions(),
            may_record=viewer.allowed(RECORD),
            **await _rows(request, viewer),
        )

    @get("/rows", name="voice.rows", opt=policy(READ))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer)
        return pushed(fragment(request, "voice/_rows.html", **context), PATH, context["params"])

    @post("/export", name="voice.export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = VoiceFilter.of(form.values)
        note = note_of(file_format, wanted.params)
        await record_alone(viewer.signature(EXPORT), "voice.exported", Subject.of("list", "voice"), note=note)
        rows = iter_items(viewer, wanted, today(viewer))
        title = gettext("Concerns and complaints")
        return send_file(exports.item_columns(), rows, file_format, title)

    @get("/new", name="voice.new", opt=policy(RECORD))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form to record what a dealer said."""
        return await _form(request, viewer)

    @post("/", name="voice.record", opt=policy(RECORD), status_code=200)
    async def record(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Record what a dealer said, or another supplier's approach."""
        form = await FormReader.of(request)
        try:
            dealer = await find_voice_dealer(viewer, form.values.get("dealer", "")[:120], RECORD)
            command = await forms.read_raise(form, dealer.id if dealer else None)
        except Invalid as error:
            return await _form(request, viewer, form, error)
        item_id = await raise_item(viewer, command, VoiceRules.of(settings))
        return redirect(request, f"{PATH}/{item_id}", toast="Recorded.")


async def _form(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    given = form.values if form else query_of(request)
    return page(
        request,
        "voice/new.html",
        status=422 if error else 200,
        dealers=await list_voice_dealers(viewer, RECORD),
        chosen_kind=given.get("kind", "complaint"),
        chosen_dealer=given.get("dealer", ""),
        client_key=given.get("client_key") or forms.new_key(),
        **form_context(form, error),
        **word_tables(),
    )


async def _rows(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query = query_of(request)
    wanted, day = VoiceFilter.of(query), today(viewer)
    found = await list_items(viewer, wanted, cursor_of(query), day)
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "counts": await count_items(viewer, wanted, day),
        "today": day,
        **page_urls(PATH, wanted.params, found),
        **word_tables(),
    }
