"""Pages of credit: the list, one dealer, and the dealer's own."""

from portal.credit.controllers.collection import DealerCollection
from portal.credit.controllers.dealer import DealerCredit
from portal.credit.controllers.lists import CreditList
from portal.credit.controllers.own import OwnCredit

HANDLERS = [CreditList, DealerCredit, DealerCollection, OwnCredit]

__all__ = ["HANDLERS"]
