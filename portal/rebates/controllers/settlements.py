"""Settlements: what the calendar asks for, one settlement with its lines, and its way into the books."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.jobs.queries import find_job
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import cursor_from
from portal.rebates import forms, office_exports, views, words
from portal.rebates.bulk_papers import bulks_of, may_bulk
from portal.rebates.calendar import Due, due_parts
from portal.rebates.model import SettlementKind, SettlementState, VersionState
from portal.rebates.policies import READ, SETTLE
from portal.rebates.program_views import locale
from portal.rebates.proof import prove
from portal.rebates.queries import office, office_books
from portal.rebates.queries.carried import carried_by
from portal.rebates.queries.settlements import Settlement, find_open, get_settlement
from portal.rebates.queries.versions import Version, list_versions, program_of, programs_of
from portal.rebates.service import settlements
from portal.rebates.service.ledger import is_closed
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.list_files import read_format
from portal.web.responses import download, fragment, page, redirect, shown
from rules.months import Month

PATH = "/rebates/settlements"


class SettlementsController(Controller):
    """Every settlement, and what waits to be settled."""

    path = PATH

    @get("/", name="rebates.settlements", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List settlements, newest first, under what the calendar asks for."""
        return await _index(request, viewer)

    @post("/", name="rebates.open", opt=policy(SETTLE), status_code=200)
    async def open_one(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Open a settlement; its calculation begins at once."""
        form = await FormReader.of(request)
        try:
            version_id, ask = forms.read_opening(form)
            if ask.kind is SettlementKind.CORRECTION:
                number = await settlements.open_correction(viewer, version_id, ask.period_on, ask.reason)
            else:
                day = today(viewer)
                number = await settlements.open_settlement(viewer, version_id, ask.kind, ask.through, day)
        except Invalid as error:
            return await _index(request, viewer, error)
        return redirect(request, views.settlement_path(number), toast="The calculation has begun.")


async def _index(request: AnyRequest, viewer: Viewer, error: Invalid | None = None) -> Template:
    query = query_of(request)
    wanted = office.SettlementFilter.of(query)
    cursor = cursor_from(query.get("after"), query.get("before"), int)
    found = await office.list_settlement_rows(viewer, wanted, cursor)
    approved = [
        version
        for version in await list_versions(viewer, today(viewer))
        if version.state is VersionState.APPROVED
    ]
    names = await views.names_of_versions(approved)
    return page(
        request,
        "rebates/office/settlements.html",
        status=422 if error else 200,
        sections=views.sections("settlements"),
        found=found,
        wanted=wanted,
        programs=sorted({(version.program, names[version.id]) for version in approved}),
        names=names,
        due=await _due(approved, wanted.program, today(viewer)) if viewer.allowed(SETTLE) else [],
        may_settle=viewer.allowed(SETTLE),
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
        **_words(),
        **page_urls(PATH, wanted.params, found),
    )


async def _due(approved: list[Version], program: str, day: dt.date) -> list[Due]:
    chosen = {version.id: version for version in approved if program in ("", version.program)}
    opened = await office.settled_parts(chosen)
    found: list[Due] = []
    for number, content in (await programs_of(chosen)).items():
        label = f"{content.label[locale()]} {chosen[number].label}"
        found += due_parts(content, number, label, opened.get(number, set()), day)
    return sorted(found, key=lambda each: (each.through.first_on, each.label))


def _words() -> dict[str, Any]:
    return {
        "kinds": views.translated(words.SETTLEMENT_KINDS),
        "states": views.translated(words.SETTLEMENT_STATES),
        "tones": {str(state): tone for state, tone in words.SETTLEMENT_TONES.items()},
    }


class SettlementController(Controller):
    """One settlement."""

    path = "/rebates/settlements/{settlement_id:int}"

    @get("/", name="rebates.settlement", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        settlement_id: FromPath[int],
    ) -> Template:
        """Show where it stands, its lines, and what can be done next."""
        return await _page(request, viewer, settings, settlement_id)

    @get("/rows", name="rebates.settlement_rows", opt=policy(READ))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settlement_id: FromPath[int]
    ) -> Template:
        """Return the lines for a changed filter; the address bar gets the page's own address."""
        settlement = await get_settlement(settlement_id)
        context = await _rows(request, viewer, settlement)
        answer = fragment(request, "rebates/office/_lines.html", settlement=settlement, **context)
        return pushed(answer, views.settlement_path(settlement_id), context["params"])

    @get("/progress", name="rebates.progress", opt=policy(READ))
    async def progress(self, request: AnyRequest, settlement_id: FromPath[int]) -> Template:
        """Return the state of the calculation; the fragment asks again until it is over."""
        settlement = await get_settlement(settlement_id)
        job = await find_job(settlement.job_id) if settlement.job_id else None
        return fragment(
            request,
            "rebates/office/_progress.html",
            settlement=settlement,
            job=job,
            here_url=views.settlement_path(settlement_id),
        )

    @post("/export", name="rebates.settlement_export", opt=policy(READ), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settlement_id: FromPath[int]
    ) -> Response[Any]:
        """Send the lines as a file, as they are filtered."""
        settlement, form = await get_settlement(settlement_id), await FormReader.of(request)
        file_format = read_format(form)
        program = await program_of(settlement.version_id)
        wanted = office.LineFilter.of(form.values)
        batches = office.iter_line_rows(viewer, settlement_id, wanted, program.beneficiary)
        name = f"{settlement.program}-{settlement.kind.value}-{settlement.through_on}.{file_format.value}"
        subject = Subject.of("rebate_settlement", settlement_id)
        await record_alone(viewer.signature(READ), "rebates.exported", subject, note=file_format.value)
        content = office_exports.line_file(batches, program, file_format)
        return download(name, content, file_format.media_type)

    @post("/preview", name="rebates.preview", opt=policy(SETTLE), status_code=200)
    async def preview(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        settlement_id: FromPath[int],
    ) -> Response[Any]:
        """Let dealers look at it first."""

        async def show(form: FormReader) -> None:
            until = forms.read_day(form, "until_on")
            await settlements.start_preview(viewer, settlement_id, until, today(viewer))

        return await _sent(request, viewer, settings, settlement_id, show, "Dealers can look at it now.")

    @post("/post", name="rebates.post", opt=policy(SETTLE), status_code=200)
    async def post_it(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        settlement_id: FromPath[int],
    ) -> Response[Any]:
        """Have it booked into an open month."""

        async def book(form: FormReader) -> None:
            month = forms.read_month(form, "booked")
            await settlements.post_settlement(viewer, settlement_id, month, today=today(viewer))

        return await _sent(request, viewer, settings, settlement_id, book, "It is being posted.")

    @post("/cancel", name="rebates.settlement_cancel", opt=policy(SETTLE), status_code=200)
    async def cancel(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        settlement_id: FromPath[int],
    ) -> Response[Any]:
        """Put it away before it is posted."""

        async def end(form: FormReader) -> None:
            await settlements.cancel_settlement(viewer, settlement_id, forms.read_reason(form))

        return await _sent(request, viewer, settings, settlement_id, end, "Cancelled.")

    @post("/replay", name="rebates.replay", opt=policy(READ), status_code=200)
    async def again(self, request: AnyRequest, settlement_id: FromPath[int]) -> Template:
        """Derive every line again and say whether all is equal."""
        return fragment(request, "rebates/office/_replay.html", found=await prove(settlement_id))


async def _sent(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    settlement_id: int,
    use_case: Callable[[FormReader], Awaitable[None]],
    said: str,
) -> Response[Any]:
    """Do what a form asks for, or show the page again with what is wrong."""
    await get_settlement(settlement_id)
    form = await FormReader.of(request)
    try:
        await use_case(form)
    except Invalid as error:
        return await _page(request, viewer, settings, settlement_id, error, form)
    return redirect(request, views.settlement_path(settlement_id), toast=said)


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    settlement_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    settlement = await get_settlement(settlement_id)
    day, before = today(viewer), None
    if settlement.kind is SettlementKind.CORRECTION:
        before = await office.find_corrected(settlement_id)
    return page(
        request,
        "rebates/office/settlement.html",
        status=422 if error else 200,
        sections=views.sections("settlements"),
        settlement=settlement,
        job=await find_job(settlement.job_id) if settlement.job_id else None,
        here_url=views.settlement_path(settlement_id),
        before=before,
        differences=await office.list_differences(viewer, settlement_id, before) if before else [],
        regions=await list_regions(),
        may_settle=viewer.allowed(SETTLE),
        under_preview=settlement.preview_until_on is not None and settlement.preview_until_on >= day,
        preview_until=day + dt.timedelta(days=settings.rebate_preview_days),
        booking_month=await _first_open(settlement),
        bulks=await bulks_of(settlement, settings) if may_bulk(viewer, settlement) else [],
        on_its_way=await find_open(settlement.version_id),
        carried=await carried_by(viewer, settlement_id),
        open_appeals=await office_books.count_open_appeals(viewer, settlement_id),
        history_rows=views.told(await list_history(Subject.of("rebate_settlement", settlement_id))),
        values=form.values if form else {},
        problems={problem.field: shown(problem.message) for problem in error.problems} if error else {},
        **await _rows(request, viewer, settlement),
    )


async def _first_open(settlement: Settlement) -> Month:
    """Return the month a settlement is booked into: that of its last day, or the first open one after."""
    month = Month.of(settlement.through_on)
    while await is_closed(month.first_on):
        month = month.shift(1)
    return month


async def _rows(request: AnyRequest, viewer: Viewer, settlement: Settlement) -> dict[str, Any]:
    query, path = query_of(request), views.settlement_path(settlement.id)
    wanted = office.LineFilter.of(query)
    program = await program_of(settlement.version_id)
    found = await office.list_line_rows(
        viewer, settlement.id, wanted, cursor_of(query), beneficiary=program.beneficiary
    )
    ready = settlement.state not in (SettlementState.COMPUTING, SettlementState.FAILED)
    return {
        "path": path,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "ready": ready,
        "program": program,
        "components": [(part.id, part.label[locale()]) for part in program.components],
        "shown_options": views.translated(views.LINES_SHOWN),
        "told": {row["id"]: views.line_words(program, row) for row in found.rows},
        "sums": await office.sum_lines(viewer, settlement.id, wanted, program.beneficiary),
        **_words(),
        **page_urls(path, wanted.params, found),
    }
