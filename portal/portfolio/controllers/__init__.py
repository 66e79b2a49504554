"""Pages of account classes: the portfolio, one account's way, the limits."""

from portal.portfolio.controllers.classes import Classes
from portal.portfolio.controllers.limits import Limits

HANDLERS = [Classes, Limits]

__all__ = ["HANDLERS"]
