"""Quiet dealers: the list with its reasons, one dealer's steps, leaving one off for a while."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid, NotFound
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import cursor_from
from portal.settings import Settings
from portal.voice import exports, forms, words
from portal.voice.controllers.context import form_context
from portal.voice.model import REASON_MAX
from portal.voice.policies import QUIET, QUIET_ACT, QUIET_EXPORT
from portal.voice.queries.dealers import get_voice_dealer, list_answerers
from portal.voice.queries.quiet import QuietFilter, list_quiet, list_steps, quiet_dealer, quiet_page
from portal.voice.quiet import QuietRules
from portal.voice.service import quiet
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import fragment, page, redirect

PATH = "/quiet"


class QuietDealers(Controller):
    """Whom to talk with, why, and what is next."""

    path = PATH

    @get("/", name="voice.quiet", opt=policy(QUIET))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show one page of the list with its filters."""
        rules = QuietRules.of(settings)
        rows = await _rows(request, viewer, rules)
        return page(request, "voice/quiet.html", regions=await list_regions(), rules=rules, **rows)

    @get("/rows", name="voice.quiet_rows", opt=policy(QUIET))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer, QuietRules.of(settings))
        return pushed(fragment(request, "voice/_quiet_rows.html", **context), PATH, context["params"])

    @post("/export", name="voice.quiet_export", opt=policy(QUIET_EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = QuietFilter.of(form.values)
        note = note_of(file_format, wanted.params)
        subject = Subject.of("list", "quiet")
        await record_alone(viewer.signature(QUIET_EXPORT), "voice.quiet_exported", subject, note=note)
        rows = await list_quiet(viewer, wanted, QuietRules.of(settings), today(viewer))
        title = gettext("Quiet dealers")
        return send_file(exports.quiet_columns(), exports.quiet_batches(rows), file_format, title)

    @get("/{dealer_id:int}", name="voice.quiet_dealer", opt=policy(QUIET))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        dealer_id: FromPath[int],
    ) -> Template:
        """Show a dealer's reasons and steps."""
        return await _page(request, viewer, settings, dealer_id)

    @post("/{dealer_id:int}/step", name="voice.quiet_step", opt=policy(QUIET_ACT), status_code=200)
    async def step(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        dealer_id: FromPath[int],
    ) -> Response[Any]:
        """Write down the next step."""

        async def plan(form: FormReader) -> None:
            await quiet.plan_step(viewer, dealer_id, forms.read_step(form, today(viewer)))

        return await _sent(request, viewer, settings, dealer_id, plan)

    @post("/{dealer_id:int}/done", name="voice.quiet_done", opt=policy(QUIET_ACT), status_code=200)
    async def done(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        dealer_id: FromPath[int],
    ) -> Response[Any]:
        """Say what came of the open step."""

        async def finish(form: FormReader) -> None:
            await quiet.finish_step(viewer, dealer_id, forms.read_words(form, "result", REASON_MAX))

        return await _sent(request, viewer, settings, dealer_id, finish)

    @post("/{dealer_id:int}/snooze", name="voice.quiet_snooze", opt=policy(QUIET_ACT), status_code=200)
    async def snooze(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        dealer_id: FromPath[int],
    ) -> Response[Any]:
        """Leave the dealer off the list for a while."""

        async def rest(form: FormReader) -> None:
            await quiet.snooze(viewer, dealer_id, forms.read_snooze(form, today(viewer)))

        return await _sent(request, viewer, settings, dealer_id, rest)


async def _rows(request: AnyRequest, viewer: Viewer, rules: QuietRules) -> dict[str, Any]:
    query = query_of(request)
    wanted, day = QuietFilter.of(query), today(viewer)
    cursor = cursor_from(query.get("after"), query.get("before"), int, int)
    found = quiet_page(await list_quiet(viewer, wanted, rules, day), cursor)
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "today": day,
        "signals": translated(words.SIGNALS),
        "signal_tones": {str(kind): tone for kind, tone in words.SIGNAL_TONES.items()},
        "shown_options": translated(words.QUIET_SHOWN),
        **page_urls(PATH, wanted.params, found),
    }


async def _sent(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    dealer_id: int,
    use_case: Callable[[FormReader], Awaitable[None]],
) -> Response[Any]:
    await get_voice_dealer(viewer, dealer_id, QUIET)
    form = await FormReader.of(request)
    try:
        await use_case(form)
    except Invalid as error:
        return await _page(request, viewer, settings, dealer_id, error, form)
    return redirect(request, f"{PATH}/{dealer_id}", toast="Saved.")


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    dealer_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    day = today(viewer)
    dealer = await get_voice_dealer(viewer, dealer_id, QUIET)
    row = await quiet_dealer(viewer, dealer_id, QuietRules.of(settings), day)
    if row is None:
        raise NotFound
    return page(
        request,
        "voice/quiet_dealer.html",
        status=422 if error else 200,
        row=row,
        steps=[step for step in await list_steps(dealer_id) if step.done_at is not None],
        people=await list_answerers(dealer, day),
        may_act=viewer.allowed(QUIET_ACT),
        today=day,
        signals=translated(words.SIGNALS),
        signal_tones={str(kind): tone for kind, tone in words.SIGNAL_TONES.items()},
        **form_context(form, error),
    )
