"""The target list, its file in and out, and the coverage map."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid
from portal.network import words as network_words
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import cursor_from
from portal.plans import exports_targets, forms_targets
from portal.plans import words_targets as words
from portal.plans.policies import EXPORT, OWN, OWN_TARGET, PLAN, READ, VISIT
from portal.plans.printing_targets import print_targets
from portal.plans.queries.targets import (
    TargetFilter,
    count_stages,
    iter_targets,
    list_shared,
    list_targets,
    list_white_space,
)
from portal.plans.queries.visits import find_visitable
from portal.plans.service.targets import add_targets, propose_target, remove_target, show_target
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext, translate
from portal.web.list_files import read_format, send_file
from portal.web.responses import download, fragment, page, redirect, shown

PATH = "/target-list"
OWN_PATH = "/my/target-list"
COVERED_DAYS = dt.timedelta(days=365)


class TargetList(Controller):
    """Competitors' good outlets and retail points, and why they are worth developing."""

    path = PATH

    @get("/", name="plans.targets", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of the list."""
        return await _page(request, viewer)

    @get("/rows", name="plans.target_rows", opt=policy(READ))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer)
        return pushed(fragment(request, "plans/_target_rows.html", **context), PATH, context["params"])

    @post("/export", name="plans.targets_export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = TargetFilter.of(form.values)
        subject = Subject.of("list", "targets")
        await record_alone(
            viewer.signature(EXPORT), "plans.targets_exported", subject, note=file_format.value
        )
        title = gettext("Target list")
        rows = iter_targets(viewer, wanted)
        return send_file(exports_targets.target_columns(), rows, file_format, title)

    @post("/print", name="plans.targets_print", opt=policy(EXPORT), status_code=200)
    async def paper(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send the list as PDF, or say why it is too long for paper."""
        wanted = TargetFilter.of((await FormReader.of(request)).values)
        content = await print_targets(viewer, wanted, settings, current_locale())
        subject = Subject.of("list", "targets")
        await record_alone(viewer.signature(EXPORT), "plans.targets_exported", subject, note="pdf")
        return download(f"{gettext('Target list')}.pdf", content, "application/pdf")

    @post("/", name="plans.target_add", opt=policy(PLAN), status_code=200)
    async def add(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Put an account on the list, or replace what is known of it."""
        form = await FormReader.of(request)
        try:
            await add_targets(viewer, [forms_targets.read_target(form)])
        except Invalid as error:
            return await _page(request, viewer, form, error)
        return redirect(request, PATH, toast="It is on the list.")

    @post("/import", name="plans.targets_import", opt=policy(PLAN), status_code=200)
    async def read(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Read an edited list."""
        form = await FormReader.of(request)
        try:
            upload = form.files.get("file")
            if upload is None:
                raise Invalid.of("file", "Please choose a file.")
            content = await upload.read(forms_targets.BYTES_MAX + 1)
            count = await add_targets(viewer, forms_targets.read_file(content))
        except Invalid as error:
            return await _page(request, viewer, form, error)
        return redirect(request, PATH, toast=translate("%(count)s accounts are on the list.", count=count))

    @post("/{target_id:int}/remove", name="plans.target_remove", opt=policy(PLAN), status_code=200)
    async def remove(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], target_id: FromPath[int]
    ) -> Response[Any]:
        """Take an account off the list."""
        await remove_target(viewer, target_id)
        return redirect(request, PATH, toast="It is off the list.")

    @post("/{target_id:int}/show", name="plans.target_show", opt=policy(PLAN), status_code=200)
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], target_id: FromPath[int]
    ) -> Response[Any]:
        """Show an entry to its dealer, or no longer."""
        form = await FormReader.of(request)
        shown_now = form.choice("shown", ["yes", "no"]) == "yes"
        form.check()
        await show_target(viewer, target_id, shown=shown_now)
        said = "The dealer sees it now." if shown_now else "The dealer no longer sees it."
        return redirect(request, PATH, toast=said)

    @get("/map", name="plans.white_space", opt=policy(READ))
    async def white_space(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show the coverage map: where nobody buys yet, and where competitors are."""
        region = query_of(request).get("region", "")[:200]
        rows = await list_white_space(viewer, region, today(viewer) - COVERED_DAYS)
        return page(
            request,
            "plans/targets_map.html",
            rows=rows,
            least=settings.white_space_least,
            region=region,
            regions=await list_regions(),
            channels=translated(network_words.CHANNELS),
        )


class OwnTargets(Controller):
    """What a dealer sees of the target list: entries on his own accounts that are shown to him."""

    path = OWN_PATH

    @get("/", name="plans.own_targets", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List them by name."""
        return await _own_page(request, viewer)

    @post("/", name="plans.own_target_add", opt=policy(OWN_TARGET), status_code=200)
    async def add(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Propose one of his own accounts for the list."""
        form = await FormReader.of(request)
        try:
            account = await find_visitable(viewer, form.values.get("account", "")[:160])
            await propose_target(
                viewer, forms_targets.read_own_target(form, account.code if account else None)
            )
        except Invalid as error:
            return await _own_page(request, viewer, form, error)
        return redirect(request, OWN_PATH, toast="Proposed. It is on the list.")


async def _own_page(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    query = query_of(request)
    found = await list_shared(viewer, cursor_from(query.get("after"), query.get("before"), str, int))
    return page(
        request,
        "plans/targets_own.html",
        status=422 if error else 200,
        found=found,
        stages=translated(words.STAGES),
        tones={str(stage): tone for stage, tone in words.STAGE_TONES.items()},
        may_log=viewer.allowed(VISIT),
        may_add=viewer.allowed(OWN_TARGET),
        values=form.values if form else query,
        problems={one.field: shown(one.message) for one in error.problems} if error else {},
        **page_urls(OWN_PATH, {}, found),
    )


async def _page(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    found: dict[str, str] = {}
    for problem in error.problems if error else ():
        text = shown(problem.message)
        found[problem.field] = f"{found[problem.field]} {text}" if problem.field in found else text
    return page(
        request,
        "plans/targets.html",
        status=422 if error else 200,
        regions=await list_regions(),
        values=form.values if form else query_of(request),
        problems=found,
        **await _rows(request, viewer),
    )


async def _rows(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query = query_of(request)
    wanted = TargetFilter.of(query)
    found = await list_targets(viewer, wanted, cursor_from(query.get("after"), query.get("before"), int, int))
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "counts": await count_stages(viewer, wanted),
        "stages": translated(words.STAGES),
        "tones": {str(stage): tone for stage, tone in words.STAGE_TONES.items()},
        "sources": translated(words.SOURCES),
        "part_words": translated(words.PARTS),
        "may_plan": viewer.allowed(PLAN),
        **page_urls(PATH, wanted.params, found),
    }


HANDLERS = [TargetList, OwnTargets]
