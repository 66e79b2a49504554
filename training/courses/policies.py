"""Who plans training, reads it, sees what it costs, and learns."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

PLAN = "training.plan"
READ = "training.read"
COSTS = "training.costs"
EXPORT = "training.export"
OWN = "training.own"

_PLANNERS = frozenset({Role.MARKETING, Role.ADMINISTRATOR})
_FIELD = frozenset({Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE})

register(
    Policy(PLAN, _PLANNERS, AuditClass.WRITE),
    Policy(READ, _PLANNERS | _FIELD | {Role.AUDITOR}),
    Policy(COSTS, _PLANNERS | {Role.AUDITOR}, AuditClass.SENSITIVE_READ),
    Policy(EXPORT, _PLANNERS | {Role.REGIONAL_MANAGER, Role.AUDITOR}, AuditClass.SENSITIVE_READ),
    Policy(OWN, DEALER_SIDE, AuditClass.WRITE),
)
