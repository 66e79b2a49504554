"""Every candidate of a plan: the list with reasons, its file, one candidate with its terms."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated
from portal.paging import cursor_from
from portal.plans import exports, words
from portal.plans.model import Evidence, Indicator, PlanState
from portal.plans.policies import EXPORT, PLAN, READ
from portal.plans.queries.frozen import request_of
from portal.plans.queries.lines import LineFilter, count_reasons, get_line, list_classes, list_lines
from portal.plans.queries.plans import get_plan, list_plan_people, may
from portal.plans.service.changes import changing_policy
from portal.plans.service.terms import GOAL_MOST, set_terms
from portal.plans.views import calendar, decided, named, parts_of, title_of
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import gettext, translate
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import fragment, page, redirect

BASE = "/plans"


class PlanLines(Controller):
    """Candidates of a plan."""

    path = "/plans/{plan_id:int}/lines"

    @get("/", name="plans.lines", opt=policy(READ))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Template:
        """Show one page of the candidates with their reasons."""
        return await lines_page(request, viewer, plan_id, BASE)

    @get("/rows", name="plans.line_rows", opt=policy(READ))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        return await lines_fragment(request, viewer, plan_id, BASE)

    @post("/export", name="plans.export", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Send the candidates as a file."""
        plan = await get_plan(viewer, plan_id)
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = LineFilter.of(form.values)
        note = note_of(file_format, wanted.params)
        subject = Subject.of("development_plan", plan_id)
        await record_alone(viewer.signature(EXPORT), "plans.exported", subject, note=note)
        title = f"{gettext('Development plan')} {title_of(plan)}"
        rows = exports.line_rows(viewer, plan_id, wanted)
        return send_file(exports.line_columns(), rows, file_format, title)

    @get("/{line_id:int}", name="plans.line", opt=policy(READ))
    async def line(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        plan_id: FromPath[int],
        line_id: FromPath[int],
    ) -> Template:
        """Show one candidate: reason, points, days, terms."""
        return await line_page(request, viewer, plan_id, line_id, BASE)

    @post("/{line_id:int}/terms", name="plans.terms", opt=policy(PLAN), status_code=200)
    async def terms(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        plan_id: FromPath[int],
        line_id: FromPath[int],
    ) -> Response[Any]:
        """Set what the line is measured by."""
        return await terms_set(request, viewer, plan_id, line_id, BASE)


async def lines_page(request: AnyRequest, viewer: Viewer, plan_id: int, base: str) -> Template:
    """Return the page of a plan's candidates, with the plan's pages at ``base``."""
    plan = await get_plan(viewer, plan_id)
    return page(
        request,
        "plans/lines.html",
        plan=plan,
        title=title_of(plan),
        people=named(await list_plan_people(viewer, plan)),
        classes=await list_classes(plan_id),
        counts=await count_reasons(viewer, plan_id),
        reasons=translated(words.REASONS),
        may_export=viewer.allowed(EXPORT),
        **await _rows(request, viewer, plan_id, base),
    )


async def lines_fragment(request: AnyRequest, viewer: Viewer, plan_id: int, base: str) -> Template:
    """Return the rows for a changed filter."""
    plan = await get_plan(viewer, plan_id)
    context = await _rows(request, viewer, plan_id, base)
    answer = fragment(request, "plans/_line_rows.html", plan=plan, **context)
    return pushed(answer, context["path"], context["params"])


async def terms_set(
    request: AnyRequest, viewer: Viewer, plan_id: int, line_id: int, base: str
) -> Response[Any]:
    """Set what a line is measured by, as the form says."""
    form = await FormReader.of(request)
    try:
        version = form.integer("version")
        indicator = form.member("indicator", Indicator)
        evidence = form.member("evidence", Evidence)
        goal = form.optional_integer("goal", most=GOAL_MOST)
        form.check()
        await set_terms(viewer, plan_id, line_id, version, indicator, evidence, goal)
    except Invalid as error:
        return await line_page(request, viewer, plan_id, line_id, base, error)
    return redirect(request, f"{base}/{plan_id}/lines/{line_id}", toast="Saved.")


async def _rows(request: AnyRequest, viewer: Viewer, plan_id: int, base: str) -> dict[str, Any]:
    query = query_of(request)
    wanted = LineFilter.of(query)
    path = f"{base}/{plan_id}/lines"
    cursor = cursor_from(query.get("after"), query.get("before"), int, int)
    found = await list_lines(viewer, plan_id, wanted, cursor)
    return {
        "base": f"{base}/{plan_id}",
        "path": path,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "decided": {row["id"]: decided(row) for row in found.rows},
        "indicators": translated(words.INDICATORS),
        "evidences": translated(words.EVIDENCES),
        **page_urls(path, wanted.params, found),
    }


async def line_page(
    request: AnyRequest, viewer: Viewer, plan_id: int, line_id: int, base: str, error: Invalid | None = None
) -> Template:
    """Return the page of one candidate."""
    plan = await get_plan(viewer, plan_id)
    line, days = await get_line(viewer, plan_id, line_id)
    people = named(await list_plan_people(viewer, plan))
    material = await request_of(plan_id)
    person = next((row for row in people if row["user_id"] == line["user_id"]), None)
    weeks = [
        calendar(material, row["user_id"], (), ()) for row in ([person] if person is not None else people[:1])
    ]
    problems = problems_by_field(error.problems) if error else {}
    return page(
        request,
        "plans/line.html",
        status=422 if error else 200,
        plan=plan,
        base=f"{base}/{plan_id}",
        title=title_of(plan),
        line=line,
        days=days,
        people=[person] if person is not None else people,
        free=[
            cell.on
            for month in weeks
            for week in month
            for cell in week
            if cell.works and cell.on not in days
        ],
        decided=decided(line),
        parts=parts_of(line),
        indicators=translated(words.INDICATORS),
        indicator_means=translated(words.INDICATOR_MEANS),
        evidences=translated(words.EVIDENCES),
        evidence_means=translated(words.EVIDENCE_MEANS),
        may_change=may(viewer, plan, changing_policy(plan)) and plan.state is PlanState.DRAFT,
        problems={field: translate(message) for field, message in problems.items()},
    )
