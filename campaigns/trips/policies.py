"""Who plans, leads and pays trips, who reads the money, and what a dealer's people see."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

READ = "trips.read"
PLAN = "trips.plan"
LEAD = "trips.lead"
MONEY = "trips.money"
BOOK = "trips.book"
FAIRNESS = "trips.fairness"
EXPORT = "trips.export"
HOSPITALITY = "trips.hospitality"
HOSTED = "trips.hosted"
OWN = "trips.own"

_PLANNERS = frozenset({Role.MARKETING, Role.ADMINISTRATOR})
_FIELD = frozenset({Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE})
_OFFICE = frozenset({Role.MARKETING, Role.ADMINISTRATOR, Role.FINANCE})

register(
    Policy(READ, _PLANNERS | _FIELD | {Role.FINANCE, Role.AUDITOR}),
    Policy(PLAN, _PLANNERS, AuditClass.WRITE),
    Policy(LEAD, _PLANNERS | _FIELD, AuditClass.SENSITIVE_READ),
    Policy(MONEY, _OFFICE | {Role.AUDITOR}),
    Policy(BOOK, _OFFICE, AuditClass.WRITE),
    Policy(FAIRNESS, _OFFICE | {Role.AUDITOR}),
    Policy(EXPORT, _OFFICE | {Role.AUDITOR}, AuditClass.SENSITIVE_READ),
    Policy(HOSPITALITY, _PLANNERS | _FIELD | {Role.FINANCE, Role.AUDITOR}),
    Policy(HOSTED, _PLANNERS | _FIELD, AuditClass.WRITE),
    Policy(OWN, DEALER_SIDE),
)
