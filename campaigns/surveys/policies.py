"""Who builds, reads and answers surveys."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

BUILD = "surveys.build"
READ = "surveys.read"
EXPORT = "surveys.export"
ANSWER = "surveys.answer"

_BUILDERS = frozenset({Role.MARKETING, Role.ADMINISTRATOR})
_FIELD = frozenset({Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE})

register(
    Policy(BUILD, _BUILDERS, AuditClass.WRITE),
    Policy(READ, _BUILDERS | _FIELD | {Role.AUDITOR}),
    Policy(EXPORT, _BUILDERS | {Role.REGIONAL_MANAGER, Role.AUDITOR}, AuditClass.SENSITIVE_READ),
    Policy(ANSWER, DEALER_SIDE | _FIELD, AuditClass.WRITE),
)
