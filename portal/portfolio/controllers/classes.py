"""Who is in which class, who moved, and why one account has its class."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated
from portal.network.queries.regions import list_regions
from portal.paging import cursor_from
from portal.portfolio import exports, words
from portal.portfolio.policies import ADOPT, EXPORT, READ
from portal.portfolio.queries import classes as queries
from portal.portfolio.queries.books import book_for, book_of
from portal.portfolio.queries.classes import ClassFilter
from portal.portfolio.service.classify import ask_classify
from portal.portfolio.views import class_label, cut_offs, moves, summary, way
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import fragment, page, redirect
from rules.months import Month
from rules.segments import CLASSES

PATH = "/portfolio"


class Classes(Controller):
    """The portfolio of accounts."""

    path = PATH

    @get("/", name="portfolio.index", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the classes of a level, who moved, and one page of the accounts."""
        return page(
            request,
            "portfolio/list.html",
            regions=await list_regions(),
            may_adopt=viewer.allowed(ADOPT),
            levels=translated(words.LEVELS),
            shown_options=translated(words.SHOWN),
            sorts=translated(words.SORTS),
            **await _rows(request, viewer),
        )

    @get("/rows", name="portfolio.rows", opt=policy(READ))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer)
        return pushed(fragment(request, "portfolio/_rows.html", **context), PATH, context["params"])

    @get("/accounts/{account_id:int}", name="portfolio.account", opt=policy(READ))
    async def account(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Template:
        """Show why an account has its class, and its classes of the months before."""
        rows = await queries.way_of(viewer, account_id)
        month, row = rows[0]
        run = await queries.find_run(row["level"], month)
        book = (await book_of(run.book_sha256) if run else None) or await book_for(month)
        return page(
            request,
            "portfolio/account.html",
            account=row,
            month=month,
            label=class_label(book, row["code"]),
            tone=words.TONES[row["code"]],
            book=book,
            **way(rows, book, settings.currency),
        )

    @post("/export", name="portfolio.export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = ClassFilter.of(form.values)
        month = await _month(wanted)
        note = note_of(file_format, wanted.params)
        subject = Subject.of("list", "classes")
        await record_alone(viewer.signature(EXPORT), "portfolio.exported", subject, note=note)
        title = gettext("Account classes")
        rows = queries.iter_classes(viewer, wanted, month)
        return send_file(exports.list_columns(), rows, file_format, title)

    @post("/classify", name="portfolio.classify", opt=policy(ADOPT), status_code=200)
    async def classify(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Ask for the months that are not classed yet."""
        await ask_classify(viewer.user_id)
        return redirect(request, PATH, toast="The classes are being computed. Reload in a moment.")


async def _month(wanted: ClassFilter) -> Month:
    """Return the month of the list: the one asked for, else the newest run's."""
    if wanted.month:
        return Month.parse(wanted.month)
    newest = await queries.find_run(wanted.level)
    return newest.month if newest else Month.parse("1900-01")


async def _rows(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query = query_of(request)
    wanted = ClassFilter.of(query)
    month = await _month(wanted)
    run = await queries.find_run(wanted.level, month)
    book = (await book_of(run.book_sha256) or await book_for(month)) if run else None
    cursor = cursor_from(query.get("after"), query.get("before"), wanted.key_type, int)
    found = await queries.list_classes(viewer, wanted, month, cursor)
    everybody = ClassFilter(level=wanted.level, month=wanted.month, region=wanted.region)
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "run": run,
        "month": month,
        "months": [one.month for one in await queries.list_runs(wanted.level)],
        "class_labels": {code: class_label(book, code) for code in (*CLASSES, "")},
        "tones": words.TONES,
        "codes": CLASSES,
        "cut_offs": cut_offs(book, wanted.level) if book else [],
        "book": book,
        "moves": moves(await queries.count_moves(viewer, everybody, month)),
        **summary(book, await queries.count_classes(viewer, everybody, month)),
        **page_urls(PATH, wanted.params, found),
    }
