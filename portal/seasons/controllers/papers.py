"""The season plan and its steps as PDF, for the manufacturer's people; the plan also for the dealer."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from portal.access import Viewer
from portal.errors import NotFound
from portal.seasons import words
from portal.seasons.model import Step
from portal.seasons.policies import OWN, READ
from portal.seasons.printing import print_season
from portal.seasons.queries.papers import own_paper, season_paper
from portal.seasons.queries.seasons import get_season, list_steps
from portal.seasons.step_printing import print_step
from portal.seasons.steps import standing_of
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.responses import download


class SeasonPapers(Controller):
    """Plans on paper."""

    @get("/seasons/{season_id:int}/print", name="seasons.print", opt=policy(READ))
    async def whole(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Send the plan of the whole season."""
        paper = await season_paper(viewer, season_id)
        content = await print_season(paper, settings, current_locale())
        return download(f"{gettext('Season plan')}-{paper.season.code}.pdf", content, "application/pdf")

    @get("/seasons/{season_id:int}/steps/{step:str}/print", name="seasons.step_print", opt=policy(READ))
    async def step(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        step: FromPath[str],
    ) -> Response[Any]:
        """Send the sheet of one step, with room to write by hand."""
        season = await get_season(viewer, season_id)
        if step not in {one.value for one in Step}:
            raise NotFound
        wanted = Step(step)
        standing, rows = await standing_of(wanted, viewer, season), await list_steps(season_id)
        content = await print_step(season, wanted, rows, standing, settings, current_locale())
        return download(f"{gettext(words.STEPS[wanted])}-{season.code}.pdf", content, "application/pdf")

    @get("/my/targets/{season_id:int}/print", name="seasons.own_print", opt=policy(OWN))
    async def own(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
    ) -> Response[Any]:
        """Send the dealer's own plan."""
        paper = await own_paper(viewer, season_id)
        content = await print_season(paper, settings, current_locale())
        return download(f"{gettext('Season plan')}-{paper.season.code}.pdf", content, "application/pdf")
