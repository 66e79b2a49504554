"""The year as a ribbon: seasons as bars over months, for screens and paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from portal.seasons.model import SeasonKind, SeasonState
from portal.seasons.queries.seasons import SeasonRow
from portal.web.charts import BLUE, GREY, INK, LINE
from portal.web.i18n import gettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.months import Month

_ROW, _HEAD, _WIDTH, _LEFT = 30, 22, 920, 150
_LABELLED = 3
_LETTER_MOST = 22


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the ribbon: a place and its seasons."""

    name: str
    seasons: tuple[tuple[str, SeasonRow], ...]


def ribbon(lanes: Sequence[Lane], months: Sequence[Month], today: Month, label: str) -> Markup:
    """Draw seasons of places over months.

    Args:
        lanes: Places with their seasons, each with the words on its bar.
        months: Months from left to right, at least one.
        today: The current month, marked.
        label: What the chart shows, for screen readers.
    """
    step, height = (_WIDTH - _LEFT) / len(months), _HEAD + _ROW * len(lanes) + 4
    body = _months(months, step, height, today)
    for place, lane in enumerate(lanes):
        y = _HEAD + place * _ROW
        body += _text(0, y + 19, lane.name[:_LETTER_MOST], "lab", INK, "start")
        body += "".join(_bar(words, season, months, step, y) for words, season in lane.seasons)
    return Markup(  # noqa: S704  every text is escaped above
        f'<svg class="chart ribbon" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{body}</svg>"
    )


def _months(months: Sequence[Month], step: float, height: int, today: Month) -> str:
    body = ""
    for at, month in enumerate(months):
        x = _LEFT + at * step
        if month == today:
            body += (
                f'<rect class="now" x="{x:.1f}" y="0" width="{step:.1f}" height="{height}" fill="{LINE}"/>'
            )
        first = month.first_on.month == 1 or at == 0
        words = f"{month.first_on.year}.{month.first_on.month}" if first else str(month.first_on.month)
        body += _text(x + step / 2, 14, words, "lab", INK if first else "#556070")
        body += f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_HEAD}" y2="{height}" stroke="{LINE}"/>'
    return body


def _bar(words: str, season: SeasonRow, months: Sequence[Month], step: float, y: float) -> str:
    inside = [at for at, month in enumerate(months) if month in season.months]
    if not inside:
        return ""
    x, width = _LEFT + inside[0] * step, len(inside) * step
    kind = "this" if season.kind is SeasonKind.PEAK else "last"
    fill = BLUE if season.kind is SeasonKind.PEAK else GREY
    dashes = ' stroke-dasharray="4 3" fill-opacity="0.25"' if season.state is SeasonState.DRAFT else ""
    rect = (
        f'<rect class="{kind}" x="{x + 1:.1f}" y="{y + 4:.1f}" width="{width - 2:.1f}" height="8" rx="3"'
        f' fill="{fill}" stroke="{fill}"{dashes}><title>{escape(words)}</title></rect>'
    )
    shown = words if len(inside) >= _LABELLED else gettext("…")
    return rect + _text(x + 3, y + 24, shown[: max(3, int(width / 6.5))], "lab", INK, "start")


def _text(x: float, y: float, text: str, kind: str, fill: str, anchor: str = "middle") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" font-size="11" text-anchor="{anchor}"'
        f' fill="{fill}">{escape(text)}</text>'
    )
