"""Who plans, who approves, who visits, who meets."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

READ = "plans.read"
PLAN = "plans.plan"
APPROVE = "plans.approve"
EXPORT = "plans.export"
ROUTE = "plans.route"
VISIT = "plans.visit"
OWN = "plans.own"
OWN_DECIDE = "plans.own_decide"
OWN_TARGET = "plans.own_target"
MEET = "plans.meet"
PROBLEM = "plans.problem"

_READERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.REGIONAL_MANAGER,
        Role.SALES_REPRESENTATIVE,
        Role.MARKETING,
        Role.AUDITOR,
    }
)
_PLANNERS = frozenset({Role.REGIONAL_MANAGER, Role.MARKETING})

register(
    Policy(READ, _READERS),
    Policy(EXPORT, _READERS, AuditClass.SENSITIVE_READ),
    Policy(PLAN, _PLANNERS, AuditClass.WRITE),
    Policy(APPROVE, frozenset({Role.REGIONAL_MANAGER}), AuditClass.WRITE),
    Policy(ROUTE, frozenset({Role.SALES_REPRESENTATIVE, Role.REGIONAL_MANAGER})),
    Policy(
        VISIT,
        frozenset({Role.SALES_REPRESENTATIVE, Role.REGIONAL_MANAGER, Role.MARKETING}) | DEALER_SIDE,
        AuditClass.WRITE,
    ),
    Policy(OWN, DEALER_SIDE),
    Policy(OWN_DECIDE, frozenset({Role.DEALER_OWNER}), AuditClass.WRITE),
    Policy(OWN_TARGET, DEALER_SIDE, AuditClass.WRITE),
    Policy(MEET, frozenset({Role.REGIONAL_MANAGER}), AuditClass.WRITE),
    Policy(PROBLEM, DEALER_SIDE | {Role.SALES_REPRESENTATIVE}, AuditClass.WRITE),
)
