"""Decide whether a file corrects the earlier file of its slot, or might lose its rows."""

from dataclasses import dataclass
from typing import Final

__all__ = ["FileComparison", "is_correction"]

_MIN_KEPT_PERCENT: Final = 80
"""Of the earlier file's rows, students and days, how many a correction has at least. A corrected
roster drops a few students; a day's attendance sent in place of the year's drops nearly all rows,
and today's sent under yesterday's name has another day."""


@dataclass(frozen=True, slots=True)
class FileComparison:
    """Compare a file with the earlier one that it would replace.

    Attributes:
        same_content: whether both files have the same bytes.
        same_name: whether both have the same name.
        same_mapping: whether both are read by the same column mapping.
        same_columns: whether both have the same columns.
        rows: rows of the new file.
        earlier_rows: rows of the earlier file.
        students: different student IDs of the new file.
        earlier_students: different student IDs of the earlier file.
        kept_students: different student IDs that both have.
        earlier_days: different days of the earlier file's rows, where each row is about a day.
        kept_days: different days that both have.
    """

    same_content: bool
    same_name: bool
    same_mapping: bool
    same_columns: bool
    rows: int
    earlier_rows: int
    students: int
    earlier_students: int
    kept_students: int
    earlier_days: int = 0
    kept_days: int = 0

    @property
    def lost_students(self) -> int:
        """The number of student IDs that only the earlier file has."""
        return self.earlier_students - self.kept_students


def is_correction(comparison: FileComparison) -> bool:
    """Decide whether a file may replace the earlier one without a person's decision.

    The same bytes, read again, lose nothing. Any other file must have the name, the mapping and the
    columns of the earlier one, and at least 80 % of its rows, of its student IDs and of its days.

    Args:
        comparison: the two files.

    Returns:
        True for a correction.
    """
    if comparison.same_content:
        return True
    return (
        comparison.same_name
        and comparison.same_mapping
        and comparison.same_columns
        and _keeps_enough(comparison.rows, comparison.earlier_rows)
        and _keeps_enough(comparison.kept_students, comparison.earlier_students)
        and _keeps_enough(comparison.kept_days, comparison.earlier_days)
    )


def _keeps_enough(number: int, earlier: int) -> bool:
    return number * 100 >= earlier * _MIN_KEPT_PERCENT
