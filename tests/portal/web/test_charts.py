"""Charts are safe, labelled SVG without styles, right in their proportions."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from portal.web import charts

SVG = "{http://www.w3.org/2000/svg}"


def parsed(markup) -> ET.Element:
    return ET.fromstring(str(markup))  # noqa: S314  our own markup


CHARTS = {
    "sparkline": lambda text: charts.sparkline([1, None, 3, 2], text),
    "empty sparkline": lambda text: charts.sparkline([None, None], text),
    "bullet": lambda text: charts.bullet(9_000, text),
    "missing bullet": lambda text: charts.bullet(None, text),
    "waterfall": lambda text: charts.waterfall([charts.Step(text, 5_000, 10_000)], text, text),
    "year on year": lambda text: charts.year_on_year(
        charts.YearOnYear([text, "2"], [10, None], [5, 8], text, text), text, ("0", "5", text)
    ),
    "lines": lambda text: charts.lines(
        [charts.Series(text, [1, None, 3])], [text, "2", "3"], text, ("0", "1", text)
    ),
    "bars": lambda text: charts.bars([charts.Bar(text, 3, text)], text),
    "no bars": lambda text: charts.bars([], text),
}


@pytest.mark.parametrize("name", CHARTS)
def test_text_is_escaped_and_every_chart_is_labelled(name):
    svg = parsed(CHARTS[name]("<b>&\"'</b>"))
    assert (svg.get("role"), svg.get("aria-label"), svg.findtext("title")) == (
        "img",
        "<b>&\"'</b>",
        "<b>&\"'</b>",
    )


@pytest.mark.parametrize("name", CHARTS)
def test_no_style_reaches_the_markup(name):
    text = str(CHARTS[name]("x"))
    assert [word for word in ("style", "<script", "url(") if word in text] == []


def test_gaps_stay_gaps():
    lines = parsed(charts.sparkline([1, 2, None, 3, 4], "x")).findall("polyline")
    assert [len(line.get("points").split()) for line in lines] == [2, 2]


def test_bullet_ends_at_125_percent():
    bar = parsed(charts.bullet(99_999, "x")).findall("rect")[1]
    assert (bar.get("width"), bar.get("class")) == ("72.0", "good")


def test_waterfall_adds_up():
    steps = [charts.Step("a", 20_000, 30_000), charts.Step("b", 5_000, 20_000)]
    texts = [node.text for node in parsed(charts.waterfall(steps, "=", "x")).findall("text")]
    assert texts == ["20", "a", "5", "b", "25", "="]


def test_columns_are_in_proportion():
    series = charts.YearOnYear(["1", "2"], [50, 100], [None, None], "this", "last")
    heights = [
        float(rect.get("height"))
        for rect in parsed(charts.year_on_year(series, "x", ("", "", ""))).findall("rect")[:2]
    ]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.11)


def test_a_long_label_takes_two_lines_and_a_short_one_stays():
    steps = [charts.Step("Retail points", 1_000, 2_000)] * 5 + [charts.Step("Growth", 1_000, 2_000)]
    labels = [node.text for node in parsed(charts.waterfall(steps, "=", "x")).findall("text[@class='lab']")]
    assert labels == ["Retail", "points"] * 5 + ["Growth", "="]


def test_waterfall_columns_stand_on_one_another():
    steps = [charts.Step("a", 20_000, 30_000), charts.Step("b", 5_000, 20_000)]
    rects = parsed(charts.waterfall(steps, "=", "x")).findall("rect")
    first, second = ({key: float(rects[i].get(key)) for key in ("y", "height")} for i in (1, 3))
    assert second["y"] + second["height"] == pytest.approx(first["y"], abs=0.11)
    assert first["height"] == pytest.approx(4 * second["height"], abs=0.3)


def test_lines_break_at_gaps_and_a_lone_month_gets_a_dot():
    svg = parsed(charts.lines([charts.Series("a", [1, None, 3, 4])], list("1234"), "x", ("", "", "")))
    assert [len(line.get("points").split()) for line in svg.findall("polyline")] == [1, 2]
    assert len(svg.findall("circle")) == 1


def test_of_24_months_every_second_is_named():
    months = [str(month) for month in range(24)]
    svg = parsed(charts.lines([charts.Series("a", list(range(24)))], months, "x", ("", "", "")))
    named = [node.text for node in svg.findall("text[@class='lab']") if node.text in months]
    assert named == months[::2]


def test_bars_are_in_proportion_and_carry_their_value():
    svg = parsed(charts.bars([charts.Bar("a", 10, "ten"), charts.Bar("b", 5, "five")], "x"))
    long, short = (float(rect.get("width")) for rect in svg.findall("rect"))
    assert long == pytest.approx(2 * short, abs=0.11)
    assert [node.text for node in svg.findall("text")] == ["a", "ten", "b", "five"]
