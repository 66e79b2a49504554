"""Who reads account classes, fills in score cards, flags, and adopts other limits.

Class names are internal: no dealer side.
"""

from __future__ import annotations

from portal.access import AuditClass, Policy, Role, register

READ = "portfolio.read"
EXPORT = "portfolio.export"
ADOPT = "portfolio.adopt"
RATE = "portfolio.rate"
FLAG = "portfolio.flag"

_READERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.RULE_AUTHOR,
        Role.RULE_APPROVER,
        Role.REGIONAL_MANAGER,
        Role.SALES_REPRESENTATIVE,
        Role.MARKETING,
        Role.AUDITOR,
    }
)

register(
    Policy(READ, _READERS),
    Policy(EXPORT, _READERS, AuditClass.SENSITIVE_READ),
    Policy(ADOPT, frozenset({Role.RULE_AUTHOR}), AuditClass.WRITE),
    Policy(
        RATE,
        frozenset({Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE, Role.MARKETING}),
        AuditClass.WRITE,
    ),
    # A strategic flag overrules the score, so a manager stands for it with his name.
    Policy(FLAG, frozenset({Role.REGIONAL_MANAGER}), AuditClass.WRITE),
)
