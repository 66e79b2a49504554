"""English words for the network's codes, the keys of their translations."""

from __future__ import annotations

from portal.network.model import ContactRole, Kind, Owner, Purpose, State

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
