"""One item as the manufacturer's side sees it: assign, answer, note, settle, photo."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.voice import forms
from portal.voice.controllers.context import form_context, photo_of, word_tables
from portal.voice.model import UNANSWERED
from portal.voice.policies import ANSWER, READ
from portal.voice.queries.dealers import list_answerers
from portal.voice.queries.items import get_item, list_events
from portal.voice.service import items
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect


class VoiceItems(Controller):
    """What one dealer raised."""

    path = "/voice/{item_id:int}"

    @get("/", name="voice.item", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], item_id: FromPath[int]
    ) -> Template:
        """Show everything said about it."""
        return await _page(request, viewer, item_id)

    @get("/file", name="voice.photo", opt=policy(READ))
    async def photo(self, viewer: NamedDependency[Viewer], item_id: FromPath[int]) -> Response[bytes]:
        """Send its photo."""
        return await photo_of(await get_item(viewer, item_id, READ))

    @post("/assign", name="voice.assign", opt=policy(ANSWER), status_code=200)
    async def assign(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], item_id: FromPath[int]
    ) -> Response[Any]:
        """Name who answers, by when."""

        async def name(form: FormReader) -> None:
            await items.assign(viewer, item_id, forms.read_assign(form, today(viewer)))

        return await _sent(request, viewer, item_id, name, said="Saved.")

    @post("/answer", name="voice.answer", opt=policy(ANSWER), status_code=200)
    async def answer(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], item_id: FromPath[int]
    ) -> Response[Any]:
        """Answer the dealer."""

        async def tell(form: FormReader) -> None:
            await items.answer(viewer, item_id, forms.read_answer(form))

        return await _sent(request, viewer, item_id, tell, said="The answer is on the dealer’s page.")

    @post("/note", name="voice.note", opt=policy(ANSWER), status_code=200)
    async def note(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], item_id: FromPath[int]
    ) -> Response[Any]:
        """Note something for our side only."""

        async def write(form: FormReader) -> None:
            await items.note(viewer, item_id, forms.read_words(form, "note"))

        return await _sent(request, viewer, item_id, write, said="Saved.")

    @post("/settle", name="voice.settle", opt=policy(ANSWER), status_code=200)
    async def settle(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], item_id: FromPath[int]
    ) -> Response[Any]:
        """Say that an approach our people recorded is settled."""
        await items.settle(viewer, item_id)
        return redirect(request, f"/voice/{item_id}", toast="Saved.")


async def _sent(
    request: AnyRequest,
    viewer: Viewer,
    item_id: int,
    use_case: Callable[[FormReader], Awaitable[None]],
    said: str,
) -> Response[Any]:
    """Do what a form asks for, or show the page again with what is wrong; hidden items come first."""
    await get_item(viewer, item_id, READ)
    form = await FormReader.of(request)
    try:
        await use_case(form)
    except Invalid as error:
        return await _page(request, viewer, item_id, error, form)
    return redirect(request, f"/voice/{item_id}", toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    item_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    item, day = await get_item(viewer, item_id, READ), today(viewer)
    waits = item.state in UNANSWERED
    return page(
        request,
        "voice/item.html",
        status=422 if error else 200,
        item=item,
        waits=waits,
        late=item.late(day, ZoneInfo(viewer.zone)),
        today=day,
        events=await list_events(item_id, internal=True),
        may_answer=viewer.allowed(ANSWER),
        people=await list_answerers(item.dealer, day) if waits else [],
        **form_context(form, error),
        **word_tables(),
    )
