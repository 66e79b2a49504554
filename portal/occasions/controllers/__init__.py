"""Pages of occasions: a dealer's own, the manufacturer's lists, the door, calendars."""

from portal.occasions.controllers.calendars import Calendars
from portal.occasions.controllers.door import Door
from portal.occasions.controllers.inviting import Inviting
from portal.occasions.controllers.loyalty import LoyaltyPages
from portal.occasions.controllers.office import Roster
from portal.occasions.controllers.own import OwnOccasions

HANDLERS = [OwnOccasions, Roster, Inviting, Door, Calendars, LoyaltyPages]

__all__ = ["HANDLERS"]
