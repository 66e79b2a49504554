"""The manager's review of a month: list, filters, bulk sign-off, undo, export."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.evaluations import words
from portal.evaluations.controllers.requests import (
    BY_RUN,
    AnyRequest,
    chosen_cards,
    query_of,
    url,
)
from portal.evaluations.evidence import evidence_of
from portal.evaluations.exports import columns
from portal.evaluations.model import CardState, SubjectKind, Tab
from portal.evaluations.policies import READ, REVIEW
from portal.evaluations.queries import review
from portal.evaluations.queries.review import MonthSummary, ReviewFilter
from portal.evaluations.queries.runs import RunView
from portal.evaluations.queries.sheets import get_sheet
from portal.evaluations.service import reviews
from portal.evaluations.views import month_path, panel_view, row_view, tiles
from portal.network.queries.regions import RegionRow, list_regions
from portal.paging import PAGE_SIZE, cursor_from
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose, gettext
from portal.web.responses import Toast, download, fragment, is_htmx, page, redirect, shown
from portal.web.spreadsheet import Format, file_stream


class ReviewController(Controller):
    """Review the scorecards of a month."""

    path = "/evaluations/{month_text:str}"
    dependencies = BY_RUN

    @get("/", name="evaluations.review", opt=policy(READ))
    async def index(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        run: NamedDependency[RunView],
        panel: FromQuery[int | None] = None,
    ) -> Template:
        """Show the month: figures, tabs, filters, the list, and a scorecard beside it when one is named."""
        rows = await _rows(request, viewer, run)
        summaries = await review.list_summaries(viewer, run.kind, run.month)
        sheet = None if panel is None else await get_sheet(viewer, panel)
        opened = panel_view(viewer, sheet) if sheet is not None and sheet.head.month == run.month else None
        surroundings = await _surroundings(viewer, run, summaries, rows["filters"])
        return page(request, "evaluations/review.html", **rows, **surroundings, panel=opened)

    @get("/rows", name="evaluations.rows", opt=policy(READ))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], run: NamedDependency[RunView]
    ) -> Template:
        """Return the list for changed filters; the address bar gets the page's own address."""
        context = await _rows(request, viewer, run)
        answer = fragment(request, "evaluations/_rows.html", **context)
        answer.headers["HX-Push-Url"] = url(month_path(run.month, SubjectKind.DEALER), context["params"])
        return answer

    @get("/figures", name="evaluations.figures", opt=policy(READ))
    async def figures(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], run: NamedDependency[RunView]
    ) -> Template:
        """Return the key figures and the tabs' counts after a decision changed them."""
        summaries = await review.list_summaries(viewer, run.kind, run.month)
        surroundings = await _surroundings(viewer, run, summaries, ReviewFilter.of(query_of(request)))
        return fragment(request, "evaluations/_figures.html", **surroundings, out_of_band=True)

    @post("/sign-off", name="evaluations.sign_off_many", opt=policy(REVIEW), status_code=200)
    async def sign_off_many(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], run: NamedDependency[RunView]
    ) -> Response[Any]:
        """Sign the chosen scorecards off, all or none; the toast takes it back for ten seconds."""
        form = await FormReader.of(request)
        chosen = await chosen_cards(request, PAGE_SIZE)
        try:
            await reviews.sign_off_many(viewer, run, chosen, form.values.get("comment", ""))
        except Invalid as error:
            return await _list_again(request, viewer, run, error)
        return await _signed(request, viewer, run, chosen)

    @post("/undo", name="evaluations.undo", opt=policy(REVIEW), status_code=200)
    async def undo(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        run: NamedDependency[RunView],
        cards: FromQuery[list[int]],
    ) -> Response[Any]:
        """Take one's own sign-off back within ten seconds."""
        await reviews.undo_sign_off(viewer, run, cards[:PAGE_SIZE])
        return redirect(request, month_path(run.month, run.kind), toast="The sign-off was taken back.")

    @get("/export", name="evaluations.export", opt=policy(READ))
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], run: NamedDependency[RunView]
    ) -> Response[Any]:
        """Send the list, as filtered, as a spreadsheet."""
        wanted = ReviewFilter.of(query_of(request))
        name = f"{gettext('Evaluation')}-{run.month}"
        content = file_stream(columns(), review.iter_cards(viewer, run, wanted), Format.XLSX, name)
        return download(f"{name}.xlsx", content, Format.XLSX.media_type)


async def _rows(request: AnyRequest, viewer: Viewer, run: RunView) -> dict[str, Any]:
    """Return the context of the list."""
    query = query_of(request)
    wanted, last = ReviewFilter.of(query), dict(query)
    found = await review.list_cards(
        viewer, run, wanted, cursor_from(last.get("after"), last.get("before"), str)
    )
    here = f"/evaluations/{run.month}"
    params = (*_subject(run), *wanted.params)
    return {
        "month": run.month,
        "run": run,
        "filters": wanted,
        "params": params,
        "rows": [row_view(row, run.month) for row in found.rows],
        "page_total": len(found.rows),
        "previous_href": url(here, params, before=found.previous_before) if found.previous_before else "",
        "next_href": url(here, params, after=found.next_after) if found.next_after else "",
        "clear_href": url(here, _subject(run)),
        "list_url": url(f"{here}/rows", _subject(run)),
        "bulk_url": url(f"{here}/sign-off", params),
        "may_sign": viewer.allowed(REVIEW) and run.state.is_under_review,
        "problem": "",
    }


def _subject(run: RunView) -> tuple[tuple[str, str], ...]:
    return () if run.kind is SubjectKind.DEALER else (("subject", run.kind.value),)


async def _surroundings(
    viewer: Viewer, run: RunView, summaries: list[MonthSummary], wanted: ReviewFilter
) -> dict[str, Any]:
    """Return what stands around the list: tiles, tabs, choices of the filters, links."""
    now = next((summary for summary in summaries if summary.month == run.month), None)
    here, params = f"/evaluations/{run.month}", (*_subject(run), *wanted.params)
    plain = tuple(pair for pair in params if pair[0] != "tab")
    tabs = [
        {
            "href": url(here, plain, tab="" if tab is Tab.ALL else tab.value),
            "label": gettext(words.TABS[tab]),
            "count": now.count_of(tab) if now else 0,
            "current": tab is wanted.tab,
        }
        for tab in Tab
    ]
    evidence = await evidence_of(run)
    return {
        "figures_url": url(f"{here}/figures", params),
        "tiles": tiles(summaries, run.month),
        "tabs_shown": tabs,
        "regions": [(row.path, _region(row)) for row in await list_regions() if _may_see(viewer, row)],
        "statuses": [(state.value, gettext(words.CARD_STATES[state])) for state in CardState],
        "grades": [step.grade for step in evidence.book.grades],
        "export_href": url(f"{here}/export", params),
        "run_href": url(f"{here}/run", _subject(run)),
    }


def _region(row: RegionRow) -> str:
    return "\u00a0" * (2 * row.depth) + choose(row.name, row.name_en)


def _may_see(viewer: Viewer, row: RegionRow) -> bool:
    scope = viewer.scope
    return scope.everything or row.path.startswith(scope.region_paths)


async def _list_again(request: AnyRequest, viewer: Viewer, run: RunView, error: Invalid) -> Response[Any]:
    """Show the list again with what is wrong with the selection."""
    context = await _rows(request, viewer, run)
    context["problem"] = " ".join(shown(problem.message) for problem in error.problems)
    return fragment(request, "evaluations/_rows.html", status=422, **context)


async def _signed(request: AnyRequest, viewer: Viewer, run: RunView, chosen: list[int]) -> Response[Any]:
    if not is_htmx(request):
        return redirect(request, month_path(run.month, run.kind), toast="Signed off.")
    undo = url(f"/evaluations/{run.month}/undo", (*_subject(run), *(("cards", str(card)) for card in chosen)))
    rows = await _rows(request, viewer, run)
    toast = Toast("Signed off.", undo)
    return fragment(request, "evaluations/_rows.html", toast=toast, trigger="figuresChanged", **rows)
