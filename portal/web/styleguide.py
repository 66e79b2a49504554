"""Sample values for the style guide: every part of a page once, with invented names and figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.web.charts import (
    Bar,
    Series,
    Step,
    YearOnYear,
    bars,
    bullet,
    lines,
    sparkline,
    waterfall,
    year_on_year,
)
from portal.web.i18n import choose, gettext

if TYPE_CHECKING:
    from markupsafe import Markup

_SALES = (412, 398, 430, 455, 520, 610, 705, 690, 540, 470, 425, 447)
_LAST_YEAR = (380, 371, None, 420, 495, 560, 655, 640, 525, 460, 430, 401)
_SAMPLE_DAY = dt.date(2026, 10, 31)


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of the sample table."""

    name: str
    code: str
    region: str
    grade: str
    previous: str
    points_milli: int
    growth_bp: int
    tone: str
    state: str
    blocked: str = ""

    @property
    def bar(self) -> Markup:
        """Growth as a bullet bar."""
        return bullet(10_000 + self.growth_bp, self.name)

    @property
    def line(self) -> Markup:
        """Twelve months as a small line."""
        return sparkline([value + self.growth_bp // 20 * i for i, value in enumerate(_SALES)], self.name)


def sample_context() -> dict[str, Any]:
    """Return what ``styleguide.html`` shows, in the language of the request."""
    return {
        "rows": _rows(),
        "tabs_shown": [
            {"href": "#all", "label": gettext("All"), "count": 50, "current": True},
            {"href": "#decide", "label": gettext("To decide"), "count": 31, "current": False},
            {"href": "#dropped", "label": gettext("Grade fell"), "count": 5, "current": False},
        ],
        "charts": _charts(),
        "spark": sparkline(_SALES, gettext("Sales"), 84, 30),
        "day": _SAMPLE_DAY,
        "at": dt.datetime(2026, 11, 2, 0, 12, tzinfo=dt.UTC),
    }


def _rows() -> list[SampleRow]:
    awaits, signed, returned = gettext("Awaits decision"), gettext("Signed off"), gettext("Returned")
    fell = gettext("The grade fell: sign it off alone.")
    seoul, gangwon = choose("서울", "Seoul"), choose("강원", "Gangwon")
    return [
        SampleRow("한빛유통", "D-1007", seoul, "A", "A", 78_400, 1_230, "blue", awaits),
        SampleRow("새롬상사", "D-1014", gangwon, "C", "B", 51_100, -1_870, "blue", awaits, fell),
        SampleRow("가온물산", "D-1021", seoul, "S", "A", 92_000, 2_410, "good", signed),
        SampleRow("두레유통", "D-1028", gangwon, "D", "D", 33_500, -420, "mid", returned),
    ]


def _charts() -> list[tuple[str, Markup]]:
    months = [str(month) for month in (11, 12, *range(1, 11))]
    growth = YearOnYear(months, _SALES, _LAST_YEAR, gettext("This year"), gettext("Last year"))
    steps = [
        Step(gettext("Growth"), 21_500, 30_000),
        Step(gettext("Retail points"), 12_000, 25_000),
        Step(gettext("Stability"), 18_400, 20_000),
        Step(gettext("Collection"), 6_000, 15_000),
    ]
    regions = [
        Bar(name, value, f"{value}")
        for name, value in (
            (choose("서울", "Seoul"), 31),
            (choose("경기", "Gyeonggi"), 27),
            (choose("강원", "Gangwon"), 9),
        )
    ]
    two = [Series(gettext("This year"), _SALES), Series(gettext("Last year"), _LAST_YEAR)]
    axis = ("0", "350", "705")
    return [
        (gettext("Waterfall"), waterfall(steps, gettext("Total"), gettext("How the points add up"))),
        (gettext("Year on year"), year_on_year(growth, gettext("Sales"), axis)),
        (gettext("Line chart"), lines(two, months, gettext("Sales"), axis)),
        (gettext("Bar chart"), bars(regions, gettext("Dealers"))),
    ]
