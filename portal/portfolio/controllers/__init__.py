"""Pages of account classes: the portfolio, one account's way, the limits, prospects."""

from portal.portfolio.controllers.classes import Classes
from portal.portfolio.controllers.limits import Limits
from portal.portfolio.controllers.prospects import Prospects

HANDLERS = [Classes, Limits, Prospects]

__all__ = ["HANDLERS"]
