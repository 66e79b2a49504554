"""Who may do what with rulebooks: one person writes, another approves, dealers are told."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

READ = "rulebooks.read"
AUTHOR = "rulebooks.author"
APPROVE = "rulebooks.approve"
SCHEDULE = "rulebooks.schedule"
NOTICES = "rulebooks.notices"
CONFIRM = "rulebooks.confirm"

_TWO = frozenset({Role.RULE_AUTHOR, Role.RULE_APPROVER})
_HEAD_OFFICE = _TWO | {
    Role.ADMINISTRATOR,
    Role.REGIONAL_MANAGER,
    Role.MARKETING,
    Role.FINANCE,
    Role.AUDITOR,
}
_EVALUATED = DEALER_SIDE | {Role.SALES_REPRESENTATIVE}

register(
    Policy(READ, _HEAD_OFFICE),
    Policy(AUTHOR, frozenset({Role.RULE_AUTHOR}), AuditClass.WRITE),
    Policy(APPROVE, frozenset({Role.RULE_APPROVER}), AuditClass.WRITE),
    Policy(SCHEDULE, _TWO, AuditClass.WRITE),
    Policy(NOTICES, _HEAD_OFFICE | _EVALUATED),
    Policy(CONFIRM, _EVALUATED, AuditClass.WRITE),
)
