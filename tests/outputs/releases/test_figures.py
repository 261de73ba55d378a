"""Cells of several releases are one outcome's figures."""

from decimal import Decimal

from cairn.outputs.releases.figures import MeasureAmount, collect_outcome_figures
from cairn.warehouse.exporters import ALL_GROUPS, EVERYONE, ReleasedCell


def _measure(year: str, statistic: str, value: str) -> ReleasedCell:
    return ReleasedCell("days_absent", year, EVERYONE, ALL_GROUPS, 40, statistic, value, "0.1")


def test_a_mean_and_a_median_of_two_years_are_no_trend() -> None:
    mean, median = _measure("2023-24", "mean", "9.1"), _measure("2024-25", "median", "6.0")
    for cells in ((mean, median), (median, mean)):
        figures = collect_outcome_figures(cells, "days_absent", {})
        assert figures.statistic == "median"
        assert [row.value for row in figures.trend] == ["2024-25"]
        said = {
            year: count.statistic
            for year, table in figures.tables.items()
            for count in table.values()
            if isinstance(count, MeasureAmount)
        }
        assert said == {"2023-24": "mean", "2024-25": "median"}
    both = collect_outcome_figures((mean, _measure("2024-25", "mean", "8.0")), "days_absent", {})
    assert [row.count.height for row in both.trend] == [9.1, float(Decimal("8.0"))]
