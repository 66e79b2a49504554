"""English words for the codes of the field, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.field.census import Band, Sighting
from portal.field.model import LateReason
from portal.plans.targeting import Stage

KINDS = {
    "visit": "Visit",
    "account": "New account",
    "promise": "Promise",
    "survey": "Survey answer",
    "census": "Census",
}
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
STAGES = {
    Stage.TARGET: "Target account",
    Stage.VISITED: "Visited",
    Stage.TRIAL: "Trial",
    Stage.OPENED: "Opened",
    Stage.REPEAT: "Ordered again",
}
STAGE_RULES = {
    Stage.TARGET: "On the target list, and nobody of ours has met anybody there since.",
    Stage.VISITED: "Since it was put on the list one of our people met somebody there.",
    Stage.TRIAL: "At such a visit a trial was noted.",
    Stage.OPENED: "The first paid order since it was put on the list, from sales lines; an order stands for"
    " a paid one where payments are not imported.",
    Stage.REPEAT: "The second order came within %(days)s days of the first.",
}
BANDS = {
    Band.RECENT: "Seen within %(recent)s days",
    Band.AGEING: "%(recent)s to %(ageing)s days ago",
    Band.OLD: "More than %(ageing)s days ago",
    Band.NEVER: "Never seen",
}
BAND_TONES = {Band.RECENT: "good", Band.AGEING: "mid", Band.OLD: "low", Band.NEVER: "low"}
SIGHTINGS = {Sighting.VISIT: "Visit", Sighting.CENSUS: "Census", Sighting.ORDER: "Order"}

register_words(
    {
        "field.board_exported": "took the development board out of the portal",
        "field.census_exported": "took the census list out of the portal",
        "field.late_exported": "took the list of late records out of the portal",
        "field.late_accepted": "accepted a late record",
        "field.late_refused": "refused a late record",
    }
)
