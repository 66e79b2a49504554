"""Who is invited and why: the list, rehearsing and running the rule, inviting by hand."""

import datetime as dt
from typing import Any, Literal
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Conflict, Invalid, NotFound, Problem, message
from portal.identity.queries import find_dealer_id
from portal.network.controllers.requests import AnyRequest
from portal.occasions import exports
from portal.occasions.books import book_in_force, find_book
from portal.occasions.controllers.context import form_context, word_tables
from portal.occasions.model import REASON_MAX, OccasionState
from portal.occasions.policies import EXPORT, PLAN, READ
from portal.occasions.queries.invitations import InvitationRow, list_invitations
from portal.occasions.queries.occasions import OccasionRow, get_occasion
from portal.occasions.service.invitations import HELD, Proposed, invite_by_hand, invite_by_rule, preview_rule
from portal.occasions.sources import href_of
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose, current_locale, gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import page, redirect
from rules.decisions.book import DecisionBook
from rules.decisions.model import Rule
from rules.decisions.words import action_text
from rules.errors import RulesError

PATH = "/occasions/{occasion_id:int}/invitations"
SEATS_MOST = 1_000


class Inviting(Controller):
    """Invitations of an occasion."""

    path = PATH

    @get("/", name="occasions.invitations", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Template:
        """List the dealers of the viewer's part with the reason of each."""
        return await _show(request, viewer, occasion_id)

    @get("/rehearsal", name="occasions.rehearse_rule", opt=policy(PLAN))
    async def rehearse(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Template:
        """Show what the rule in force would say about every dealer; nothing is written."""
        occasion = await get_occasion(viewer, occasion_id, PLAN)
        try:
            found = await preview_rule(viewer, occasion_id, await _book(viewer, occasion))
        except RulesError as error:
            return await _show(request, viewer, occasion_id, None, _refused(error))
        return await _show(request, viewer, occasion_id, proposed=found)

    @post("/rule", name="occasions.invite_by_rule", opt=policy(PLAN), status_code=200)
    async def by_rule(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Response[Any]:
        """Write down what the rule in force says."""
        occasion = await get_occasion(viewer, occasion_id, PLAN)
        try:
            counts = await invite_by_rule(viewer, occasion_id, await _book(viewer, occasion))
        except RulesError as error:
            return await _show(request, viewer, occasion_id, None, _refused(error))
        said = message(
            "Invited: %(invited)s, left out: %(left_out)s, for you to decide: %(held)s, kept: %(kept)s.",
            invited=counts.invited,
            left_out=counts.left_out,
            held=counts.held,
            kept=counts.kept,
        )
        return redirect(request, f"/occasions/{occasion_id}/invitations", toast=said)

    @post("/hand", name="occasions.invite_by_hand", opt=policy(PLAN), status_code=200)
    async def by_hand(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Response[Any]:
        """Invite a dealer by code, or leave him out with no seats."""
        await get_occasion(viewer, occasion_id, PLAN)
        form = await FormReader.of(request)
        try:
            code = form.text("code", longest=60)
            seats = form.integer("seats", most=SEATS_MOST)
            reason = form.text("reason", longest=REASON_MAX, lines=True)
            form.check()
            dealer_id = await find_dealer_id(code)
            await invite_by_hand(viewer, occasion_id, dealer_id or 0, seats, reason)
        except Invalid as error:
            return await _show(request, viewer, occasion_id, form, error)
        except NotFound:
            unknown = Invalid.of("code", "There is no dealer with this code.")
            return await _show(request, viewer, occasion_id, form, unknown)
        return redirect(request, f"/occasions/{occasion_id}/invitations", toast="The list is changed.")

    @post("/export", name="occasions.invitations_export", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Response[Any]:
        """Send the list as a file."""
        occasion = await get_occasion(viewer, occasion_id, EXPORT)
        file_format = read_format(await FormReader.of(request))
        rows = await list_invitations(viewer, occasion_id, EXPORT)
        by, subject = occasion.signature(viewer, EXPORT), Subject.of("occasion", occasion_id)
        await record_alone(by, "occasions.exported", subject, note=f"invitations {file_format.value}")
        title = gettext("Invitations")
        name = f"{title}-{choose(occasion.title, occasion.title_en)}"
        lines = exports.invitation_lines(rows)
        return send_file(exports.invitation_columns(), lines, file_format, title, name)


async def _book(viewer: Viewer, occasion: OccasionRow) -> DecisionBook:
    """Return the rule in force.

    Raises:
        Conflict: The occasion invites by criteria of its own, on its own page.
    """
    if occasion.kind.has_own_criteria:
        raise Conflict("Trips invite by the criteria published for them, on the page of the trip.")
    return await book_in_force(occasion.kind, dt.datetime.now(ZoneInfo(viewer.zone)).date())


def _refused(error: RulesError) -> Invalid:
    said = message("The rule asks for something that is not known here: %(what)s", what=str(error))
    return Invalid((Problem("", said),))


def criteria_of(book: DecisionBook, locale: str) -> list[tuple[str, str, str]]:
    """Return id, words and result of each rule in order, in a language."""
    if locale == "en":
        return [(rule.id, rule.label["en"], _gives(rule, "en")) for rule in book.ruleset.rules]
    return [(rule.id, rule.label["ko"], _gives(rule, "ko")) for rule in book.ruleset.rules]


def _gives(rule: Rule, locale: Literal["ko", "en"]) -> str:
    return ", ".join(action_text(action, locale) for action in rule.then)


async def used_book(rows: list[InvitationRow]) -> DecisionBook | None:
    """Return the book behind the lines a rule made, or None when there are none."""
    for row in rows:
        if row.book_sha256:
            return await find_book(row.book_sha256)
    return None


async def _show(
    request: AnyRequest,
    viewer: Viewer,
    occasion_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
    proposed: list[Proposed] | None = None,
) -> Template:
    occasion = await get_occasion(viewer, occasion_id, READ)
    rows = await list_invitations(viewer, occasion_id, READ)
    book = await used_book(rows) if occasion.kind.has_own_criteria else await _book(viewer, occasion)
    return page(
        request,
        "occasions/invitations.html",
        status=422 if error else 200,
        occasion=occasion,
        back_href=await href_of(occasion.kind, occasion_id),
        rows=rows,
        proposed=proposed,
        held=HELD,
        book=book,
        book_label=choose(book.label["ko"], book.label["en"]) if book else "",
        criteria=criteria_of(book, current_locale()) if book else [],
        may_plan=viewer.allowed(PLAN)
        and occasion.state in (OccasionState.DRAFT, OccasionState.OPEN, OccasionState.CLOSED),
        may_export=viewer.allowed(EXPORT),
        **form_context(form, error),
        **word_tables(),
    )
