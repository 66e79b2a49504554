"""Who may raise, read and answer what."""

from __future__ import annotations

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

READ = "voice.read"
RECORD = "voice.record"
ANSWER = "voice.answer"
EXPORT = "voice.export"
OWN = "voice.own"
QUIET = "voice.quiet"
QUIET_ACT = "voice.quiet_act"
QUIET_EXPORT = "voice.quiet_export"

_FIELD = frozenset({Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE, Role.ADMINISTRATOR})
# Marketing answers what is about products and campaigns; the auditor reads.
ANSWERERS = _FIELD | {Role.MARKETING}
READERS = ANSWERERS | {Role.AUDITOR}

register(
    Policy(READ, READERS),
    Policy(RECORD, _FIELD, AuditClass.WRITE),
    Policy(ANSWER, ANSWERERS, AuditClass.WRITE),
    Policy(EXPORT, READERS, AuditClass.SENSITIVE_READ),
    Policy(OWN, DEALER_SIDE),
    Policy(QUIET, _FIELD | {Role.AUDITOR}),
    Policy(QUIET_ACT, _FIELD, AuditClass.WRITE),
    Policy(QUIET_EXPORT, _FIELD | {Role.AUDITOR}, AuditClass.SENSITIVE_READ),
)
