"""English words for the network's codes, the keys of their translations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.network.model import ContactRole, Kind, Owner, Purpose, State
from portal.web.i18n import gettext
from rules.duplicates.likeness import Sign

if TYPE_CHECKING:
    from rules.duplicates.likeness import Reason

KINDS = {
    Kind.DEALER: "Dealer",
    Kind.OUTLET: "Second-tier outlet",
    Kind.TERMINAL: "Retail point",
    Kind.SUSPECT: "Suspect",
}
LISTS = {Kind.DEALER: "Dealers", Kind.OUTLET: "Second-tier outlets", Kind.TERMINAL: "Retail points"}
STATES = {
    State.SUSPECT: "Future customer",
    State.PROSPECT: "Prospect",
    State.EXISTING: "Trading",
    State.DORMANT: "Dormant",
    State.CLOSED: "Closed",
}
STATE_TONES = {
    State.SUSPECT: "",
    State.PROSPECT: "blue",
    State.EXISTING: "good",
    State.DORMANT: "mid",
    State.CLOSED: "low",
}
OWNERS = {Owner.MANUFACTURER: "Manufacturer's record", Owner.DEALER: "Dealer's record"}
CHANNELS = {
    "food_service": "Restaurant",
    "pub": "Pub",
    "cafe": "Café",
    "convenience": "Convenience store",
    "mart": "Mart",
}
ROLES = {
    ContactRole.DECISION: "Decides",
    ContactRole.INFLUENCE: "Influences",
    ContactRole.GATEKEEPER: "Opens doors",
    ContactRole.USER: "Works with us",
}
PURPOSES = {
    Purpose.OUTLETS: "Second-tier outlets",
    Purpose.TERMINALS: "Retail points",
    Purpose.CONTACTS: "Contacts",
    Purpose.SELL_THROUGH: "Your sales to outlets and retail points",
}
PURPOSE_REASONS = {
    Purpose.OUTLETS: "So that development plans and visits of both sides meet at the same outlets.",
    Purpose.TERMINALS: "So that coverage and new openings count in your evaluation.",
    Purpose.CONTACTS: "So that our people know whom to talk to, and call nobody twice.",
    Purpose.SELL_THROUGH: "So that growth and stability are measured by what you really sell on.",
}
PRODUCT_STATUSES = {"active": "On sale", "weakening": "Being reduced", "ended": "No longer sold"}
SOURCES = {"recorded": "On record", "observed": "Seen there", "told": "Heard of"}
PAIR_STATES = {"open": "To decide", "different": "Not the same", "merged": "Merged"}
SIGNS = {
    Sign.TOLD: "Somebody says they are one",
    Sign.PHONE: "Same telephone",
    Sign.NUMBER: "Same business number",
    Sign.OTHER_NUMBER: "Different business numbers",
    Sign.ADDRESS: "Same address",
    Sign.NAME_ALIKE: "Names alike: %(measure)s of 100",
    Sign.NAME_SIMILAR: "Names similar: %(measure)s of 100",
    Sign.NEAR: "%(measure)s m apart",
    Sign.AROUND: "%(measure)s m apart",
    Sign.FAR: "Far apart: %(measure)s m",
}
MERGED_FIELDS = {
    "name": "Name",
    "region": "Region",
    "area": "Area",
    "address": "Address",
    "phone": "Phone",
    "business_number": "Business number",
    "channel": "Channel",
    "trade_type": "Trade",
    "place": "Position on the map",
}


def reason_text(reason: Reason) -> str:
    """Return what speaks for two accounts being one, in the current language."""
    return gettext(SIGNS[reason.sign]) % {"measure": f"{reason.measure:,}"}
