"""Which file corrects the earlier one, and which might lose its rows."""

from dataclasses import replace
from typing import Any

import pytest

from cairn.policy.checks.data_use.replacement import FileComparison, is_correction

CORRECTION = FileComparison(
    same_content=False,
    same_name=True,
    same_mapping=True,
    same_columns=True,
    rows=80,
    earlier_rows=100,
    students=8,
    earlier_students=10,
    kept_students=8,
    earlier_days=5,
    kept_days=4,
)


def test_a_file_that_keeps_four_fifths_is_a_correction() -> None:
    assert is_correction(CORRECTION)
    assert CORRECTION.lost_students == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"same_name": False},
        {"same_mapping": False},
        {"same_columns": False},
        {"rows": 79},
        {"kept_students": 7},
        {"kept_days": 3},
    ],
)
def test_a_file_that_differs_more_is_none(changed: dict[str, Any]) -> None:
    different = replace(CORRECTION, **changed)
    assert not is_correction(different)
    assert is_correction(replace(different, same_content=True))


def test_a_file_without_students_is_judged_by_its_rows() -> None:
    calendar = replace(CORRECTION, students=0, earlier_students=0, kept_students=0, earlier_days=0)
    assert is_correction(calendar)
    assert not is_correction(replace(calendar, rows=1))
