"""English words for the codes of weekly meetings, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.plans.meeting import ItemKind, ItemState, MeetingState

STATES = {
    MeetingState.OPEN: "In preparation",
    MeetingState.HELD: "Was held",
    MeetingState.CLOSED: "Meeting closed",
}
STATE_TONES = {MeetingState.OPEN: "mid", MeetingState.HELD: "blue", MeetingState.CLOSED: "good"}
KINDS = {
    ItemKind.GAP: "Gap",
    ItemKind.PROBLEM: "Problem sent beforehand",
    ItemKind.TOPIC: "Topic",
    ItemKind.DECISION: "Decision",
    ItemKind.CARRY: "From weeks before",
}
ITEM_STATES = {
    ItemState.OPEN: "Not settled yet",
    ItemState.DONE: "Done",
    ItemState.CARRIED: "Carried on",
    ItemState.DROPPED: "Dropped",
}
ITEM_TONES = {ItemState.OPEN: "mid", ItemState.DONE: "good", ItemState.CARRIED: "blue", ItemState.DROPPED: ""}
ADDED = (ItemKind.TOPIC, ItemKind.PROBLEM, ItemKind.GAP, ItemKind.DECISION)

register_words(
    {
        "plans.problem_sent": "sent a problem to a weekly meeting",
        "plans.item_done": "finished a point of a weekly meeting",
        "plans.minutes_kept": "wrote the minutes of a weekly meeting",
        "plans.meeting_closed": "closed a weekly meeting",
    }
)
