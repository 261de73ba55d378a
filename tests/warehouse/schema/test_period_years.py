"""The school year or the month that the period of a file says."""

import pytest

from cairn.warehouse.schema import find_period_month, find_period_year


@pytest.mark.parametrize(
    ("period", "year", "month"),
    [
        ("2026-27", "2026-27", ""),
        ("2009-10", "2009-10", ""),
        ("2026-09", "2026-27", "2026-09"),
        ("2026-06", "2025-26", "2026-06"),
        ("2026-13", "", ""),
        ("2021-26", "", ""),
        ("fall", "", ""),
        ("", "", ""),
    ],
)
def test_a_period_says_a_school_year_or_a_month(period: str, year: str, month: str) -> None:
    assert find_period_year(period) == year
    assert find_period_month(period) == month
