"""Charts for paper: SVG with every colour as an attribute, readable in black and white.

Page styles do not reach into SVG when WeasyPrint draws it, so each mark carries its own colours.
What a colour says, a shape says too: solid against outlined and hatched. The ``<title>`` becomes the
figure's alternative text. Sizes are CSS pixels (96 an inch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable

INK, MUTED, GRID, PALE, WHITE = "#1b2a33", "#5c6b73", "#d9dfe2", "#eef2f3", "#ffffff"
ACCENT, SOFT, WARN = "#0f5c6e", "#9cc7d1", "#c2571a"
FIRST_WIDE_LETTER = "\u1100"  # Hangul and everything after it takes about an em


class Box(NamedTuple):
    """A rectangle: left, top, width and height in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pen:
    """How words are written."""

    size: float = 8
    fill: str = MUTED
    anchor: str = "start"
    weight: int = 400


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a waterfall: what it gave of what it could give, in milli-points.

    ``points`` is None where the line did not count.
    """

    label: str
    points: int | None
    most: int
    words: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Milli-points at which a grade begins (inclusive)."""

    grade: str
    points: int


@dataclass(frozen=True, slots=True)
class TwoYears:
    """Months, oldest first, with their amounts and those of the same months a year before.

    None stands for no figure: drawn as a gap, never as zero.
    """

    labels: Sequence[str]
    this_year: Sequence[int | None]
    last_year: Sequence[int | None]


def waterfall(steps: Sequence[Step], edges: Sequence[Edge], most: int, total: str, title: str) -> Markup:
    """Draw how the points add up, line by line, from left to right.

    Args:
        steps: Lines in printing order.
        edges: Beginnings of the grades, drawn as dotted lines.
        most: Milli-points at the right edge, more than 0.
        total: The sum in words, for the last row.
        title: Alternative text.
    """
    width, left, right, row, top = 372, 134, 36, 16, 16
    height = top + row * (len(steps) + 1) + 6
    scale = (width - left - right) / max(1, most)
    body = [_edge_lines(edges, left, scale, (top, height))]
    reached = 0
    for at, step in enumerate(steps):
        y = top + row * at
        body.append(_text((left - 7, y + 11), _fitted(step.label, left - 10), Pen(fill=INK, anchor="end")))
        body.append(_step(step, Box(left + reached * scale, y, scale, row), last=at + 1 == len(steps)))
        reached += step.points or 0
    y = top + row * len(steps) + 2
    body.append(_line((0, y, width, y), INK, 0.8))
    body.append(_rect(Box(left, y + 3, reached * scale, row - 5), INK))
    body.append(_label((left + reached * scale + 4, y + 12), total, Pen(9.5, INK, weight=700)))
    return _svg(width, height + 2, title, body)


def year_bars(months: TwoYears, legend: tuple[str, str], title: str, amount: Callable[[int], str]) -> Markup:
    """Draw months side by side: last year outlined, this year solid, the last month darkest.

    Args:
        months: At least one month.
        legend: Words for this year and last year.
        title: Alternative text.
        amount: How to write an amount at the axis.
    """
    width, height, left, top, bottom = 312, 146, 38, 22, 16
    plot = Box(left, top, width - left, height - top - bottom)
    ceiling, step = nice_ceiling(
        max([value for value in (*months.this_year, *months.last_year) if value], default=1)
    )
    body = _legend(left, legend)
    grid = []
    for value in range(0, ceiling + 1, step):
        y = plot.y + plot.height * (1 - value / ceiling)
        grid.append(f"M{_n(left)} {_n(y)}H{_n(width)}")
        body.append(_text((left - 4, y + 2.8), amount(value) if value else "0", Pen(7.5, anchor="end")))
    body.append(f'<path d="{"".join(grid[1:])}" stroke="{GRID}" stroke-width="0.6" fill="none"/>')
    slot = plot.width / len(months.labels)
    first = Box(left + slot * 0.11, plot.y, slot * 0.36, plot.height)
    second = first._replace(x=first.x + first.width + 1.2)
    body.append(_bars(months.last_year, first, slot, (ceiling, WHITE, MUTED)))
    body.append(_bars((*months.this_year[:-1], None), second, slot, (ceiling, ACCENT, ACCENT)))
    body.append(
        _bars((*(None for _ in months.labels[1:]), months.this_year[-1]), second, slot, (ceiling, INK, INK))
    )
    body.append(f'<path d="{grid[0]}" stroke="{INK}" stroke-width="0.9" fill="none"/>')
    for at, label in enumerate(months.labels):
        pen = Pen(7.5, anchor="middle", weight=700 if at == len(months.labels) - 1 else 400)
        body.append(_text((first.x + slot * at + first.width + 0.6, height - 5), label, pen))
    return _svg(width, height, title, body)


def gauge(points: int, most: int, edges: Sequence[Edge], title: str) -> Markup:
    """Draw points on a bar from 0 to ``most`` with the beginnings of the grades below it."""
    width, height = 200, 26
    scale = width / max(1, most)
    reached = max(0, min(points, most)) * scale
    body = [_rect(Box(0, 2, width, 9), PALE), _rect(Box(0, 2, reached, 9), ACCENT)]
    for edge in edges:
        x = edge.points * scale
        if 0 < x < width:
            body.append(_line((x, 0, x, 13), INK, 0.9))
        body.append(_text((min(width - 4, max(4, x)), 22), edge.grade, Pen(anchor="middle")))
    return _svg(width, height, title, body)


def nice_ceiling(most: int) -> tuple[int, int]:
    """Return a round number not below ``most`` (at least 1) and the step that divides it in 1 to 5."""
    most = max(1, most)
    power = 1
    while power * 40 <= most:
        power *= 10
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * 4 >= most)
    return -(-most // step) * step, step


def _step(step: Step, place: Box, *, last: bool) -> str:
    """Draw one row of a waterfall; ``place.width`` is the pixels of one milli-point."""
    if step.points is None:
        return _label((place.x + 4, place.y + 11), step.words, Pen())
    inner = Box(place.x, place.y + 3, step.most * place.width, place.height - 6)
    gained = inner._replace(width=step.points * place.width)
    full = step.points >= step.most
    parts = [
        _rect(inner, WHITE, SOFT),
        _rect(gained, ACCENT if full else WARN),
        "" if full else _hatch(gained),
        _label((inner.x + inner.width + 4, place.y + 11), step.words, Pen(fill=INK)),
    ]
    if not last:
        end, below = gained.x + gained.width, place.y + place.height
        parts.append(_line((end, below - 3, end, below + 3), MUTED, 0.7))
    return "".join(parts)


def _edge_lines(edges: Sequence[Edge], left: float, scale: float, reach: tuple[float, float]) -> str:
    marked = [(left + edge.points * scale, edge.grade) for edge in edges if edge.points > 0]
    if not marked:
        return ""
    moves = "".join(f"M{_n(x)} {_n(reach[0] - 3)}V{_n(reach[1] - 3)}" for x, _ in marked)
    look = f'stroke="{MUTED}" stroke-width="0.6" stroke-dasharray="1.5 2" fill="none"'
    pen = Pen(anchor="middle", weight=600)
    words = (_text((x, reach[0] - 6), grade, pen) for x, grade in marked)
    return f'<path d="{moves}" {look}/>{"".join(words)}'


def _legend(left: float, words: tuple[str, str]) -> list[str]:
    return [
        _rect(Box(left, 3, 8, 8), ACCENT),
        _text((left + 12, 10.2), words[0], Pen()),
        _rect(Box(left + 82, 3.5, 7, 7), WHITE, MUTED),
        _text((left + 94, 10.2), words[1], Pen()),
    ]


def _bars(values: Sequence[int | None], place: Box, slot: float, look: tuple[int, str, str]) -> str:
    """Draw bars as one path, which costs a fraction of a rectangle each.

    Args:
        values: Amounts from left to right; no bar for None and for amounts of 0 and less.
        place: The first bar's place at its full height.
        slot: Pixels from one bar to the next.
        look: Amount of the full height, fill and outline.
    """
    ceiling, fill, stroke = look
    moves = []
    for at, value in enumerate(values):
        if value is not None and value > 0:
            height = place.height * value / ceiling
            start = f"M{_n(place.x + slot * at)} {_n(place.y + place.height - height)}"
            moves.append(f"{start}h{_n(place.width)}v{_n(height)}h-{_n(place.width)}z")
    return f'<path d="{"".join(moves)}" fill="{fill}" stroke="{stroke}" stroke-width="0.8"/>' if moves else ""


def _hatch(box: Box) -> str:
    """Cross a bar with white diagonals, so that orange and green differ in black and white."""
    moves = []
    offset = 4.0
    while offset < box.width + box.height:
        x1, y1 = box.x + max(0.0, offset - box.height), box.y + min(offset, box.height)
        x2, y2 = box.x + min(offset, box.width), box.y + max(0.0, offset - box.width)
        moves.append(f"M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}")
        offset += 4
    return f'<path d="{"".join(moves)}" stroke="{WHITE}" stroke-width="1" fill="none"/>' if moves else ""


def _label(at: tuple[float, float], words: str, pen: Pen) -> str:
    """Write words on white, so that lines behind them do not run through."""
    ground = Box(at[0] - 1.5, at[1] - pen.size * 0.86, _width(words, pen.size) + 3, pen.size * 1.1)
    return _rect(ground, WHITE) + _text(at, words, replace(pen, anchor="start"))


def _svg(width: float, height: float, title: str, body: Sequence[str]) -> Markup:
    shown = escape(title)
    size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'
    words = f'role="img" aria-label="{shown}" font-family="Bisugi Sans"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" {size} {words}>'
    return Markup(f"{head}<title>{shown}</title>{''.join(body)}</svg>")  # noqa: S704  texts were escaped


def _rect(box: Box, fill: str, stroke: str = "") -> str:
    border = f' stroke="{stroke}" stroke-width="0.8"' if stroke else ""
    size = f'width="{_n(max(0.0, box.width))}" height="{_n(max(0.0, box.height))}"'
    return f'<rect x="{_n(box.x)}" y="{_n(box.y)}" {size} fill="{fill}"{border}/>'


def _line(ends: tuple[float, float, float, float], colour: str, width: float, *, dash: str = "") -> str:
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    x1, y1, x2, y2 = map(_n, ends)
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{pattern}/>'
    )


def _text(at: tuple[float, float], words: str, pen: Pen) -> str:
    place = f'x="{_n(at[0])}" y="{_n(at[1])}" text-anchor="{pen.anchor}"'
    font = f'font-size="{pen.size}" font-weight="{pen.weight}" fill="{pen.fill}"'
    return f"<text {place} {font}>{escape(words)}</text>"


def _fitted(words: str, width: float, size: float = 8) -> str:
    """Cut words to a width in pixels, the last letter ``…`` where they were cut."""
    if _width(words, size) <= width:
        return words
    while words and _width(words, size) + size > width:
        words = words[:-1]
    return words.rstrip() + "…"


def _width(words: str, size: float) -> float:
    """Estimate the printed width of words: a Korean syllable is 0.88 em, a Latin letter 0.5 em."""
    return size * sum(0.88 if letter >= FIRST_WIDE_LETTER else 0.5 for letter in words)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
