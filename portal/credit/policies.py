"""Who may read and change what about credit."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

READ = "credit.read"
EXPORT = "credit.export"
MANAGE = "credit.manage"
APPROVE = "credit.approve"
COLLECT = "credit.collect"
OWN = "credit.own"
OWN_EXPORT = "credit.own_export"

# Managers and representatives talk with the dealer about it, note what was said, and change nothing else.
READERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.FINANCE,
        Role.REGIONAL_MANAGER,
        Role.SALES_REPRESENTATIVE,
        Role.AUDITOR,
    }
)

register(
    Policy(READ, READERS),
    Policy(EXPORT, READERS, AuditClass.SENSITIVE_READ),
    Policy(MANAGE, frozenset({Role.FINANCE}), AuditClass.WRITE),
    Policy(APPROVE, frozenset({Role.FINANCE, Role.ADMINISTRATOR}), AuditClass.WRITE),
    Policy(
        COLLECT,
        frozenset({Role.FINANCE, Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE}),
        AuditClass.WRITE,
    ),
    Policy(OWN, DEALER_SIDE),
    # A dealer can always take his own order history along (대리점법 시행령: 주문내역 확인 요청 거부 금지).
    Policy(OWN_EXPORT, DEALER_SIDE),
)
