"""A season plan on paper: the values of the screens, put into the printing package's document."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from portal.seasons import words
from portal.seasons.baseline_views import method_label
from portal.seasons.model import GrowthState, TargetState, by_month
from portal.seasons.views import label_of, place_of, span_of
from portal.web import formats
from portal.web.i18n import LOCALES, choose, gettext, in_locale, translate
from portal.web.printing.pool import PrintPool
from portal.web.printing.season import (
    MOST_ROWS,
    STYLESHEET,
    DealerLine,
    GrowthLine,
    PaperMonth,
    SeasonDocument,
    SplitLine,
    StepLine,
    render_season,
    season_metadata,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.seasons.model import Cell, Need
    from portal.seasons.queries.papers import SeasonPaper
    from portal.seasons.queries.seasons import StepRow
    from portal.seasons.queries.standings import Standing
    from portal.seasons.queries.targets import GrowthRow, ProductRow
    from portal.settings import Settings
    from rules.months import Month


def document_of(paper: SeasonPaper, settings: Settings) -> SeasonDocument:
    """Fill the document with what the screens show, in the current language."""
    season, subject = paper.season, paper.standings[0].dealer.name if paper.is_own else ""
    growth = [
        (row, point) for row in paper.standings for point in row.growth if point.state is GrowthState.COUNTED
    ]
    base = settings.public_url.rstrip("/")
    return SeasonDocument(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        title=label_of(season),
        subject=subject,
        place=place_of(season),
        span=span_of(season),
        state=gettext(words.STATES[season.state]),
        text=season.text,
        derivation=() if paper.is_own else _derivation(paper.need),
        months=_months(paper, season.months),
        dealers=tuple(_dealer(row) for row in paper.standings[:MOST_ROWS]),
        growth=tuple(
            GrowthLine(
                row.dealer.name,
                gettext(words.GROWTH_KINDS[point.kind]),
                point.label,
                point.size_minor,
                point.owner or "–",
                formats.day(point.due_on) or "–",
                _result(paper, point),
            )
            for row, point in growth[:MOST_ROWS]
        ),
        steps=tuple(step_line(row) for row in paper.steps.values()),
        split=_split(paper, season.months) if paper.is_own else (),
        signatures=_signatures(paper),
        more=max(0, len(paper.standings) - MOST_ROWS) + max(0, len(growth) - MOST_ROWS),
        code=season.code,
        as_of=paper.as_of,
        verify_url=f"{base}/my/targets/{season.id}" if paper.is_own else f"{base}/seasons/{season.id}",
        currency=settings.currency,
        currency_decimals=settings.currency_decimals,
        zone=settings.business_zone,
    )


def _result(paper: SeasonPaper, point: GrowthRow) -> str:
    """Write the result that was written down, else the measured one with its last month."""
    if point.result_minor is not None:
        return formats.money(point.result_minor)
    found = paper.measured.get(point.id)
    if found is None:
        return "–"
    return f"{formats.money(found.growth_minor)} (–{found.through})"


def _derivation(need: Need | None) -> tuple[tuple[str, str, int], ...]:
    if need is None:
        return ()
    goal, share = formats.money(need.peak_goal_minor), formats.percent_bp(need.early_share_bp)
    outlet = formats.money(need.outlet_month_minor)
    return (
        (
            gettext("Early stock: peak goal × share to be stocked before it"),
            f"{goal} × {share}",
            need.stock_in_minor,
        ),
        (
            gettext("New outlets: missing × a month’s purchase × months"),
            f"({need.outlets_needed:,} − {need.outlets_active:,}) × {outlet} × {need.outlet_months}",
            need.new_outlets_minor,
        ),
        (gettext("Needed beyond natural sales"), "", need.total_minor),
    )


def _months(paper: SeasonPaper, months: Sequence[Month]) -> tuple[PaperMonth, ...]:
    natural: dict[Month, int] = {}
    begun = [row for row in paper.standings if row.shown]
    for row in begun or paper.standings:
        for month, (amount, _, _) in (row.baseline.months if row.baseline else {}).items():
            natural[month] = natural.get(month, 0) + amount
    target = by_month(cell for cells in paper.cells.values() for cell in cells)
    if not natural and not target:
        return ()
    return tuple(PaperMonth(str(month), natural.get(month, 0), target.get(month, 0)) for month in months)


def _dealer(row: Standing) -> DealerLine:
    target = row.shown
    state = gettext(words.TARGET_STATES[target.state]) if target else gettext("not begun")
    if target is not None and target.accepted_at is not None and target.state is TargetState.ACCEPTED:
        state = f"{state} {formats.instant(target.accepted_at)}"
    return DealerLine(
        row.dealer.name,
        method_label(row.baseline.method) if row.baseline else "–",
        row.baseline.amount_minor if row.baseline else None,
        target.stretch_minor if target else None,
        target.amount_minor if target else None,
        state,
    )


def step_line(row: StepRow) -> StepLine:
    """Return a step of the season calendar as both papers print it."""
    state = translate("done on %(day)s", day=formats.instant(row.done_at)) if row.done_at else ""
    return StepLine(
        gettext(words.STEPS[row.step]),
        row.owner or "–",
        formats.day(row.due_on) or "–",
        " · ".join(part for part in (state, row.note) if part) or "–",
        row.done_at is not None,
    )


def _split(paper: SeasonPaper, months: Sequence[Month]) -> tuple[SplitLine, ...]:
    cells: Sequence[Cell] = [cell for found in paper.cells.values() for cell in found]
    products: Mapping[int, ProductRow] = paper.products
    places = {(cell.product, cell.month): cell.amount_minor for cell in cells}
    return tuple(
        SplitLine(product.name, tuple(places.get((product.id, month), 0) for month in months))
        for product in products.values()
    )


def _signatures(paper: SeasonPaper) -> tuple[tuple[str, str], ...]:
    planner, manager = gettext("Planner"), gettext("Regional manager")
    if not paper.is_own:
        return ((planner, ""), (manager, ""), (gettext("Approval by head office"), ""))
    target = paper.standings[0].accepted
    signed = ""
    if target is not None and paper.accepted_by:
        signed = f"{paper.accepted_by} {formats.instant(target.accepted_at)}"
    return ((manager, ""), (gettext("Dealer"), signed))


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))


def print_pool(settings: Settings) -> PrintPool:
    """Return the workers that print this slice's papers, with the limits of the settings."""
    return _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)


async def print_season(paper: SeasonPaper, settings: Settings, locale: str) -> bytes:
    """Return a season plan as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language = "en" if locale == LOCALES[1] else "ko"
    with in_locale(language):
        document = document_of(paper, settings)
        html, metadata = render_season(document, language), season_metadata(document, language)
    return (await print_pool(settings).render(html, STYLESHEET, metadata)).pdf
