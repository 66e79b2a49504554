"""Prospects: who they are, in which class and why, and their score cards."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid, Message
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import cursor_from
from portal.portfolio import exports, forms, words
from portal.portfolio.policies import EXPORT, FLAG, RATE, READ
from portal.portfolio.prospect_views import card_view, labels, summary
from portal.portfolio.queries import prospects as queries
from portal.portfolio.queries.books import book_for
from portal.portfolio.queries.prospects import ProspectFilter
from portal.portfolio.service.prospects import fill_card
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext, translate
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import fragment, page, redirect
from rules.months import Month
from rules.segments import PROSPECT_CLASSES

PATH = "/portfolio/prospects"
CODE_CHARACTERS = 60


class Prospects(Controller):
    """Prospects by class."""

    path = PATH

    @get("/", name="portfolio.prospects", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the classes, and one page of the prospects."""
        return page(
            request,
            "portfolio/prospects.html",
            regions=await list_regions(),
            kinds=translated(words.PROSPECT_KINDS),
            shown_options=translated(words.PROSPECT_SHOWN),
            sorts=translated(words.PROSPECT_SORTS),
            **await _rows(request, viewer),
        )

    @get("/rows", name="portfolio.prospect_rows", opt=policy(READ))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer)
        return pushed(fragment(request, "portfolio/_prospect_rows.html", **context), PATH, context["params"])

    @post("/export", name="portfolio.prospect_export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = ProspectFilter.of(form.values)
        note = note_of(file_format, wanted.params)
        subject = Subject.of("list", "prospects")
        await record_alone(viewer.signature(EXPORT), "portfolio.prospects_exported", subject, note=note)
        title = gettext("Prospects")
        rows = queries.iter_prospects(viewer, wanted)
        return send_file(exports.prospect_columns(), rows, file_format, title)

    @post("/find", name="portfolio.prospect_find", opt=policy(RATE), status_code=200)
    async def find(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Go to the card of an account by its code."""
        form = await FormReader.of(request)
        found = await queries.find_account(viewer, form.text("code", longest=CODE_CHARACTERS, shortest=0))
        if found is None:
            return redirect(request, PATH, toast="No account has this code in your part of the network.")
        return redirect(request, f"{PATH}/{found}")

    @get("/{account_id:int}", name="portfolio.prospect", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Show why a prospect has its class, its card, and the cards before."""
        return await _card_page(request, viewer, account_id)

    @post("/{account_id:int}", name="portfolio.prospect_rate", opt=policy(RATE), status_code=200)
    async def rate(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any] | Template:
        """Keep a filled card."""
        form = await FormReader.of(request)
        book = await book_for(Month.of(today(viewer)))
        try:
            code = await fill_card(viewer, account_id, forms.read_card(form, book))
        except Invalid as error:
            return await _card_page(request, viewer, account_id, error, form)
        said = "Saved: class %(code)s." if code else "Saved. Answers are missing, so there is no class yet."
        toast = Message(said, {"code": code} if code else {})
        return redirect(request, f"{PATH}/{account_id}", toast=toast)


async def _rows(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query = query_of(request)
    wanted = ProspectFilter.of(query)
    cursor = cursor_from(query.get("after"), query.get("before"), wanted.key_type, int)
    found = await queries.list_prospects(viewer, wanted, cursor)
    book = await book_for(Month.of(today(viewer)))
    everybody = ProspectFilter(kind=wanted.kind, region=wanted.region)
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "class_labels": labels(book),
        "tones": words.PROSPECT_TONES,
        "codes": PROSPECT_CLASSES,
        "book": book,
        "today": today(viewer),
        "may_rate": viewer.allowed(RATE),
        "classes": summary(book, await queries.count_prospects(viewer, everybody)),
        **page_urls(PATH, wanted.params, found),
    }


async def _card_page(
    request: AnyRequest,
    viewer: Viewer,
    account_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    account = await queries.get_account(viewer, account_id)
    cards = await queries.list_cards(account_id)
    problems = {problem.field: translate(problem.message) for problem in error.problems} if error else {}
    return page(
        request,
        "portfolio/prospect.html",
        status=422 if error else 200,
        path=PATH,
        account=account,
        may_rate=viewer.allowed(RATE),
        may_flag=viewer.allowed(FLAG),
        problems=problems,
        **await card_view(cards, today(viewer), form.values if form else None),
    )
