"""The months and their runs: start with checks, progress, replay, publication, close."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.evaluations import policies, words
from portal.evaluations.controllers.requests import BY_KIND, BY_MONTH, AnyRequest
from portal.evaluations.model import RunState, SubjectKind
from portal.evaluations.queries.months import list_checks, list_late, list_months, list_startable
from portal.evaluations.queries.runs import RunView, find_run, require_run
from portal.evaluations.replay import replay
from portal.evaluations.service import states
from portal.evaluations.service.runs import start_run
from portal.evaluations.views import month_path
from portal.jobs.model import JobState
from portal.jobs.queries import find_job
from portal.network.scope import today
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import fragment, page, redirect, shown
from rules.months import Month


class MonthsController(Controller):
    """Every evaluated month."""

    path = "/evaluations"
    dependencies = BY_KIND

    @get("/", name="evaluations.months", opt=policy(policies.READ))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], kind: NamedDependency[SubjectKind]
    ) -> Template:
        """List the months with state and progress, and who is late with the newest one."""
        months = await list_months(viewer, kind)
        return page(
            request,
            "evaluations/months.html",
            months=months,
            may_rehearse=viewer.allowed(policies.REHEARSE),
            late=await list_late(viewer, months[0].run) if months else [],
            startable=await list_startable(kind, today(viewer)) if viewer.allowed(policies.EVALUATE) else [],
            **_words(kind),
        )


class RunController(Controller):
    """The run of a month."""

    path = "/evaluations/{month_text:str}/run"
    dependencies = BY_MONTH | BY_KIND

    @get("/", name="evaluations.run", opt=policy(policies.READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kind: NamedDependency[SubjectKind],
    ) -> Template:
        """Show where the month stands and what can be done next."""
        return page(request, "evaluations/run.html", **await _run(viewer, month, kind))

    @get("/progress", name="evaluations.progress", opt=policy(policies.READ))
    async def progress(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kind: NamedDependency[SubjectKind],
    ) -> Template:
        """Return the state of the computation; the fragment asks again until it is over."""
        return fragment(request, "evaluations/_progress.html", **await _run(viewer, month, kind))

    @post("/", name="evaluations.start", opt=policy(policies.EVALUATE), status_code=200)
    async def start(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kind: NamedDependency[SubjectKind],
    ) -> Response[Any]:
        """Start the evaluation."""
        try:
            await start_run(viewer, month, kind, today(viewer))
        except Invalid as error:
            context = await _run(viewer, month, kind)
            problem = shown(error.problems[0].message)
            return page(request, "evaluations/run.html", status=422, **context | {"problem": problem})
        return redirect(request, month_path(month, kind, "/run"), toast="The evaluation has begun.")

    @post("/replay", name="evaluations.replay", opt=policy(policies.REPLAY), status_code=200)
    async def replay(
        self,
        request: AnyRequest,
        month: NamedDependency[Month],
        kind: NamedDependency[SubjectKind],
    ) -> Template:
        """Compute the month again from what was stored and say whether every byte is equal."""
        found = await replay(await require_run(month, kind))
        return fragment(request, "evaluations/_replay.html", found=found)

    @post("/publish", name="evaluations.publish", opt=policy(policies.PUBLISH), status_code=200)
    async def publish(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kind: NamedDependency[SubjectKind],
    ) -> Response[Any]:
        """Publish the reviewed month."""
        await states.publish(viewer, month, kind)
        return redirect(request, month_path(month, kind, "/run"), toast="Published.")

    @post("/close-request", name="evaluations.close_request", opt=policy(policies.CLOSE), status_code=200)
    async def request_close(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kind: NamedDependency[SubjectKind],
    ) -> Response[Any]:
        """Ask for the month to be closed."""
        await states.request_close(viewer, month, kind)
        return redirect(request, month_path(month, kind, "/run"), toast="Asked for. Somebody else approves.")

    @post("/close", name="evaluations.close", opt=policy(policies.CLOSE), status_code=200)
    async def close(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kind: NamedDependency[SubjectKind],
    ) -> Response[Any]:
        """Close the month as the second person."""
        await states.approve_close(viewer, month, kind)
        return redirect(request, month_path(month, kind, "/run"), toast="The month is closed.")

    @post("/close-decline", name="evaluations.close_decline", opt=policy(policies.CLOSE), status_code=200)
    async def decline(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kind: NamedDependency[SubjectKind],
    ) -> Response[Any]:
        """Decline the close, or take one's own request back."""
        await states.withdraw_close(viewer, month, kind)
        return redirect(request, month_path(month, kind, "/run"), toast="The month stays open.")


async def _run(viewer: Viewer, month: Month, kind: SubjectKind) -> dict[str, Any]:
    run = await find_run(month, kind)
    job = await find_job(run.job_id) if run and run.job_id and run.state is RunState.COMPUTING else None
    gave_up = job is not None and job.state in (JobState.FAILED, JobState.CANCELLED)
    waiting = run is None or gave_up
    return {
        "month": month,
        "run": run,
        "job": job,
        "gave_up": gave_up,
        "checks": await list_checks(month, kind, today(viewer)) if waiting else [],
        "late": await list_late(viewer, run) if run else [],
        "may": _may(viewer, run, waiting=waiting),
        "review_href": month_path(month, kind),
        "problem": "",
        "here_url": lambda rest: month_path(month, kind, f"/run{rest}"),
        **_words(kind),
    }


def _may(viewer: Viewer, run: RunView | None, *, waiting: bool) -> dict[str, bool]:
    """Tell which buttons the viewer gets."""
    state = run.state if run else None
    closing = run is not None and run.close_requested_by is not None
    own = closing and run is not None and run.close_requested_by in viewer.people
    return {
        "start": waiting and viewer.allowed(policies.EVALUATE),
        "replay": run is not None and bool(run.results_sha256) and viewer.allowed(policies.REPLAY),
        "publish": state is RunState.REVIEWED and viewer.allowed(policies.PUBLISH),
        "ask_close": state is RunState.PUBLISHED and not closing and viewer.allowed(policies.CLOSE),
        "close": state is RunState.PUBLISHED and closing and not own and viewer.allowed(policies.CLOSE),
        "decline": state is RunState.PUBLISHED and closing and viewer.allowed(policies.CLOSE),
    }


def _words(kind: SubjectKind) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "kinds": [(each.value, gettext(words.SUBJECTS[each])) for each in SubjectKind],
        "states": {state.value: gettext(word) for state, word in words.RUN_STATES.items()},
        "tones": {state.value: tone for state, tone in words.RUN_TONES.items()},
    }
