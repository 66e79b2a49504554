"""The list of plans, and asking for one."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid, NotFound
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, entered, page_urls, query_of, translated
from portal.network.queries.regions import RegionRow, list_regions
from portal.network.scope import today
from portal.paging import cursor_from
from portal.plans import words
from portal.plans.forms import month_of, people_of
from portal.plans.policies import PLAN, READ
from portal.plans.queries.candidates import list_people
from portal.plans.queries.plans import PlanFilter, list_plans
from portal.plans.service.generate import create_plan
from portal.plans.views import state_word
from portal.seasons.queries.seasons import current_season
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import gettext, translate
from portal.web.responses import fragment, page, redirect
from rules.months import Month

PATH = "/plans"


class PlanList(Controller):
    """Plans by month and region."""

    path = PATH

    @get("/", name="plans.index", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of the plans."""
        return page(
            request,
            "plans/list.html",
            regions=await list_regions(),
            may_plan=viewer.allowed(PLAN),
            **await _rows(request, viewer),
        )

    @get("/rows", name="plans.rows", opt=policy(READ))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer)
        return pushed(fragment(request, "plans/_rows.html", **context), PATH, context["params"])

    @get("/new", name="plans.new", opt=policy(PLAN))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Ask for which region, month and people."""
        return await _form(request, viewer)

    @get("/people", name="plans.people", opt=policy(PLAN))
    async def people(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return who can be planned in a region and month."""
        query = query_of(request)
        found = await _people(viewer, query.get("region", ""), query.get("month", ""))
        return fragment(request, "plans/_people.html", people=found, chosen=())

    @post("/new", name="plans.create", opt=policy(PLAN), status_code=200)
    async def create(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Ask for a plan; a job makes it."""
        form = await FormReader.of(request)
        try:
            month = month_of(form)
            region = form.integer("region", least=1)
            form.check()
            chosen = people_of(await request.form())
            day = today(viewer)
            path = next((one.path for one in await list_regions() if one.id == region), None)
            season = None if path is None else await current_season(month.first_on, path, "")
            plan = await create_plan(viewer, region, month, chosen, day, season.id if season else None)
        except NotFound:
            error = Invalid.of("region", "Please choose one of the options.")
            return await _form(request, viewer, form, error)
        except Invalid as error:
            return await _form(request, viewer, form, error)
        return redirect(request, f"{PATH}/{plan}")


async def _rows(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query = query_of(request)
    wanted = PlanFilter.of(query)
    cursor = cursor_from(query.get("after"), query.get("before"), str, int)
    found = await list_plans(viewer, wanted, cursor)
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "states": translated(words.STATES),
        "owners": translated(words.OWNERS),
        "said": {plan.id: gettext(state_word(plan, today(viewer))) for plan in found.rows},
        "tones": {str(state): tone for state, tone in words.TONES.items()},
        **page_urls(PATH, wanted.params, found),
    }


async def _form(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    own = _own(viewer, await list_regions())
    coming = Month.of(today(viewer)).shift(1)
    blank = {"month": str(coming), "region": str(own[0].id) if own else ""}
    values = entered(form, blank)
    problems = problems_by_field(error.problems) if error else {}
    return page(
        request,
        "plans/new.html",
        status=422 if error else 200,
        regions=own,
        values=values,
        people=await _people(viewer, values["region"], values["month"]),
        chosen=people_of(await request.form()) if form else (),
        problems={field: translate(message) for field, message in problems.items()},
    )


def _own(viewer: Viewer, regions: tuple[RegionRow, ...]) -> list[RegionRow]:
    scope = viewer.scope_for(PLAN)
    return [one for one in regions if scope.covers(one.path)]


async def _people(viewer: Viewer, region: str, month_text: str) -> list[tuple[int, str]]:
    path = next((one.path for one in _own(viewer, await list_regions()) if str(one.id) == region), None)
    try:
        month = Month.parse(month_text)
    except ValueError:
        return []
    return [] if path is None else await list_people(path, month)
