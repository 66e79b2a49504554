"""One opinion as the manufacturer's side sees it: hand out, answer, solve, note, take back."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.identity.model import Postman
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.voice import forms
from portal.voice.controllers.context import form_context
from portal.voice.controllers.opinion_context import photo_of, source_of_opinion, word_tables
from portal.voice.letters_opinions import answer_letter
from portal.voice.opinions import ANSWER, READ, TEXT_MAX
from portal.voice.queries.dealers import list_answerers
from portal.voice.queries.opinions import get_opinion, list_events
from portal.voice.service import opinion_answers, opinion_owners
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect

Work = Callable[[FormReader], Awaitable[object]]


class OpinionItems(Controller):
    """What one person suggested."""

    path = "/opinions/{opinion_id:int}"

    @get("/", name="voice.opinion", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]
    ) -> Template:
        """Show everything said about it."""
        return await _page(request, viewer, opinion_id)

    @get("/file", name="voice.opinion_photo", opt=policy(READ))
    async def photo(self, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]) -> Response[bytes]:
        """Send its photo."""
        return await photo_of(await get_opinion(viewer, opinion_id, READ))

    @post("/assign", name="voice.opinion_assign", opt=policy(ANSWER), status_code=200)
    async def assign(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]
    ) -> Response[Any]:
        """Name who answers, by when."""

        async def name(form: FormReader) -> None:
            await opinion_owners.assign(viewer, [opinion_id], forms.read_assign(form, today(viewer)))

        return await _sent(request, viewer, opinion_id, name, said="Saved.")

    @post("/answer", name="voice.opinion_answer", opt=policy(ANSWER), status_code=200)
    async def answer(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        postman: NamedDependency[Postman],
        settings: NamedDependency[Settings],
        opinion_id: FromPath[int],
    ) -> Response[Any]:
        """Answer it."""

        async def tell(form: FormReader) -> None:
            text = forms.read_words(form, "answer", TEXT_MAX)
            letter = answer_letter(settings.public_url)
            await opinion_answers.answer(viewer, opinion_id, text, postman, letter)

        return await _sent(request, viewer, opinion_id, tell, said="The answer went back.")

    @post("/take-back", name="voice.opinion_take_back", opt=policy(ANSWER), status_code=200)
    async def take_back(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]
    ) -> Response[Any]:
        """Take the viewer's own answer back while nothing happened since."""
        await opinion_answers.take_back_answer(viewer, opinion_id)
        return redirect(request, f"/opinions/{opinion_id}", toast="Taken back.")

    @post("/solve", name="voice.opinion_solve", opt=policy(ANSWER), status_code=200)
    async def solve(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]
    ) -> Response[Any]:
        """Say how the problem was solved."""

        async def write(form: FormReader) -> None:
            await opinion_answers.solve(viewer, opinion_id, forms.read_words(form, "solution", TEXT_MAX))

        return await _sent(request, viewer, opinion_id, write, said="Saved.")

    @post("/note", name="voice.opinion_note", opt=policy(ANSWER), status_code=200)
    async def note(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], opinion_id: FromPath[int]
    ) -> Response[Any]:
        """Note something for our side only."""

        async def write(form: FormReader) -> None:
            await opinion_answers.note(viewer, opinion_id, forms.read_words(form, "note", TEXT_MAX))

        return await _sent(request, viewer, opinion_id, write, said="Saved.")


async def _sent(
    request: AnyRequest, viewer: Viewer, opinion_id: int, work: Work, *, said: str
) -> Response[Any]:
    """Do what a form asks for, or show the page again with what is wrong; hidden opinions come first."""
    await get_opinion(viewer, opinion_id, READ)
    form = await FormReader.of(request)
    try:
        await work(form)
    except Invalid as error:
        return await _page(request, viewer, opinion_id, error, form)
    return redirect(request, f"/opinions/{opinion_id}", toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    opinion_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    opinion, day = await get_opinion(viewer, opinion_id, READ), today(viewer)
    return page(
        request,
        "voice/opinion.html",
        status=422 if error else 200,
        opinion=opinion,
        today=day,
        events=await list_events(opinion_id, internal=True),
        may_answer=viewer.allowed(ANSWER),
        may_take_back=opinion.state.value == "answered" and opinion.answered_by_user_id == viewer.user_id,
        people=await list_answerers(opinion.dealer, day) if opinion.waits else [],
        **await source_of_opinion(viewer, opinion),
        **form_context(form, error),
        **word_tables(),
    )
