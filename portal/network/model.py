"""What the network is made of: kinds of accounts, life-cycle states, owners, purposes of sharing."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an account is; values are those of ``account.kind``."""

    DEALER = "dealer"
    """대리점: buys from the manufacturer."""
    OUTLET = "outlet"
    """2차점: second-tier outlet, buys from a dealer and sells to terminals."""
    TERMINAL = "terminal"
    """소매점: retail point of sale."""
    SUSPECT = "suspect"
    """Somebody who might become one of the others."""


class State(StrEnum):
    """Where an account stands in its life cycle (FEATURES S1)."""

    SUSPECT = "suspect"
    PROSPECT = "prospect"
    EXISTING = "existing"
    DORMANT = "dormant"
    CLOSED = "closed"


class Owner(StrEnum):
    """Who made a record and therefore whose it is."""

    MANUFACTURER = "manufacturer"
    DEALER = "dealer"


class Purpose(StrEnum):
    """What a dealer may open to the manufacturer, each on its own (시행령 7조 2호 of the 대리점법)."""

    OUTLETS = "outlets"
    TERMINALS = "terminals"
    CONTACTS = "contacts"
    SELL_THROUGH = "sell_through"


class ContactRole(StrEnum):
    """What a person's word counts for at an account (FEATURES S105)."""

    DECISION = "decision"
    INFLUENCE = "influence"
    GATEKEEPER = "gatekeeper"
    USER = "user"


# A closed account may be opened again; nobody goes back to being a mere suspect once he has bought.
NEXT_STATES: dict[State, frozenset[State]] = {
    State.SUSPECT: frozenset({State.PROSPECT, State.EXISTING, State.CLOSED}),
    State.PROSPECT: frozenset({State.SUSPECT, State.EXISTING, State.CLOSED}),
    State.EXISTING: frozenset({State.DORMANT, State.CLOSED}),
    State.DORMANT: frozenset({State.EXISTING, State.CLOSED}),
    State.CLOSED: frozenset({State.PROSPECT, State.EXISTING}),
}

# A buyer is supplied by a seller of a higher step: dealer → outlet → terminal, or dealer → terminal.
SUPPLIERS_OF: dict[Kind, frozenset[Kind]] = {
    Kind.DEALER: frozenset(),
    Kind.OUTLET: frozenset({Kind.DEALER}),
    Kind.TERMINAL: frozenset({Kind.DEALER, Kind.OUTLET}),
    Kind.SUSPECT: frozenset(),
}
