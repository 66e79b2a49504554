"""Adjustments: proposed on an account's page, listed, and booked or declined by somebody else."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Signature, Viewer, different_people
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, page_urls, query_of
from portal.network.scope import today
from portal.paging import cursor_from
from portal.rebates import forms, views, words
from portal.rebates.policies import ADJUST, READ
from portal.rebates.queries.adjustments import STATES, find_adjustment, list_adjustments
from portal.rebates.queries.ledger import balance_of, require_account
from portal.rebates.queries.office_books import get_account
from portal.rebates.service import adjustments
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect, shown
from rules.months import Month

PATH = "/rebates/adjustments"


class AdjustmentsController(Controller):
    """Every adjustment, and the form for a new one."""

    path = PATH

    @get("/", name="rebates.adjustments", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List adjustments, the newest first."""
        query = query_of(request)
        state = query.get("state", "")
        state = state if state in STATES else ""
        found = await list_adjustments(
            viewer, state, cursor_from(query.get("after"), query.get("before"), int)
        )
        return page(
            request,
            "rebates/office/adjustments.html",
            sections=views.sections("ledger"),
            found=found,
            state=state,
            **_words(),
            **page_urls(PATH, {"state": state} if state else {}, found),
        )

    @get("/new/{account_id:int}", name="rebates.adjustment_form", opt=policy(ADJUST))
    async def ask(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Template:
        """Show the form for an account."""
        return await _form_page(request, viewer, settings, account_id)

    @post("/new/{account_id:int}", name="rebates.adjustment_propose", opt=policy(ADJUST), status_code=200)
    async def propose(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Response[Any]:
        """Propose an amount; somebody else decides."""
        await require_account(viewer, account_id)
        form = await FormReader.of(request)
        try:
            amount, month, reason = forms.read_adjustment(form, settings.currency_decimals)
            number = await adjustments.propose_adjustment(viewer, account_id, amount, month, reason)
        except Invalid as error:
            return await _form_page(request, viewer, settings, account_id, error, form)
        return redirect(request, f"{PATH}/{number}", toast="A second person will decide.")


class AdjustmentController(Controller):
    """One adjustment."""

    path = "/rebates/adjustments/{adjustment_id:int}"

    @get("/", name="rebates.adjustment", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], adjustment_id: FromPath[int]
    ) -> Template:
        """Show what is proposed, by whom and why, and what can be done."""
        return await _page(request, viewer, adjustment_id)

    @post("/approve", name="rebates.adjustment_approve", opt=policy(ADJUST), status_code=200)
    async def approve(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], adjustment_id: FromPath[int]
    ) -> Response[Any]:
        """Book it as the second person."""
        try:
            await adjustments.approve_adjustment(viewer, adjustment_id)
        except Invalid as error:
            return await _page(request, viewer, adjustment_id, error)
        return redirect(request, f"{PATH}/{adjustment_id}", toast="Booked.")

    @post("/decline", name="rebates.adjustment_decline", opt=policy(ADJUST), status_code=200)
    async def decline(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], adjustment_id: FromPath[int]
    ) -> Response[Any]:
        """Put it away with a reason."""
        await find_adjustment(viewer, adjustment_id)
        form = await FormReader.of(request)
        try:
            await adjustments.decline_adjustment(viewer, adjustment_id, forms.read_reason(form))
        except Invalid as error:
            return await _page(request, viewer, adjustment_id, error, form)
        return redirect(request, f"{PATH}/{adjustment_id}", toast="Put away.")


async def _form_page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    account_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    return page(
        request,
        "rebates/office/adjustment_form.html",
        status=422 if error else 200,
        sections=views.sections("ledger"),
        account=await get_account(viewer, account_id),
        balance=await balance_of(account_id),
        month=Month.of(today(viewer)),
        currency=settings.currency,
        here_url=f"{PATH}/new/{account_id}",
        **_said(error, form),
    )


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    adjustment_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    row = await find_adjustment(viewer, adjustment_id)
    waits = viewer.allowed(ADJUST) and row["state"] == "proposed"
    other = different_people(Signature(row["proposed_by_id"], row["proposed_for_id"]), viewer)
    return page(
        request,
        "rebates/office/adjustment.html",
        status=422 if error else 200,
        sections=views.sections("ledger"),
        row=row,
        balance=await balance_of(row["account_id"]),
        may_approve=waits and other,
        may_decline=waits,
        is_own=waits and not other,
        here_url=f"{PATH}/{adjustment_id}",
        history_rows=views.told(await list_history(Subject.of("rebate_adjustment", adjustment_id))),
        **_words(),
        **_said(error, form),
    )


def _words() -> dict[str, Any]:
    return {"states": views.translated(words.ADJUSTMENT_STATES), "tones": words.ADJUSTMENT_TONES}


def _said(error: Invalid | None, form: FormReader | None) -> dict[str, Any]:
    problems = {problem.field: shown(problem.message) for problem in error.problems} if error else {}
    return {"problems": problems, "values": form.values if form else {}}
