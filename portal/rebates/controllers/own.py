"""A dealer's own incentives, made for a phone: what is coming, the terms, his statement."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.rebates import exports_own, views_own, views_statement
from portal.rebates.controllers import own_lines, own_papers
from portal.rebates.model import Acceptance
from portal.rebates.policies import ACCEPT, APPEAL, OWN
from portal.rebates.program_views import program_view
from portal.rebates.queries import own
from portal.rebates.queries.acceptance import acceptance_of
from portal.rebates.queries.ledger import balance_of, list_movements
from portal.rebates.queries.running import get_announced, list_family, list_running
from portal.rebates.queries.statements import Statement, statement_of
from portal.rebates.queries.versions import program_of, programs_of
from portal.rebates.service.versions import accept_version
from portal.rebates.views import names_of_codes
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import download, page, redirect, shown
from portal.web.spreadsheet import Format

NEWEST = 6
"""Statements listed on the first page; all of them can be chosen on a statement."""
MOVEMENTS = 50
"""Bookings shown at once; older ones follow page by page."""


class OwnIncentives(Controller):
    """Everything at one glance, and what happened to the money."""

    path = views_own.PATH

    @get("/", name="rebates.own", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show what is owed, expected and paid, what comes next, and the way to each next tier."""
        dealer, day = await own.own_dealer(viewer), today(viewer)
        running, past = await list_running(viewer, dealer.id, day)
        balance, payments = await balance_of(dealer.id), await own.list_payments(viewer, dealer.id)
        settlements = (await own.list_own_settlements(viewer, dealer.id))[:NEWEST]
        programs = await programs_of(
            [*(one.version_id for one in settlements), *(one.version_id for one in past)]
        )
        return page(
            request,
            "rebates/own/index.html",
            dealer=dealer,
            balance=balance,
            year=day.year,
            paid_minor=views_own.paid_in(payments, day.year),
            coming=views_own.coming(running, payments, balance.payable_minor, day),
            cards=[views_own.card_view(one, day) for one in running],
            past=[views_own.past_row(one, programs[one.version_id]) for one in past],
            settlements=[views_own.settlement_row(one, programs[one.version_id]) for one in settlements],
            open_appeals=sum(one.outcome == "open" for one in await own.list_own_appeals(viewer)),
        )

    @get("/movements", name="rebates.own_movements", opt=policy(OWN))
    async def movements(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], before: FromQuery[int | None] = None
    ) -> Template:
        """List bookings in plain words, and every payment with its reference."""
        dealer = await own.own_dealer(viewer)
        rows = await list_movements(viewer, dealer.id, limit=MOVEMENTS + 1, before=before)
        programs = await programs_of([row.version_id for row in rows if row.version_id is not None])
        return page(
            request,
            "rebates/own/movements.html",
            dealer=dealer,
            balance=await balance_of(dealer.id),
            payments=await own.list_payments(viewer, dealer.id),
            movements=[views_own.movement_view(row, programs) for row in rows[:MOVEMENTS]],
            next_href=f"{views_own.PATH}/movements?before={rows[MOVEMENTS - 1].id}"
            if len(rows) > MOVEMENTS
            else "",
        )

    @get("/movements/file", name="rebates.own_movements_file", opt=policy(OWN))
    async def movements_file(
        self, viewer: NamedDependency[Viewer], form: FromQuery[Format] = Format.XLSX
    ) -> Response[Any]:
        """Send every booking as a file."""
        dealer = await own.own_dealer(viewer)
        name, content = exports_own.movements_file(viewer, dealer, form)
        return download(name, content, form.media_type)


class OwnProgram(Controller):
    """One version: its terms in plain words, acceptance, and the statement."""

    path = views_own.PATH + "/{version_id:int}"

    @get("/", name="rebates.own_program", opt=policy(OWN))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Template:
        """Show the terms in words, the calendar, and whether they were accepted."""
        return await _terms(request, viewer, version_id)

    @post("/accept", name="rebates.own_accept", opt=policy(ACCEPT), status_code=200)
    async def accept(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Response[Any]:
        """Accept the terms that were read, before their first day."""
        form, day = await FormReader.of(request), today(viewer)
        version = await get_announced(version_id, day)
        try:
            if not form.flag("read"):
                form.refuse("read", "Please confirm that you have read the terms.")
            form.check()
        except Invalid as error:
            return await _terms(request, viewer, version_id, error)
        dealer = await own.own_dealer(viewer)
        await accept_version(viewer, version.id, dealer.id, form.values.get("sha256", ""), day)
        return redirect(request, views_own.own_path(version_id), toast="You accepted the terms.")

    @get("/statement", name="rebates.own_statement", opt=policy(OWN))
    async def statement(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        version_id: FromPath[int],
        settlement: FromQuery[int | None] = None,
    ) -> Template:
        """Show the latest settlement, or a chosen one, line by line."""
        chosen = await _statement(viewer, version_id, settlement)
        settlement_id = chosen.settlement.id if chosen.settlement else 0
        found = await own.list_own_settlements(viewer, chosen.account_id, version_id)
        view = views_statement.statement_view(
            chosen,
            await own.lines_before(settlement_id, chosen.account_id),
            await own.list_own_appeals(viewer, settlement_id),
            may_appeal=viewer.allowed(APPEAL),
        )
        return page(
            request,
            "rebates/own/statement.html",
            statement=view,
            dealer=await own.own_dealer(viewer),
            tabs_shown=views_statement.settlement_tabs(found, settlement_id),
            here_url=views_own.own_path(version_id, "/statement"),
            query=f"settlement={settlement_id}",
            program_href=views_own.own_path(version_id),
        )

    @get("/statement/file", name="rebates.own_statement_file", opt=policy(OWN))
    async def statement_file(
        self,
        viewer: NamedDependency[Viewer],
        version_id: FromPath[int],
        settlement: FromQuery[int | None] = None,
        form: FromQuery[Format] = Format.XLSX,
    ) -> Response[Any]:
        """Send the lines of a statement as a file."""
        chosen = await _statement(viewer, version_id, settlement)
        name, content = exports_own.statement_file(chosen, form)
        return download(name, content, form.media_type)


async def _statement(viewer: Viewer, version_id: int, settlement: int | None) -> Statement:
    await get_announced(version_id, today(viewer))
    dealer = await own.own_dealer(viewer)
    return await statement_of(dealer.id, version_id, viewer, settlement)


async def _terms(
    request: AnyRequest, viewer: Viewer, version_id: int, error: Invalid | None = None
) -> Template:
    day = today(viewer)
    version, dealer = await get_announced(version_id, day), await own.own_dealer(viewer)
    program = await program_of(version_id)
    binding = await acceptance_of(version_id, dealer.id)
    begun = version.term is None or version.term.from_on <= day
    return page(
        request,
        "rebates/own/program.html",
        status=422 if error else 200,
        dealer=dealer,
        version=version,
        standing=views_own.standing_view(version),
        program=program_view(program, await names_of_codes(program.alongside, day)),
        calendar=views_own.calendar_view(program),
        tax_step=views_own.tax_step(program),
        by_contract=binding is Acceptance.CONTRACT,
        begun=begun,
        may_accept=viewer.allowed(ACCEPT) and binding is Acceptance.NONE and not begun,
        acceptance=await own.find_acceptance(version_id, dealer.id),
        family=[views_own.family_view(one) for one in await list_family(version.program, day)],
        statement_href=views_own.own_path(version_id, "/statement"),
        here_url=views_own.own_path(version_id),
        problem=" ".join(shown(problem.message) for problem in error.problems) if error else "",
    )


HANDLERS = [OwnIncentives, OwnProgram, *own_lines.HANDLERS, *own_papers.HANDLERS]
