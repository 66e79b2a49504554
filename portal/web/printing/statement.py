"""The incentive statement (판매장려금 정산서) of a dealer, on A4.

The caller brings plain values that are already calculated and put into words; nothing here computes an
amount, so paper and screen can not differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from portal.web.printing.environment import environment, words
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.scorecard import Appeal, Signature
from portal.web.printing.text import NAME_LENGTH, clamp

STYLESHEET = "statement.css"
MOST_LINES = 40
MOST_STEPS = 12
MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class SourceMonth:
    """What a month adds to a line: ``2026-09``, how many documents, and the value in words."""

    month: str
    documents: int
    value: str


@dataclass(frozen=True, slots=True)
class StatementPaperLine:
    """One line with everything that derives it, in words; amounts in minor units.

    Attributes:
        label: Name of the component.
        measure: What was measured.
        tier: The tier reached and what it gives; empty below the first.
        factor: Multiplier by grade; empty without one.
        steps: The arithmetic, one sum a step.
        amount_minor: Earned to date.
        paid_minor: Settled before.
        delta_minor: Posted by this settlement.
        note: Why the difference is another one than earned less settled; empty when it is not.
        months: The documents behind the measure, by month.
    """

    label: str
    measure: str
    tier: str
    factor: str
    steps: tuple[str, ...]
    amount_minor: int
    paid_minor: int
    delta_minor: int
    note: str
    months: tuple[SourceMonth, ...]


@dataclass(frozen=True, slots=True)
class StatementProvenance:
    """From what the statement can be derived again.

    Attributes:
        settlement: Number of the settlement.
        program_hash: SHA-256 of the programme's content, hexadecimal.
        inputs_hash: SHA-256 of the frozen figures.
        results_hash: SHA-256 of all lines of the settlement.
        as_of: Instant of the figures.
        verify_url: Page that confirms the hashes and the sum.
    """

    settlement: str
    program_hash: str
    inputs_hash: str
    results_hash: str
    as_of: datetime
    verify_url: str


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """Everything on one statement.

    Attributes:
        manufacturer: Who pays.
        dealer_name: Who earns.
        dealer_code: His code.
        program: Name of the programme.
        version: Its version.
        kind: What kind of settlement, in words.
        from_on: First day that counts.
        through_on: Last day that counts, inclusive.
        is_booked: Whether it is final; the paper says when it is not.
        preview_until_on: Last day of the preview, or None.
        amounts: Whether amounts are supply value or include VAT, in words.
        lines: Lines; their amounts add up to ``earned_minor``.
        earned_minor: Earned to date.
        paid_minor: Settled before.
        due_minor: Posted by this settlement.
        tax_document: What the payout needs, in words.
        tax_step: What the dealer does about it.
        clause: Clause of the contract.
        appeal: How and until when to object; None where nothing can be objected to.
        signatures: Places to sign.
        provenance: Hashes.
        currency: ISO 4217 code of the amounts.
        currency_decimals: Digits of its minor unit.
        zone: Business zone in which instants are shown.
    """

    manufacturer: str
    dealer_name: str
    dealer_code: str
    program: str
    version: str
    kind: str
    from_on: date
    through_on: date
    is_booked: bool
    preview_until_on: date | None
    amounts: str
    lines: tuple[StatementPaperLine, ...]
    earned_minor: int
    paid_minor: int
    due_minor: int
    tax_document: str
    tax_step: str
    clause: str
    appeal: Appeal | None
    signatures: tuple[Signature, ...]
    provenance: StatementProvenance
    currency: str = "KRW"
    currency_decimals: int = 0
    zone: str = "Asia/Seoul"


def render_statement(document: StatementDocument, locale: str) -> str:
    """Return the HTML of a statement, to be printed with ``STYLESHEET``.

    Raises:
        ValueError: The lines do not add up to what the statement says, or there are more than fit.
    """
    if sum(line.amount_minor for line in document.lines) != document.earned_minor:
        raise ValueError("the lines do not add up to the sum of the statement")
    if sum(line.delta_minor for line in document.lines) != document.due_minor:
        raise ValueError("what the lines post is not what the statement posts")
    if len(document.lines) > MOST_LINES:
        raise ValueError(f"a statement has at most {MOST_LINES} lines")
    return (
        environment(locale)
        .get_template("statement.html")
        .render(
            d=document,
            f=_formats(document, locale),
            locale=locale,
            most_steps=MOST_STEPS,
            most_months=MOST_MONTHS,
        )
    )


def statement_metadata(document: StatementDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant of the figures."""
    translate = words(locale).gettext
    through = _formats(document, locale).day(document.through_on)
    dealer = f"{clamp(document.dealer_name, NAME_LENGTH)} ({clamp(document.dealer_code, NAME_LENGTH)})"
    return PrintMetadata(
        title=f"{translate('Incentive statement')} {through} · {dealer}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Sales incentives line by line, each with the sum that derives it"),
        created_at=document.provenance.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )


def _formats(document: StatementDocument, locale: str) -> Formats:
    return Formats(locale, document.zone, document.currency, document.currency_decimals)
