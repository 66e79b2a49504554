"""The register of opinions for our side: list, figures, file, handing out, writing one down."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Conflict, Invalid
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of, url
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.settings import Settings
from portal.voice.controllers.context import form_context
from portal.voice.controllers.opinion_context import source_label, source_options, word_tables
from portal.voice.exports_opinions import opinion_columns, opinion_rows
from portal.voice.forms import new_key, read_assign
from portal.voice.forms_opinions import chosen_rows, read_opinion
from portal.voice.opinion_sources import names_of
from portal.voice.opinions import ANSWER, EXPORT, READ, RECORD, OpinionRules
from portal.voice.queries.dealers import find_voice_dealer, list_voice_dealers
from portal.voice.queries.opinion_lists import (
    OpinionFilter,
    count_opinions,
    iter_opinions,
    list_opinions,
    opinion_figures,
)
from portal.voice.queries.opinion_people import list_all_answerers
from portal.voice.service import opinion_owners
from portal.voice.service.opinions import give
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import fragment, page, redirect, shown

PATH = "/opinions"


class OpinionRegister(Controller):
    """What was suggested, by deadline."""

    path = PATH

    @get("/", name="voice.opinions", opt=policy(READ))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show one page of the register with its filters, tabs and figures."""
        return await _page(request, viewer, settings)

    @get("/rows", name="voice.opinion_rows", opt=policy(READ))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Return rows and figures for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer, settings)
        return pushed(fragment(request, "voice/_opinion_rows.html", **context), PATH, context["params"])

    @post("/export", name="voice.opinions_export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the register as a file."""
        form = await FormReader.of(request)
        file_format, wanted = read_format(form), OpinionFilter.of(form.values)
        await record_alone(
            viewer.signature(EXPORT),
            "voice.opinions_exported",
            Subject.of("list", "opinions"),
            note=note_of(file_format, wanted.params),
        )
        rows = opinion_rows(viewer, iter_opinions(viewer, wanted, today(viewer)))
        return send_file(opinion_columns(), rows, file_format, gettext("Opinions"))

    @post("/assign", name="voice.opinions_assign", opt=policy(ANSWER), status_code=200)
    async def assign(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Name who answers the ticked opinions; all of them or none."""
        form, chosen = await FormReader.of(request), chosen_rows(await request.form())
        try:
            if not chosen:
                form.refuse("rows", "Choose opinions first.")
            await opinion_owners.assign(viewer, chosen, read_assign(form, today(viewer)))
        except Invalid as error:
            problem = shown(error.problems[0].message)
            return await _page(request, viewer, settings, form=form, problem=problem)
        except Conflict as error:
            return await _page(request, viewer, settings, form=form, problem=shown(error.message))
        wanted = OpinionFilter.of(form.values)
        back = url(PATH, wanted.params, handed="-".join(str(number) for number in chosen))
        return redirect(request, back, toast="Handed out.")

    @post("/take-back", name="voice.opinions_take_back", opt=policy(ANSWER), status_code=200)
    async def take_back(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Take back what the viewer handed out just now, where nothing happened since."""
        form, chosen = await FormReader.of(request), chosen_rows(await request.form())
        taken = await opinion_owners.take_back_assignment(viewer, chosen)
        said = "Taken back." if taken else "Nothing could be taken back: something happened since."
        return redirect(request, url(PATH, OpinionFilter.of(form.values).params), toast=said)

    @get("/new", name="voice.opinion_new", opt=policy(RECORD))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form to write down what somebody said."""
        return await _form(request, viewer)

    @post("/", name="voice.opinion_record", opt=policy(RECORD), status_code=200)
    async def record(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Write down what somebody said, with his name or without."""
        form = await FormReader.of(request)
        try:
            dealer = await find_voice_dealer(viewer, form.values.get("dealer", "")[:120], RECORD)
            command = await read_opinion(form, viewer, dealer)
        except Invalid as error:
            return await _form(request, viewer, form, error)
        given = await give(viewer, command, OpinionRules.of(settings))
        seen = command.dealer_id is not None or viewer.scope_for(READ).everything
        return redirect(request, f"{PATH}/{given.id}" if seen else PATH, toast="Recorded.")


async def _form(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    given = form.values if form else query_of(request)
    return page(
        request,
        "voice/opinion_new.html",
        status=422 if error else 200,
        dealers=await list_voice_dealers(viewer, RECORD),
        chosen_dealer=given.get("dealer", ""),
        chosen_source=given.get("source", ""),
        signed=given.get("signed", "1"),
        options=await source_options(viewer, given.get("source", "")),
        client_key=given.get("client_key") or new_key(),
        **form_context(form, error),
        **word_tables(),
    )


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    *,
    form: FormReader | None = None,
    problem: str = "",
) -> Template:
    query = query_of(request) if form is None else form.values
    handed = [
        number for number in query.get("handed", "").split("-") if number.isascii() and number.isdigit()
    ]
    return page(
        request,
        "voice/opinions.html",
        status=422 if problem else 200,
        regions=await list_regions(),
        may_record=viewer.allowed(RECORD),
        may_export=viewer.allowed(EXPORT),
        handed=[number for number in handed if len(number) <= 16][:50],  # noqa: PLR2004  a page of ids
        problem=problem,
        **await _rows(request, viewer, settings, query),
    )


async def _rows(
    request: AnyRequest, viewer: Viewer, settings: Settings, query: dict[str, str] | None = None
) -> dict[str, Any]:
    query = query_of(request) if query is None else query
    wanted, day = OpinionFilter.of(query), today(viewer)
    found = await list_opinions(viewer, wanted, cursor_of(query), day)
    names = await names_of(viewer, [(row["source_kind"], row["source_id"]) for row in found.rows])
    for row in found.rows:
        row["source"] = source_label(
            row["source_kind"], names.get((row["source_kind"], row["source_id"] or 0))
        )
    may_assign = viewer.allowed(ANSWER)
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "counts": await count_opinions(viewer, wanted, day),
        "table": await opinion_figures(viewer, wanted, day, settings.opinion_figure_days),
        "figure_days": settings.opinion_figure_days,
        "today": day,
        "may_assign": may_assign,
        "people": await list_all_answerers() if may_assign else [],
        **page_urls(PATH, wanted.params, found),
        **word_tables(),
    }
