"""Charts as SVG from the server: the same markup on screens and on paper.

Colours are presentation attributes (for paper, where page styles do not reach), and classes let the screen's
style sheet override them for light and dark. Every chart has a role, a label and a title; text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

BLUE, GREEN, AMBER, RED, GREY, INK, LINE = (
    "#1f5fd6", "#12805c", "#d48a0f", "#d64545", "#8a97a8", "#1b2430", "#e1e5ea",
)  # fmt: skip
_FILL = {"good": GREEN, "mid": AMBER, "low": RED}
_GOOD_SHARE, _MID_SHARE = 0.8, 0.55
_FULL, _NEARLY = 10_000, 8_500
_BULLET_MOST = 12_500
Values = Sequence[int | None]


def _svg(kind: str, width: float, height: float, label: str, body: str, *, fixed: bool = False) -> Markup:
    size = f' width="{width:g}" height="{height:g}"' if fixed else ""
    box, said = f"0 0 {width:g} {height:g}", escape(label)
    text = f'<svg class="{kind}"{size} viewBox="{box}" role="img" aria-label="{said}"><title>{said}</title>'
    return Markup(f"{text}{body}</svg>")  # noqa: S704  numbers, and texts escaped where they come in


def sparkline(values: Values, label: str, width: int = 88, height: int = 24) -> Markup:
    """Draw a small line of a series; missing values leave gaps, the last known one gets a dot."""
    known = [(i, value) for i, value in enumerate(values) if value is not None]
    if not known:
        return _svg("spark", width, height, label, "", fixed=True)
    low, high = min(value for _, value in known), max(value for _, value in known)
    pad, steps = 3, max(len(values) - 1, 1)

    def at(i: int, value: int) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return pad + i * (width - 2 * pad) / steps, height - pad - share * (height - 2 * pad)

    body = ""
    for run in _runs(values):
        points = [at(i, value) for i, value in run]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        area = (
            f"M{points[0][0]:.1f},{height} L" + line.replace(" ", " L") + f" L{points[-1][0]:.1f},{height} Z"
        )
        body += f'<path class="a" d="{area}" fill="{BLUE}" fill-opacity="0.12"/>'
        body += f'<polyline class="l" fill="none" stroke="{BLUE}" stroke-width="1.5" points="{line}"/>'
    x, y = at(*known[-1])
    body += f'<circle class="d" cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{BLUE}"/>'
    return _svg("spark", width, height, label, body, fixed=True)


def _runs(values: Values) -> list[list[tuple[int, int]]]:
    runs: list[list[tuple[int, int]]] = []
    for i, value in enumerate(values):
        if value is None:
            continue
        if not runs or runs[-1][-1][0] != i - 1:
            runs.append([])
        runs[-1].append((i, value))
    return runs


def bullet(share_bp: int | None, label: str, width: int = 72) -> Markup:
    """Draw a bar of a share in basis points with a mark at 100 %; the bar ends at 125 %."""
    height = 10
    body = f'<rect class="t" x="0" y="2" width="{width}" height="6" rx="3" fill="{LINE}"/>'
    if share_bp is not None:
        tone = "good" if share_bp >= _FULL else "mid" if share_bp >= _NEARLY else "low"
        length = max(0, min(_BULLET_MOST, share_bp)) / _BULLET_MOST * width
        body += (
            f'<rect class="{tone}" x="0" y="2" width="{length:.1f}" height="6" rx="3" fill="{_FILL[tone]}"/>'
        )
    mark = width * _FULL / _BULLET_MOST
    body += f'<rect class="m" x="{mark - 0.75:.2f}" y="0" width="1.5" height="{height}" fill="{INK}"/>'
    return _svg("bar", width, height, label, body, fixed=True)


@dataclass(frozen=True, slots=True)
class Step:
    """One column of a waterfall.

    Attributes:
        label: Short text below the column.
        points: What was reached, thousandths.
        most: What could be reached, thousandths; drawn as a ghost.
    """

    label: str
    points: int
    most: int


def waterfall(
    steps: Sequence[Step], total_label: str, label: str, width: int = 344, height: int = 150
) -> Markup:
    """Draw how points add up to the total; the scale ends at the most that could be reached."""
    count = len(steps) + 1
    column = width / count
    scale = (height - 38) / max(sum(step.most for step in steps), 1)
    floor, reached, body = height - 22.0, 0, ""
    for i, step in enumerate(steps):
        x, wide = i * column + 4, column - 8
        base = floor - reached * scale
        tone = "good" if step.points >= _GOOD_SHARE * step.most else "mid"
        if step.points < _MID_SHARE * step.most:
            tone = "low"
        top, ghost = base - step.points * scale, base - step.most * scale
        body += _rect("ghost", x, ghost, wide, step.most * scale, LINE)
        body += _rect(tone, x, top, wide, max(step.points * scale, 1), _FILL[tone])
        body += _text(x + wide / 2, top - 4, _points(step.points), 10.5)
        body += _text(x + wide / 2, height - 7, step.label, 9.5, "lab")
        reached += step.points
    x, wide = len(steps) * column + 4, column - 8
    body += _rect("sum", x, floor - reached * scale, wide, reached * scale, BLUE)
    body += _text(x + wide / 2, floor - reached * scale - 4, _points(reached), 11)
    body += _text(x + wide / 2, height - 7, total_label, 9.5, "lab")
    return _svg("wf", width, height, label, body)


def _points(milli: int) -> str:
    whole, rest = divmod((milli + 50) // 100, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def _rect(kind: str, x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}"'
        f' height="{max(height, 0):.1f}" rx="2" fill="{fill}"/>'
    )


def _text(x: float, y: float, text: str, size: float, kind: str = "", anchor: str = "middle") -> str:
    fill = "#556070" if kind == "lab" else INK
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
        f' fill="{fill}">{escape(text)}</text>'
    )


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """A series beside the same months of the year before.

    Attributes:
        labels: Text below each month, as many as values.
        this: Values of the months; None where unknown.
        last: Values of the same months a year before; None where unknown.
        this_name: Name of the first series.
        last_name: Name of the second.
    """

    labels: Sequence[str]
    this: Values
    last: Values
    this_name: str
    last_name: str


def year_on_year(series: YearOnYear, label: str, axis: Sequence[str], width: int = 640) -> Markup:
    """Draw columns of this year over a line of last year.

    Args:
        series: The two series.
        label: What the chart shows, for screen readers.
        axis: Text at zero, half and full scale.
        width: Width in drawing units; the chart scales to its place.
    """
    height, left, floor = 190, 52.0, 160.0
    top = max([value for value in (*series.this, *series.last) if value is not None], default=0) or 1
    step = (width - left) / max(len(series.labels), 1)

    def y_of(value: int) -> float:
        return floor - max(value, 0) / top * (floor - 22)

    body = ""
    for share, text in zip((0.0, 0.5, 1.0), axis, strict=True):
        y = floor - share * (floor - 22)
        body += f'<line class="grid" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>'
        body += _text(left - 6, y + 3, text, 9.5, "lab", "end")
    for i, (name, value) in enumerate(zip(series.labels, series.this, strict=True)):
        x = left + i * step
        if value is not None:
            body += _rect("this", x + step * 0.2, y_of(value), step * 0.6, floor - y_of(value), BLUE)
        body += _text(x + step / 2, floor + 14, name, 9.5, "lab")
    for run in _runs(series.last):
        points = " ".join(f"{left + i * step + step / 2:.1f},{y_of(value):.1f}" for i, value in run)
        body += f'<polyline class="last" points="{points}" fill="none" stroke="{GREY}" stroke-width="2"/>'
    body += _legend(series, left)
    return _svg("chart", width, height, label, body)


def _legend(series: YearOnYear, left: float) -> str:
    second = left + 24 + 11 * len(series.this_name)
    return (
        _rect("this", left, 4, 10, 8, BLUE)
        + _text(left + 15, 12, series.this_name, 10, "lab", "start")
        + f'<line class="last" x1="{second}" x2="{second + 14}" y1="8" y2="8" stroke="{GREY}"/>'
        + _text(second + 19, 12, series.last_name, 10, "lab", "start")
    )
