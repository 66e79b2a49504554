"""What stands below everybody's list of things to do: the latest month in figures, for both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import OWN, READ
from portal.evaluations.queries.review import list_summaries
from portal.evaluations.queries.runs import list_runs
from portal.evaluations.queries.sheets import list_own_sheets
from portal.evaluations.views import Tile, tiles
from portal.network.figures import joined_figures
from portal.web import formats
from portal.web.charts import YearOnYear, sparkline, year_on_year
from portal.web.i18n import gettext
from rules.months import Month

if TYPE_CHECKING:
    from portal.access import Viewer

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Overview:
    """The latest month as the home page shows it.

    Attributes:
        month: The month, or None when nothing was evaluated or published yet.
        href: The month's own page.
        tiles: Key figures.
        chart: Sales of twelve months beside the year before, or an empty text.
        rows: The chart as a table: month, this year, last year, in minor units or None.
    """

    month: Month | None = None
    href: str = ""
    tiles: Sequence[Tile] = ()
    chart: Markup | str = ""
    rows: Sequence[tuple[str, int | None, int | None]] = ()


async def overview_of(viewer: Viewer) -> Overview:
    """Return the overview of the side the viewer stands on."""
    if viewer.is_dealer_side and viewer.allowed(OWN):
        return await _of_dealer(viewer)
    if viewer.allowed(READ):
        return await _of_manufacturer(viewer)
    return Overview()


async def _of_manufacturer(viewer: Viewer) -> Overview:
    runs = await list_runs(SubjectKind.DEALER, limit=1)
    if not runs:
        return Overview()
    month = runs[0].month
    summaries = await list_summaries(viewer, SubjectKind.DEALER, month, months=MONTHS)
    rows = [
        (formats.month(summary.month), summary.sales_minor, summary.sales_last_minor) for summary in summaries
    ]
    shown = _chart([summary.month for summary in summaries], rows)
    return Overview(month, f"/evaluations/{month}", tiles(summaries, month), shown, rows)


async def _of_dealer(viewer: Viewer) -> Overview:
    sheets = await list_own_sheets(viewer, limit=MONTHS)
    if not sheets:
        return Overview()
    latest, points = sheets[0], [sheet["points_milli"] for sheet in reversed(sheets)]
    figures = [
        Tile(gettext("Grade"), latest["grade"] or gettext("Held")),
        Tile(
            gettext("Points"),
            formats.points(latest["points_milli"]),
            chart=sparkline(points, gettext("Points"), 84, 30),
        ),
    ]
    month: Month = latest["month"]
    months = [month.shift(back) for back in range(1 - MONTHS, 1)]
    rows = await _own_sales(viewer, months)
    return Overview(month, f"/my/evaluations/{month}", figures, _chart(months, rows), rows)


async def _own_sales(viewer: Viewer, months: Sequence[Month]) -> list[tuple[str, int | None, int | None]]:
    """Add up what the viewer's dealers sold on, month by month, beside the year before."""
    known: dict[object, int] = {}
    source = joined_figures()
    for dealer in viewer.scope.dealer_ids if source is not None else ():
        if source is not None:
            first, last = months[0].same_month_last_year.first_on, months[-1].last_on
            for figure in await source.list_sales(dealer, first, last):
                known[figure.month_on] = known.get(figure.month_on, 0) + figure.net_minor
    return [
        (
            formats.month(month),
            known.get(month.first_on),
            known.get(month.same_month_last_year.first_on),
        )
        for month in months
    ]


def _chart(months: Sequence[Month], rows: Sequence[tuple[str, int | None, int | None]]) -> Markup | str:
    if not any(value for _, this, last in rows for value in (this, last)):
        return ""
    this, last = [row[1] for row in rows], [row[2] for row in rows]
    top = max(value for value in (*this, *last) if value is not None)
    series = YearOnYear(
        [str(month.first_on.month) for month in months],
        this,
        last,
        gettext("Last 12 months"),
        gettext("The year before"),
    )
    axis = [formats.money_short(share) for share in (0, top // 2, top)]
    return year_on_year(series, gettext("Sales, twelve months"), axis)
