"""Curves: scores in straight pieces, so that a small change of a number is a small change of points.

A score is computed in integers and quantised once, half up, to the decimals the curve declares. Rules,
screens and paper use that number.
"""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rules.fields import Fields
from rules.money import divide
from rules.terms import Curve, Input
from rules.vocabulary import DECIMAL, NAME_FORM, is_name, shortest_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rules.documents import Document, Path

MAX_POINTS = 100
MAX_SCORE = 1000
SCORE_SCALE = 3
INT64_MAX = 2**63 - 1
CURVE_KEYS = frozenset({"input", "label", "unit", "scale", "source", "points"})
POINT_FORM = "a point is a value and a score, two decimal numbers in quotation marks"


def score_at(curve: Curve, value: int) -> int:
    """Return the score of a quantised value, × 10^scale of the curve."""
    (x0, y0), (x1, y1) = neighbours(curve, value)
    if x0 == x1:
        return y0
    return divide(y0 * (x1 - value) + y1 * (value - x0), x1 - x0)


def neighbours(curve: Curve, value: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the points a value lies between; the same point twice before the first and from the last on."""
    place = bisect_right(curve.points, value, key=lambda point: point[0])
    return curve.points[max(place - 1, 0)], curve.points[min(place, len(curve.points) - 1)]


def scores_at(curve: Curve, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the scores of many values, each exactly ``score_at``.

    Where 64 bits might not hold a product, Python integers do the work.
    """
    xs, ys = (np.array(axis, dtype=np.int64) for axis in zip(*curve.points, strict=True))
    width = max(after - before for before, after in pairwise(xs.tolist()))
    if (2 * int(ys.max()) + 1) * width > INT64_MAX:
        return np.array([score_at(curve, value) for value in values.tolist()], dtype=np.int64)
    inside = np.clip(values, xs[0], xs[-1])
    place = np.clip(np.searchsorted(xs, inside, side="right"), 1, len(xs) - 1)
    before, span = xs[place - 1], xs[place] - xs[place - 1]
    above = ys[place - 1] * (span - (inside - before)) + ys[place] * (inside - before)
    return np.asarray((2 * above + span) // (2 * span), dtype=np.int64)


class CurveReader:
    """Reads the curves of one rulebook as inputs that follow from other inputs.

    Args:
        document: Receives the problems.
        inputs: Inputs a curve may score.
    """

    def __init__(self, document: Document, inputs: Mapping[str, Input]) -> None:
        self._document = document
        self._inputs = inputs

    def read(self, book: Fields) -> dict[str, Input]:
        """Return one input per curve; none when the book declares no curves."""
        if "curves" not in book.content:
            return {}
        found = book.mapping("curves").items()
        return {name: self._curve(name, content, ("curves", name)) for name, content in found}

    def _curve(self, name: str, content: object, path: Path) -> Input:
        part = Fields(self._document, content, path, CURVE_KEYS)
        if not is_name(name):
            part.complain("", f"the name of a curve consists of {NAME_FORM}: {name!r}")
        if name in self._inputs:
            part.complain("", f"an input has the name {name!r}")
        scale, source = part.whole("scale", 0, SCORE_SCALE), part.word("input")
        if source and source not in self._inputs:
            part.complain("input", f"unknown input {source!r}")
        points = self._points(part, self._inputs.get(source), scale)
        scores = [score for _, score in points]
        return Input(
            name=name,
            kpi="",
            label=part.labels("label"),
            unit=part.unit("unit"),
            scale=scale,
            lowest=shortest_decimal(str(Decimal(min(scores)).scaleb(-scale))),
            highest=shortest_decimal(str(Decimal(max(scores)).scaleb(-scale))),
            missing="no_match",
            source=part.labels("source"),
            curve=Curve(source, points),
        )

    def _points(self, part: Fields, source: Input | None, scale: int) -> tuple[tuple[int, int], ...]:
        found = []
        for place, content in enumerate(part.members("points")):
            path = (*part.path, "points", place)
            pair = content if isinstance(content, list) and len(content) == 2 else []  # noqa: PLR2004  value and score
            if not pair or not all(isinstance(text, str) and DECIMAL.fullmatch(text) for text in pair):
                self._document.complain(path, POINT_FORM)
            elif source is not None:
                found.append(self._point(pair, source, scale, path))
        values = [value for value, _ in found]
        if source is not None and part.content.get("points") and len(found) < 2:  # noqa: PLR2004  a piece has two ends
            part.complain("points", "a curve has at least two points")
        if values != sorted(set(values)):
            part.complain("points", "the values of a curve rise from point to point")
        return tuple(found) or ((0, 0), (1, 0))

    def _point(self, pair: list[str], source: Input, scale: int, path: Path) -> tuple[int, int]:
        value, score = Decimal(pair[0]).scaleb(source.scale), Decimal(pair[1]).scaleb(scale)
        if value != int(value):
            self._document.complain(path, f"{source.name} has at most {source.scale} decimals")
        if not Decimal(source.lowest) <= Decimal(pair[0]) <= Decimal(source.highest):
            self._document.complain(path, f"{pair[0]} lies outside {source.lowest} to {source.highest}")
        if score != int(score) or not 0 <= Decimal(pair[1]) <= MAX_SCORE:
            self._document.complain(path, f"a score is 0 to {MAX_SCORE} with at most {scale} decimals")
        return int(value), int(score)


def check_line_curve(part: Fields, inputs: Mapping[str, Input], source: str, weight: int) -> str:
    """Return the curve a line takes its points from; report why it cannot."""
    name = part.word("curve")
    if "bands" in part.content:
        part.complain("curve", "a line has bands or a curve, not both")
    found = inputs.get(name)
    if found is None or found.curve is None:
        part.complain("curve", f"unknown curve {name!r}")
        return name
    if found.curve.input != source:
        part.complain("curve", f"the curve scores {found.curve.input!r}, the line shows {source!r}")
    if Decimal(found.highest) != weight:
        part.complain("curve", f"the best score of the curve is {found.highest}, the line weighs {weight}")
    return name
