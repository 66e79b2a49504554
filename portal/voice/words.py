"""English words for the codes of voice, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.voice.model import Cause, Evidence, VoiceEventKind, VoiceKind, VoiceState, VoiceTopic
from portal.voice.quiet import SignalKind

KINDS = {
    VoiceKind.CONCERN: "Concern",
    VoiceKind.COMPLAINT: "Complaint",
    VoiceKind.APPROACH: "Another supplier’s approach",
}
STATES = {
    VoiceState.OPEN: "Waits for an answer",
    VoiceState.REOPENED: "Asked again",
    VoiceState.ANSWERED: "Answered",
    VoiceState.CLOSED: "Solved",
}
STATE_TONES = {
    VoiceState.OPEN: "mid",
    VoiceState.REOPENED: "low",
    VoiceState.ANSWERED: "blue",
    VoiceState.CLOSED: "good",
}
TOPICS = {
    VoiceTopic.DELIVERY: "Delivery",
    VoiceTopic.QUALITY: "Product quality",
    VoiceTopic.BILLING: "Invoices and settlement",
    VoiceTopic.RETURNS: "Returns and containers",
    VoiceTopic.PRICE: "Prices and terms",
    VoiceTopic.PRODUCTS: "Products and mix",
    VoiceTopic.SUPPORT: "Support and materials",
    VoiceTopic.STAFF: "Our people",
    VoiceTopic.COMPETITION: "Competition",
    VoiceTopic.OTHER: "Something else",
}
CAUSES = {
    Cause.ORDER_ENTRY: "Order taken wrongly",
    Cause.WAREHOUSE: "Warehouse",
    Cause.TRANSPORT: "Transport",
    Cause.PRODUCT: "The product itself",
    Cause.TERMS: "Terms or prices",
    Cause.INFORMATION: "Not told, or told too late",
    Cause.SYSTEM: "A system",
    Cause.DEALER: "At the dealer",
    Cause.MARKET: "The market",
}
EVIDENCE = {
    Evidence.TOLD: "Told",
    Evidence.SEEN: "Seen",
    Evidence.PAPER: "On paper",
}
EVENTS = {
    VoiceEventKind.RAISED: "raised it",
    VoiceEventKind.ASSIGNED: "named who answers",
    VoiceEventKind.ANSWERED: "answered",
    VoiceEventKind.REOPENED: "asked again",
    VoiceEventKind.CLOSED: "said it is settled",
    VoiceEventKind.NOTED: "noted for our side",
}

SIGNALS = {
    SignalKind.APPROACH: "Approached",
    SignalKind.ORDERS: "Orders",
    SignalKind.VISITS: "Visits",
    SignalKind.REPLIES: "Replies",
}
SIGNAL_TONES = {
    SignalKind.APPROACH: "low",
    SignalKind.ORDERS: "mid",
    SignalKind.VISITS: "blue",
    SignalKind.REPLIES: "",
}
QUIET_SHOWN = {
    "without_step": "Without a next step",
    "late": "Step overdue",
    "resting": "Off the list for a while",
}

register_words(
    {
        "voice.raised": "raised something",
        "voice.assigned": "named who answers",
        "voice.answered": "answered what was raised",
        "voice.reopened": "asked again",
        "voice.closed": "said that it is settled",
        "voice.exported": "took a list of what was raised out of the portal",
        "voice.quiet_step": "planned a step for a quiet dealer",
        "voice.quiet_done": "did the step for a quiet dealer",
        "voice.quiet_snoozed": "left a quiet dealer off the list for a while",
        "voice.quiet_exported": "took the list of quiet dealers out of the portal",
    }
)
