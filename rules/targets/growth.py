"""The stretch of a target, and whether its growth points add up to it.

Source: S51 and S54 of the client's concept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from rules.kpis import Text
from rules.rebate.words import amount_text

if TYPE_CHECKING:
    from collections.abc import Sequence

PointKind = Literal["outlet", "terminal", "product", "channel"]
PointProblem = Literal["no_owner", "no_size", "twice"]
SENTENCES: dict[str, Text] = {
    "even": {
        "ko": "성장 포인트의 합이 추가 목표 {stretch}와 같습니다.",
        "en": "The growth points add up to the stretch of {stretch}.",
    },
    "short": {
        "ko": "성장 포인트의 합 {planned}이(가) 추가 목표 {stretch}보다 {gap} 모자랍니다.",
        "en": "The growth points add up to {planned}, {gap} short of the stretch of {stretch}.",
    },
    "over": {
        "ko": "성장 포인트의 합 {planned}이(가) 추가 목표 {stretch}보다 {gap} 많습니다.",
        "en": "The growth points add up to {planned}, {gap} more than the stretch of {stretch}.",
    },
    "none": {
        "ko": "목표가 자연 판매를 넘지 않아 성장 포인트가 필요하지 않습니다.",
        "en": "The target is not above natural sales, so it needs no growth points.",
    },
}


@dataclass(frozen=True, slots=True)
class Target:
    """A target with what would be sold anyway, both in minor units.

    Attributes:
        target_minor: The target.
        baseline_minor: Natural sales.
    """

    target_minor: int
    baseline_minor: int

    @property
    def stretch_minor(self) -> int:
        """What the target asks beyond natural sales; below 0 when it asks less."""
        return self.target_minor - self.baseline_minor

    def stretch_attainment(self, actual_minor: int) -> Fraction | None:
        """Return (actual − baseline) ÷ stretch; None without a stretch above 0."""
        if self.stretch_minor <= 0:
            return None
        return Fraction(actual_minor - self.baseline_minor, self.stretch_minor)


@dataclass(frozen=True, slots=True)
class GrowthPoint:
    """Where growth shall come from.

    Attributes:
        key: Name, unique in its target.
        kind: Outlet, terminal, product or channel.
        size_minor: Growth expected, above 0.
        owner: Who answers for it; empty for nobody.
        result_minor: Growth reached; None while not known.
    """

    key: str
    kind: PointKind
    size_minor: int
    owner: str
    result_minor: int | None = None


@dataclass(frozen=True, slots=True)
class GrowthCheck:
    """Whether growth points carry a stretch.

    Attributes:
        stretch_minor: What is asked.
        planned_minor: Sum of the sizes.
        difference_minor: Planned less asked; below 0 when points are missing, 0 without a stretch or points.
        result_minor: Sum of the results that are known.
        results: How many are known.
        problems: Points with what is wrong with them, in their order.
        sentence: The difference in words, by locale.
    """

    stretch_minor: int
    planned_minor: int
    difference_minor: int
    result_minor: int
    results: int
    problems: tuple[tuple[str, PointProblem], ...]
    sentence: Text

    @property
    def ok(self) -> bool:
        """Whether the points add up and none has a problem."""
        return self.difference_minor == 0 and not self.problems


def check_growth(target: Target, points: Sequence[GrowthPoint], currency: str) -> GrowthCheck:
    """Check that growth points add up to the stretch of a target.

    Args:
        target: The target with its baseline.
        points: Growth points in any order.
        currency: ISO 4217 code of the amounts, for the sentence.
    """
    planned = sum(point.size_minor for point in points)
    asked = max(target.stretch_minor, 0)
    difference = planned - asked
    known = [point.result_minor for point in points if point.result_minor is not None]
    sentence = "short" if difference < 0 else "over" if difference else "even" if asked else "none"
    words = {
        "planned": amount_text(planned, currency),
        "stretch": amount_text(asked, currency),
        "gap": amount_text(abs(difference), currency),
    }
    said = {locale: text.format(**words) for locale, text in SENTENCES[sentence].items()}
    return GrowthCheck(
        stretch_minor=target.stretch_minor,
        planned_minor=planned,
        difference_minor=difference,
        result_minor=sum(known),
        results=len(known),
        problems=tuple(_problems(points)),
        sentence=MappingProxyType(said),
    )


def _problems(points: Sequence[GrowthPoint]) -> list[tuple[str, PointProblem]]:
    counts = Counter(point.key for point in points)
    found: list[tuple[str, PointProblem]] = []
    for point in points:
        if not point.owner.strip():
            found.append((point.key, "no_owner"))
        if point.size_minor <= 0:
            found.append((point.key, "no_size"))
    found += [(key, "twice") for key, count in counts.items() if count > 1]
    return found
