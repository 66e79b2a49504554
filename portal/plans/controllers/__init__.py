"""Pages of plans: visits and who came."""

from portal.plans.controllers.targets import TargetList
from portal.plans.controllers.visits import OwnVisits, Visits

HANDLERS = [Visits, OwnVisits, TargetList]

__all__ = ["HANDLERS"]
