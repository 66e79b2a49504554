"""What a dealer raised himself, made for a phone: raise, read the answer, ask again, settle."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, query_of
from portal.network.scope import today
from portal.settings import Settings
from portal.voice import forms
from portal.voice.controllers.context import form_context, photo_of, word_tables
from portal.voice.model import UNANSWERED, VoiceRules
from portal.voice.policies import OWN
from portal.voice.queries.dealers import list_voice_dealers
from portal.voice.queries.items import get_item, list_events, list_own
from portal.voice.service import items
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect

PATH = "/my/voice"


class OwnVoice(Controller):
    """The dealer's own."""

    path = PATH

    @get("/", name="voice.own", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List what was raised, newest first."""
        return page(
            request, "voice/own.html", rows=await list_own(viewer), today=today(viewer), **word_tables()
        )

    @get("/new", name="voice.own_new", opt=policy(OWN))
    async def new(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show the form."""
        return await _form(request, viewer, settings)

    @post("/", name="voice.own_raise", opt=policy(OWN), status_code=200)
    async def send(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Raise a concern, a complaint or an approach."""
        form = await FormReader.of(request)
        own = {str(number): number for number, _, _ in await list_voice_dealers(viewer, OWN)}
        dealer_id = own.get(form.values.get("dealer", ""), next(iter(own.values()), None))
        try:
            command = await forms.read_raise(form, dealer_id)
        except Invalid as error:
            return await _form(request, viewer, settings, form, error)
        item_id = await items.raise_item(viewer, command, VoiceRules.of(settings))
        return redirect(request, f"{PATH}/{item_id}", toast="Sent. You will read the answer here.")

    @get("/{item_id:int}", name="voice.own_item", opt=policy(OWN))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], item_id: FromPath[int]
    ) -> Template:
        """Show what was raised and what was answered."""
        return await _page(request, viewer, item_id)

    @get("/{item_id:int}/file", name="voice.own_photo", opt=policy(OWN))
    async def photo(self, viewer: NamedDependency[Viewer], item_id: FromPath[int]) -> Response[bytes]:
        """Send its photo."""
        return await photo_of(await get_item(viewer, item_id, OWN))

    @post("/{item_id:int}/reopen", name="voice.own_reopen", opt=policy(OWN), status_code=200)
    async def reopen(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        item_id: FromPath[int],
    ) -> Response[Any]:
        """Ask again."""

        async def ask(form: FormReader) -> None:
            text = forms.read_words(form, "again")
            await items.reopen(viewer, item_id, text, VoiceRules.of(settings))

        return await _sent(request, viewer, item_id, ask, said="Sent. You will read the answer here.")

    @post("/{item_id:int}/settle", name="voice.own_settle", opt=policy(OWN), status_code=200)
    async def settle(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], item_id: FromPath[int]
    ) -> Response[Any]:
        """Say that it is settled."""
        await items.settle(viewer, item_id)
        return redirect(request, f"{PATH}/{item_id}", toast="Thank you. It is settled.")


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
        "voice/own_new.html",
        status=422 if error else 200,
        dealers=await list_voice_dealers(viewer, OWN),
        chosen_kind=given.get("kind", "complaint"),
        days={kind.value: days for kind, days in VoiceRules.of(settings).answer_days.items()},
        client_key=given.get("client_key") or forms.new_key(),
        **form_context(form, error),
        **word_tables(),
    )


async def _sent(
    request: AnyRequest,
    viewer: Viewer,
    item_id: int,
    use_case: Callable[[FormReader], Awaitable[None]],
    said: str,
) -> Response[Any]:
    await get_item(viewer, item_id, OWN)
    form = await FormReader.of(request)
    try:
        await use_case(form)
    except Invalid as error:
        return await _page(request, viewer, item_id, error, form)
    return redirect(request, f"{PATH}/{item_id}", toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    item_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    item = await get_item(viewer, item_id, OWN)
    return page(
        request,
        "voice/own_item.html",
        status=422 if error else 200,
        item=item,
        waits=item.state in UNANSWERED,
        today=today(viewer),
        events=await list_events(item_id, internal=False),
        **form_context(form, error),
        **word_tables(),
    )
