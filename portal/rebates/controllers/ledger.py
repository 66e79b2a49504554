"""The ledger: trial balance, months and their close, what everybody is owed, movements, reversals."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Signature, Viewer, different_people
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import cursor_from
from portal.rebates import forms, office_exports, views, words
from portal.rebates.policies import ADJUST, CLOSE, READ
from portal.rebates.queries import office_books
from portal.rebates.queries.ledger import balance_of, list_defects, require_account
from portal.rebates.service import periods
from portal.rebates.service.bookings import reverse_operation
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.list_files import read_format
from portal.web.responses import download, fragment, page, redirect, shown
from rules.months import Month

PATH = "/rebates/ledger"


class LedgerController(Controller):
    """The books as a whole."""

    path = PATH

    @get("/", name="rebates.ledger", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the trial balance, the months, and what everybody is owed."""
        return await _index(request, viewer)

    @post("/export", name="rebates.ledger_export", opt=policy(READ), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send balances, or with ``list=movements`` every booking, as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = office_books.BookFilter.of(form.values)
        moves = form.values.get("list") == "movements"
        account = form.optional_integer("account", least=1)
        form.check()
        if account is not None:
            await require_account(viewer, account)
        note = f"{file_format.value} {'movements' if moves else 'balances'}"
        subject = Subject.of("list", "rebates.ledger")
        await record_alone(viewer.signature(READ), "rebates.exported", subject, note=note)
        if moves:
            rows = office_books.iter_operations(viewer, wanted, account)
            content = office_exports.movement_file(rows, file_format)
        else:
            content = office_exports.owed_file(office_books.iter_balances(viewer, wanted), file_format)
        return download(f"ledger.{file_format.value}", content, file_format.media_type)

    @get("/movements", name="rebates.movements", opt=policy(READ))
    async def movements(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List every booking, newest first."""
        query, path = query_of(request), f"{PATH}/movements"
        wanted = office_books.BookFilter.of(query)
        cursor = cursor_from(query.get("after"), query.get("before"), int)
        found = await office_books.list_operations(viewer, wanted, cursor)
        return page(
            request,
            "rebates/office/movements.html",
            sections=views.sections("ledger"),
            found=found,
            wanted=wanted,
            path=path,
            regions=await list_regions(),
            kinds=views.translated(words.OPERATIONS),
            names=await views.names_of_operations(found.rows),
            **page_urls(path, wanted.params, found),
        )

    @get("/accounts/{account_id:int}", name="rebates.ledger_account", opt=policy(READ))
    async def account(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Show one account's balances and movements."""
        await require_account(viewer, account_id)
        query, path = query_of(request), f"{PATH}/accounts/{account_id}"
        wanted = office_books.BookFilter.of({"kind": query.get("kind", "")})
        cursor = cursor_from(query.get("after"), query.get("before"), int)
        found = await office_books.list_operations(viewer, wanted, cursor, account_id=account_id)
        return page(
            request,
            "rebates/office/ledger_account.html",
            sections=views.sections("ledger"),
            account=await office_books.get_account(viewer, account_id),
            balance=await balance_of(account_id),
            found=found,
            wanted=wanted,
            path=path,
            kinds=views.translated(words.OPERATIONS),
            names=await views.names_of_operations(found.rows),
            **page_urls(path, wanted.params, found),
        )

    @post("/accounts/{account_id:int}/check", name="rebates.ledger_check", opt=policy(READ), status_code=200)
    async def check(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Replay every booking of an account and compare with its balance."""
        await require_account(viewer, account_id)
        found = await office_books.check_account(account_id)
        return fragment(request, "rebates/office/_check.html", found=found)

    @get("/operations/{operation_id:int}", name="rebates.operation", opt=policy(READ))
    async def operation(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], operation_id: FromPath[int]
    ) -> Template:
        """Show one booking with its postings, rule version and figures."""
        return await _operation(request, viewer, operation_id)

    @post(
        "/operations/{operation_id:int}/reverse", name="rebates.reverse", opt=policy(ADJUST), status_code=200
    )
    async def reverse(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], operation_id: FromPath[int]
    ) -> Response[Any]:
        """Undo a booking by its opposite in an open month."""
        await office_books.find_operation(viewer, operation_id)
        form = await FormReader.of(request)
        try:
            reason, month = forms.read_reason(form), forms.read_month(form)
            number = await reverse_operation(viewer, operation_id, month, reason)
        except Invalid as error:
            return await _operation(request, viewer, operation_id, error, form)
        return redirect(request, f"{PATH}/operations/{number}", toast="Reversed.")

    @post(
        "/months/{month_text:str}/request", name="rebates.close_request", opt=policy(CLOSE), status_code=200
    )
    async def ask(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], month_text: FromPath[str]
    ) -> Response[Any]:
        """Ask for a month to be closed."""
        try:
            await periods.request_period_close(viewer, _month(month_text), today(viewer))
        except Invalid as error:
            return await _index(request, viewer, error)
        return redirect(request, PATH, toast="A second person will decide.")

    @post("/months/{month_text:str}/close", name="rebates.close", opt=policy(CLOSE), status_code=200)
    async def close(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], month_text: FromPath[str]
    ) -> Response[Any]:
        """Close a month as the second person."""
        await periods.approve_period_close(viewer, _month(month_text))
        return redirect(request, PATH, toast="The month is closed for good.")

    @post(
        "/months/{month_text:str}/withdraw", name="rebates.close_withdraw", opt=policy(CLOSE), status_code=200
    )
    async def withdraw(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], month_text: FromPath[str]
    ) -> Response[Any]:
        """Take the request back, or decline it."""
        await periods.withdraw_period_close(viewer, _month(month_text))
        return redirect(request, PATH, toast="The month stays open.")


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise NotFoundException(str(error)) from error


async def _index(request: AnyRequest, viewer: Viewer, error: Invalid | None = None) -> Template:
    query = query_of(request)
    wanted = office_books.BookFilter.of(query)
    found = await office_books.list_balances(viewer, wanted, cursor_of(query))
    trial = await office_books.trial_balance(viewer)
    return page(
        request,
        "rebates/office/ledger.html",
        status=422 if error else 200,
        sections=views.sections("ledger"),
        found=found,
        wanted=wanted,
        sums=await office_books.sum_balances(viewer, wanted),
        trial=trial,
        trial_sum=sum(row["balance"] for row in trial),
        defects=await list_defects(),
        months=[_month_view(viewer, row) for row in await office_books.list_months(viewer)],
        may_close=viewer.allowed(CLOSE),
        regions=await list_regions(),
        books=views.translated(words.BOOKS),
        shown_options=views.translated(views.BALANCES_SHOWN),
        today_month=Month.of(today(viewer)),
        problem=" ".join(shown(problem.message) for problem in error.problems) if error else "",
        **page_urls(PATH, wanted.params, found),
    )


def _month_view(viewer: Viewer, row: dict[str, Any]) -> dict[str, Any]:
    """Return a month with what the viewer may do about its close."""
    month = Month.of(row["month_on"])
    closes, asked = viewer.allowed(CLOSE), row["asked_by"] is not None
    closed = row["closed_at"] is not None
    second = asked and different_people(Signature(row["asked_by"], row["asked_for"]), viewer)
    return {
        **row,
        "month": month,
        "state": "closed" if closed else "asked" if asked else "open",
        "may_ask": closes and not asked and month.last_on < today(viewer),
        "may_close": closes and asked and not closed and second,
        "may_withdraw": closes and asked and not closed,
    }


async def _operation(
    request: AnyRequest,
    viewer: Viewer,
    operation_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    row = await office_books.find_operation(viewer, operation_id)
    open_to = row["kind"] not in ("reversal", "payout") and row["reversed_by"] is None
    return page(
        request,
        "rebates/office/operation.html",
        status=422 if error else 200,
        sections=views.sections("ledger"),
        row=row,
        name=(await views.names_of_operations([row])).get(operation_id),
        kinds=views.translated(words.OPERATIONS),
        books=views.translated(words.BOOKS),
        may_reverse=viewer.allowed(ADJUST) and open_to,
        month=Month.of(today(viewer)),
        values=form.values if form else {},
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
    )
