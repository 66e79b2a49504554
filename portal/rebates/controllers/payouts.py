"""Payouts: who is owed what, proposed by one person, approved by another, paid and told by the ERP."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Signature, Viewer, different_people
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid, message
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of
from portal.network.scope import today
from portal.paging import cursor_from
from portal.rebates import exports, forms, views, words
from portal.rebates.acknowledgements import acknowledge_file
from portal.rebates.model import PayoutState
from portal.rebates.policies import PAY, READ
from portal.rebates.queries import office_payouts
from portal.rebates.queries.office import names_of
from portal.rebates.queries.payouts import Payout, get_payout
from portal.rebates.said import preview_file
from portal.rebates.service import payouts
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.list_files import read_format
from portal.web.responses import download, page, redirect, shown
from rules.months import Month

PATH = "/rebates/payouts"


class PayoutsController(Controller):
    """Who is owed what, and every payout."""

    path = PATH

    @get("/", name="rebates.payouts", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List who is owed something, and payouts, newest first."""
        return await _index(request, viewer)

    @post("/", name="rebates.propose", opt=policy(PAY), status_code=200)
    async def propose(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Propose to pay everybody all that is owed to them, or one account."""
        form = await FormReader.of(request)
        try:
            account = form.optional_integer("account", least=1)
            form.check()
            number = await payouts.propose_payout(viewer, (account,) if account else ())
        except Invalid as error:
            return await _index(request, viewer, error)
        return redirect(request, f"{PATH}/{number}", toast="Proposed. A second person of finance decides.")


async def _index(request: AnyRequest, viewer: Viewer, error: Invalid | None = None) -> Template:
    query = query_of(request)
    found = await office_payouts.list_payout_rows(
        viewer, cursor_from(query.get("after"), query.get("before"), int)
    )
    owed = await office_payouts.list_owed_rows(viewer, cursor_from(query.get("owed"), None, str, int))
    return page(
        request,
        "rebates/office/payouts.html",
        status=422 if error else 200,
        sections=views.sections("payouts"),
        found=found,
        owed=owed,
        sums=await office_payouts.sum_owed(viewer),
        may_pay=viewer.allowed(PAY),
        states=views.translated(words.PAYOUT_STATES),
        tones={str(state): tone for state, tone in words.PAYOUT_TONES.items()},
        problem=" ".join(shown(problem.message) for problem in error.problems) if error else "",
        **page_urls(PATH, {}, found),
    )


class PayoutController(Controller):
    """One payout."""

    path = "/rebates/payouts/{payout_id:int}"

    @get("/", name="rebates.payout", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], payout_id: FromPath[int]
    ) -> Template:
        """Show whom it pays what, and what can be done next."""
        return await payout_page(request, viewer, payout_id)

    @post("/approve", name="rebates.approve_payout", opt=policy(PAY), status_code=200)
    async def approve(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], payout_id: FromPath[int]
    ) -> Response[Any]:
        """Approve exactly what is on the page, as the second person."""
        await get_payout(payout_id)
        form = await FormReader.of(request)
        try:
            await payouts.approve_payout(viewer, payout_id, forms.read_sha256(form))
        except Invalid as error:
            return await payout_page(request, viewer, payout_id, error)
        return redirect(request, f"{PATH}/{payout_id}", toast="Approved.")

    @post("/decline", name="rebates.decline_payout", opt=policy(PAY), status_code=200)
    async def decline(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], payout_id: FromPath[int]
    ) -> Response[Any]:
        """Decline or withdraw it."""
        await get_payout(payout_id)
        form = await FormReader.of(request)
        try:
            await payouts.decline_payout(viewer, payout_id, forms.read_reason(form))
        except Invalid as error:
            return await payout_page(request, viewer, payout_id, error, form)
        return redirect(request, f"{PATH}/{payout_id}", toast="Declined.")

    @post("/export", name="rebates.export_payout", opt=policy(PAY), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], payout_id: FromPath[int]
    ) -> Response[Any]:
        """Send the file for the ERP; sending it again gives the same lines."""
        await get_payout(payout_id)
        form = await FormReader.of(request)
        file_format = read_format(form)
        lines = await payouts.export_payout(viewer, payout_id)
        name = f"payout-{payout_id}.{file_format.value}"
        return download(name, exports.payout_file(lines, file_format), file_format.media_type)

    @post("/acknowledge", name="rebates.acknowledge", opt=policy(PAY), status_code=200)
    async def acknowledge(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], payout_id: FromPath[int]
    ) -> Response[Any]:
        """Show what a file of the ERP says, or book it when it was looked at."""
        await get_payout(payout_id)
        form = await FormReader.of(request)
        try:
            name, content = await forms.read_file(form)
            if form.values.get("sha256"):
                count = await acknowledge_file(viewer, payout_id, content, name, today(viewer))
                said = message("%(count)s payments were booked.", count=count)
                return redirect(request, f"{PATH}/{payout_id}", toast=said)
            preview = await preview_file(payout_id, content, name, today(viewer))
        except Invalid as error:
            return await payout_page(request, viewer, payout_id, error, form, file_problems=error.problems)
        return await payout_page(request, viewer, payout_id, preview=preview)

    @post("/lines/{line_id:int}/refuse", name="rebates.refuse", opt=policy(PAY), status_code=200)
    async def refuse(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        payout_id: FromPath[int],
        line_id: FromPath[int],
    ) -> Response[Any]:
        """Note that the ERP will not pay a line."""
        await get_payout(payout_id)
        await office_payouts.require_line(payout_id, line_id)
        form = await FormReader.of(request)
        try:
            await payouts.refuse_line(viewer, line_id, forms.read_reason(form))
        except Invalid as error:
            return await payout_page(request, viewer, payout_id, error, form)
        return redirect(request, f"{PATH}/{payout_id}", toast="Noted. It is owed again.")

    @post("/lines/{line_id:int}/return", name="rebates.return", opt=policy(PAY), status_code=200)
    async def give_back(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        payout_id: FromPath[int],
        line_id: FromPath[int],
    ) -> Response[Any]:
        """Book that a payment came back."""
        await get_payout(payout_id)
        await office_payouts.require_line(payout_id, line_id)
        form = await FormReader.of(request)
        try:
            reason, month = forms.read_reason(form), Month.of(today(viewer))
            await payouts.return_line(viewer, line_id, month, reason)
        except Invalid as error:
            return await payout_page(request, viewer, payout_id, error, form)
        return redirect(request, f"{PATH}/{payout_id}", toast="Booked. It is owed again.")


async def payout_page(
    request: AnyRequest,
    viewer: Viewer,
    payout_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
    **more: Any,
) -> Template:
    """Show one payout, or show it again with what is wrong.

    Raises:
        NotFound: It pays nobody the viewer may see.
    """
    payout, sums = await get_payout(payout_id), await office_payouts.require_payout(viewer, payout_id)
    query = query_of(request)
    found = await office_payouts.list_payout_lines(
        viewer, payout_id, cursor_of(query), state=query.get("shown", "")
    )
    people = await names_of([payout.proposed_by, payout.approved_by])
    path, params = f"{PATH}/{payout_id}", {"shown": query["shown"]} if query.get("shown") else {}
    return page(
        request,
        "rebates/office/payout.html",
        status=422 if error else 200,
        sections=views.sections("payouts"),
        payout=payout,
        sums=sums,
        found=found,
        path=path,
        line_shown=query.get("shown", ""),
        proposed_name=people.get(payout.proposed_by, ""),
        approved_name=people.get(payout.approved_by or 0, ""),
        may=_steps(viewer, payout),
        states=views.translated(words.PAYOUT_STATES),
        tones={str(state): tone for state, tone in words.PAYOUT_TONES.items()},
        line_states=views.translated(words.LINE_STATES),
        line_tones=words.LINE_TONES,
        file_columns={
            "line_id" if one.key == "id" else one.key: one.label for one in exports.payout_columns()
        },
        history_rows=views.told(await list_history(Subject.of("rebate_payout", payout_id))),
        values=form.values if form else {},
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
        **{"preview": None, "file_problems": (), **more},
        **page_urls(path, params, found),
    )


def _steps(viewer: Viewer, payout: Payout) -> dict[str, bool]:
    pays, proposed = viewer.allowed(PAY), payout.state is PayoutState.PROPOSED
    second = different_people(Signature(payout.proposed_by, payout.proposed_for), viewer)
    return {
        "approve": pays and proposed and second,
        "own": pays and proposed and not second,
        "decline": pays and proposed,
        "export": pays and payout.state in (PayoutState.APPROVED, PayoutState.EXPORTED, PayoutState.PAID),
        "acknowledge": pays and payout.state in (PayoutState.EXPORTED, PayoutState.PAID),
        "lines": pays and payout.state in (PayoutState.APPROVED, PayoutState.EXPORTED, PayoutState.PAID),
    }
