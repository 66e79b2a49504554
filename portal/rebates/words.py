"""English words for the codes of rebates, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.rebates.model import (
    AppealOutcome,
    OperationKind,
    PayoutState,
    SettlementKind,
    SettlementState,
    VersionState,
)
from rules.lifecycle import State

VERSION_STATES = {
    VersionState.DRAFT: "Draft",
    VersionState.SUBMITTED: "Awaits approval",
    VersionState.APPROVED: "Approved",
    VersionState.CANCELLED: "Cancelled",
}
STANDINGS = {
    State.SCHEDULED: "Scheduled",
    State.ACTIVE: "In force",
    State.RESTING: "Resting",
    State.SUPERSEDED: "Superseded",
}
STATE_TONES = {
    "draft": "",
    "submitted": "mid",
    "approved": "blue",
    "scheduled": "blue",
    "active": "good",
    "resting": "",
    "superseded": "",
    "cancelled": "low",
}
SETTLEMENT_KINDS = {
    SettlementKind.ACCRUAL: "Expected to date",
    SettlementKind.PARTIAL: "Partial settlement",
    SettlementKind.FINAL: "Final settlement",
    SettlementKind.CORRECTION: "Correction",
}
SETTLEMENT_STATES = {
    SettlementState.COMPUTING: "Being calculated",
    SettlementState.DRAFT: "To be looked at",
    SettlementState.POSTING: "Being posted",
    SettlementState.POSTED: "Posted",
    SettlementState.CANCELLED: "Cancelled",
    SettlementState.FAILED: "Failed",
}
SETTLEMENT_TONES = {
    SettlementState.COMPUTING: "blue",
    SettlementState.DRAFT: "mid",
    SettlementState.POSTING: "blue",
    SettlementState.POSTED: "good",
    SettlementState.CANCELLED: "",
    SettlementState.FAILED: "low",
}
PAYOUT_STATES = {
    PayoutState.PROPOSED: "Awaits approval",
    PayoutState.APPROVED: "Approved",
    PayoutState.EXPORTED: "Sent to the ERP",
    PayoutState.PAID: "Paid",
    PayoutState.DECLINED: "Declined",
}
PAYOUT_TONES = {
    PayoutState.PROPOSED: "mid",
    PayoutState.APPROVED: "blue",
    PayoutState.EXPORTED: "blue",
    PayoutState.PAID: "good",
    PayoutState.DECLINED: "",
}
LINE_STATES = {"open": "To be paid", "paid": "Paid", "refused": "Not paid", "returned": "Came back"}
LINE_TONES = {"open": "blue", "paid": "good", "refused": "low", "returned": "mid"}
OPERATIONS = {
    OperationKind.ACCRUAL: "Expected to date",
    OperationKind.SETTLEMENT: "Settlement",
    OperationKind.ADJUSTMENT: "Adjustment",
    OperationKind.REVERSAL: "Reversal",
    OperationKind.PAYOUT: "Payout",
}
BOOKS = {
    "expense": "Incentive expense",
    "bank": "Bank",
    "accrued": "Expected incentives (not final)",
    "payable": "Incentives payable",
}
ADJUSTMENT_STATES = {"proposed": "Awaits a second person", "approved": "Booked", "declined": "Declined"}
ADJUSTMENT_TONES = {"proposed": "mid", "approved": "good", "declined": ""}
OUTCOMES = {
    AppealOutcome.OPEN: "Unanswered",
    AppealOutcome.UPHELD: "Upheld",
    AppealOutcome.DISMISSED: "Dismissed",
}
OUTCOME_TONES = {
    AppealOutcome.OPEN: "mid",
    AppealOutcome.UPHELD: "good",
    AppealOutcome.DISMISSED: "",
}

register_words(
    {
        "rebates.version_create": "began an incentive programme",
        "rebates.version_edit": "edited an incentive programme",
        "rebates.version_submit": "submitted an incentive programme",
        "rebates.version_install": "took over an incentive programme",
        "rebates.version_decline": "sent an incentive programme back",
        "rebates.version_approve": "approved an incentive programme",
        "rebates.version_cancel": "cancelled an incentive programme",
        "rebates.version_accept": "accepted an incentive programme",
        "rebates.settlement_open": "opened a settlement",
        "rebates.settlement_computed": "calculated a settlement",
        "rebates.settlement_preview": "showed a settlement to dealers",
        "rebates.settlement_post": "had a settlement posted",
        "rebates.settlement_posted": "posted a settlement",
        "rebates.settlement_cancel": "cancelled a settlement",
        "rebates.payout_propose": "proposed a payout",
        "rebates.payout_approve": "approved a payout",
        "rebates.payout_decline": "declined a payout",
        "rebates.payout_export": "sent a payout to the ERP",
        "rebates.payout_acknowledge": "booked payments the ERP reported",
        "rebates.payout_refuse": "noted that a line is not paid",
        "rebates.payout_return": "booked a payment that came back",
        "rebates.reverse": "reversed a booking",
        "rebates.adjust": "booked an adjustment",
        "rebates.adjust_propose": "proposed an adjustment",
        "rebates.adjust_approve": "approved an adjustment",
        "rebates.adjust_decline": "declined an adjustment",
        "rebates.period_close_request": "asked to close a month of the books",
        "rebates.period_close": "closed a month of the books",
        "rebates.period_close_declined": "kept a month of the books open",
        "rebates.appeal": "appealed against a line",
        "rebates.answer": "answered an appeal",
        "rebates.version_remind": "reminded dealers of an incentive programme",
        "rebates.exported": "took incentive figures out of the portal",
    }
)
