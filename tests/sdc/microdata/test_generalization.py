"""Each form of a dictionary's ladder, with what is missing and what is odd."""

from datetime import date

import pytest

from cairn.sdc.microdata.generalization import (
    GENERALIZATION_FORMS,
    OTHER_VALUES,
    PlainValue,
    list_known_forms,
)

ON = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("form", "value", "coarser"),
    [
        ("age in months", date(2016, 3, 2), 120),
        ("age in months", date(2016, 3, 3), 119),
        ("age in months", "long ago", None),
        ("age in years", date(2016, 3, 3), 9),
        ("age in years", "long ago", None),
        ("age band", date(2024, 1, 1), "under 3"),
        ("age band", date(2016, 3, 3), "8 to 10"),
        ("age band", date(1990, 1, 1), "22 and over"),
        ("age band", 5, None),
        ("month", date(2025, 9, 1), "2025-09"),
        ("month", "autumn", None),
        ("school year", date(2025, 6, 30), "2024-25"),
        ("school year", date(2025, 7, 1), "2025-26"),
        ("school year", "x", None),
        ("first three digits of the zip code", "00312-4455", "003"),
        ("first three digits of the zip code", "abc", None),
        ("english or another", " English ", "English"),
        ("english or another", "so", "Another"),
        ("band of days absent", 0, "under 1"),
        ("band of days absent", 4.5, "1 to 4"),
        ("band of days absent", 36, "36 and over"),
        ("band of days absent", "many", None),
        ("band of grades", "K", "PK to 2"),
        ("band of grades", "3", "3 to 5"),
        ("band of grades", "12", "9 to 12"),
        ("band of grades", "13", OTHER_VALUES),
        ("band of grades", "ungraded", OTHER_VALUES),
        ("month", None, None),
    ],
)
def test_a_value(form: str, value: PlainValue, coarser: PlainValue) -> None:
    assert GENERALIZATION_FORMS[form]([value], ON) == [coarser]


def test_the_common_ones_stay() -> None:
    column: list[PlainValue] = ["en"] * 60 + ["es"] * 38 + ["so", "xx", None]
    found = GENERALIZATION_FORMS["most common ones, the rest together"](column, ON)
    assert found == ["en"] * 60 + ["es"] * 38 + [OTHER_VALUES, OTHER_VALUES, None]


def test_a_ladder_ends_where_nobody_can_compute_it() -> None:
    words = ["First three digits of the ZIP code", "county", "month"]
    assert [name for name, _form in list_known_forms(words)] == words[:1]
