"""The limits of the second axis: how the data are spread, and adopting others."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Conflict, Invalid, Message, Problem
from portal.network.controllers.requests import AnyRequest, query_of, translated
from portal.network.scope import today
from portal.portfolio import words
from portal.portfolio.policies import ADOPT
from portal.portfolio.queries.books import book_for, book_of, list_adoptions
from portal.portfolio.queries.classes import ClassFilter, find_run
from portal.portfolio.queries.limits import list_proposals
from portal.portfolio.service.limits import adopt_limits
from portal.portfolio.views import cut_offs, spread
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import translate
from portal.web.responses import page, redirect
from rules.months import Month
from rules.segments import Proposal

PATH = "/portfolio/limits"
PERCENT = 100
LARGEST = 1_000


class Limits(Controller):
    """Limits per level and channel."""

    path = PATH

    @get("/", name="portfolio.limits", opt=policy(ADOPT))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show the spread of a level and what the data propose."""
        return await _page(request, viewer, settings, ClassFilter.of(query_of(request)))

    @post("/", name="portfolio.adopt", opt=policy(ADOPT), status_code=200)
    async def adopt(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any] | Template:
        """Adopt the limits that were entered, from a coming month on."""
        form = await FormReader.of(request)
        wanted = ClassFilter.of(form.values)
        try:
            version = await _adopt(viewer, settings, form, wanted)
        except Invalid as error:
            return await _page(request, viewer, settings, wanted, error, form)
        except Conflict as conflict:
            taken = Invalid([Problem("begin", conflict.message)])
            return await _page(request, viewer, settings, wanted, taken, form)
        return redirect(
            request,
            f"{PATH}?level={wanted.level}",
            toast=Message("Version %(version)s begins as chosen.", {"version": version}),
        )


async def _proposals(settings: Settings, wanted: ClassFilter) -> list[Proposal]:
    run = await find_run(wanted.level)
    book = await book_of(run.book_sha256) if run else None
    if run is None or book is None:
        return []
    return await list_proposals(run, book, settings.segment_least_accounts)


async def _adopt(viewer: Viewer, settings: Settings, form: FormReader, wanted: ClassFilter) -> str:
    found = await _proposals(settings, wanted)
    chosen: dict[str, tuple[Proposal, int]] = {}
    for place, proposal in enumerate(found):
        percent = form.optional_integer(f"limit{place}", least=0, most=LARGEST)
        if percent is not None:
            chosen[proposal.channel] = (proposal, percent * PERCENT)
    begin = form.text("begin", longest=7)
    reason = form.text("reason", longest=400, lines=True)
    form.check()
    try:
        month = Month.parse(begin)
    except ValueError:
        raise Invalid([Problem("begin", Message("Please enter a month as YYYY-MM."))]) from None
    return await adopt_limits(viewer, wanted.level, chosen, month, today(viewer), reason)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    wanted: ClassFilter,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    day = today(viewer)
    book = await book_for(Month.of(day))
    found = await _proposals(settings, wanted)
    problems = {problem.field: translate(problem.message) for problem in error.problems} if error else {}
    now = {one.channel: book.accounts.limit(wanted.level, one.channel) for one in found}
    return page(
        request,
        "portfolio/limits.html",
        status=422 if error else 200,
        wanted=wanted,
        levels=translated(words.LEVELS),
        book=book,
        cut_offs=cut_offs(book, wanted.level),
        spreads=[spread(one) for one in found],
        in_force={channel: limit.limit_bp for channel, limit in now.items() if limit},
        adoptions=await list_adoptions(),
        next_month=str(Month.of(day).shift(1)),
        values=form.values if form else {},
        problems=problems,
    )
