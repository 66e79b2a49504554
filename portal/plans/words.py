"""English words for what the pages of plans show, the keys of their translations."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from portal.audit.words import register_words
from portal.plans.model import Evidence, Indicator, PlanOwner, PlanState

if TYPE_CHECKING:
    from collections.abc import Mapping

OWNERS: Mapping[PlanOwner, str] = MappingProxyType(
    {PlanOwner.MANUFACTURER: "Own representatives", PlanOwner.DEALER: "Dealers’ people"}
)
STATES: Mapping[PlanState, str] = MappingProxyType(
    {
        PlanState.MAKING: "Being made",
        PlanState.DRAFT: "Draft",
        PlanState.OFFERED: "Proposal waits",
        PlanState.APPROVED: "Approved",
        PlanState.FROZEN: "Frozen",
        PlanState.DECLINED: "Declined",
        PlanState.REPLACED: "Replaced",
        PlanState.FAILED: "Failed",
    }
)
TONES: Mapping[PlanState, str] = MappingProxyType(
    {
        PlanState.MAKING: "mid",
        PlanState.DRAFT: "mid",
        PlanState.OFFERED: "blue",
        PlanState.APPROVED: "blue",
        PlanState.FROZEN: "good",
        PlanState.DECLINED: "",
        PlanState.REPLACED: "",
        PlanState.FAILED: "low",
    }
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "planned": "In the plan",
        "planned_fewer": "In the plan, fewer visits than asked",
        "no_room": "Left out: no room",
        "too_far": "Left out: too far for one day",
        "never_open": "Left out: never open",
        "no_place": "Left out: place unknown",
        "no_visits": "Left out: its class asks for no visits",
        "nobody": "Left out: nobody is responsible",
    }
)
INDICATORS: Mapping[Indicator, str] = MappingProxyType(
    {
        Indicator.VISITS: "Visits made",
        Indicator.OPENING: "New opening",
        Indicator.REPEAT: "Repeat order",
        Indicator.DISPLAY: "Display kept",
    }
)
INDICATOR_MEANS: Mapping[Indicator, str] = MappingProxyType(
    {
        Indicator.VISITS: "Visits made in the month, against the visits planned.",
        Indicator.OPENING: "The outlet's first paid order in the month.",
        Indicator.REPEAT: "A further paid order after the first one, within the month.",
        Indicator.DISPLAY: "Our products stand where it was agreed, seen at a visit.",
    }
)
EVIDENCES: Mapping[Evidence, str] = MappingProxyType(
    {Evidence.VISIT: "Logged visit", Evidence.PHOTO: "Photo", Evidence.PAID_ORDER: "Paid order"}
)
EVIDENCE_MEANS: Mapping[Evidence, str] = MappingProxyType(
    {
        Evidence.VISIT: "A visit logged with its outcome.",
        Evidence.PHOTO: "A photo taken at a logged visit.",
        Evidence.PAID_ORDER: "An order that was delivered and paid.",
    }
)
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "class": "Class",
        "target": "On the target list",
        "share": "Competitors’ share",
        "unseen": "Not seen for long",
    }
)
CHANGED = "changed"
"""Filter of lines that people put in or took out."""

register_words(
    {
        "plans.asked_many": "asked for proposals to all dealers",
        "plans.asked": "asked for a development plan",
        "plans.asked_again": "asked for a development plan again",
        "plans.changed": "changed the visits of a development plan",
        "plans.undone": "undid the last change of a development plan",
        "plans.terms": "set what a line of a plan is measured by",
        "plans.approved": "approved a development plan",
        "plans.reopened": "took the approval of a development plan back",
        "plans.frozen": "froze a development plan",
        "plans.declined": "declined a development plan",
        "plans.offered": "proposed a development plan to a dealer",
        "plans.called_back": "called a proposed development plan back",
        "plans.accepted": "accepted a proposed development plan",
        "plans.put_in_force": "put an own development plan in force",
        "plans.replaced": "replaced a development plan by another",
        "plans.copied": "made an own development plan from a proposed one",
        "plans.shared": "shared an own development plan with the manufacturer",
        "plans.unshared": "took the sharing of an own development plan back",
        "plans.dropped": "threw an own development plan away",
        "plans.printed": "had plans or route sheets printed into a file",
        "plans.exported": "took the candidates of a plan along",
    }
)
