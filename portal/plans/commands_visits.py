"""Checked commands about visits, as forms and phones make them and services take them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.plans.model import Outcome


@dataclass(frozen=True, slots=True)
class VisitCommand:
    """A visit to be logged.

    Attributes:
        client_key: Lower-case UUID made where it was typed; the same key again changes nothing.
        account_id: Who was visited.
        visited_on: Day in the business zone; today or up to ``visit_back_days`` before.
        outcome: What it came to.
        cases: Cases ordered or tried, at least 0; None = not said.
        minutes: How long it took, 0 to 960; None = not said.
        note: Free text, 2,000 characters at most.
        device_at: The phone's clock, aware; kept as it is and never relied on alone.
        made_at: The same put right by what is known of that clock; None = nothing is known.
    """

    client_key: str
    account_id: int
    visited_on: dt.date
    outcome: Outcome
    cases: int | None = None
    minutes: int | None = None
    note: str = ""
    device_at: dt.datetime | None = None
    made_at: dt.datetime | None = None
