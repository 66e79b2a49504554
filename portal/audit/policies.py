"""Who may read the audit log as a whole."""

from __future__ import annotations

from portal.access import Policy, Role, register

register(Policy("audit.log", frozenset({Role.ADMINISTRATOR, Role.AUDITOR})))
