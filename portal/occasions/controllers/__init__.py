"""Pages of occasions: a dealer's own, the manufacturer's lists, the door, calendars."""

from portal.occasions.controllers.calendars import Calendars
from portal.occasions.controllers.own import OwnOccasions

HANDLERS = [OwnOccasions, Calendars]

__all__ = ["HANDLERS"]
