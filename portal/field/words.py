"""English words for the codes of the field, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.field.model import LateReason

KINDS = {"visit": "Visit", "account": "New account", "promise": "Promise", "survey": "Survey answer"}
REASONS = {
    LateReason.CLOSED_MONTH: "The month is closed",
    LateReason.LONG_AGO: "Logged long ago",
}
STATES = {"waiting": "Waits for a decision", "accepted": "Accepted late", "refused": "Refused late"}
STATE_TONES = {"waiting": "mid", "accepted": "good", "refused": "low"}
SOURCES = {
    "observed": "Seen by me",
    "told": "Told by them",
    "estimated": "Estimated",
    "declined": "They would rather not say",
}

register_words(
    {
        "field.late_accepted": "accepted a late record",
        "field.late_refused": "refused a late record",
    }
)
