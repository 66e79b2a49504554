"""One scorecard as a manager sees it: panel, page, comment, sign-off, return, answer, rewards and plans."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid, Message
from portal.evaluations import forms, printing
from portal.evaluations.controllers.requests import AnyRequest
from portal.evaluations.policies import READ, REVIEW
from portal.evaluations.queries.sheets import Sheet, get_sheet
from portal.evaluations.service import actions, reviews, voices
from portal.evaluations.views import actions_view, card_path, panel_view, sales_view
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.responses import Toast, download, fragment, is_htmx, page, redirect, shown

CHANGED = "scorecardChanged"


class SheetController(Controller):
    """A scorecard in the viewer's part of the network; the month in its address is for people."""

    path = "/evaluations/{month_text:str}/{card_id:int}"

    @get("/", name="evaluations.card", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], card_id: FromPath[int]
    ) -> Template:
        """Show the whole scorecard with its history."""
        return await _page(request, viewer, await get_sheet(viewer, card_id))

    @get("/panel", name="evaluations.panel", opt=policy(READ))
    async def panel(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], card_id: FromPath[int]
    ) -> Template:
        """Show the scorecard beside the list."""
        sheet = await get_sheet(viewer, card_id)
        return fragment(request, "evaluations/_panel.html", **panel_view(viewer, sheet), problem="")

    @post("/sign-off", name="evaluations.sign_off", opt=policy(REVIEW), status_code=200)
    async def sign_off(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], card_id: FromPath[int]
    ) -> Response[Any]:
        """Sign it off; the toast takes it back for ten seconds."""
        form = await FormReader.of(request)
        try:
            await reviews.sign_off(viewer, card_id, forms.read_version(form), form.values.get("comment", ""))
        except Invalid as error:
            return await _again(request, viewer, card_id, error)
        return await _done(request, viewer, card_id, "Signed off.", undo=True)

    @post("/return", name="evaluations.return", opt=policy(REVIEW), status_code=200)
    async def give_back(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], card_id: FromPath[int]
    ) -> Response[Any]:
        """Return it with a comment."""
        form = await FormReader.of(request)
        try:
            await reviews.return_card(
                viewer, card_id, forms.read_version(form), form.values.get("comment", "")
            )
        except Invalid as error:
            return await _again(request, viewer, card_id, error)
        return await _done(request, viewer, card_id, "Returned with your comment.")

    @post("/comment", name="evaluations.comment", opt=policy(REVIEW), status_code=200)
    async def comment(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], card_id: FromPath[int]
    ) -> Response[Any]:
        """Put a comment on it."""
        form = await FormReader.of(request)
        try:
            await reviews.comment(viewer, card_id, form.values.get("comment", ""))
        except Invalid as error:
            return await _again(request, viewer, card_id, error)
        return await _done(request, viewer, card_id, "Saved.")

    @post("/answer", name="evaluations.answer", opt=policy(REVIEW), status_code=200)
    async def answer(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], card_id: FromPath[int]
    ) -> Response[Any]:
        """Answer the open objection."""
        form = await FormReader.of(request)
        try:
            await voices.answer(viewer, card_id, form.values.get("comment", ""))
        except Invalid as error:
            return await _again(request, viewer, card_id, error)
        return await _done(request, viewer, card_id, "The answer was sent.")

    @post("/actions", name="evaluations.action_add", opt=policy(REVIEW), status_code=200)
    async def add_action(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], card_id: FromPath[int]
    ) -> Response[Any]:
        """Put a reward or coaching plan on it."""
        form = await FormReader.of(request)
        try:
            sheet = await get_sheet(viewer, card_id)
            wanted = forms.read_action(form, [line.id for line in sheet.book.lines])
            await actions.add_action(viewer, card_id, wanted, today(viewer))
        except Invalid as error:
            return await _page(request, viewer, sheet, error, form)
        return redirect(request, card_path(sheet.head.month, card_id), toast="Saved.")

    @get("/print", name="evaluations.print", opt=policy(READ))
    async def print_it(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        card_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the scorecard as a PDF."""
        sheet = await get_sheet(viewer, card_id)
        pdf = await printing.print_sheet(sheet, settings, lang or current_locale())
        return download(printing.file_name(sheet), pdf, "application/pdf")


class ActionController(Controller):
    """Rewards and coaching plans by themselves."""

    path = "/evaluations/actions"

    @post("/{action_id:int}/done", name="evaluations.action_done", opt=policy(READ), status_code=200)
    async def finish(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], action_id: FromPath[int]
    ) -> Response[Any]:
        """Close it with what came of it."""
        closing = forms.read_closing(await FormReader.of(request))
        sheet = await get_sheet(viewer, await actions.finish_action(viewer, action_id, closing))
        return redirect(request, card_path(sheet.head.month, sheet.head.id), toast="Marked as done.")

    @post("/{action_id:int}/day", name="evaluations.action_day", opt=policy(READ), status_code=200)
    async def move(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], action_id: FromPath[int]
    ) -> Response[Any]:
        """Give it a new day."""
        due_on = forms.read_new_day(await FormReader.of(request))
        card_id = await actions.move_action(viewer, action_id, due_on, today(viewer))
        sheet = await get_sheet(viewer, card_id)
        return redirect(request, card_path(sheet.head.month, sheet.head.id), toast="Saved.")


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    sheet: Sheet,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    problems = {problem.field: shown(problem.message) for problem in error.problems} if error else {}
    return page(
        request,
        "evaluations/card.html",
        status=422 if error else 200,
        **panel_view(viewer, sheet),
        **sales_view(sheet),
        head_=sheet.head,
        **actions_view(sheet),
        may_act=viewer.allowed(REVIEW),
        today=today(viewer),
        answer_due_on=next(
            (said.answer_due_on for said in reversed(sheet.comments) if said.answer_due_on), None
        ),
        history_rows=await list_history(Subject.of("scorecard", sheet.head.id)),
        may_review=viewer.allowed(REVIEW),
        problems=problems,
        problem=problems.get("comment", ""),
        values=form.values if form else {},
    )


async def _again(request: AnyRequest, viewer: Viewer, card_id: int, error: Invalid) -> Response[Any]:
    """Show the form again with what is wrong: beside the list for htmx, else on the whole page."""
    sheet = await get_sheet(viewer, card_id)
    if not is_htmx(request):
        return await _page(request, viewer, sheet, error)
    problem = " ".join(shown(problem.message) for problem in error.problems)
    view = panel_view(viewer, sheet)
    return fragment(request, "evaluations/_panel.html", status=422, **view, problem=problem)


async def _done(
    request: AnyRequest, viewer: Viewer, card_id: int, said: str, *, undo: bool = False
) -> Response[Any]:
    """Show how the scorecard stands now, with a toast."""
    sheet = await get_sheet(viewer, card_id)
    path = card_path(sheet.head.month, card_id)
    if not is_htmx(request):
        return redirect(request, path, toast=said)
    subject = sheet.head.kind.value
    undo_url = f"/evaluations/{sheet.head.month}/undo?subject={subject}&cards={card_id}" if undo else None
    toast = Toast(Message(said), undo_url)
    view = panel_view(viewer, sheet)
    return fragment(request, "evaluations/_panel.html", toast=toast, trigger=CHANGED, **view, problem="")
