"""Promises: the list for our people, the dealer's own, saying done, and kept or broken."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of, translated
from portal.network.scope import today
from portal.voice import exports, forms_promises
from portal.voice import words_promises as words
from portal.voice.promising import EXPORT, MAKE, OWN, READ, Side
from portal.voice.queries.promises import SHOWN, count_promises, iter_promises, list_promises
from portal.voice.service.promises import judge, may_judge, say_done
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import page, redirect, shown

PATH, OWN_PATH = "/promises", "/my/promises"


class Promises(Controller):
    """Promises as our people see them."""

    path = PATH

    @get("/", name="voice.promises", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show promises in a state, those due first before the others."""
        return await _page(request, viewer, PATH)

    @post("/export", name="voice.promises_export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the promises in a state as a file, on either side."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        state, mine = _wanted(form.values)
        note = f"{file_format.value} shown={state}{' mine=1' if mine else ''}"
        by = viewer.signature(EXPORT)
        await record_alone(by, "voice.promises_exported", Subject.of("list", "promises"), note=note)
        rows = exports.promise_rows(
            iter_promises(viewer, state, mine=mine), seen_by_dealer=viewer.is_dealer_side
        )
        title = gettext("Promises")
        return send_file(exports.promise_columns(), rows, file_format, title)

    @post("/{promise_id:int}/done", name="voice.promise_done", opt=policy(MAKE), status_code=200)
    async def done(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], promise_id: FromPath[int]
    ) -> Response[Any]:
        """Say that a promise is done; the other side judges."""

        async def say(form: FormReader) -> None:
            await say_done(viewer, promise_id, forms_promises.read_done(form))

        return await _sent(request, viewer, say, promise_id)

    @post("/{promise_id:int}/judge", name="voice.promise_judge", opt=policy(MAKE), status_code=200)
    async def judge(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], promise_id: FromPath[int]
    ) -> Response[Any]:
        """Say whether the other side kept a promise."""

        async def say(form: FormReader) -> None:
            await judge(viewer, promise_id, forms_promises.read_judgement(form))

        return await _sent(request, viewer, say, promise_id)


class OwnPromises(Controller):
    """Promises made to and by a dealer, as he sees them."""

    path = OWN_PATH

    @get("/", name="voice.own_promises", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show promises in a state, those due first before the others."""
        return await _page(request, viewer, OWN_PATH)


async def _sent(
    request: AnyRequest, viewer: Viewer, say: Callable[[FormReader], Awaitable[None]], promise_id: int
) -> Response[Any]:
    path = OWN_PATH if viewer.is_dealer_side else PATH
    form = await FormReader.of(request)
    try:
        await say(form)
    except Invalid as error:
        return await _page(request, viewer, path, promise_id, error)
    return redirect(request, path, toast="Thank you. It is noted.")


async def _page(
    request: AnyRequest, viewer: Viewer, path: str, wrong_id: int | None = None, error: Invalid | None = None
) -> Template:
    query = query_of(request)
    state, mine = _wanted(query)
    found = await list_promises(viewer, cursor_of(query), state, mine=mine)
    for row in found.rows:
        row["may_judge"] = row["state"] == "open" and may_judge(viewer, row["owner"], Side(row["side"]))
        row["may_say"] = row["state"] == "open" and not row["may_judge"] and row["done_at"] is None
    params = {name: text for name, text in (("shown", state), ("mine", "1" if mine else "")) if text}
    return page(
        request,
        "voice/promises.html",
        status=422 if error else 200,
        path=path,
        found=found,
        state=state,
        mine=mine,
        counts=await count_promises(viewer),
        today=today(viewer),
        wrong_id=wrong_id,
        problem=" ".join(shown(each.message) for each in error.problems) if error else "",
        may_write=viewer.allowed(MAKE),
        may_export=viewer.allowed(EXPORT),
        states=translated(words.PROMISE_STATES),
        tones={str(each): tone for each, tone in words.PROMISE_TONES.items()},
        sides=translated(words.SIDES_SEEN_BY_DEALER if viewer.is_dealer_side else words.SIDES),
        own_sides=translated(words.SIDES),
        **page_urls(path, params, found),
    )


def _wanted(query: Mapping[str, str]) -> tuple[str, bool]:
    """Return the state asked for and whether only the viewer's own are; unknown words are no limit."""
    state = query.get("shown", "")
    return state if state in SHOWN else SHOWN[0], query.get("mine") == "1"


HANDLERS = [Promises, OwnPromises]
