"""Tables of people and their access. Secrets are stored as hashes only, except the TOTP seed.

Regions and dealers belong to a slice above this one, so grants name them by id without a foreign key; the
service checks that they exist.
"""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db.metadata import Index


class LoginUser(Table, tablename="login_user"):
    """A person who may sign in; ``login`` is lower case. A null password admits nobody."""

    id = BigSerial(primary_key=True)
    login = Varchar(length=80, unique=True)
    name = Varchar(length=80)
    work_email = Varchar(length=120, default="")
    password_hash = Varchar(length=200, null=True, default=None)
    password_changed_at = Timestamptz(null=True, default=None)
    locale = Varchar(length=2, default="ko")
    theme = Varchar(length=6, default="system")
    active = Boolean(default=True)
    totp_secret = Varchar(length=64, null=True, default=None)
    totp_last_step = BigInt(null=True, default=None)
    created_at = Timestamptz()

    locale_known = Check("locale in ('ko', 'en')")
    theme_known = Check("theme in ('system', 'light', 'dark')")
    bounded = Check("length(login) between 1 and 80 and length(name) between 1 and 80")
    ix_name = Index(("name", "id"))


class RoleGrant(Table, tablename="role_grant"):
    """A role of a person, for the whole network, one region's subtree or one dealer.

    ``origin`` says how it came about: ``approval`` by two people, ``invitation`` by a dealer's owner for his
    own staff, ``first_admin`` on an empty installation, ``demo`` in demo data.
    """

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(LoginUser, null=False, index=True, on_delete=OnDelete.cascade)
    role = Varchar(length=24)
    region_id = Integer(null=True, default=None)
    account_id = BigInt(null=True, default=None)
    state = Varchar(length=10)
    origin = Varchar(length=12, default="approval")
    requested_by_user_id = BigInt(null=True, default=None)
    requested_for_user_id = BigInt(null=True, default=None)
    requested_at = Timestamptz()
    approved_by_user_id = BigInt(null=True, default=None)
    approved_for_user_id = BigInt(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    revoked_by_user_id = BigInt(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)

    state_known = Check("state in ('requested', 'active', 'revoked')")
    origin_known = Check("origin in ('approval', 'invitation', 'first_admin', 'demo')")
    two_people = Check(
        "approved_by_user_id is null or (approved_by_user_id <> requested_by_user_id"
        " and approved_by_user_id <> coalesce(requested_for_user_id, -1)"
        " and coalesce(approved_for_user_id, -2) <> requested_by_user_id"
        " and coalesce(approved_for_user_id, -2) <> coalesce(requested_for_user_id, -1))"
    )
    approved_when_active = Check(
        "state <> 'active' or origin <> 'approval'"
        " or (approved_by_user_id is not null and requested_by_user_id is not null)"
    )
    ix_state = Index(("state", "requested_at"))
    ix_account = Index(("account_id", "state"))


class WebSession(Table, tablename="web_session"):
    """A signed-in browser; the row is deleted when the session ends.

    ``awaits_totp`` marks a session whose password was right and whose one-time code is still to come: it
    opens nothing but the page that asks for the code.
    """

    id = BigSerial(primary_key=True)
    token_hash = Varchar(length=64, unique=True)
    user_id = ForeignKey(LoginUser, null=False, index=True, on_delete=OnDelete.cascade)
    awaits_totp = Boolean(default=False)
    created_at = Timestamptz()
    seen_at = Timestamptz(index=True)
    expires_at = Timestamptz()
    address = Varchar(length=64, default="")
    agent = Varchar(length=200, default="")


class LoginFailure(Table, tablename="login_failure"):
    """Attempts since the last success, by account name or network address (hashed)."""

    key = Varchar(length=66, primary_key=True)
    attempts = Integer(default=0)
    last_at = Timestamptz()
    blocked_until = Timestamptz(null=True, default=None)


class PasswordReset(Table, tablename="password_reset"):
    """A mailed link that sets a new password once."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(LoginUser, null=False, index=True, on_delete=OnDelete.cascade)
    token_hash = Varchar(length=64, unique=True)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class RecoveryCode(Table, tablename="recovery_code"):
    """A one-time substitute for the authenticator."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(LoginUser, null=False, on_delete=OnDelete.cascade)
    code_hash = Varchar(length=64)
    used_at = Timestamptz(null=True, default=None)

    unique_code = Unique(["user_id", "code_hash"])


class Invitation(Table, tablename="invitation"):
    """A printed one-time code with which a new person makes an account; no e-mail is needed."""

    id = BigSerial(primary_key=True)
    code_hash = Varchar(length=64, unique=True)
    name = Varchar(length=80)
    role = Varchar(length=24)
    region_id = Integer(null=True, default=None)
    account_id = BigInt(null=True, default=None, index=True)
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
    used_by_user_id = BigInt(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class Deputy(Table, tablename="deputy"):
    """Somebody (대결자) who acts for an absent person from ``from_on`` to ``to_on``, both inclusive."""

    id = BigSerial(primary_key=True)
    user_id = ForeignKey(LoginUser, null=False, index=True, on_delete=OnDelete.cascade)
    deputy_id = ForeignKey(LoginUser, null=False, index=True, on_delete=OnDelete.cascade)
    from_on = Date()
    to_on = Date()
    reason = Varchar(length=200)
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)

    not_himself = Check("user_id <> deputy_id")
    dates_ordered = Check("to_on >= from_on")
