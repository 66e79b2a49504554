"""Charts: colours as attributes, alternative text, no surprise at the ends of the scale."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from portal.web.printing.charts import Edge, Step, TwoYears, gauge, nice_ceiling, waterfall, year_bars

SVG = "{http://www.w3.org/2000/svg}"
STEPS = [Step("신장률", 30, 30, "30/30"), Step("점포 <수>", 12, 25, "12/25"), Step("회수율", None, 0, "제외")]
EDGES = [Edge("C", 0), Edge("B", 40), Edge("A", 80)]
MONTHS = TwoYears(["9", "10"], [None, 5], [3, 0])


def _charts() -> list[ET.Element]:
    drawn = (
        waterfall(STEPS, EDGES, 100, "42", "점수 <합>"),
        gauge(42, 100, EDGES, "점수 <합>"),
        year_bars(MONTHS, ("올해", "작년"), "점수 <합>", str),
    )
    return [ET.fromstring(chart) for chart in drawn]  # noqa: S314  our own SVG


def test_every_mark_carries_its_colours():
    for chart in _charts():
        for mark in chart.iter():
            if mark.tag in {f"{SVG}rect", f"{SVG}text"}:
                assert mark.get("fill", "").startswith("#"), ET.tostring(mark)
            if mark.tag in {f"{SVG}line", f"{SVG}path"}:
                assert mark.get("stroke", "").startswith("#"), ET.tostring(mark)
            assert {"style", "class"} & set(mark.keys()) <= {"class"}


def test_the_title_is_the_alternative_text():
    assert [chart.findtext(f"{SVG}title") for chart in _charts()] == ["점수 <합>"] * 3


def test_a_month_without_a_figure_has_no_bar():
    bars = [path for path in _charts()[2].iter(f"{SVG}path") if path.get("fill", "none") != "none"]
    assert sum(path.get("d", "").count("z") for path in bars) == 2


def test_points_not_fully_earned_are_hatched():
    hatching = [path for path in _charts()[0].iter(f"{SVG}path") if path.get("stroke") == "#ffffff"]
    assert len(hatching) == 1


@given(st.integers(-5, 10**15))
def test_the_axis_ends_on_a_round_number_in_at_most_five_steps(most):
    ceiling, step = nice_ceiling(most)
    assert ceiling >= max(1, most)
    assert 1 <= ceiling // step <= 5
    assert ceiling % step == 0
