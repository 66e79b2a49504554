"""English words for the codes of credit, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.credit.model import Channel, Coaching, ContractState, HoldReason, HoldState, PromiseState

CONTRACTS = {
    ContractState.NONE: "No contract",
    ContractState.SIGNED: "First invoice open",
    ContractState.CONTRACTED: "Contracted",
    ContractState.QUALIFIED: "Within terms",
}
CONTRACT_TONES = {
    ContractState.NONE: "",
    ContractState.SIGNED: "blue",
    ContractState.CONTRACTED: "mid",
    ContractState.QUALIFIED: "good",
}
HOLDS = {HoldState.HELD: "On hold", HoldState.RELEASE_REQUESTED: "Release requested"}
HOLD_REASONS = {
    HoldReason.OVERDUE: "Overdue amounts",
    HoldReason.OVER_LIMIT: "Limit exceeded",
    HoldReason.SECURITY_LAPSED: "Security has lapsed",
    HoldReason.INSOLVENCY: "Insolvency proceedings",
}
COACHING = {
    Coaching.PAYMENT_PLAN: "Amounts are overdue: agree on a payment plan, oldest invoice first.",
    Coaching.OLD_DEBT: "Some amounts are very old: clear up disputes and missing papers first.",
    Coaching.NEAR_LIMIT: "The limit is nearly used: spread deliveries or agree on a higher limit in time.",
    Coaching.OVER_LIMIT: "The limit is exceeded: plan deliveries with the payments to come.",
    Coaching.TERMS: "Everything is paid in time: terms and limit can be talked about.",
}
CHANNELS = {
    Channel.PHONE: "Telephone",
    Channel.VISIT: "Visit",
    Channel.MESSAGE: "Message",
    Channel.LETTER: "Letter",
}
PROMISES = {
    PromiseState.OPEN: "Promise open",
    PromiseState.KEPT: "Promise kept",
    PromiseState.MISSED: "Promise missed",
}
PROMISE_TONES = {PromiseState.OPEN: "mid", PromiseState.KEPT: "good", PromiseState.MISSED: "low"}
SHOWN = {
    "overdue": "With overdue amounts",
    "over_limit": "Limit exceeded",
    "near_limit": "Limit nearly used",
    "held": "On hold",
    "release_requested": "Release requested",
    "in_credit": "Paid in advance",
}
SORTS = {
    "overdue": "Most overdue first",
    "balance": "Highest balance first",
    "oldest": "Oldest debt first",
    "name": "By name",
}
ENTRIES = {0: "Payment", 1: "Order", 2: "Return", 3: "Correction"}

register_words(
    {
        "credit.terms": "agreed on credit terms",
        "credit.hold": "placed a hold",
        "credit.release_requested": "asked for the release of the hold",
        "credit.released": "released the hold",
        "credit.release_declined": "declined the release",
        "credit.purpose": "named what a payment is for",
        "credit.contact": "noted a talk about open amounts",
        "credit.contact_done": "finished a follow-up",
        "credit.exported": "took credit figures out of the portal",
    }
)
