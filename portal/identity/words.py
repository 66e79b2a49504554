"""Names of identity's actions in the audit log."""

from __future__ import annotations

from portal.audit.words import register_words

register_words(
    {
        "identity.sign_in": "signed in",
        "identity.sign_out": "signed out",
        "identity.totp_on": "switched one-time codes on",
        "identity.totp_off": "switched one-time codes off",
        "identity.password": "changed the password",
        "identity.reset_request": "asked for a new password",
        "identity.reset_start": "made a link for a new password",
        "identity.reset": "set a new password",
        "identity.profile": "changed the profile",
        "identity.person_add": "added a person",
        "identity.person_active": "switched a person on or off",
        "identity.first_admin": "made the first administrator",
        "identity.second_admin": "made the second administrator",
        "identity.grant_request": "asked for a role",
        "identity.grant_approve": "approved a role",
        "identity.grant_revoke": "took a role away",
        "identity.invite": "invited somebody",
        "identity.invite_revoke": "took an invitation back",
        "identity.join": "joined by invitation",
        "identity.staff_remove": "removed somebody from the staff",
        "identity.deputy": "named a deputy",
        "identity.deputy_end": "ended a deputy's days",
    }
)
