"""What would lift the grade: the nearest change of a single measured input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from rules.facts import FactValue
from rules.kpis import Text, catalogue
from rules.outcomes import Outcome
from rules.reference import Reference
from rules.terms import Input
from rules.words import points_words, value_text, with_object_particle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.kpis import Kpi
    from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One input that would lift the grade if it alone changed.

    Attributes:
        input: Input of the rulebook.
        kpi: Code in the KPI catalogue.
        from_scaled: Value now, × 10^scale.
        to_scaled: Nearest value that earns a better grade, × 10^scale.
        effort: Change as a share of the span between the input's lowest and highest threshold.
        gain_milli: Points gained, thousandths.
        grade: Grade it would earn.
        sentence: The suggestion in words, by locale.
    """

    input: str
    kpi: str
    from_scaled: int
    to_scaled: int
    effort: Fraction
    gain_milli: int
    grade: str
    sentence: Text


def distance(
    outcome: Outcome,
    facts: Mapping[str, FactValue],
    rulebook: Rulebook,
    kpis: Mapping[str, Kpi] | None = None,
) -> tuple[Suggestion, ...]:
    """List single changes that would lift the grade, least effort first.

    Only inputs with a value are looked at, and only in their better direction; values stay in the input's
    range. Empty when held, at the best grade, or when no single change suffices.

    Args:
        outcome: What the rulebook decided on these facts.
        facts: The facts of that outcome.
        rulebook: The version that decided.
        kpis: Catalogue that says which direction is better; the shipped one when left out.
    """
    if outcome.grade is None:
        return ()
    reference = Reference(rulebook)
    better = catalogue() if kpis is None else kpis
    found = []
    for source in rulebook.inputs.values():
        fact = facts.get(source.kpi)
        if fact is None or fact.value_scaled is None:
            continue
        search = _Search(source, fact.value_scaled, better[source.kpi].better)
        trial = _Trial(reference, facts, outcome, source)
        target = _nearest(trial, search, rulebook)
        if target is not None:
            found.append(_suggestion(search, target, outcome, trial.at(target), rulebook))
    return tuple(sorted(found, key=lambda suggestion: (suggestion.effort, suggestion.input)))


@dataclass(frozen=True, slots=True)
class _Trial:
    """The same subject with another value of one input."""

    reference: Reference
    facts: Mapping[str, FactValue]
    outcome: Outcome
    source: Input

    def at(self, value: int) -> Outcome:
        """Decide with another value."""
        changed = replace(self.facts[self.source.kpi], value_scaled=value)
        return self.reference.evaluate({**self.facts, self.source.kpi: changed}, self.outcome.context)

    def lifts(self, value: int) -> bool:
        """Tell whether a value earns a better grade."""
        grade, book = self.at(value).grade, self.reference.rulebook
        return bool(grade) and _rank(book, str(grade)) < _rank(book, str(self.outcome.grade))


def _nearest(trial: _Trial, search: _Search, rulebook: Rulebook) -> int | None:
    """Return the nearest value that lifts the grade; on a curve it may lie between two of its points."""
    before = search.value
    for target in search.targets(rulebook):
        if trial.lifts(target):
            return _between(trial, before, target) if search.curve_values(rulebook) else target
        before = target
    return None


def _between(trial: _Trial, before: int, target: int) -> int:
    """Halve the way between a value that does not lift the grade and one that does, down to one step."""
    while abs(target - before) > 1:
        middle = (before + target) // 2
        before, target = (before, middle) if trial.lifts(middle) else (middle, target)
    return target


def _rank(rulebook: Rulebook, grade: str) -> int:
    return [step.grade for step in rulebook.grades].index(grade)


@dataclass(frozen=True, slots=True)
class _Search:
    """Values around the thresholds of one input, seen from its present value."""

    source: Input
    value: int
    better: str

    def thresholds(self, rulebook: Rulebook) -> tuple[Decimal, ...]:
        """Thresholds of the input and points of its curves, in units of its last decimal."""
        asked = (
            Decimal(condition.threshold).scaleb(self.source.scale)
            for condition in rulebook.conditions
            if condition.name == self.source.name
        )
        return (*asked, *self.curve_values(rulebook))

    def curve_values(self, rulebook: Rulebook) -> tuple[Decimal, ...]:
        """Values of the points of the curves that score the input."""
        curves = (other.curve for other in rulebook.inputs.values() if other.curve)
        return tuple(
            Decimal(value) for curve in curves if curve.input == self.source.name for value, _ in curve.points
        )

    def targets(self, rulebook: Rulebook) -> list[int]:
        """Values at which a condition may change its outcome, in the better direction, nearest first."""
        lowest, highest = (
            Decimal(edge).scaleb(self.source.scale) for edge in (self.source.lowest, self.source.highest)
        )
        around = {value for threshold in self.thresholds(rulebook) for value in _around(threshold)}
        wanted = [value for value in around if self._is_better(value) and lowest <= value <= highest]
        return sorted(wanted, key=lambda value: abs(value - self.value))

    def _is_better(self, value: int) -> bool:
        if self.better == "higher":
            return value > self.value
        return self.better == "lower" and value < self.value

    def effort(self, target: int, rulebook: Rulebook) -> Fraction:
        """Change to a target as a share of the span of thresholds, at least one unit wide."""
        thresholds = self.thresholds(rulebook)
        span = max(Fraction(max(thresholds)) - Fraction(min(thresholds)), Fraction(1))
        return abs(target - self.value) / span


def _around(threshold: Decimal) -> Iterator[int]:
    below = int(threshold.to_integral_value(ROUND_FLOOR))
    above = int(threshold.to_integral_value(ROUND_CEILING))
    yield from (below - 1, below, above, above + 1)


def _suggestion(
    search: _Search, target: int, outcome: Outcome, lifted: Outcome, rulebook: Rulebook
) -> Suggestion:
    gain = lifted.points_milli - outcome.points_milli
    grade = lifted.grade or ""
    source = search.source
    texts = {
        locale: (value_text(source, search.value, locale), value_text(source, target, locale))
        for locale in ("ko", "en")
    }
    verb = "올리면" if search.better == "higher" else "내리면"
    ko = (
        f"{with_object_particle(source.label['ko'])} {texts['ko'][0]}에서 {texts['ko'][1]}까지 {verb} "
        f"{points_words(gain, 'ko')}을 더 얻어 등급이 {outcome.grade} → {grade}로 오릅니다."
    )
    en = (
        f"{source.label['en']}: from {texts['en'][0]} to {texts['en'][1]} gives "
        f"{points_words(gain, 'en')} more, grade {outcome.grade} → {grade}."
    )
    return Suggestion(
        input=source.name,
        kpi=source.kpi,
        from_scaled=search.value,
        to_scaled=target,
        effort=search.effort(target, rulebook),
        gain_milli=gain,
        grade=grade,
        sentence={"ko": ko, "en": en},
    )
