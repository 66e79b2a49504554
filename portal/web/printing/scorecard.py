"""The monthly scorecard (평가표) of a dealer or a sales representative, for one sheet of A4.

The caller brings plain values that are already decided, rounded and translated where they come from
data; nothing here computes a result, so paper and screen can not differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.web.printing import charts
from portal.web.printing.environment import environment, words
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

STYLESHEET = "scorecard.css"
MOST_LINES = 20
MOST_COMMENTS = 5
MOST_LIFTS = 6
MOST_ACTIONS = 8
MOST_SIGNATURES = 4
CHART_MONTHS = 12


class LineState(StrEnum):
    """What became of one line of the rulebook."""

    MET = "met"
    MISSED = "missed"
    MISSING = "missing"
    INFORMATIVE = "informative"


@dataclass(frozen=True, slots=True)
class ScorecardLine:
    """One line of the evaluation.

    Attributes:
        label: Name of the KPI in the document's language.
        actual: The measured value with its unit; empty where it is missing.
        threshold: What was asked for, in words.
        points_milli: Milli-points given; None where the line did not count.
        most_milli: Milli-points the line can give this month, after weights were spread again.
        state: Met, missed, missing or informative.
    """

    label: str
    actual: str
    threshold: str
    points_milli: int | None
    most_milli: int
    state: LineState


@dataclass(frozen=True, slots=True)
class MonthSales:
    """Sales of one month (``2026-10``) and of the same month a year before, in minor units, or None."""

    month: str
    this_year_minor: int | None
    last_year_minor: int | None


@dataclass(frozen=True, slots=True)
class GradeEdge:
    """Milli-points at which a grade begins (inclusive)."""

    grade: str
    from_milli: int


@dataclass(frozen=True, slots=True)
class Comment:
    """What a person wrote, as it was written."""

    author: str
    role: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ActionLine:
    """A reward or coaching plan; ``state`` is what came of it, ``since`` an earlier month or empty."""

    kind: str
    text: str
    goal: str
    owner: str
    due_on: date
    state: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature made in the portal, or the empty place for one on paper.

    Attributes:
        role: Whose signature this is, in the document's language.
        name: Who signed; empty for an empty place.
        signed_at: When, or None.
        deputy_for: Name of the person a deputy (대결자) signed for; empty otherwise.
    """

    role: str
    name: str = ""
    signed_at: datetime | None = None
    deputy_for: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """How a dealer objects, and the last day for it (inclusive).

    Source: 개인정보 보호법 제37조의2 (explanation and review of automated decisions).
    """

    how: str
    until_on: date


@dataclass(frozen=True, slots=True)
class Provenance:
    """From what this sheet can be derived again.

    Attributes:
        run_id: The evaluation run.
        rulebook_version: The rulebook and its version in words, such as ``Criteria 2026.10``.
        rulebook_hash: SHA-256 of the rulebook, hexadecimal.
        snapshot_hash: SHA-256 of the month's facts, hexadecimal.
        printed_at: Instant as of which everything on the sheet stands; an input, so that bytes repeat.
        verify_url: Page that confirms the hashes.
    """

    run_id: str
    rulebook_version: str
    rulebook_hash: str
    snapshot_hash: str
    printed_at: datetime
    verify_url: str


@dataclass(frozen=True, slots=True)
class ScorecardDocument:
    """Everything on one scorecard.

    Attributes:
        manufacturer: Who evaluates.
        subject_name: The dealer, or the representative.
        subject_code: Code of the dealer.
        region: Region in words, from large to small.
        month: Evaluated month, ``2026-10``.
        grade: Grade, or None while the subject is held for review by hand.
        previous_grade: Grade of the month before, or None.
        points_milli: Milli-points reached.
        most_milli: Milli-points that can be reached, more than 0.
        reference_only: Published for reference (참고용), without consequences.
        lines: Lines in rulebook order.
        edges: Where the grades begin.
        sales: Months, oldest first, the evaluated month last.
        lifts: What would lift the grade, a sentence each.
        comments: Comments in the order they were written.
        signatures: Signatures in order of signing.
        appeal: How and until when to object, or None where that is not offered.
        provenance: Run, rulebook and snapshot.
        currency: ISO 4217 code of the amounts.
        currency_decimals: Digits of its minor unit.
        zone: Business zone in which instants are shown.
        actions: Rewards and coaching plans, those carried over from earlier months first.
    """

    manufacturer: str
    subject_name: str
    subject_code: str
    region: str
    month: str
    grade: str | None
    previous_grade: str | None
    points_milli: int
    most_milli: int
    reference_only: bool
    lines: tuple[ScorecardLine, ...]
    edges: tuple[GradeEdge, ...]
    sales: tuple[MonthSales, ...]
    lifts: tuple[str, ...]
    comments: tuple[Comment, ...]
    signatures: tuple[Signature, ...]
    appeal: Appeal | None
    provenance: Provenance
    currency: str = "KRW"
    currency_decimals: int = 0
    zone: str = "Asia/Seoul"
    actions: tuple[ActionLine, ...] = ()


def render_scorecard(document: ScorecardDocument, locale: str) -> str:
    """Return the HTML of a scorecard, to be printed with ``STYLESHEET``.

    Names are cut at 120 characters and comments at 2,000; of longer lists the first entries are shown.
    """
    view = _View(document, locale)
    return (
        environment(locale)
        .get_template("scorecard.html")
        .render(
            d=document,
            f=view.formats,
            locale=locale,
            lines=document.lines[:MOST_LINES],
            comments=document.comments[:MOST_COMMENTS],
            lifts=document.lifts[:MOST_LIFTS],
            actions=document.actions[:MOST_ACTIONS],
            signatures=document.signatures[:MOST_SIGNATURES],
            waterfall=view.waterfall(),
            gauge=view.gauge(),
            sales_chart=view.sales_chart(),
            sales=view.last_month(),
            at_top=view.is_highest_grade(),
        )
    )


def scorecard_metadata(document: ScorecardDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the document stands as of."""
    translate = words(locale).gettext
    formats = _View(document, locale).formats
    dealer = f"{clamp(document.subject_name, NAME_LENGTH)} ({clamp(document.subject_code, NAME_LENGTH)})"
    printed_at = document.provenance.printed_at.astimezone(UTC)
    return PrintMetadata(
        title=f"{translate('Monthly scorecard')} {formats.month(document.month)} · {dealer}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Monthly evaluation: points, grade and the reasons for them"),
        created_at=printed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )


class _View:
    """Figures of one document in one language."""

    def __init__(self, document: ScorecardDocument, locale: str) -> None:
        self._document = document
        self._translate: Callable[[str], str] = words(locale).gettext
        self.formats = Formats(locale, document.zone, document.currency, document.currency_decimals)

    def waterfall(self) -> Markup:
        steps = [self._step(line) for line in self._document.lines[:MOST_LINES] if line.most_milli]
        total = self.formats.points(self._document.points_milli)
        title = self._translate("How the points add up: %(points)s of %(most)s") % {
            "points": total,
            "most": self.formats.points(self._document.most_milli),
        }
        return charts.waterfall(steps, self._edges(), self._document.most_milli, total, title)

    def gauge(self) -> Markup:
        title = self._translate("Points on the scale of grades")
        return charts.gauge(self._document.points_milli, self._document.most_milli, self._edges(), title)

    def sales_chart(self) -> Markup | None:
        months = self._document.sales[-CHART_MONTHS:]
        if not months:
            return None
        shown = charts.TwoYears(
            [str(int(month.month[5:])) for month in months],
            [month.this_year_minor for month in months],
            [month.last_year_minor for month in months],
        )
        legend = (self._translate("Last 12 months"), self._translate("A year before"))
        title = self._translate("Monthly sales, this year and a year before")
        return charts.year_bars(shown, legend, title, self.formats.compact_amount)

    def last_month(self) -> tuple[str, str] | None:
        """Return the evaluated month's sales and its change on a year before, or None if unknown."""
        if not self._document.sales or (last := self._document.sales[-1]).this_year_minor is None:
            return None
        change = ""
        if last.last_year_minor is not None and last.last_year_minor > 0:
            change = self.formats.percent_change(last.this_year_minor, last.last_year_minor)
        return self.formats.amount(last.this_year_minor), change

    def is_highest_grade(self) -> bool:
        edges = self._document.edges
        return bool(edges) and max(edges, key=lambda edge: edge.from_milli).grade == self._document.grade

    def _step(self, line: ScorecardLine) -> charts.Step:
        if line.points_milli is None:
            return charts.Step(line.label, None, 0, self._translate("not counted"))
        shown = f"{self.formats.points(line.points_milli)}/{self.formats.points(line.most_milli)}"
        return charts.Step(line.label, line.points_milli, line.most_milli, shown)

    def _edges(self) -> list[charts.Edge]:
        return [charts.Edge(edge.grade, edge.from_milli) for edge in self._document.edges]
