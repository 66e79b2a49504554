"""Bars beside figures, the same on screen and on paper; a fall lies to the left of zero."""

from __future__ import annotations

from markupsafe import Markup, escape

WIDTH, HEIGHT = 150, 14
_TRACK, _ZERO = "#e1e5ea", "#1b2430"
_TONES = {"share": ("d", "#1f5fd6"), "fall": ("low", "#d64545"), "rise": ("good", "#12805c")}


def share_bar(share_bp: int, label: str) -> Markup:
    """Draw a share of 0 to 10,000 basis points."""
    return _bar(0, max(0, min(10_000, share_bp)) * WIDTH // 10_000, "share", label, zero=None)


def change_bar(value_bp: int, ends_bp: tuple[int, int], label: str) -> Markup:
    """Draw a change from zero to the left or right; ``ends_bp`` are the changes at both ends of the bar."""
    least, most = min(ends_bp[0], 0), max(ends_bp[1], 0)
    room = max(most - least, 1)
    zero = -least * WIDTH // room
    reach = (min(max(value_bp, least), most) - least) * WIDTH // room
    tone = "fall" if value_bp < 0 else "rise"
    return _bar(min(zero, reach), abs(reach - zero), tone, label, zero=zero)


def _bar(x: int, length: int, tone: str, label: str, *, zero: int | None) -> Markup:
    kind, fill = _TONES[tone]
    said = escape(label)
    body = f'<rect class="t" x="0" y="4" width="{WIDTH}" height="6" fill="{_TRACK}"/>'
    body += f'<rect class="{kind}" x="{x}" y="2" width="{max(length, 1)}" height="10" fill="{fill}"/>'
    if zero is not None:
        body += f'<rect class="m" x="{max(zero - 1, 0)}" y="0" width="1.5" height="{HEIGHT}" fill="{_ZERO}"/>'
    frame = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bar spark" {frame} role="img" aria-label="{said}">'
    )
    return Markup(f"{head}<title>{said}</title>{body}</svg>")  # noqa: S704  numbers, and an escaped text
