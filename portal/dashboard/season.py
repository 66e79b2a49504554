"""The season page: survey, target, plan, training, trip, forecast and readiness in one place.

Read-only over the slices that registered a provider (``portal.seasons.steps``); owners and days are the
season's own.
"""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.seasons import forms, words
from portal.seasons.model import Step
from portal.seasons.policies import PLAN, READ
from portal.seasons.queries.people import list_owners
from portal.seasons.queries.seasons import SeasonRow, StepRow, get_season, list_steps
from portal.seasons.queries.targets import get_need
from portal.seasons.service.calendar import may_change
from portal.seasons.service.preparation import set_step
from portal.seasons.steps import StepStanding, paper_of, standings, words_of
from portal.seasons.views import place_of, span_of, word_tables
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import page, redirect, shown


class SeasonPage(Controller):
    """One season from survey to readiness."""

    path = "/seasons/{season_id:int}"

    @get("/", name="dashboard.season", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Template:
        """Show every step with owner, day, state and paper."""
        return await _page(request, viewer, await get_season(viewer, season_id))

    @post("/steps", name="dashboard.season_step", opt=policy(PLAN), status_code=200)
    async def step(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], season_id: FromPath[int]
    ) -> Response[Any]:
        """Name who takes care of a step."""
        season = await get_season(viewer, season_id)
        form = await FormReader.of(request)
        try:
            await set_step(viewer, season_id, forms.read_step(form))
        except Invalid as error:
            return await _page(request, viewer, season, error)
        return redirect(request, f"/seasons/{season_id}", toast="Saved.")


async def _page(
    request: AnyRequest, viewer: Viewer, season: SeasonRow, error: Invalid | None = None
) -> Template:
    rows, found = await list_steps(season.id), await standings(viewer, season)
    changes = may_change(viewer, season)
    return page(
        request,
        "dashboard/season.html",
        status=422 if error else 200,
        season=season,
        place=place_of(season),
        span=span_of(season),
        steps=[_step(season.id, step, rows[step], found[step]) for step in Step],
        need=await get_need(season.id),
        may_change=changes,
        owners=await list_owners(season.region_path) if changes else (),
        today=today(viewer),
        history_rows=await list_history(Subject.of("season", season.id)),
        problems=[shown(problem.message) for problem in error.problems] if error else [],
        **word_tables(),
    )


def _step(season_id: int, step: Step, row: StepRow, standing: StepStanding | None) -> dict[str, Any]:
    return {
        "step": step.value,
        "label": gettext(words.STEPS[step]),
        "icon": words.STEP_ICONS[step],
        "about": gettext(words.STEP_ABOUT[step]),
        "row": row,
        "standing": standing,
        "says": shown(words_of(step, standing)),
        "print_href": paper_of(season_id, step, standing),
    }
