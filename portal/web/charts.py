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
_LATIN_LAST = 0x24F
# Of charts with months: height, left edge, zero line and full scale, and how many months get a label.
_HEIGHT, _LEFT, _FLOOR, _CEILING, _LABELS_MOST = 196, 68.0, 172.0, 28.0, 12
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
    steps: Sequence[Step], total_label: str, label: str, width: int = 344, height: int = 164
) -> Markup:
    """Draw how points add up to the total; the scale ends at the top of the highest column."""
    wide = width / (len(steps) + 1)
    scale = (height - 54) / _peak(steps)
    floor, reached, body = height - 34.0, 0, ""
    for i, step in enumerate(steps):
        base = floor - reached * scale
        body += _rect("ghost", i * wide + 4, base - step.most * scale, wide - 8, step.most * scale, LINE)
        body += _column(i * wide, wide, base, (step.points, scale), _tone(step))
        body += _below((i + 0.5) * wide, height - 20, step.label, wide)
        reached += step.points
        y, start = floor - reached * scale, i * wide + 4
        body += (
            f'<line class="join" x1="{start:.1f}" x2="{start + 2 * wide - 8:.1f}" y1="{y:.1f}" y2="{y:.1f}"'
        )
        body += f' stroke="{GREY}" stroke-dasharray="2 2"/>'
    body += _column(len(steps) * wide, wide, floor, (reached, scale), "sum")
    body += _below((len(steps) + 0.5) * wide, height - 20, total_label, wide)
    return _svg("wf", width, height, label, body)


def _peak(steps: Sequence[Step]) -> int:
    reached, peak = 0, 1
    for step in steps:
        peak = max(peak, reached + step.most, reached + step.points)
        reached += step.points
    return peak


def _tone(step: Step) -> str:
    if step.points >= _GOOD_SHARE * step.most:
        return "good"
    return "mid" if step.points >= _MID_SHARE * step.most else "low"


def _column(x: float, wide: float, base: float, amount: tuple[int, float], tone: str) -> str:
    points, scale = amount
    top, size = base - points * scale, 12 if tone == "sum" else 10.5
    bar = _rect(tone, x + 4, top, wide - 8, max(points * scale, 1), _FILL.get(tone, BLUE))
    return bar + _text(x + wide / 2, top - 4, _points(points), size, "sumtext" if tone == "sum" else "")


def _below(x: float, y: float, label: str, wide: float) -> str:
    """Write a label below a column, on two lines when it is wider than the column."""
    words = label.split(" ")
    if len(words) == 1 or _width(label, 9.5) <= wide:
        return _text(x, y, label, 9.5, "lab")
    half = min(range(1, len(words)), key=lambda cut: abs(len(" ".join(words[:cut])) * 2 - len(label)))
    rows = (" ".join(words[:half]), " ".join(words[half:]))
    return "".join(_text(x, y + 12 * i, row, 9.5, "lab") for i, row in enumerate(rows))


def _width(text: str, size: float) -> float:
    """Estimate the width of a text: Hangul is as wide as it is high, Latin letters half of that."""
    return sum(size if ord(letter) > _LATIN_LAST else size * 0.56 for letter in text)


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


def year_on_year(series: YearOnYear, label: str, axis: Sequence[str], width: int = 440) -> Markup:
    """Draw columns of this year over a line of last year.

    Args:
        series: The two series.
        label: What the chart shows, for screen readers.
        axis: Text at zero, half and full scale.
        width: Width in drawing units; the chart scales to its place.
    """
    plot = _Plot(width, len(series.labels), _highest(series.this, series.last))
    body = _grid(plot, axis, series.labels)
    for i, value in enumerate(series.this):
        if value is not None:
            y = plot.y(value)
            body += _rect("this", plot.x(i) - plot.step * 0.3, y, plot.step * 0.6, _FLOOR - y, BLUE)
    body += _line_of(plot, series.last, "last", GREY)
    body += _legend([("this", series.this_name, BLUE), ("last", series.last_name, GREY)])
    return _svg("chart", width, _HEIGHT, label, body)


@dataclass(frozen=True, slots=True)
class Series:
    """A named line of a chart; missing values leave gaps."""

    name: str
    values: Values


def lines(
    series: Sequence[Series], labels: Sequence[str], label: str, axis: Sequence[str], width: int = 440
) -> Markup:
    """Draw up to three lines over the same months; the first is the strongest.

    Args:
        series: The lines.
        labels: Text below each month.
        label: What the chart shows, for screen readers.
        axis: Text at zero, half and full scale.
        width: Width in drawing units; the chart scales to its place.
    """
    styles = (("this", BLUE), ("last", GREY), ("third", AMBER))[: len(series)]
    plot = _Plot(width, len(labels), _highest(*(one.values for one in series)))
    body = _grid(plot, axis, labels)
    for one, (kind, colour) in reversed(list(zip(series, styles, strict=True))):
        body += _line_of(plot, one.values, kind, colour)
    body += _legend([(kind, one.name, colour) for one, (kind, colour) in zip(series, styles, strict=True)])
    return _svg("chart", width, _HEIGHT, label, body)


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar chart: its name, its value and the value as people write it."""

    name: str
    value: int
    text: str


def bars(rows: Sequence[Bar], label: str, width: int = 440, name_width: int = 110) -> Markup:
    """Draw one lying bar a row from zero to the largest value; negative values have no length."""
    top, room = max([row.value for row in rows], default=0) or 1, width - name_width - 70
    body = ""
    for i, row in enumerate(rows):
        y, length = i * 26, max(row.value, 0) / top * room
        body += _text(name_width - 8, y + 17, row.name, 11, "lab", "end")
        body += _rect("this", name_width, y + 5, max(length, 1), 16, BLUE)
        body += _text(name_width + length + 6, y + 17, row.text, 11, "", "start")
    return _svg("chart", width, max(len(rows) * 26, 1), label, body)


@dataclass(frozen=True, slots=True)
class _Plot:
    """The place of a chart with months along the bottom and an axis at the left."""

    width: int
    count: int
    top: int

    @property
    def step(self) -> float:
        """Width of a month."""
        return (self.width - _LEFT) / max(self.count, 1)

    def x(self, i: int) -> float:
        """Middle of a month."""
        return _LEFT + (i + 0.5) * self.step

    def y(self, value: int) -> float:
        """Height of a value; below zero is at zero."""
        return _FLOOR - max(value, 0) / self.top * (_FLOOR - _CEILING)


def _highest(*series: Values) -> int:
    return max([value for values in series for value in values if value is not None], default=0) or 1


def _grid(plot: _Plot, axis: Sequence[str], labels: Sequence[str]) -> str:
    body = ""
    for share, text in zip((0.0, 0.5, 1.0), axis, strict=True):
        y = _FLOOR - share * (_FLOOR - _CEILING)
        ends = f'x1="{_LEFT:g}" x2="{plot.width}" y1="{y:.1f}" y2="{y:.1f}"'
        body += f'<line class="grid" {ends} stroke="{LINE}"/>' + _text(
            _LEFT - 6, y + 3, text, 10.5, "lab", "end"
        )
    every = -(-len(labels) // _LABELS_MOST) or 1
    for i, text in enumerate(labels):
        if i % every == 0:
            body += _text(plot.x(i), _FLOOR + 16, text, 10.5, "lab")
    return body


def _line_of(plot: _Plot, values: Values, kind: str, colour: str) -> str:
    body = ""
    for run in _runs(values):
        points = " ".join(f"{plot.x(i):.1f},{plot.y(value):.1f}" for i, value in run)
        body += f'<polyline class="{kind}" points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        if len(run) == 1:
            x, y = points.split(",")
            body += f'<circle class="{kind}" cx="{x}" cy="{y}" r="2" fill="{colour}"/>'
    return body


def _legend(entries: Sequence[tuple[str, str, str]]) -> str:
    body, x = "", _LEFT
    for kind, name, colour in entries:
        body += _rect(kind, x, 5, 12, 6, colour) + _text(x + 17, 12, name, 10.5, "lab", "start")
        x += 34 + _width(name, 10.5)
    return body
