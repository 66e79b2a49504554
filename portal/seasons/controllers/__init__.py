"""Pages of seasons: the calendar, natural sales, targets, one dealer's, and the dealer's own."""

from portal.seasons.controllers.baselines import Baselines
from portal.seasons.controllers.calendar import SeasonCalendar
from portal.seasons.controllers.dealer import DealerTarget
from portal.seasons.controllers.own import OwnTargets
from portal.seasons.controllers.papers import SeasonPapers
from portal.seasons.controllers.parts import DealerParts, OwnParts
from portal.seasons.controllers.targets import TargetList

HANDLERS = [
    SeasonCalendar,
    Baselines,
    TargetList,
    DealerTarget,
    DealerParts,
    OwnTargets,
    OwnParts,
    SeasonPapers,
]

__all__ = ["HANDLERS"]
