"""Pure rules of identity: sign-in names, throttling, one-time codes, the limits of sessions."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

LOGIN_PATTERN = re.compile(r"[a-z0-9가-힣][a-z0-9가-힣._@-]{1,78}[a-z0-9가-힣]")
TOKEN_BYTES = 32
# Crockford's alphabet: no I, L, O, U, so that a code read aloud or typed from paper has one reading.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
RECOVERY_CODES = 10
_MISREAD = str.maketrans("ILOU", "110V")

FIRST_DELAY_S = 30
LONGEST_DELAY_S = 900
ADDRESS_FACTOR = 10


class GrantState(StrEnum):
    """Where a role grant stands."""

    REQUESTED = "requested"
    ACTIVE = "active"
    REVOKED = "revoked"


class GrantOrigin(StrEnum):
    """How a role grant came about."""

    APPROVAL = "approval"
    INVITATION = "invitation"
    FIRST_ADMIN = "first_admin"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """Settings of identity.

    Attributes:
        idle: A session unused for longer is over.
        absolute: A session older than this is over.
        reset_valid: How long a mailed reset link works.
        invitation_valid: How long a printed code works.
        failures_allowed: Attempts without delay, per account; an address has ten times as many.
        zone: Business zone; deputies' days begin and end in it.
        public_url: Address of the portal without a final slash, for links on paper and in mail.
        issuer: Name shown by authenticator apps.
        locale: Language of a new person until he chooses.
    """

    idle: dt.timedelta = dt.timedelta(minutes=30)
    absolute: dt.timedelta = dt.timedelta(hours=12)
    reset_valid: dt.timedelta = dt.timedelta(minutes=15)
    invitation_valid: dt.timedelta = dt.timedelta(days=14)
    failures_allowed: int = 5
    zone: str = "Asia/Seoul"
    public_url: str = "http://127.0.0.1:8000"
    issuer: str = "Bisugi"
    locale: str = "ko"

    def today(self) -> dt.date:
        """Return today's date in the business zone."""
        return dt.datetime.now(ZoneInfo(self.zone)).date()


@runtime_checkable
class Postman(Protocol):
    """What identity needs of the mail slice, which stands above it."""

    async def queue(self, to_address: str, subject: str, text: str, *, secret: bool = False) -> None:
        """Queue a letter inside the open unit of work; a secret one's text is wiped after sending."""


@dataclass(frozen=True, slots=True)
class Client:
    """Where an attempt comes from.

    Attributes:
        address: Network address of the peer.
        agent: What the browser calls itself.
    """

    address: str = ""
    agent: str = ""


def now() -> dt.datetime:
    """Return the present instant in UTC."""
    return dt.datetime.now(dt.UTC)


def normal_login(text: str) -> str:
    """Return a sign-in name as it is stored: NFC, lower case, without outer spaces."""
    return unicodedata.normalize("NFC", text).strip().lower()


def possible_login(text: str) -> str:
    """Return a typed sign-in name in its normal form, or a name nobody can have when it is not one."""
    login = normal_login(text)
    return login if is_login(login) else ""


def is_login(text: str) -> bool:
    """Tell whether a normal sign-in name is allowed: 3 to 80 letters, digits, dots, hyphens, @ signs."""
    return LOGIN_PATTERN.fullmatch(text) is not None


def delay_after(attempts: int, allowed: int) -> dt.timedelta:
    """Return how long to wait after so many attempts without success.

    None below the allowed number, then 30 seconds doubling up to 15 minutes: a whole day of guessing gives
    about a hundred attempts, and the rightful owner never waits longer than 15 minutes.
    """
    if attempts < allowed:
        return dt.timedelta(0)
    doublings = min(attempts - allowed, 10)
    return dt.timedelta(seconds=min(FIRST_DELAY_S * 2**doublings, LONGEST_DELAY_S))


def new_token() -> str:
    """Return 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token or code in hex: all that is ever stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_code() -> str:
    """Return a one-time code of 60 random bits in three groups, easy to type from paper."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def normal_code(text: str) -> str:
    """Return a typed code in its one form: groups, capitals and look-alike letters do not matter."""
    letters = "".join(character for character in text.upper() if character.isalnum()).translate(_MISREAD)
    return "-".join(letters[i : i + 4] for i in range(0, min(len(letters), 40), 4))
