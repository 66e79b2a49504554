"""Pages of plans: visits and who came."""

from portal.plans.controllers.visits import HANDLERS as VISITS

HANDLERS = [*VISITS]

__all__ = ["HANDLERS"]
