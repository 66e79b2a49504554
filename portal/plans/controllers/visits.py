"""Visits: the list, its file, the form made for a phone, one visit, and who came to a dealer."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid, NotFound
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of, translated
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.plans import exports_visits, forms_visits
from portal.plans import words_visits as words
from portal.plans.policies import EXPORT, OWN, READ, VISIT
from portal.plans.queries.visits import (
    VisitAccount,
    VisitFilter,
    find_visitable,
    get_visit,
    get_visitable,
    iter_visits,
    list_own_visits,
    list_visits,
)
from portal.plans.service.visits import cancel_visit, is_closed, log_visit, may_cancel_for_others
from portal.plans.visiting import id_in
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import fragment, page, redirect, shown
from rules.months import Month

PATH = "/visits"
OWN_PATH = "/my/visits"


class Visits(Controller):
    """Visits as the manufacturer's side sees them, and logging one on either side."""

    path = PATH

    @get("/", name="plans.visits", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of the list with its filters."""
        context = await _rows(request, viewer)
        regions, may_log = await list_regions(), viewer.allowed(VISIT)
        return page(request, "plans/visits.html", regions=regions, may_log=may_log, **context)

    @get("/rows", name="plans.visit_rows", opt=policy(READ))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer)
        return pushed(fragment(request, "plans/_visit_rows.html", **context), PATH, context["params"])

    @post("/export", name="plans.visits_export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = VisitFilter.of(form.values)
        note = note_of(file_format, wanted.params)
        await record_alone(
            viewer.signature(EXPORT), "plans.visits_exported", Subject.of("list", "visits"), note=note
        )
        title = gettext("Visits")
        return send_file(exports_visits.visit_columns(), iter_visits(viewer, wanted), file_format, title)

    @get("/new", name="plans.visit_new", opt=policy(VISIT))
    async def new(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show the form for the account in ``?account=``, or for one to be named."""
        return await _form(request, viewer, settings)

    @post("/", name="plans.visit_log", opt=policy(VISIT), status_code=200)
    async def log(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Log a visit."""
        form = await FormReader.of(request)
        try:
            account = await _named(viewer, form.values)
            command = forms_visits.read_visit(form, account.id if account else None)
            visit_id = await log_visit(viewer, command, settings.visit_back_days)
        except Invalid as error:
            return await _form(request, viewer, settings, form, error)
        href = OWN_PATH if viewer.is_dealer_side else f"{PATH}/{visit_id}"
        return redirect(request, href, toast="The visit is logged.")

    @get("/{visit_id:int}", name="plans.visit", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], visit_id: FromPath[int]
    ) -> Template:
        """Show one visit."""
        return await _visit_page(request, viewer, visit_id, READ)

    @post("/{visit_id:int}/cancel", name="plans.visit_cancel", opt=policy(VISIT), status_code=200)
    async def cancel(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], visit_id: FromPath[int]
    ) -> Response[Any]:
        """Take a visit back."""
        await get_visit(viewer, visit_id, VISIT)
        form = await FormReader.of(request)
        try:
            await cancel_visit(viewer, visit_id, forms_visits.read_reason(form))
        except Invalid as error:
            return await _visit_page(request, viewer, visit_id, VISIT, form, error)
        href = OWN_PATH if viewer.is_dealer_side else f"{PATH}/{visit_id}"
        return redirect(request, href, toast="The visit is taken back.")


class OwnVisits(Controller):
    """Who came to the dealer, and his own staff's visits."""

    path = OWN_PATH

    @get("/", name="plans.own_visits", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List the visits, newest first."""
        found = await list_own_visits(viewer, cursor_of(query_of(request)))
        urls = page_urls(OWN_PATH, {}, found)
        return page(
            request, "plans/visits_own.html", found=found, may_log=viewer.allowed(VISIT), **urls, **_words()
        )

    @get("/{visit_id:int}", name="plans.own_visit", opt=policy(OWN))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], visit_id: FromPath[int]
    ) -> Template:
        """Show a visit by the dealer's own staff.

        Raises:
            NotFound: It is not one of the dealer's own.
        """
        if (await get_visit(viewer, visit_id, OWN)).owner != "dealer":
            raise NotFound
        return await _visit_page(request, viewer, visit_id, OWN)


async def _named(viewer: Viewer, values: dict[str, str]) -> VisitAccount | None:
    """Return the account a form or an address names: by number, code or name."""
    number = id_in(values.get("account_id") or "")
    if number is not None:
        return await get_visitable(viewer, number)
    text = values.get("account", "")[:160]
    return await find_visitable(viewer, text) if text else None


async def _form(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    query = query_of(request)
    given = form.values if form else {"account_id": query.get("account", ""), **query}
    return page(
        request,
        "plans/visits_new.html",
        status=422 if error else 200,
        account=await _named(viewer, {**given, "account": given.get("account", "") if form else ""}),
        client_key=given.get("client_key") or forms_visits.new_key(),
        today=today(viewer),
        back_days=settings.visit_back_days,
        back=OWN_PATH if viewer.is_dealer_side else PATH,
        **_filled(form, error),
        **_words(),
    )


async def _visit_page(
    request: AnyRequest,
    viewer: Viewer,
    visit_id: int,
    policy_name: str,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    visit = await get_visit(viewer, visit_id, policy_name)
    closed = await is_closed(Month.of(visit.visited_on))
    own = visit.visitor_user_id == viewer.user_id or may_cancel_for_others(viewer, visit.owner)
    return page(
        request,
        "plans/visits_one.html",
        status=422 if error else 200,
        visit=visit,
        closed=closed,
        zone=ZoneInfo(viewer.zone),
        may_cancel=viewer.allowed(VISIT) and own and visit.cancelled_at is None and not closed,
        back=OWN_PATH if viewer.is_dealer_side else PATH,
        **_filled(form, error),
        **_words(),
    )


async def _rows(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query = query_of(request)
    wanted = VisitFilter.of(query)
    found = await list_visits(viewer, wanted, cursor_of(query))
    params = wanted.params
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": params,
        **page_urls(PATH, params, found),
        **_words(),
    }


def _filled(form: FormReader | None, error: Invalid | None) -> dict[str, Any]:
    found: dict[str, str] = {}
    for problem in error.problems if error else ():
        found.setdefault(problem.field, shown(problem.message))
    return {"values": form.values if form else {}, "problems": found}


def _words() -> dict[str, Any]:
    return {
        "outcomes": translated(words.OUTCOMES),
        "tones": {str(outcome): tone for outcome, tone in words.OUTCOME_TONES.items()},
        "ranks": translated(words.RANKS),
    }


HANDLERS = [Visits, OwnVisits]
