"""The criteria (평가 기준) of a version for the contract file: everything that decides, and who approved it.

The caller brings plain values that are already decided and in the document's language; nothing here computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from portal.web.printing.environment import environment, words
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.scorecard import Signature
from portal.web.printing.text import NAME_LENGTH, clamp

if TYPE_CHECKING:
    from collections.abc import Callable

STYLESHEET = "rulebook.css"
MOST_LINES = 40
MOST_BANDS = 30
MOST_CHANGES = 60
MOST_RULES = 300


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of the score sheet.

    Attributes:
        label: Name of the line.
        weight: Points it can give, in words; empty when it is for information only.
        measure: Name of the measured number.
        definition: What is divided by what.
        source: Where the number comes from.
        missing: What happens without a value.
        reason: Why it is scored like this.
        bands: Condition in words and points, in order.
    """

    label: str
    weight: str
    measure: str
    definition: str
    source: str
    missing: str
    reason: str
    bands: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PrintedRules:
    """The rules of a decision that is no score sheet.

    Attributes:
        policy: Which rules count, in words.
        columns: Heads of the table: inputs, then results; empty when the rules are no table.
        rows: Name and cells of each rule of the table.
        rules: Name, condition and result of every rule in words.
        inputs: Name of each input, and what it is and means without a value.
    """

    policy: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[tuple[str, str, str], ...]
    inputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RulebookDocument:
    """Everything on the criteria of one version.

    Attributes:
        manufacturer: Whose criteria these are.
        title: Name of the decision.
        kind: Who is evaluated.
        version: Version label.
        from_on: First day.
        until_on: Last day, or None.
        announced_on: Day from which dealers are told.
        note: What dealers are told.
        lines: Lines in the order of the sheet.
        grades: Grade and its least points, best first.
        keeping: Sentences about keeping a grade, holding and rounding.
        changes: What differs from the version before, a sentence each.
        before: Label of the version before; empty when there is none.
        signatures: Who wrote and approved it.
        sha256: Hash of the canonical content.
        verify_url: Page that shows the same content.
        as_of: Instant the document stands as of; an input, so that bytes repeat.
        zone: Business zone in which instants are shown.
        decision: Rules of a decision of rules or a table, instead of lines and grades.
    """

    manufacturer: str
    title: str
    kind: str
    version: str
    from_on: date
    until_on: date | None
    announced_on: date
    note: str
    lines: tuple[PrintedLine, ...]
    grades: tuple[tuple[str, str], ...]
    keeping: tuple[str, ...]
    changes: tuple[str, ...]
    before: str
    signatures: tuple[Signature, ...]
    sha256: str
    verify_url: str
    as_of: datetime
    zone: str = "Asia/Seoul"
    decision: PrintedRules | None = None


def render_rulebook(document: RulebookDocument, locale: str) -> str:
    """Return the HTML of the criteria, to be printed with ``STYLESHEET``."""
    return (
        environment(locale)
        .get_template("rulebook.html")
        .render(
            d=document,
            f=Formats(locale, document.zone, "KRW", 0),
            locale=locale,
            lines=document.lines[:MOST_LINES],
            changes=document.changes[:MOST_CHANGES],
            most_bands=MOST_BANDS,
            most_rules=MOST_RULES,
        )
    )


def rulebook_metadata(document: RulebookDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the document stands as of."""
    translate: Callable[[str], str] = words(locale).gettext
    version, kind = clamp(document.version, NAME_LENGTH), clamp(document.kind, NAME_LENGTH)
    return PrintMetadata(
        title=f"{translate('Criteria')} {version} · {kind}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Criteria of the monthly evaluation, for the contract file"),
        created_at=document.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )
