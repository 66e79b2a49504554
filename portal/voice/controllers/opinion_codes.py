"""Answers to opinions without a name, for whoever has the code, signed in or not; the log names nobody."""

import datetime as dt
from contextlib import suppress
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import PUBLIC
from portal.errors import Conflict, Invalid, NotFound
from portal.network.controllers.requests import AnyRequest
from portal.settings import Settings
from portal.voice.controllers.context import form_context
from portal.voice.controllers.opinion_context import word_tables
from portal.voice.controllers.opinions_own import forget_sender
from portal.voice.forms import read_words
from portal.voice.forms_opinions import read_code
from portal.voice.opinions import TEXT_MAX, OpinionRules
from portal.voice.queries.opinions import OpinionView, find_by_code, list_events
from portal.voice.service import opinion_replies
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page


class OpinionCodes(Controller):
    """Reading by code. The code travels in the form's body, never in an address."""

    path = "/opinion-answers"

    @get("/", name="voice.opinion_code", opt=policy(PUBLIC), after_response=forget_sender)
    async def ask(self, request: AnyRequest) -> Template:
        """Ask for the code."""
        return page(request, "voice/opinion_code.html", **form_context(None, None))

    @post(
        "/", name="voice.opinion_by_code", opt=policy(PUBLIC), status_code=200, after_response=forget_sender
    )
    async def show(self, request: AnyRequest) -> Response[Any]:
        """Show the opinion and its answer."""
        form = await FormReader.of(request)
        return await _answered(request, form)

    @post(
        "/reopen",
        name="voice.opinion_code_reopen",
        opt=policy(PUBLIC),
        status_code=200,
        after_response=forget_sender,
    )
    async def reopen(self, request: AnyRequest, settings: NamedDependency[Settings]) -> Response[Any]:
        """Ask again."""
        form = await FormReader.of(request)
        try:
            code, text = read_code(form), read_words(form, "again", TEXT_MAX)
        except Invalid as error:
            return await _answered(request, form, error)
        with suppress(Conflict, NotFound):  # the page says what is wrong, or where it stands
            await opinion_replies.reopen_by_code(code, text, OpinionRules.of(settings), _today(settings))
        return await _answered(request, form)

    @post(
        "/close",
        name="voice.opinion_code_close",
        opt=policy(PUBLIC),
        status_code=200,
        after_response=forget_sender,
    )
    async def close(self, request: AnyRequest, settings: NamedDependency[Settings]) -> Response[Any]:
        """Say that the answer will do."""
        form = await FormReader.of(request)
        with suppress(Conflict, Invalid, NotFound):  # the page says what is wrong, or where it stands
            await opinion_replies.close_by_code(read_code(form), _today(settings))
        return await _answered(request, form)


def _today(settings: Settings) -> dt.date:
    return dt.datetime.now(settings.zone).date()


async def _answered(request: AnyRequest, form: FormReader, error: Invalid | None = None) -> Template:
    try:
        opinion = await _found(form)
    except Invalid as wrong:
        return page(request, "voice/opinion_code.html", status=422, **form_context(form, wrong))
    answer = page(
        request,
        "voice/opinion_by_code.html",
        status=422 if error else 200,
        opinion=opinion,
        code=form.values["code"],
        events=await list_events(opinion.id, internal=False),
        **form_context(form, error),
        **word_tables(),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _found(form: FormReader) -> OpinionView:
    try:
        return await find_by_code(read_code(form))
    except NotFound as error:
        raise Invalid.of("code", "No opinion has this code. Check it letter by letter.") from error
