"""The season plan (시즌 계획서) on A4: natural sales and targets, growth points, calendar, signatures.

The caller brings plain values that are already decided and put into words; nothing here computes an amount,
so paper and screen can not differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from portal.web.i18n import translate
from portal.web.printing import charts
from portal.web.printing.charts import ACCENT, GRID, INK, MUTED, WHITE, Box, Pen, nice_ceiling
from portal.web.printing.environment import environment
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

STYLESHEET = "season.css"
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class PaperMonth:
    """A month (``2026-10``) with natural sales and target in minor units."""

    month: str
    natural_minor: int
    target_minor: int


@dataclass(frozen=True, slots=True)
class DealerLine:
    """A dealer's target; amounts in minor units, None where nothing was chosen or begun."""

    name: str
    method: str
    natural_minor: int | None
    stretch_minor: int | None
    target_minor: int | None
    state: str


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """A growth point of a dealer; ``result`` in words."""

    dealer: str
    kind: str
    label: str
    size_minor: int
    owner: str
    due: str
    result: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the season with owner, day and state in words."""

    label: str
    owner: str
    due: str
    state: str
    done: bool


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A product with its months, as many as the document has, in minor units."""

    product: str
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SeasonDocument:
    """Everything on a season plan.

    Attributes:
        manufacturer: Who plans.
        title: Name of the season.
        subject: The dealer a plan is for; empty for the whole season.
        place: Region and category in words.
        span: First and last month in words.
        state: State in words.
        text: What the season is about.
        derivation: What the peak needs: words, formula, amount in minor units; the last one is the sum.
        months: Months of the season.
        dealers: Dealers' targets.
        growth: Growth points that count.
        steps: The season's steps.
        split: Products by month; only on a dealer's plan.
        signatures: Role and, when signed in the portal, who and when in words.
        more: Rows left out beyond ``MOST_ROWS``.
        code: Code of the season.
        as_of: Instant everything stands as of; an input, so that bytes repeat.
        verify_url: Page that shows the same.
        currency: ISO 4217 code of the amounts.
        currency_decimals: Digits of its minor unit.
        zone: Business zone.
    """

    manufacturer: str
    title: str
    subject: str
    place: str
    span: str
    state: str
    text: str
    derivation: tuple[tuple[str, str, int], ...]
    months: tuple[PaperMonth, ...]
    dealers: tuple[DealerLine, ...]
    growth: tuple[GrowthLine, ...]
    steps: tuple[StepLine, ...]
    split: tuple[SplitLine, ...]
    signatures: tuple[tuple[str, str], ...]
    more: int
    code: str
    as_of: datetime
    verify_url: str
    currency: str = "KRW"
    currency_decimals: int = 0
    zone: str = "Asia/Seoul"


def render_season(document: SeasonDocument, locale: str) -> str:
    """Return the HTML of a season plan, printed with ``STYLESHEET``; call it in its locale."""
    formats = Formats(locale, document.zone, document.currency, document.currency_decimals)
    natural = sum(month.natural_minor for month in document.months)
    target = sum(month.target_minor for month in document.months)
    return (
        environment(locale)
        .get_template("season.html")
        .render(
            d=document,
            f=formats,
            locale=locale,
            chart=_chart(document, formats) if document.months else "",
            natural=natural,
            target=target,
            growth_minor=sum(line.size_minor for line in document.growth),
            split_sums=[
                sum(line.amounts[at] for line in document.split) for at in range(len(document.months))
            ],
            _=translate,
        )
    )


def season_metadata(document: SeasonDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the instant the document stands as of."""
    subject = f" · {clamp(document.subject, NAME_LENGTH)}" if document.subject else ""
    return PrintMetadata(
        title=f"{translate('Season plan')} · {clamp(document.title, NAME_LENGTH)}{subject}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("Natural sales, targets, growth points and calendar of a season"),
        created_at=document.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=locale,
    )


def _chart(document: SeasonDocument, formats: Formats) -> Markup:
    """Draw natural sales outlined and the target solid, side by side for each month."""
    width, height, left, top, bottom = 660, 150, 46, 22, 18
    plot = Box(left, top, width - left, height - top - bottom)
    highest = max(max(month.natural_minor, month.target_minor) for month in document.months)
    ceiling, step = nice_ceiling(max(1, highest))
    body = _legend(left)
    for value in range(0, ceiling + 1, step):
        y = plot.y + plot.height * (1 - value / ceiling)
        words = formats.compact_amount(value) if value else "0"
        body.append(charts._text((left - 4, y + 2.8), words, Pen(7.5, anchor="end")))  # noqa: SLF001  one house
        body.append(charts._line((left, y, width, y), GRID if value else INK, 0.7))  # noqa: SLF001  as above
    slot = plot.width / len(document.months)
    bar = min(slot * 0.36, 46)
    for at, month in enumerate(document.months):
        x = plot.x + slot * (at + 0.5)
        body += _bar(Box(x - bar - 1, plot.y, bar, plot.height), month.natural_minor / ceiling, WHITE, MUTED)
        body += _bar(Box(x + 1, plot.y, bar, plot.height), month.target_minor / ceiling, ACCENT, ACCENT)
        words = formats.short_month(month.month)
        body.append(charts._text((x, height - 5), words, Pen(7.5, anchor="middle")))  # noqa: SLF001  as above
    title = translate("Natural sales and target of each month")
    return charts._svg(width, height, title, body)  # noqa: SLF001  as above


def _bar(full: Box, share: float, fill: str, stroke: str) -> list[str]:
    height = full.height * max(0.0, share)
    box = Box(full.x, full.y + full.height - height, full.width, height)
    return [charts._rect(box, fill, stroke)]  # noqa: SLF001  one house


def _legend(left: float) -> list[str]:
    marks: Sequence[tuple[str, str, str]] = (
        (WHITE, MUTED, translate("Natural sales")),
        (ACCENT, ACCENT, translate("Target")),
    )
    body = []
    for at, (fill, stroke, words) in enumerate(marks):
        x = left + at * 150
        body.append(charts._rect(Box(x, 3, 8, 8), fill, stroke))  # noqa: SLF001  one house
        body.append(charts._text((x + 12, 10.2), words, Pen()))  # noqa: SLF001  one house
    return body
