"""Name badges (명찰) of an occasion: eight on A4 to cut out, each with a QR code for the door.

The caller brings plain values in the document's language; nothing here computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from portal.web.printing.environment import environment, words
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

if TYPE_CHECKING:
    from collections.abc import Callable

STYLESHEET = "badges.css"
MOST_BADGES = 2_000


@dataclass(frozen=True, slots=True)
class PrintedBadge:
    """One badge: name, the name in Latin letters or nothing, the dealer, and the address of the QR code.

    ``url`` is empty for companions: they come with the seat holder's code.
    """

    name: str
    name_en: str
    dealer: str
    role: str
    url: str


@dataclass(frozen=True, slots=True)
class BadgeDocument:
    """The badges of one occasion.

    Attributes:
        manufacturer: Who invites.
        title: What for.
        when: Its day or days, in words.
        badges: In the order of the list.
        as_of: Instant the list stands as of; an input, so that bytes repeat.
    """

    manufacturer: str
    title: str
    when: str
    badges: tuple[PrintedBadge, ...]
    as_of: datetime


def render_badges(document: BadgeDocument, locale: str) -> str:
    """Return the HTML of the badges, to be printed with ``STYLESHEET``."""
    badges = document.badges[:MOST_BADGES]
    return environment(locale).get_template("badges.html").render(d=document, badges=badges, locale=locale)


def badge_metadata(document: BadgeDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the list stands as of."""
    translate: Callable[[str], str] = words(locale).gettext
    return PrintMetadata(
        title=f"{translate('Name badges')} · {clamp(document.title, NAME_LENGTH)}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Name badges"),
        created_at=document.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )
