"""What a programme would have paid over the past 24 months, and two versions side by side."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Conflict
from portal.network.controllers.requests import AnyRequest, query_of
from portal.network.scope import today
from portal.rebates import office_exports, program_views, views
from portal.rebates.policies import READ
from portal.rebates.queries.versions import Version, find_base, get_version
from portal.rebates.service.checks import read
from portal.rebates.simulation import MONTHS
from portal.rebates.simulation_jobs import Trial, ask, standing_of
from portal.web.charts import Bar, bars
from portal.web.formats import money_short
from portal.web.formats import month as month_text
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format
from portal.web.responses import download, fragment, is_htmx, page, redirect
from rules.rebate import Program

SHOWN = 50


class SimulationController(Controller):
    """One version tried on past months, or beside another."""

    path = "/rebates/programs/{version_id:int}"

    @get("/simulation", name="rebates.simulation", opt=policy(READ))
    async def show(self, request: AnyRequest, version_id: FromPath[int]) -> Template:
        """Show the frame; the figures follow as soon as they are worked out."""
        version, program, base = await _two(version_id)
        return page(
            request,
            "rebates/office/simulation.html",
            sections=views.sections("programs"),
            version=version,
            label=program.label[program_views.locale()],
            base=base,
            months=MONTHS,
        )

    @get("/simulation/result", name="rebates.simulated", opt=policy(READ))
    async def result(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Template:
        """Return the figures, or how far they are; the fragment asks again until they are there."""
        version, program, base = await _two(version_id)
        return await _result(request, viewer, version, Trial(program, base, today(viewer)))

    @post("/simulation", name="rebates.simulate", opt=policy(READ), status_code=200)
    async def start(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Response[Any]:
        """Have the figures worked out in the background."""
        version, program, base = await _two(version_id)
        trial = Trial(program, base, today(viewer))
        await ask(viewer, trial)
        if not is_htmx(request):
            return redirect(request, views.version_path(version_id, "/simulation"))
        return await _result(request, viewer, version, trial)

    @post("/simulation/export", name="rebates.simulation_export", opt=policy(READ), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Response[Any]:
        """Send every account with both amounts as a file."""
        version, program, base = await _two(version_id)
        form = await FormReader.of(request)
        file_format = read_format(form)
        impact = (await standing_of(viewer, Trial(program, base, today(viewer)))).impact
        if impact is None:
            raise Conflict("Wait until the figures are shown, then take the file.")
        subject = Subject.of("rebate_version", version_id)
        note = f"simulation {file_format.value}"
        await record_alone(viewer.signature(READ), "rebates.exported", subject, note=note)
        content = office_exports.impact_file(impact.accounts, file_format)
        name = f"{version.program or 'programme'}-simulation.{file_format.value}"
        return download(name, content, file_format.media_type)

    @get("/compare", name="rebates.compare", opt=policy(READ))
    async def compare(self, request: AnyRequest, version_id: FromPath[int]) -> Template:
        """Show in words what differs between two versions."""
        version, program, base = await _two(version_id, query_of(request).get("with", ""))
        return page(
            request,
            "rebates/office/compare.html",
            sections=views.sections("programs"),
            version=version,
            base=base,
            changes=program_views.differences_view(base, program) if base else [],
        )


async def _result(request: AnyRequest, viewer: Viewer, version: Version, trial: Trial) -> Template:
    found = await standing_of(viewer, trial)
    if found.impact is None:
        here = views.version_path(version.id)
        return fragment(request, "rebates/office/_simulating.html", standing=found, here_url=here)
    months = [(month, new) for month, new, _ in found.impact.months if new]
    return fragment(
        request,
        "rebates/office/_impact.html",
        version=version,
        base=trial.base,
        impact=found.impact,
        job=found.job,
        here_url=views.version_path(version.id),
        chart=bars(
            [Bar(month_text(month), new, money_short(new)) for month, new in months],
            gettext("What it would have paid"),
        ),
        shown=found.impact.accounts[:SHOWN],
    )


async def _two(version_id: int, other: str = "") -> tuple[Version, Program, Program | None]:
    """Return a version, its programme, and what it is compared with: another one, or the one before it.

    Raises:
        NotFound: There is no such version.
        Conflict: The text of one cannot be read yet.
    """
    version = await get_version(version_id)
    program = await _sound(version.text)
    if other.isascii() and other.isdigit() and len(other) < 16:  # noqa: PLR2004  fits 64 bits
        return version, program, await _sound((await get_version(int(other))).text)
    return version, program, await find_base(program.code, program.effective_from)


async def _sound(text: str) -> Program:
    program = await read(text)
    if program.problems:
        raise Conflict("The text can no longer be read; mend it in the text view.")
    return program
