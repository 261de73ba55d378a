"""A chart in a page shows the texts of its table, and nothing where a number is suppressed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.outputs.dashboards.sample_figures import FIGURES

from cairn.outputs.dashboards.charts.page_charts import lay_out_chart
from cairn.outputs.releases.figures import COUNTY_KEY, MeasureAmount, OutcomeFigures, PercentBand
from cairn.outputs.releases.tables import build_breakdown_tables
from cairn.warehouse.exporters import build_group_key

pytestmark = pytest.mark.django_db  # an ID that Cairn does not ship is looked up


def test_each_mark_has_the_text_of_its_line() -> None:
    for table in build_breakdown_tables(FIGURES):
        chart = lay_out_chart(table, FIGURES)
        assert [mark.shown for mark in chart.marks] == [line.told[0][1] for line in table.lines]
        for mark, line in zip(chart.marks, table.lines, strict=True):
            assert mark.has_value == (line.count.height is not None)
            assert all(number in mark.value for _heading, number in line.told if number != "-")
            if not mark.has_value:
                assert (mark.height, 0 if chart.is_trend else mark.width) == (0, 0)


def test_schools_are_below_their_district_and_beside_the_county() -> None:
    _trend, schools, groups = build_breakdown_tables(FIGURES)
    chart = lay_out_chart(schools, FIGURES)
    assert [heading.text for heading in chart.headings] == ["Elm"]
    assert chart.county == 60
    assert [mark.y for mark in chart.marks] == sorted(mark.y for mark in chart.marks)
    bars = {mark.name: (mark.x, mark.width) for mark in chart.marks}
    assert bars["Drake"] == (0.0, 50.0)
    assert [heading.text for heading in lay_out_chart(groups, FIGURES).headings] == [
        "Asian",
        "All children",
    ]


def test_a_line_joins_neighboring_years_that_are_shown() -> None:
    trend, *_others = build_breakdown_tables(FIGURES)
    chart = lay_out_chart(trend, FIGURES)
    assert [mark.has_value for mark in chart.marks] == [False, True, True]
    assert len(chart.lines) == 1
    assert chart.marks[2].y < chart.marks[1].y  # 60% is above 50%
    assert [tick.label for tick in chart.ticks] == ["0%", "20%", "40%", "60%"]
    assert (chart.marks[0].century, chart.marks[0].short_name) == ("20", "23-24")


def test_a_band_is_drawn_from_its_lowest_to_its_highest_percent() -> None:
    key = build_group_key({"zip": "22901"})
    tables = {
        "2024-25": {COUNTY_KEY: PercentBand(None, None, 20, 24, 61, 300)},
        "2025-26": {
            COUNTY_KEY: PercentBand(None, None, 11, 19, 31, 60),
            key: PercentBand(None, None, 21, 30, 16, 30),
        },
    }
    figures = OutcomeFigures("chronic_absence", ("2024-25", "2025-26"), tables)
    trend, places = build_breakdown_tables(figures)
    chart = lay_out_chart(trend, figures)
    assert chart.lines == ()  # nothing between two ranges is published
    assert all(mark.height > 0 for mark in chart.marks)
    (bar,) = lay_out_chart(places, figures).marks
    assert (bar.x, bar.width, bar.shown) == (21.0, 9.0, "21\N{EN DASH}30%")
    assert lay_out_chart(places, figures).county is None


def test_an_amount_has_an_axis_of_its_own() -> None:
    amount = MeasureAmount(None, 40, Decimal("12.5"), Decimal("0.1"), "mean")
    tables = {"2025-26": {COUNTY_KEY: amount, build_group_key({"zip": "22901"}): amount}}
    figures = replace(OutcomeFigures("days_absent", ("2025-26",), tables), statistic="mean")
    trend, places = build_breakdown_tables(figures)
    assert [tick.label for tick in lay_out_chart(trend, figures).ticks] == ["0", "5", "10"]
    (bar,) = lay_out_chart(places, figures).marks
    assert bar.width == pytest.approx(100 / 1.1, abs=0.01)
