"""English words for the codes of rulebooks, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from rules.lifecycle import State

KINDS = {"dealer": "Dealers", "representative": "Sales representatives"}
STATES = {
    State.DRAFT: "Draft",
    State.VALIDATED: "Checked",
    State.REHEARSED: "Rehearsed",
    State.SUBMITTED: "Awaits approval",
    State.APPROVED: "Approved",
    State.SCHEDULED: "Scheduled",
    State.ACTIVE: "In force",
    State.RESTING: "Resting",
    State.SUPERSEDED: "Superseded",
    State.CANCELLED: "Cancelled",
}
TONES = {
    State.DRAFT: "",
    State.VALIDATED: "blue",
    State.REHEARSED: "blue",
    State.SUBMITTED: "mid",
    State.APPROVED: "blue",
    State.SCHEDULED: "mid",
    State.ACTIVE: "good",
    State.RESTING: "",
    State.SUPERSEDED: "",
    State.CANCELLED: "low",
}
WAY = (
    State.DRAFT,
    State.VALIDATED,
    State.REHEARSED,
    State.SUBMITTED,
    State.APPROVED,
    State.SCHEDULED,
    State.ACTIVE,
)
"""The states a version goes through, in order."""
SIGNS = {
    "greater_than_or_equal_to": "≥ at least",
    "greater_than": "> more than",
    "less_than_or_equal_to": "≤ at most",
    "less_than": "< less than",
}
MISSING = {
    "no_match": "its weight goes to the other lines",
    "hold": "a person decides",
    "error": "the evaluation stops",
}

register_words(
    {
        "rulebooks.create": "began a draft of the criteria",
        "rulebooks.edit": "edited the draft",
        "rulebooks.discard": "discarded the draft",
        "rulebooks.validate": "checked the draft",
        "rulebooks.rehearse": "rehearsed it on past months",
        "rulebooks.submit": "submitted it for approval",
        "rulebooks.withdraw": "withdrew it",
        "rulebooks.decline": "sent it back",
        "rulebooks.approve": "approved it",
        "rulebooks.schedule": "scheduled it",
        "rulebooks.cancel": "cancelled it",
        "rulebooks.confirm": "confirmed having read the new criteria",
    }
)
