"""The target list (개발 대상 목록) on A4: who is worth developing, why, and how far it has come.

The caller brings plain values that are already decided and put into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from portal.web.i18n import translate
from portal.web.printing.environment import environment
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

STYLESHEET = "plan.css"
MOST_ROWS = 500
"""Rows on paper at most; a longer list is a file."""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """An account worth developing, in words."""

    name: str
    code: str
    dealer: str
    competitor: str
    score: int
    points: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class TargetDocument:
    """Everything on the paper.

    Attributes:
        limits: Limits of the list in words; empty for the whole list.
        stages: Stage in words and number of accounts.
        lines: The highest score first; at most ``MOST_ROWS``.
        as_of: Instant everything stands as of; an input, so that bytes repeat.
        verify_url: Page that shows the same.
    """

    manufacturer: str
    limits: str
    stages: tuple[tuple[str, int], ...]
    lines: tuple[TargetLine, ...]
    as_of: datetime
    verify_url: str
    zone: str = "Asia/Seoul"


def render_targets(document: TargetDocument, locale: str) -> str:
    """Return the HTML of the list, printed with ``STYLESHEET``; call it in its locale."""
    formats = Formats(locale, document.zone, "KRW", 0)
    template = environment(locale).get_template("targets.html")
    return template.render(d=document, f=formats, locale=locale, _=translate)


def targets_metadata(document: TargetDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the document stands as of."""
    return PrintMetadata(
        title=clamp(f"{translate('Target list')} {document.limits}".strip(), 2 * NAME_LENGTH),
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Good outlets of competitors, and why they are worth developing"),
        created_at=document.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )
