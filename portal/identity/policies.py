"""Who may use which page of identity."""

from __future__ import annotations

from portal.access import MANUFACTURER_SIDE, AuditClass, Policy, Role, register

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
PEOPLE_READERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

register(
    Policy("identity.people", PEOPLE_READERS, AuditClass.SENSITIVE_READ),
    Policy("identity.people_edit", ADMINISTRATORS, AuditClass.WRITE),
    Policy("identity.grants", ADMINISTRATORS, AuditClass.WRITE),
    Policy("identity.staff", frozenset({Role.DEALER_OWNER}), AuditClass.WRITE),
    Policy("identity.deputies", MANUFACTURER_SIDE | {Role.DEALER_OWNER}, AuditClass.WRITE),
)
