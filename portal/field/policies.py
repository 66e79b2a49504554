"""Who logs in the field, who sees what waits on phones, who decides on late records."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

USE = "field.use"
PHONES = "field.phones"
LATE = "field.late"
DECIDE = "field.decide"

register(
    Policy(USE, frozenset({Role.SALES_REPRESENTATIVE, Role.REGIONAL_MANAGER, Role.MARKETING}) | DEALER_SIDE),
    Policy(PHONES, frozenset({Role.REGIONAL_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, Role.DEALER_OWNER})),
    Policy(LATE, frozenset({Role.REGIONAL_MANAGER, Role.AUDITOR, Role.DEALER_OWNER})),
    Policy(DECIDE, frozenset({Role.REGIONAL_MANAGER, Role.DEALER_OWNER}), AuditClass.WRITE),
)
