"""A dealer's own opinions, made for a phone: give one with or without a name, read the answer, ask again."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, query_of
from portal.network.scope import today
from portal.settings import Settings
from portal.voice.controllers.context import form_context
from portal.voice.controllers.opinion_context import (
    photo_of,
    source_of_opinion,
    source_options,
    word_tables,
)
from portal.voice.forms import new_key, read_words
from portal.voice.forms_opinions import read_opinion
from portal.voice.opinions import OWN, TEXT_MAX, OpinionRules
from portal.voice.queries.dealers import VoiceDealer, get_voice_dealer, list_voice_dealers
from portal.voice.queries.opinions import get_opinion, list_events, list_own
from portal.voice.service import opinion_replies
from portal.voice.service.opinions import give
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect

PATH = "/my/opinions"


async def forget_sender(request: Request[Any, Any, Any]) -> None:
    """Take who asked off the request once it is answered, so that the request log does not name him.

    Both ways of giving an opinion do so: a line without a person says nothing about which way it was.
    """
    request.scope["user"] = None


class OwnOpinions(Controller):
    """The dealer's own."""

    path = PATH

    @get("/", name="voice.own_opinions", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List the signed ones, the newest first."""
        return page(
            request,
            "voice/own_opinions.html",
            rows=await list_own(viewer),
            today=today(viewer),
            **word_tables(),
        )

    @get("/new", name="voice.own_opinion_new", opt=policy(OWN))
    async def new(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show the form."""
        return await _form(request, viewer, settings)

    @post("/", name="voice.own_opinion_give", opt=policy(OWN), status_code=200, after_response=forget_sender)
    async def send(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Give an opinion; without a name the answer is the code, shown once."""
        form = await FormReader.of(request)
        try:
            command = await read_opinion(form, viewer, await _dealer(viewer, form))
        except Invalid as error:
            return await _form(request, viewer, settings, form, error)
        given = await give(viewer, command, OpinionRules.of(settings))
        if command.dealer_id is None:
            shown = page(request, "voice/own_opinion_code.html", code=given.code)
            shown.headers["Cache-Control"] = "no-store"
            return shown
        return redirect(request, f"{PATH}/{given.id}", toast="Sent. You will read the answer here.")

    @get("/{opinion_id:int}", name="voice.own_opinion", opt=policy(OWN))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]
    ) -> Template:
        """Show what was suggested and what was answered."""
        return await _page(request, viewer, opinion_id)

    @get("/{opinion_id:int}/file", name="voice.own_opinion_photo", opt=policy(OWN))
    async def photo(self, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]) -> Response[bytes]:
        """Send its photo."""
        return await photo_of(await get_opinion(viewer, opinion_id, OWN))

    @post("/{opinion_id:int}/reopen", name="voice.own_opinion_reopen", opt=policy(OWN), status_code=200)
    async def reopen(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        opinion_id: FromPath[int],
    ) -> Response[Any]:
        """Ask again."""
        await get_opinion(viewer, opinion_id, OWN)
        form = await FormReader.of(request)
        try:
            text = read_words(form, "again", TEXT_MAX)
        except Invalid as error:
            return await _page(request, viewer, opinion_id, error, form)
        await opinion_replies.reopen(viewer, opinion_id, text, OpinionRules.of(settings))
        return redirect(request, f"{PATH}/{opinion_id}", toast="Sent. You will read the answer here.")

    @post("/{opinion_id:int}/close", name="voice.own_opinion_close", opt=policy(OWN), status_code=200)
    async def close(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]
    ) -> Response[Any]:
        """Say that the answer will do."""
        await opinion_replies.close(viewer, opinion_id)
        return redirect(request, f"{PATH}/{opinion_id}", toast="Thank you. It is closed.")


async def _dealer(viewer: Viewer, form: FormReader) -> VoiceDealer | None:
    own = {str(number): number for number, _, _ in await list_voice_dealers(viewer, OWN)}
    chosen = own.get(form.values.get("dealer", ""), next(iter(own.values()), None))
    return None if chosen is None else await get_voice_dealer(viewer, chosen, OWN)


async def _form(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    given = form.values if form else query_of(request)
    return page(
        request,
        "voice/own_opinion_new.html",
        status=422 if error else 200,
        dealers=await list_voice_dealers(viewer, OWN),
        chosen_source=given.get("source", ""),
        signed=given.get("signed", "1"),
        options=await source_options(viewer, given.get("source", "")),
        days=settings.opinion_answer_days,
        region_dealers=settings.opinion_region_dealers,
        client_key=given.get("client_key") or new_key(),
        **form_context(form, error),
        **word_tables(),
    )


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    opinion_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    opinion = await get_opinion(viewer, opinion_id, OWN)
    return page(
        request,
        "voice/own_opinion.html",
        status=422 if error else 200,
        opinion=opinion,
        today=today(viewer),
        events=await list_events(opinion_id, internal=False),
        **await source_of_opinion(viewer, opinion),
        **form_context(form, error),
        **word_tables(),
    )
