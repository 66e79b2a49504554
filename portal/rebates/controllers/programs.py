"""Programmes: every version, one version with its terms in words, and its way from draft to superseded."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid, message
from portal.identity.model import Postman
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of
from portal.network.scope import today
from portal.rebates import forms, program_views, views
from portal.rebates.drafting import moved_on, usual_schemes
from portal.rebates.policies import APPROVE, AUTHOR, READ
from portal.rebates.queries import office
from portal.rebates.queries.versions import Version, find_base, get_version, list_versions
from portal.rebates.service import versions
from portal.rebates.service.checks import check_text
from portal.rebates.service.reminders import remind_waiting
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect, shown
from rules.lifecycle import State

PATH = "/rebates/programs"


class ProgramsController(Controller):
    """Every version of every programme."""

    path = "/rebates"

    @get("/", name="rebates.home", opt=policy(READ), include_in_schema=False)
    async def home(self) -> Redirect:
        """Lead to the programmes."""
        return Redirect(PATH)

    @get("/programs", name="rebates.programs", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List versions under way, in force and past, and the usual schemes to start from."""
        return await _index(request, viewer)

    @post("/programs", name="rebates.draft", opt=policy(AUTHOR), status_code=200)
    async def draft(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Begin a draft from a usual scheme or a pasted text."""
        form = await FormReader.of(request)
        try:
            text = forms.read_start(form)
            if not form.values.get("pasted"):
                text = moved_on(text, today(viewer), settings.rebate_notice_days)
            version_id = await versions.create_version(viewer, text)
        except Invalid as error:
            return await _index(request, viewer, error, form)
        return redirect(request, views.version_path(version_id, "/edit"), toast="A draft was made.")


async def _index(
    request: AnyRequest, viewer: Viewer, error: Invalid | None = None, form: FormReader | None = None
) -> Template:
    every = await list_versions(viewer, today(viewer))
    accepted, dealers = await office.count_acceptances(viewer)
    names = await views.names_of_versions(every)
    rows = [views.version_row(version, accepted, dealers, names) for version in every]
    live = ("active", "scheduled", "resting", "submitted", "draft")
    rank = {code: place for place, code in enumerate(("draft", "submitted", "scheduled", "active"))}
    return page(
        request,
        "rebates/office/programs.html",
        status=422 if error else 200,
        sections=views.sections("programs"),
        live=sorted(
            (row for row in rows if row["state"]["code"] in live),
            key=lambda row: rank.get(row["state"]["code"], len(rank)),
        ),
        past=[row for row in rows if row["state"]["code"] not in live],
        schemes=[
            {"code": scheme.code, **program_views.program_view(scheme.program)} for scheme in usual_schemes()
        ],
        may_write=viewer.allowed(AUTHOR),
        values=form.values if form else {},
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
    )


class ProgramController(Controller):
    """One version."""

    path = "/rebates/programs/{version_id:int}"

    @get("/", name="rebates.program", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        version_id: FromPath[int],
    ) -> Template:
        """Show terms, tiers, worked examples, findings, people, and what can be done next."""
        return await _page(request, viewer, settings, version_id)

    @get("/acceptances", name="rebates.acceptances", opt=policy(READ))
    async def acceptances(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Template:
        """List dealers with the day they accepted, or how long they have not."""
        version, query = await get_version(version_id, today(viewer)), query_of(request)
        waiting = query.get("shown") == "waiting" and not version.is_by_contract
        found = await office.list_acceptances(viewer, version_id, cursor_of(query), waiting=waiting)
        accepted, dealers = await office.count_acceptances(viewer)
        path, params = views.version_path(version_id, "/acceptances"), {"shown": "waiting"} if waiting else {}
        told = version.announced_on
        return page(
            request,
            "rebates/office/acceptances.html",
            sections=views.sections("programs"),
            version=version,
            found=found,
            path=path,
            waiting=waiting,
            accepted=accepted.get(version_id, 0),
            dealers=dealers,
            waits_days=max(0, (today(viewer) - told).days) if told else 0,
            may=views.version_steps(viewer, version, today(viewer), ok=True),
            **page_urls(path, params, found),
        )

    @post("/copy", name="rebates.copy", opt=policy(AUTHOR), status_code=200)
    async def copy(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        version_id: FromPath[int],
    ) -> Response[Any]:
        """Begin the next version from this one."""
        version = await get_version(version_id)
        text = moved_on(version.text, today(viewer), settings.rebate_notice_days)
        number = await versions.create_version(viewer, text)
        return redirect(request, views.version_path(number, "/edit"), toast="A draft was made.")

    @post("/remind", name="rebates.remind", opt=policy(AUTHOR), status_code=200)
    async def remind(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        postman: NamedDependency[Postman],
        version_id: FromPath[int],
    ) -> Response[Any]:
        """Write to owners whose dealer has not accepted yet."""
        letters = await remind_waiting(viewer, version_id, postman, settings.public_url)
        said = message("%(count)s letters are on their way.", count=letters)
        return redirect(request, views.version_path(version_id, "/acceptances"), toast=said)

    @post("/submit", name="rebates.submit", opt=policy(AUTHOR), status_code=200)
    async def submit(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        version_id: FromPath[int],
    ) -> Response[Any]:
        """Fix the content and ask somebody else to approve it."""

        async def send(form: FormReader) -> None:
            told = forms.read_day(form, "announced_on")
            notice = settings.rebate_notice_days
            await versions.submit_version(viewer, version_id, told, notice, today(viewer))

        return await _sent(request, viewer, settings, version_id, send, "Submitted for approval.")

    @post("/approve", name="rebates.approve", opt=policy(APPROVE), status_code=200)
    async def approve(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        version_id: FromPath[int],
    ) -> Response[Any]:
        """Approve exactly what is on the page."""

        async def agree(form: FormReader) -> None:
            sha256, notice = forms.read_sha256(form), settings.rebate_notice_days
            await versions.approve_version(viewer, version_id, sha256, notice, today(viewer))

        return await _sent(request, viewer, settings, version_id, agree, "Approved.")

    @post("/decline", name="rebates.decline", opt=policy(APPROVE), status_code=200)
    async def decline(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        version_id: FromPath[int],
    ) -> Response[Any]:
        """Send it back with a reason."""

        async def refuse(form: FormReader) -> None:
            await versions.decline_version(viewer, version_id, forms.read_reason(form))

        return await _sent(request, viewer, settings, version_id, refuse, "Sent back.")

    @post("/cancel", name="rebates.cancel", opt=policy(AUTHOR), status_code=200)
    async def cancel(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        version_id: FromPath[int],
    ) -> Response[Any]:
        """Put it away before it begins."""

        async def end(form: FormReader) -> None:
            reason = forms.read_reason(form, "cancel_reason")
            await versions.cancel_version(viewer, version_id, reason, today(viewer))

        return await _sent(request, viewer, settings, version_id, end, "Cancelled.")


async def _sent(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    version_id: int,
    use_case: Callable[[FormReader], Awaitable[None]],
    said: str,
) -> Response[Any]:
    """Do what a form asks for, or show the page again with what is wrong."""
    await get_version(version_id)
    form = await FormReader.of(request)
    try:
        await use_case(form)
    except Invalid as error:
        return await _page(request, viewer, settings, version_id, error, form)
    return redirect(request, views.version_path(version_id), toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    version_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    day = today(viewer)
    version = await get_version(version_id, day)
    program, findings = await check_text(version.text)
    base = None if program.problems else await find_base(program.code, program.effective_from)
    found = program_views.findings_view(program, findings)
    accepted, dealers = await office.count_acceptances(viewer)
    return page(
        request,
        "rebates/office/program.html",
        status=422 if error else 200,
        sections=views.sections("programs"),
        version=version,
        state=views.state_view(version),
        way=views.way_view(version),
        people=await office.people_of(version_id),
        book=None
        if program.problems
        else program_views.program_view(program, await views.names_of_codes(program.alongside, day)),
        base=base,
        changes=program_views.differences_view(base, program) if base else [],
        siblings=await _siblings(viewer, version, day),
        accepted=accepted.get(version_id, 0),
        dealers=dealers,
        may=views.version_steps(viewer, version, day, ok=found["ok"]),
        notice_days=settings.rebate_notice_days,
        today=day,
        history_rows=views.told(await list_history(Subject.of("rebate_version", version_id))),
        values=form.values if form else {},
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
        **found,
    )


async def _siblings(viewer: Viewer, version: Version, day: dt.date) -> list[dict[str, Any]]:
    """Return other versions of the same programme, the newest first."""
    every = await list_versions(viewer, day)
    return [
        views.version_row(each, {}, 0)
        for each in every
        if each.program == version.program and each.id != version.id and each.standing is not State.CANCELLED
    ]
