"""Who logs in the field, sees what waits on phones, decides on late records, reads what was found."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

USE = "field.use"
PHONES = "field.phones"
LATE = "field.late"
LATE_EXPORT = "field.late_export"
DECIDE = "field.decide"
READ = "field.read"
EXPORT = "field.export"

_DECIDERS = frozenset({Role.REGIONAL_MANAGER, Role.DEALER_OWNER})
_READERS = DEALER_SIDE | {
    Role.ADMINISTRATOR,
    Role.REGIONAL_MANAGER,
    Role.SALES_REPRESENTATIVE,
    Role.MARKETING,
    Role.AUDITOR,
}

register(
    Policy(USE, frozenset({Role.SALES_REPRESENTATIVE, Role.REGIONAL_MANAGER, Role.MARKETING}) | DEALER_SIDE),
    Policy(PHONES, _DECIDERS | {Role.ADMINISTRATOR, Role.AUDITOR}),
    Policy(LATE, _DECIDERS | {Role.AUDITOR}),
    Policy(LATE_EXPORT, _DECIDERS | {Role.AUDITOR}, AuditClass.SENSITIVE_READ),
    Policy(DECIDE, _DECIDERS, AuditClass.WRITE),
    Policy(READ, _READERS),
    Policy(EXPORT, _READERS, AuditClass.SENSITIVE_READ),
)
