"""Who may bring files in: the manufacturer's people for everything, a dealer's owner for his own sales."""

from __future__ import annotations

from portal.access import AuditClass, Policy, Role, register

IMPORT = "sales.import"
STUBS = "sales.stubs"

register(
    Policy(IMPORT, frozenset({Role.ADMINISTRATOR, Role.FINANCE, Role.DEALER_OWNER}), AuditClass.WRITE),
    Policy(STUBS, frozenset({Role.ADMINISTRATOR, Role.FINANCE})),
)
