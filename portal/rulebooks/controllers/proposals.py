"""Every version and proposal, and one proposal with the steps that are open to the viewer."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid
from portal.network.scope import today
from portal.rulebooks import forms, policies, views
from portal.rulebooks.books import AnyBook
from portal.rulebooks.decision_table import is_decision
from portal.rulebooks.drafting import draft_text, suggested_days
from portal.rulebooks.findings import check_text
from portal.rulebooks.model import KINDS
from portal.rulebooks.queries.proposals import (
    Proposal,
    count_readings,
    find_version_of,
    get_proposal,
    list_proposals,
)
from portal.rulebooks.queries.versions import get_any, list_decisions, list_versions
from portal.rulebooks.service import drafts, steps
from portal.rulebooks.sheet_edits import text_of
from portal.rulebooks.table_edits import new_table
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect, shown
from rules.documents import read_document
from rules.lifecycle import Part, State, Step, may_approve, open_steps

AnyRequest = Request[Any, Any, Any]
PATH = "/rulebooks"


class RulebooksController(Controller):
    """Versions in force and to come, and proposals under way."""

    path = PATH

    @get("/", name="rulebooks.index", opt=policy(policies.READ))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], subject: FromQuery[str] = "dealer"
    ) -> Template:
        """List versions of one kind and every proposal that is not scheduled."""
        return await _index(request, viewer, subject)

    @post("/drafts", name="rulebooks.draft", opt=policy(policies.AUTHOR), status_code=200)
    async def draft(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Begin a draft from a version."""
        form = await FormReader.of(request)
        book = await get_any(form.values.get("base", ""))
        text = draft_text(book, today(viewer), settings.rulebook_notice_days)
        number = await drafts.create_draft(viewer, text, book.sha256)
        return redirect(request, views.proposal_path(number, "/edit"), toast="A draft was made.")

    @post("/upload", name="rulebooks.upload", opt=policy(policies.AUTHOR), status_code=200)
    async def upload(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Begin a draft from a file or a pasted text; a spreadsheet is put into the version in force."""
        form = await FormReader.of(request)
        subject = form.values.get("subject", "")
        kind = subject if subject in KINDS else KINDS[0]
        base = next(
            (v.sha256 for v in await list_versions(kind, today(viewer)) if v.state is State.ACTIVE), ""
        )
        before = draft_text(await get_any(base), today(viewer), settings.rulebook_notice_days) if base else ""
        try:
            text = await forms.read_upload(form, before)
            of_month = not is_decision(read_document(text).content)
            number = await drafts.create_draft(viewer, text, base if of_month else "")
        except Invalid as error:
            return await _index(request, viewer, kind, error)
        return redirect(request, views.proposal_path(number, "/edit"), toast="A draft was made.")

    @post("/tables", name="rulebooks.table", opt=policy(policies.AUTHOR), status_code=200)
    async def table(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Begin a decision of its own from an empty table."""
        form = await FormReader.of(request)
        try:
            decision, ko, en = forms.read_new_table(form)
            first, told = suggested_days(today(viewer), settings.rulebook_notice_days)
            text = text_of(new_table(decision, ko, en, first, told))
            number = await drafts.create_draft(viewer, text)
        except Invalid as error:
            return await _index(request, viewer, KINDS[0], error)
        return redirect(request, views.proposal_path(number, "/edit"), toast="A draft was made.")


async def _index(request: AnyRequest, viewer: Viewer, kind: str, error: Invalid | None = None) -> Template:
    kind = kind if kind in KINDS else KINDS[0]
    versions = await list_versions(kind, today(viewer))
    active = next((version for version in versions if version.state is State.ACTIVE), None)
    return page(
        request,
        "rulebooks/list.html",
        status=422 if error else 200,
        kind=kind,
        kinds=views.kinds_view(),
        versions=[views.version_view(version) for version in versions],
        decisions=[
            {**views.version_view(version), "decision": decision}
            for subject, decision in await list_decisions()
            for version in await list_versions(subject, today(viewer), decision)
        ],
        base=active.sha256 if active else "",
        proposals=[
            {
                "href": views.proposal_path(row.id),
                "label": row.label,
                "kind": row.decision or views.kind_label(row.kind),
                "state": views.state_view(row.state),
                "name": row.edited_name,
                "at": row.edited_at,
            }
            for row in await list_proposals()
        ],
        may_write=viewer.allowed(policies.AUTHOR),
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
    )


class ProposalController(Controller):
    """One proposal."""

    path = "/rulebooks/{proposal_id:int}"

    @get("/", name="rulebooks.proposal", opt=policy(policies.READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        proposal_id: FromPath[int],
    ) -> Template:
        """Show where it stands, what it changes, what was found and what can be done next."""
        return await _page(request, viewer, proposal_id)

    @post("/validate", name="rulebooks.validate", opt=policy(policies.AUTHOR), status_code=200)
    async def validate(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        proposal_id: FromPath[int],
    ) -> Response[Any]:
        """Note that nothing is wrong with it."""
        try:
            await steps.validate(viewer, proposal_id)
        except Invalid as error:
            return await _page(request, viewer, proposal_id, error)
        return redirect(request, views.proposal_path(proposal_id), toast="Checked: nothing blocks it.")

    @post("/rehearse", name="rulebooks.rehearse", opt=policy(policies.AUTHOR), status_code=200)
    async def rehearse(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        proposal_id: FromPath[int],
    ) -> Response[Any]:
        """Apply it to past months."""
        try:
            await steps.rehearse(viewer, proposal_id)
        except Invalid as error:
            return await _page(request, viewer, proposal_id, error)
        return redirect(
            request, views.proposal_path(proposal_id), toast=_rehearsed(await get_proposal(proposal_id))
        )

    @post("/submit", name="rulebooks.submit", opt=policy(policies.AUTHOR), status_code=200)
    async def submit(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        proposal_id: FromPath[int],
    ) -> Response[Any]:
        """Ask somebody else to approve it."""
        try:
            await steps.submit(viewer, proposal_id, settings.rulebook_notice_days, today(viewer))
        except Invalid as error:
            return await _page(request, viewer, proposal_id, error)
        return redirect(request, views.proposal_path(proposal_id), toast="Submitted. Somebody else approves.")

    @post("/withdraw", name="rulebooks.withdraw", opt=policy(policies.AUTHOR), status_code=200)
    async def withdraw(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], proposal_id: FromPath[int]
    ) -> Response[Any]:
        """Take it back before it is decided."""
        await steps.withdraw(viewer, proposal_id)
        return redirect(request, views.proposal_path(proposal_id), toast="Withdrawn.")

    @post("/discard", name="rulebooks.discard", opt=policy(policies.AUTHOR), status_code=200)
    async def discard(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], proposal_id: FromPath[int]
    ) -> Response[Any]:
        """Put the draft away."""
        await drafts.discard_draft(viewer, proposal_id)
        return redirect(request, PATH, toast="The draft was put away.")

    @post("/approve", name="rulebooks.approve", opt=policy(policies.APPROVE), status_code=200)
    async def approve(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        proposal_id: FromPath[int],
    ) -> Response[Any]:
        """Approve the content on the screen."""
        form, days = await FormReader.of(request), settings.rulebook_notice_days
        try:
            await steps.approve(viewer, proposal_id, form.values.get("sha256", ""), days, today(viewer))
        except Invalid as error:
            return await _page(request, viewer, proposal_id, error)
        return redirect(request, views.proposal_path(proposal_id), toast="Approved.")

    @post("/decline", name="rulebooks.decline", opt=policy(policies.APPROVE), status_code=200)
    async def decline(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        proposal_id: FromPath[int],
    ) -> Response[Any]:
        """Send it back with a reason."""
        form = await FormReader.of(request)
        try:
            await steps.decline(viewer, proposal_id, form.values.get("reason", ""))
        except Invalid as error:
            return await _page(request, viewer, proposal_id, error)
        return redirect(request, views.proposal_path(proposal_id), toast="Sent back to its author.")

    @post("/schedule", name="rulebooks.schedule", opt=policy(policies.SCHEDULE), status_code=200)
    async def schedule(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        proposal_id: FromPath[int],
    ) -> Response[Any]:
        """Let it begin on its first day."""
        try:
            await steps.schedule(viewer, proposal_id, settings.rulebook_notice_days, today(viewer))
        except Invalid as error:
            return await _page(request, viewer, proposal_id, error)
        return redirect(request, views.proposal_path(proposal_id), toast="Scheduled. Dealers will be told.")

    @post("/cancel", name="rulebooks.cancel", opt=policy(policies.SCHEDULE), status_code=200)
    async def cancel(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        proposal_id: FromPath[int],
    ) -> Response[Any]:
        """Cancel it before it begins."""
        form = await FormReader.of(request)
        try:
            await steps.cancel(viewer, proposal_id, form.values.get("reason", ""), today(viewer))
        except Invalid as error:
            return await _page(request, viewer, proposal_id, error)
        return redirect(request, views.proposal_path(proposal_id), toast="Cancelled.")


async def _page(
    request: AnyRequest, viewer: Viewer, proposal_id: int, error: Invalid | None = None
) -> Template:
    proposal, day = await get_proposal(proposal_id), today(viewer)
    base = await get_any(proposal.base_sha256) if proposal.base_sha256 else None
    checked = check_text(proposal.text, base)
    version = await find_version_of(proposal, day)
    state = version.state if version else proposal.state
    return page(
        request,
        "rulebooks/proposal.html",
        status=422 if error else 200,
        proposal=proposal,
        kind_label=views.family_label(proposal.kind, proposal.decision),
        decision=proposal.decision,
        state=views.state_view(state),
        way=[] if state is State.CANCELLED else views.way_view(state),
        may=_may(viewer, proposal, begun=state not in (State.SCHEDULED, proposal.state)),
        own_work=not may_approve(proposal.author_ids, viewer.people),
        changes=views.changes_view(base, checked.book),
        base_label=proposal.base_label,
        book=_book(checked.book),
        marks=views.marks_view(proposal),
        readings=await count_readings(proposal_id) if proposal.state is State.SCHEDULED else 0,
        history_rows=await list_history(Subject.of("rulebook_proposal", proposal_id)),
        sees_all=viewer.scope.everything,
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
        problem=" ".join(shown(problem.message) for problem in error.problems) if error else "",
        **views.findings_view(checked),
    )


def _rehearsed(proposal: Proposal) -> str:
    """Say what became of a rehearsal, plainly when there was nothing to rehearse on."""
    none = "no_history" in (proposal.rehearsal or {})
    return "There is no history to rehearse it on." if none else "Rehearsed on past months."


def _book(book: AnyBook) -> dict[str, Any] | None:
    return None if book.problems else views.book_view(book)


def _may(viewer: Viewer, proposal: Proposal, *, begun: bool) -> dict[str, bool]:
    """Tell which steps the viewer gets as buttons."""
    parts = {
        part
        for part, name in ((Part.AUTHOR, policies.AUTHOR), (Part.APPROVER, policies.APPROVE))
        if viewer.allowed(name)
    }
    open_now = open_steps(proposal.state, parts)
    second = may_approve(proposal.author_ids, viewer.people)
    closed = {Step.APPROVE, Step.DECLINE} if not second else set()
    if begun:
        closed = closed | {Step.CANCEL}
    return {step.value: step in open_now and step not in closed for step in Step}
