"""Who may do what with evaluations. Nobody may edit a grade: only facts are corrected."""

from __future__ import annotations

from portal.access import AuditClass, Policy, Role, register

READ = "evaluations.read"
READ_REPRESENTATIVES = "evaluations.read_representatives"
EVALUATE = "evaluations.evaluate"
REVIEW = "evaluations.review"
PUBLISH = "evaluations.publish"
CLOSE = "evaluations.close"
REPLAY = "evaluations.replay"
REHEARSE = "evaluations.rehearse"
OWN = "evaluations.own"
REPLY = "evaluations.reply"
FOLLOW_UP_EXPORT = "evaluations.follow_up_export"

_HEAD_OFFICE = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.RULE_AUTHOR,
        Role.RULE_APPROVER,
        Role.REGIONAL_MANAGER,
        Role.MARKETING,
        Role.FINANCE,
        Role.AUDITOR,
    }
)

register(
    Policy(READ, _HEAD_OFFICE | {Role.SALES_REPRESENTATIVE}),
    Policy(READ_REPRESENTATIVES, _HEAD_OFFICE - {Role.MARKETING}),
    Policy(FOLLOW_UP_EXPORT, _HEAD_OFFICE | {Role.SALES_REPRESENTATIVE}, AuditClass.SENSITIVE_READ),
    Policy(EVALUATE, frozenset({Role.ADMINISTRATOR, Role.RULE_AUTHOR}), AuditClass.WRITE),
    Policy(REVIEW, frozenset({Role.REGIONAL_MANAGER}), AuditClass.WRITE),
    Policy(PUBLISH, frozenset({Role.ADMINISTRATOR}), AuditClass.WRITE),
    Policy(CLOSE, frozenset({Role.ADMINISTRATOR, Role.FINANCE}), AuditClass.WRITE),
    Policy(REPLAY, frozenset({Role.ADMINISTRATOR, Role.RULE_AUTHOR, Role.RULE_APPROVER, Role.AUDITOR})),
    Policy(REHEARSE, frozenset({Role.ADMINISTRATOR, Role.RULE_AUTHOR, Role.RULE_APPROVER, Role.AUDITOR})),
    Policy(OWN, frozenset({Role.DEALER_OWNER, Role.DEALER_STAFF, Role.SALES_REPRESENTATIVE})),
    Policy(REPLY, frozenset({Role.DEALER_OWNER, Role.SALES_REPRESENTATIVE}), AuditClass.WRITE),
)
