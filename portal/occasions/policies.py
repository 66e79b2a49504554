"""Who plans occasions, reads them, stands at the door, and signs a dealer up."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register
from portal.audit.words import register_words

PLAN = "occasions.plan"
READ = "occasions.read"
EXPORT = "occasions.export"
DOOR = "occasions.door"
OWN = "occasions.own"
CALENDAR = "occasions.calendar"
LOYALTY = "occasions.loyalty"
LOYALTY_EXPORT = "occasions.loyalty_export"

PLANNERS = frozenset({Role.MARKETING, Role.ADMINISTRATOR})
ASKERS = PLANNERS | {Role.REGIONAL_MANAGER, Role.AUDITOR}
FIELD = frozenset({Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE})

register_words(
    {
        "occasions.created": "planned an occasion",
        "occasions.changed": "changed an occasion",
        "occasions.opened": "opened an occasion",
        "occasions.closed": "closed signing up",
        "occasions.reopened": "opened signing up again",
        "occasions.held": "called an occasion held",
        "occasions.called_off": "called an occasion off",
        "occasions.signed_up": "signed somebody up",
        "occasions.cancelled": "cancelled a sign-up",
        "occasions.substituted": "sent somebody else",
        "occasions.companion_left_out": "came without a companion",
        "occasions.moved_up": "moved up in the queue",
        "occasions.declined": "declined an invitation",
        "occasions.invited": "invited dealers",
        "occasions.door": "noted who came or went",
        "occasions.exported": "took a list of participants out",
        "occasions.loyalty": "took a before and after out",
        "occasions.printed": "printed name badges",
        "occasions.feed": "made or withdrew a calendar address",
    }
)

register(
    Policy(PLAN, PLANNERS, AuditClass.WRITE),
    Policy(READ, PLANNERS | FIELD | {Role.AUDITOR}),
    Policy(EXPORT, PLANNERS | FIELD | {Role.AUDITOR}, AuditClass.SENSITIVE_READ),
    Policy(LOYALTY, ASKERS),
    Policy(LOYALTY_EXPORT, ASKERS, AuditClass.SENSITIVE_READ),
    Policy(DOOR, PLANNERS | FIELD, AuditClass.WRITE),
    Policy(OWN, DEALER_SIDE, AuditClass.WRITE),
    Policy(CALENDAR, DEALER_SIDE | PLANNERS | FIELD | {Role.AUDITOR}, AuditClass.WRITE),
)
