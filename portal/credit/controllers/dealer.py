"""One dealer's credit: figures, what is due, terms, hold and release, purposes of payments."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer, different_people
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.credit import forms
from portal.credit.model import CreditRules, HoldState, data_day
from portal.credit.policies import APPROVE, COLLECT, MANAGE, READ
from portal.credit.queries.collection import list_contacts, list_owners
from portal.credit.queries.dealers import HoldRow, get_dealer, list_holds
from portal.credit.queries.entries import last_payment_on, read_accounts
from portal.credit.service import holds
from portal.credit.service.purposes import name_purpose
from portal.credit.service.terms import agree_terms
from portal.credit.views import account_view
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect, shown


class DealerCredit(Controller):
    """A dealer's credit as the manufacturer's people see it."""

    path = "/credit/{account_id:int}"

    @get("/", name="credit.dealer", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Template:
        """Show how the dealer stands."""
        return await _page(request, viewer, settings, account_id)

    @post("/terms", name="credit.terms", opt=policy(MANAGE), status_code=200)
    async def terms(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Response[Any]:
        """Agree on limit and terms."""

        async def agree(form: FormReader) -> None:
            command = forms.read_terms(form, settings.currency_decimals)
            await agree_terms(viewer, account_id, command, CreditRules.of(settings), today(viewer))

        return await sent(request, viewer, settings, account_id, agree, said="Saved.")

    @post("/hold", name="credit.hold", opt=policy(MANAGE), status_code=200)
    async def hold(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Response[Any]:
        """Place a hold."""

        async def place(form: FormReader) -> None:
            await holds.place_hold(viewer, account_id, forms.read_hold(form))

        return await sent(request, viewer, settings, account_id, place, said="The dealer is on hold.")

    @post("/release", name="credit.release", opt=policy(MANAGE), status_code=200)
    async def release(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Response[Any]:
        """Ask for the release of the hold."""

        async def ask(form: FormReader) -> None:
            await holds.request_release(viewer, account_id, forms.read_reason(form, "release_reason"))

        return await sent(request, viewer, settings, account_id, ask, said="A second person will decide.")

    @post("/release/approve", name="credit.approve", opt=policy(APPROVE), status_code=200)
    async def approve(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any]:
        """Release the hold as the second person."""
        await holds.approve_release(viewer, account_id)
        return redirect(request, f"/credit/{account_id}", toast="The hold is released.")

    @post("/release/decline", name="credit.decline", opt=policy(APPROVE), status_code=200)
    async def decline(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Response[Any]:
        """Keep the hold as the second person."""

        async def refuse(form: FormReader) -> None:
            await holds.decline_release(viewer, account_id, forms.read_reason(form, "declined_reason"))

        return await sent(request, viewer, settings, account_id, refuse, said="The hold stands.")

    @post("/purpose", name="credit.purpose", opt=policy(MANAGE), status_code=200)
    async def purpose(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Response[Any]:
        """Say which document a payment is meant for."""

        async def name(form: FormReader) -> None:
            command = forms.read_purpose(form)
            await name_purpose(viewer, account_id, command, CreditRules.of(settings), today(viewer))

        return await sent(request, viewer, settings, account_id, name, said="Saved.")


async def sent(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    account_id: int,
    use_case: Callable[[FormReader], Awaitable[None]],
    said: str,
) -> Response[Any]:
    """Do what a form asks for, or show the page again with what is wrong; hidden dealers come first."""
    await get_dealer(viewer, account_id, READ)
    form = await FormReader.of(request)
    try:
        await use_case(form)
    except Invalid as error:
        return await _page(request, viewer, settings, account_id, error, form)
    return redirect(request, f"/credit/{account_id}", toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    account_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    dealer, rules, day = await get_dealer(viewer, account_id, READ), CreditRules.of(settings), today(viewer)
    as_of = data_day(day, await last_payment_on(), rules)
    account = (await read_accounts([account_id], as_of, rules))[account_id]
    past_holds = await list_holds(account_id)
    hold = next((row for row in past_holds if row.state is not HoldState.NONE), None)
    problems = {problem.field: shown(problem.message) for problem in error.problems} if error else {}
    return page(
        request,
        "credit/dealer.html",
        status=422 if error else 200,
        dealer=dealer,
        hold=hold,
        past_holds=[row for row in past_holds if row.state is HoldState.NONE],
        may_manage=viewer.allowed(MANAGE),
        may_decide=_may_decide(viewer, hold),
        contacts=await list_contacts(account),
        owners=await list_owners(dealer, day) if viewer.allowed(COLLECT) else [],
        may_collect=viewer.allowed(COLLECT),
        history_rows=await list_history(Subject.of("credit", account_id)),
        today=day,
        values=form.values if form else {},
        problems=problems,
        **account_view(account, rules, day),
    )


def _may_decide(viewer: Viewer, hold: HoldRow | None) -> bool:
    if hold is None or hold.requested is None or not viewer.allowed(APPROVE):
        return False
    return different_people(hold.requested, viewer)
