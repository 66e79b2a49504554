"""What a letter is, and which ones are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol

from portal.errors import Invalid

ADDRESS_MAX = 120
SUBJECT_MAX = 200
TEXT_MAX = 100_000
MAX_ATTEMPTS = 5
CALENDAR_NAME = "event.ics"
# One plain address: no display names, lists, comments, quotes or line breaks that could add headers.
_ADDRESS = re.compile(r"[^@\s<>()\[\]\",;:\\\x00-\x20\x7f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain-text letter to one person.

    Attributes:
        to_address: A single address.
        subject: One line.
        text: The body.
        calendar: An event as iCalendar that goes with it, so that mail programs offer it; empty for none.
    """

    to_address: str
    subject: str
    text: str
    calendar: str = ""


class Backend(Protocol):
    """Something that delivers letters."""

    async def send(self, letter: Letter) -> None:
        """Deliver one letter or raise."""


def check_letter(letter: Letter) -> None:
    """Refuse what could smuggle in another header or recipient.

    Raises:
        Invalid: The address is not a single plain one, or the subject is not a single line.
    """
    if len(letter.to_address) > ADDRESS_MAX or not _ADDRESS.fullmatch(letter.to_address):
        raise Invalid.of("to_address", "This is not an e-mail address.")
    if not letter.subject or len(letter.subject) > SUBJECT_MAX or _CONTROL.search(letter.subject):
        raise Invalid.of(
            "subject", "A subject is one line of at most %(count)s characters.", count=SUBJECT_MAX
        )
    if max(len(letter.text), len(letter.calendar)) > TEXT_MAX or "\x00" in letter.text:
        raise Invalid.of("text", "At most %(count)s characters, please.", count=TEXT_MAX)


def as_message(letter: Letter, sender: str) -> EmailMessage:
    """Return the letter as it goes over the wire.

    Raises:
        Invalid: See ``check_letter``.
    """
    check_letter(letter)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.to_address
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.calendar:
        message.add_attachment(
            letter.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename=CALENDAR_NAME,
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    return message
