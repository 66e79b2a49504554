"""The training plan of a season as PDF; costs only on the copy of those who may see them."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.seasons.queries.seasons import get_season
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.responses import download
from training.courses.policies import COSTS, READ
from training.sessions import printing


class SeasonTrainingPaper(Controller):
    """The paper of a season's training step."""

    path = "/training/seasons"

    @get("/{season_id:int}/print", name="training.print_plan", opt=policy(READ))
    async def paper(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        season_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the plan: with costs to those who may see them, unless they ask without."""
        season = await get_season(viewer, season_id, READ)
        costs = viewer.allowed(COSTS)
        pdf = await printing.print_plan(viewer, season, settings, lang or current_locale(), costs=costs)
        if costs:
            by = season.signature(viewer, COSTS)
            await record_alone(
                by, "training.exported", Subject.of("season", season_id), note="plan with costs"
            )
        return download(printing.plan_name(season), pdf, "application/pdf")
