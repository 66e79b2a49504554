"""The way to the next tiers as SVG: how far sales have come, where they are going, what each tier gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH, HEIGHT = 440.0, 62.0
_LEFT, _RIGHT, _TOP, _BAR = 8.0, 432.0, 22.0, 16.0
_NEAR = 58.0
"""Labels nearer to each other than this, in drawing units, would run into one another."""
_EMPTY, _REACHED, _EXPECTED, _INK, _SOFT = "#e1e5ea", "#1f5fd6", "#b9c3d0", "#1b2430", "#556070"


@dataclass(frozen=True, slots=True)
class Step:
    """A tier: where it begins, that edge as people write it, and what it gives."""

    from_: int
    edge: str
    gives: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """What is drawn.

    Attributes:
        value: Measured to date; negative is drawn as nothing.
        projected: Where it is expected to end, drawn paler; None for nothing.
        steps: The tiers in rising order.
        label: What the picture says, for those who do not see it.
    """

    value: int
    projected: int | None
    steps: tuple[Step, ...]
    label: str


def draw(way: Ladder) -> Markup:
    """Draw a bar from zero beyond the last tier, filled up to the value, with a mark at each tier."""
    value, projected, steps = way.value, way.projected, way.steps
    highest = max([value, projected or 0, *(step.from_ for step in steps), 1])
    top = highest + highest // 12

    def x(number: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * max(0, min(number, top)) / top

    body = _rect("ghost", _LEFT, _RIGHT, _EMPTY)
    if projected is not None and projected > value:
        body += _rect("last", _LEFT, x(projected), _EXPECTED)
    body += _rect("this", _LEFT, x(value), _REACHED)
    body += "".join(_mark(x(step.from_), step, has_room) for step, has_room in _spaced(steps, x))
    said = escape(way.label)
    box = f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{said}" font-family="Bisugi Sans"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart wf" {box}>'
    return Markup(f"{head}<title>{said}</title>{body}</svg>")  # noqa: S704  numbers, and texts escaped above


def _spaced(steps: Sequence[Step], x: Callable[[int], float]) -> list[tuple[Step, bool]]:
    """Say which tiers have room for their words: the later of two that would touch keeps them."""
    shown: list[tuple[Step, bool]] = []
    following = float("inf")
    for step in reversed(steps):
        place = x(step.from_)
        shown.append((step, following - place >= _NEAR))
        following = place if following - place >= _NEAR else following
    return shown[::-1]


def _rect(kind: str, left: float, right: float, fill: str) -> str:
    width = max(right - left, 0)
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{_TOP:g}" width="{width:.1f}" height="{_BAR:g}" rx="3"'
        f' fill="{fill}"/>'
    )


def _mark(x: float, step: Step, has_room: bool) -> str:  # noqa: FBT001  not chosen by callers
    mark = (
        f'<line class="join" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 3:g}" y2="{_TOP + _BAR + 3:g}"'
        f' stroke="{_INK}" stroke-width="1.5"/>'
    )
    if not has_room:
        return mark
    anchor = "end" if x > _RIGHT - _NEAR / 2 else "start" if x < _LEFT + _NEAR / 2 else "middle"
    return (
        f'{mark}<text x="{x:.1f}" y="{_TOP - 8:g}" font-size="12" font-weight="700" text-anchor="{anchor}"'
        f' fill="{_INK}">{escape(step.gives)}</text><text class="lab" x="{x:.1f}" y="{_TOP + _BAR + 18:g}"'
        f' font-size="11" text-anchor="{anchor}" fill="{_SOFT}">{escape(step.edge)}</text>'
    )
