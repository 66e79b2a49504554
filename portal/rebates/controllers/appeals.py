"""Appeals: what dealers object to, with evidence, answered with reasons before the deadline."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Conflict, Invalid, NotFound
from portal.files.queries import get_file
from portal.network.controllers.requests import AnyRequest, page_urls, query_of
from portal.network.scope import today
from portal.paging import cursor_from
from portal.rebates import forms, views, words
from portal.rebates.model import AppealOutcome, SettlementState
from portal.rebates.policies import ANSWER, READ
from portal.rebates.program_views import locale
from portal.rebates.queries import office_watch
from portal.rebates.queries.appeals import monthly_appeals
from portal.rebates.queries.settlements import find_line
from portal.rebates.queries.versions import program_of, programs_of
from portal.rebates.service.appeals import answer_appeal
from portal.rebates.service.settlements import open_correction
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import download, page, redirect, shown
from rules.months import Month

PATH = "/rebates/appeals"
MONTHS = 12


class AppealsController(Controller):
    """The inbox of appeals and the figures of the months."""

    path = PATH

    @get("/", name="rebates.appeals", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List appeals, what is due first on top, above the figures of twelve months."""
        query = query_of(request)
        outcome = query.get("outcome", "")
        outcome = outcome if outcome in list(AppealOutcome) else ""
        cursor = cursor_from(query.get("after"), query.get("before"), int, str, int)
        found = await office_watch.list_appeals(viewer, outcome, cursor)
        day = today(viewer)
        return page(
            request,
            "rebates/office/appeals.html",
            sections=views.sections("appeals"),
            found=found,
            names={
                number: program.label[locale()]
                for number, program in (await programs_of(row["version_id"] for row in found.rows)).items()
            },
            outcome=outcome,
            today=day,
            figures=await monthly_appeals(viewer, Month.of(day).shift(-MONTHS), day),
            outcomes=views.translated(words.OUTCOMES),
            tones={str(state): tone for state, tone in words.OUTCOME_TONES.items()},
            **page_urls(PATH, {"outcome": outcome} if outcome else {}, found),
        )


class AppealController(Controller):
    """One appeal."""

    path = "/rebates/appeals/{appeal_id:int}"

    @get("/", name="rebates.appeal", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], appeal_id: FromPath[int]
    ) -> Template:
        """Show what is objected to, with the line worked out, and the answer or the form for it."""
        return await _page(request, viewer, appeal_id)

    @get("/evidence", name="rebates.evidence", opt=policy(READ))
    async def evidence(self, viewer: NamedDependency[Viewer], appeal_id: FromPath[int]) -> Response[Any]:
        """Send the evidence."""
        row = await office_watch.find_appeal(viewer, appeal_id)
        file = await get_file(row["evidence"]) if row["evidence"] else None
        if file is None:
            raise NotFound
        return download(row["evidence_name"] or "evidence", file.content, "application/octet-stream")

    @post("/answer", name="rebates.answer", opt=policy(ANSWER), status_code=200)
    async def answer(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], appeal_id: FromPath[int]
    ) -> Response[Any]:
        """Uphold it, with a correction run when asked for, or dismiss it with a reason."""
        row = await office_watch.find_appeal(viewer, appeal_id)
        form = await FormReader.of(request)
        try:
            outcome = AppealOutcome(form.choice("outcome", ["upheld", "dismissed"]))
            written = forms.read_answer(form)
            correction = await _correction(viewer, row, form, outcome, written)
            await answer_appeal(viewer, appeal_id, outcome, written, correction)
        except Invalid as error:
            return await _page(request, viewer, appeal_id, error, form)
        return redirect(request, f"{PATH}/{appeal_id}", toast="Answered. The dealer can read it.")


async def _correction(
    viewer: Viewer, row: dict[str, Any], form: FormReader, outcome: AppealOutcome, written: str
) -> int | None:
    """Open the correction an upheld appeal asks for and return it; None where none is asked for."""
    if outcome is not AppealOutcome.UPHELD or not form.flag("correct"):
        return None
    if row["outcome"] != AppealOutcome.OPEN:
        raise Conflict("This appeal is answered already.")
    return await open_correction(viewer, row["version_id"], row["period_on"], written[:400])


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    appeal_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    row, day = await office_watch.find_appeal(viewer, appeal_id), today(viewer)
    program = await program_of(row["version_id"])
    line = await find_line(viewer, row["line_id"])
    return page(
        request,
        "rebates/office/appeal.html",
        status=422 if error else 200,
        sections=views.sections("appeals"),
        row=row,
        line=line,
        told=views.stored_line_words(program, line),
        component=program.component(row["component"]).label[locale()],
        program=program.label[locale()],
        kind=gettext(words.SETTLEMENT_KINDS[row["kind"]]),
        today=day,
        days_left=(row["due_on"] - day).days,
        may_answer=viewer.allowed(ANSWER) and row["outcome"] == AppealOutcome.OPEN,
        may_correct=row["settlement_state"] == SettlementState.POSTED,
        outcomes=views.translated(words.OUTCOMES),
        tones={str(state): tone for state, tone in words.OUTCOME_TONES.items()},
        history_rows=views.told(await list_history(Subject.of("rebate_appeal", appeal_id))),
        values=form.values if form else {},
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
    )
