"""Who may use which page of the network."""

from __future__ import annotations

from portal.access import DEALER_SIDE, EVERYONE, MANUFACTURER_SIDE, AuditClass, Policy, Role, register

FIELD = frozenset({Role.ADMINISTRATOR, Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE})
# Rule authors and approvers have no need for names and numbers of people (PIPA Art. 3: minimum).
PEOPLE_READERS = EVERYONE - {Role.RULE_AUTHOR, Role.RULE_APPROVER}
OWNERS = frozenset({Role.DEALER_OWNER})

READ = "network.read"
EXPORT = "network.export"
EDIT = "network.edit"
EDIT_DEALERS = "network.edit_dealers"
PEOPLE = "network.people"
EDIT_PEOPLE = "network.edit_people"
EXPORT_PEOPLE = "network.export_people"
NOTES = "network.notes"
REGIONS = "network.regions"
SHARE = "network.share"
SHARING = "network.sharing"
DEALERS_SHARING = "network.dealers_sharing"
DUPLICATES = "network.duplicates"
MERGE = "network.merge"

# Who keeps records of the network: he may call two of them one. A dealer's owner does so for his own.
MERGERS = frozenset({Role.ADMINISTRATOR, Role.REGIONAL_MANAGER}) | OWNERS

register(
    Policy(READ, EVERYONE),
    Policy(EXPORT, EVERYONE, AuditClass.SENSITIVE_READ),
    Policy(EDIT, FIELD | DEALER_SIDE, AuditClass.WRITE),
    Policy(EDIT_DEALERS, frozenset({Role.ADMINISTRATOR, Role.REGIONAL_MANAGER}), AuditClass.WRITE),
    Policy(PEOPLE, PEOPLE_READERS, AuditClass.SENSITIVE_READ),
    Policy(EDIT_PEOPLE, FIELD | DEALER_SIDE, AuditClass.WRITE),
    Policy(
        EXPORT_PEOPLE,
        frozenset({Role.ADMINISTRATOR, Role.REGIONAL_MANAGER}) | OWNERS,
        AuditClass.SENSITIVE_READ,
    ),
    Policy(NOTES, FIELD | DEALER_SIDE | {Role.MARKETING}, AuditClass.WRITE),
    Policy(REGIONS, frozenset({Role.ADMINISTRATOR}), AuditClass.WRITE),
    Policy(SHARE, OWNERS, AuditClass.WRITE),
    Policy(SHARING, MANUFACTURER_SIDE | OWNERS),
    Policy(DEALERS_SHARING, MANUFACTURER_SIDE),
    Policy(DUPLICATES, FIELD | DEALER_SIDE | {Role.AUDITOR}),
    Policy(MERGE, MERGERS, AuditClass.WRITE),
)
