"""Who may plan seasons, negotiate targets, and answer for a dealer."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

READ = "seasons.read"
EXPORT = "seasons.export"
PLAN = "seasons.plan"
TARGET = "seasons.target"
OWN = "seasons.own"
ANSWER = "seasons.answer"
SAY = "seasons.say"
OWN_EXPORT = "seasons.own_export"

READERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.REGIONAL_MANAGER,
        Role.SALES_REPRESENTATIVE,
        Role.MARKETING,
        Role.FINANCE,
        Role.AUDITOR,
    }
)

register(
    Policy(READ, READERS),
    Policy(EXPORT, READERS, AuditClass.SENSITIVE_READ),
    Policy(PLAN, frozenset({Role.ADMINISTRATOR, Role.MARKETING, Role.REGIONAL_MANAGER}), AuditClass.WRITE),
    Policy(TARGET, frozenset({Role.MARKETING, Role.REGIONAL_MANAGER}), AuditClass.WRITE),
    Policy(OWN, DEALER_SIDE),
    # Consent is the owner's; his staff may comment and propose (대리점법 제8조: no target by pressure).
    Policy(ANSWER, frozenset({Role.DEALER_OWNER}), AuditClass.WRITE),
    Policy(SAY, DEALER_SIDE, AuditClass.WRITE),
    Policy(OWN_EXPORT, DEALER_SIDE, AuditClass.SENSITIVE_READ),
)
