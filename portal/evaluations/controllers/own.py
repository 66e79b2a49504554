"""One's own sheets, made for a phone: a dealer's and a representative's."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.evaluations import printing
from portal.evaluations.controllers.requests import BY_MONTH, AnyRequest
from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import OWN, REPLY
from portal.evaluations.queries.actions import Actions
from portal.evaluations.queries.sheets import Sheet, get_own_sheet, list_own_sheets
from portal.evaluations.service import voices
from portal.evaluations.views import actions_view, comments_view, evidence_view, sales_view
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.responses import download, page, redirect, shown
from rules.months import Month

PATH = "/my/evaluations"


class OwnController(Controller):
    """What the evaluated read, and what they say to it."""

    path = PATH
    dependencies = BY_MONTH

    @get("/", name="evaluations.mine", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List one's sheets, newest month first."""
        return page(request, "evaluations/mine.html", sheets=await list_own_sheets(viewer))

    @get("/{month_text:str}", name="evaluations.own", opt=policy(OWN))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], month: NamedDependency[Month]
    ) -> Template:
        """Show one's sheet of a month and note that it was read."""
        sheet = await get_own_sheet(viewer, month)
        if sheet.head.read_at is None:
            await voices.mark_read(viewer, sheet.head.id)
        return await _page(request, viewer, sheet)

    @post("/{month_text:str}/reply", name="evaluations.reply", opt=policy(REPLY), status_code=200)
    async def reply(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], month: NamedDependency[Month]
    ) -> Response[Any]:
        """Reply to the sheet."""
        return await _said(request, viewer, month, voices.reply, "Your reply was sent.")

    @post("/{month_text:str}/objection", name="evaluations.object", opt=policy(REPLY), status_code=200)
    async def object_to(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], month: NamedDependency[Month]
    ) -> Response[Any]:
        """Object to the result."""
        return await _said(request, viewer, month, voices.object_to, "Your objection was registered.")

    @post("/{month_text:str}/self-review", name="evaluations.self_review", opt=policy(OWN), status_code=200)
    async def self_review(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], month: NamedDependency[Month]
    ) -> Response[Any]:
        """Say how one's own month went."""
        return await _said(request, viewer, month, voices.self_review, "Your review was saved.")

    @get("/{month_text:str}/print", name="evaluations.own_print", opt=policy(OWN))
    async def print_it(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        month: NamedDependency[Month],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send one's sheet as a PDF."""
        sheet = await get_own_sheet(viewer, month)
        pdf = await printing.print_sheet(sheet, settings, lang or current_locale())
        return download(printing.file_name(sheet), pdf, "application/pdf")


async def _said(
    request: AnyRequest, viewer: Viewer, month: Month, use_case: Any, toast: str
) -> Response[Any]:
    """Read the form's text, hand it to the use case, and show the sheet again."""
    sheet = await get_own_sheet(viewer, month)
    form = await FormReader.of(request)
    try:
        await use_case(viewer, sheet.head.id, form.values.get("comment", ""))
    except Invalid as error:
        return await _page(request, viewer, sheet, error)
    return redirect(request, f"{PATH}/{month}", toast=toast)


async def _page(request: AnyRequest, viewer: Viewer, sheet: Sheet, error: Invalid | None = None) -> Template:
    head, here = sheet.head, f"{PATH}/{sheet.head.month}"
    evidence = evidence_view(sheet, here)
    final = head.run.state.is_final_for_dealers
    months = [
        {"href": f"{PATH}/{row['month']}", "label": str(row["month"]), "current": row["month"] == head.month}
        for row in await list_own_sheets(viewer, limit=12)
    ]
    return page(
        request,
        "evaluations/sheet.html",
        status=422 if error else 200,
        month=head.month,
        sheet={
            "grade": head.grade if final else "",
            "previous_grade": head.previous_grade,
            "points_milli": head.points_milli,
            "held_reason": evidence["note"],
            "reference_only": head.run.is_reference_only,
            "rulebook_label": head.run.rulebook_label,
            "published_at": head.run.published_at,
            "is_final": final,
        },
        **evidence,
        **sales_view(sheet),
        **(actions_view(sheet) | ({} if final else {"actions": Actions((), sheet.actions.carried)})),
        today=today(viewer),
        comments=comments_view(sheet),
        months=months,
        urls={name: f"{here}/{name}" for name in ("reply", "objection", "self-review", "print")},
        may_reply=final and viewer.allowed(REPLY),
        may_object=final and viewer.allowed(REPLY) and not head.is_disputed,
        may_self_review=head.kind is SubjectKind.REPRESENTATIVE and head.run.state.is_under_review,
        objection_text=_objection(sheet),
        problem=" ".join(shown(problem.message) for problem in error.problems) if error else "",
    )


def _objection(sheet: Sheet) -> str:
    if sheet.head.is_disputed:
        return gettext("Your objection is open. A person answers it within 30 days.")
    return gettext(
        "You may object to this result. A person looks at the facts again and answers within 30 days;"
        " objecting never lowers a grade."
    )
