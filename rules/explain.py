"""An outcome in words: what was measured, what was asked, what it gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.canonical import points_text
from rules.curves import SCORE_SCALE, neighbours
from rules.words import NOT_AVAILABLE, clause_text, points_words, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.kpis import Locale, Text
    from rules.outcomes import BandOutcome, LineOutcome, Outcome
    from rules.rulebook import Rulebook
    from rules.terms import Line

REWEIGHTED: Text = {"ko": "배점 조정 {} → {}", "en": "re-weighted {} → {}"}
LEFT_OUT: Text = {
    "ko": "해당 없음: 배점을 다른 항목에 나눔",
    "en": "n/a: its points are spread over the other lines",
}
INFORMATIVE: Text = {"ko": "참고", "en": "for information"}
KEPT: Text = {
    "ko": "점수는 {} 등급이지만 한 달로는 내리지 않아 {} 등급을 유지합니다 (기준 미달 {}개월째).",
    "en": "The points earn {}, but one month does not take a grade away: {} is kept (month {} below it).",
}
ON_CURVE: Mapping[str, Text] = {
    "point": {"ko": "{} → {}", "en": "{} → {}"},
    "between": {"ko": "{}과 {} 사이", "en": "between {} and {}"},
    "below": {"ko": "{} (그 아래)", "en": "{} (below it)"},
    "above": {"ko": "{} (그 이상)", "en": "{} (from there on)"},
}
HELD: Mapping[str, Text] = {
    "missing_input": {"ko": "직접 검토: 값이 없는 항목 {}", "en": "Held for review: no value for {}"},
    "little_support": {
        "ko": "직접 검토: 값이 있는 항목의 배점이 {} 중 {}으로 {} 미만",
        "en": "Held for review: lines with a value weigh {1} of {0}, less than {2}",
    },
}


@dataclass(frozen=True, slots=True)
class ExplainedBand:
    """One step of a line in words: threshold, points it gives here, held, applied."""

    id: str
    threshold: str
    points: str
    held: bool
    applied: bool


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One line of the score sheet in words.

    Attributes:
        id: Line of the rulebook.
        label: Name of the line.
        value: Measured value with its unit, or 해당 없음.
        threshold: What the band that gave the points asks for; when none did, what the easiest one asks; on
            a curve the two points of it that the value lies between.
        held: Whether that threshold was met; None for a missing or informative line.
        points: Points given; empty for an informative line.
        max: Most points the line can give here; empty for an informative line.
        missing: 해당 없음.
        reweighted: Whether the line carries weight of missing lines.
        mark: Why the line is missing, re-weighted or for information; otherwise empty.
        reason: Why the line is part of the evaluation.
        bands: Every step, in book order.
    """

    id: str
    label: str
    value: str
    threshold: str
    held: bool | None
    points: str
    max: str
    missing: bool
    reweighted: bool
    mark: str
    reason: str
    bands: tuple[ExplainedBand, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score sheet in words: points, grade (해당 없음 when held), a note, and the lines in book order."""

    points: str
    grade: str
    note: str
    lines: tuple[ExplainedLine, ...]


def explain(outcome: Outcome, rulebook: Rulebook, locale: Locale) -> Explanation:
    """Say an outcome in words.

    Args:
        outcome: What the rulebook decided.
        rulebook: The version that decided it.
        locale: ``ko`` or ``en``.
    """
    pairs = zip(rulebook.lines, outcome.lines, strict=True)
    return Explanation(
        points=points_words(outcome.points_milli, locale),
        grade=outcome.grade or NOT_AVAILABLE[locale],
        note=_note(outcome, rulebook, locale),
        lines=tuple(_line(line, result, rulebook, locale) for line, result in pairs),
    )


def _note(outcome: Outcome, book: Rulebook, locale: Locale) -> str:
    if outcome.held == "missing_input":
        names = ", ".join(book.inputs[name].label[locale] for name in outcome.held_inputs)
        return HELD[outcome.held][locale].format(names)
    if outcome.held:
        support = sum(line.weight_milli for line in outcome.lines if not line.missing)
        whole = sum(line.weight_milli for line in outcome.lines)
        amounts = (points_words(milli, locale) for milli in (whole, support, book.minimum_support_milli))
        return HELD[outcome.held][locale].format(*amounts)
    if outcome.kept:
        return KEPT[locale].format(outcome.earned_grade, outcome.grade, outcome.months_below)
    return ""


def _line(line: Line, result: LineOutcome, book: Rulebook, locale: Locale) -> ExplainedLine:
    bands = tuple(_band(line, place, band, book, locale) for place, band in enumerate(result.bands))
    on_curve = _curve_text(line, result.value, book, locale)
    decisive = next((band for band in bands if band.applied), bands[-1] if bands else None)
    silent = result.missing or line.informative
    return ExplainedLine(
        id=line.id,
        label=line.label[locale],
        value=value_text(book.inputs[line.input], result.value, locale),
        threshold=decisive.threshold if decisive else on_curve,
        held=None if silent or decisive is None else decisive.applied,
        points="" if line.informative else points_text(result.points_milli),
        max="" if line.informative else points_text(result.max_milli),
        missing=result.missing,
        reweighted=result.reweighted,
        mark=_mark(result, locale),
        reason=line.reason[locale],
        bands=bands,
    )


def _curve_text(line: Line, value: int | None, book: Rulebook, locale: Locale) -> str:
    """Name the points of the line's curve that the value lies between; empty without a curve or a value."""
    curve = book.inputs[line.curve].curve if line.curve else None
    if curve is None or value is None:
        return ""
    (x0, y0), (x1, y1) = neighbours(curve, value)
    source, unit = book.inputs[line.input], int(10 ** (SCORE_SCALE - book.inputs[line.curve].scale))
    ends = [
        ON_CURVE["point"][locale].format(value_text(source, x, locale), points_words(y * unit, locale))
        for x, y in ((x0, y0), (x1, y1))
    ]
    if x0 != x1:
        return ON_CURVE["between"][locale].format(*ends)
    below = value < x0
    return ON_CURVE["below" if below else "above"][locale].format(ends[0])


def _mark(result: LineOutcome, locale: Locale) -> str:
    if result.informative:
        return INFORMATIVE[locale]
    if result.missing:
        return LEFT_OUT[locale]
    if result.reweighted:
        weights = (result.weight_milli, result.effective_weight_milli)
        return REWEIGHTED[locale].format(*map(points_text, weights))
    return ""


def _band(line: Line, place: int, band: BandOutcome, book: Rulebook, locale: Locale) -> ExplainedBand:
    threshold = clause_text(line.bands[place].when, book, line.input, locale)
    return ExplainedBand(band.id, threshold, points_text(band.points_milli), band.held, band.applied)
