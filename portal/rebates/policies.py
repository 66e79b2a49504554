"""Who may do what with rebates: authors write, approvers approve, finance settles, a second one pays."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

READ = "rebates.read"
OWN = "rebates.own"
ACCEPT = "rebates.accept"
APPEAL = "rebates.appeal"
AUTHOR = "rebates.author"
APPROVE = "rebates.approve"
SETTLE = "rebates.settle"
ANSWER = "rebates.answer"
ADJUST = "rebates.adjust"
PAY = "rebates.pay"
CLOSE = "rebates.close"

_FINANCE = frozenset({Role.FINANCE})
_READERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.RULE_AUTHOR,
        Role.RULE_APPROVER,
        Role.REGIONAL_MANAGER,
        Role.SALES_REPRESENTATIVE,
        Role.MARKETING,
        Role.FINANCE,
        Role.AUDITOR,
    }
)

register(
    Policy(READ, _READERS),
    Policy(OWN, DEALER_SIDE),
    Policy(ACCEPT, frozenset({Role.DEALER_OWNER}), AuditClass.WRITE),
    Policy(APPEAL, DEALER_SIDE, AuditClass.WRITE),
    Policy(AUTHOR, frozenset({Role.RULE_AUTHOR}), AuditClass.WRITE),
    Policy(APPROVE, frozenset({Role.RULE_APPROVER}), AuditClass.WRITE),
    Policy(SETTLE, _FINANCE, AuditClass.WRITE),
    Policy(ANSWER, _FINANCE, AuditClass.WRITE),
    Policy(ADJUST, _FINANCE, AuditClass.WRITE),
    Policy(PAY, _FINANCE, AuditClass.WRITE),
    Policy(CLOSE, _FINANCE | {Role.ADMINISTRATOR}, AuditClass.WRITE),
)
