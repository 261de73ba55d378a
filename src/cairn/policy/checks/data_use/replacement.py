"""Decide whether a whole file replaces the earlier file of its slot, or waits for a person.

A version of a part counts by its extract date, the day that its data describe, and not by the order
of arrival. Without both dates a file must look like a correction of the earlier one.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cairn.policy.facts import AgreementFact
from cairn.policy.vocabulary import DeliveryMode

__all__ = [
    "FileComparison",
    "FileDifference",
    "ReplacementHold",
    "VersionDates",
    "find_declared_mode",
    "find_replacement_hold",
]

_MIN_KEPT_PERCENT: Final = 80
"""Of the earlier file's rows, students and days, how many a correction has at least. A corrected
roster drops a few students; a day's attendance sent in place of the year's drops nearly all rows,
and today's sent under yesterday's name has another day."""


class FileDifference(StrEnum):
    """In what a file is no correction of the earlier one."""

    NAME = "name"
    MAPPING = "mapping"
    COLUMNS = "columns"
    ROWS = "rows"
    STUDENTS = "students"
    DAYS = "days"


class ReplacementHold(StrEnum):
    """Why a file does not replace the earlier one by itself."""

    DIFFERENT = "different"
    OLDER = "older"
    UNDATED = "undated"
    EARLIER_UNDATED = "earlier_undated"


@dataclass(frozen=True, slots=True)
class VersionDates:
    """The extract dates of a file and of the one that it would replace.

    Attributes:
        stated: the day that the data of the new file describe; None if its sender did not say.
        earlier: that of the earlier file, with the changes that were applied to it; None if it is
            unknown.
        earlier_arrived: the day on which the earlier file arrived; its data are not newer.
    """

    stated: date | None
    earlier: date | None
    earlier_arrived: date

    @property
    def is_newer(self) -> bool:
        """Whether the new file is certain to describe a later day."""
        known = self.earlier or self.earlier_arrived
        return self.stated is not None and self.stated > known


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

    @property
    def differences(self) -> tuple[FileDifference, ...]:
        """In what the new file is no correction of the earlier one."""
        is_alike = {
            FileDifference.NAME: self.same_name,
            FileDifference.MAPPING: self.same_mapping,
            FileDifference.COLUMNS: self.same_columns,
            FileDifference.ROWS: _keeps_enough(self.rows, self.earlier_rows),
            FileDifference.STUDENTS: _keeps_enough(self.kept_students, self.earlier_students),
            FileDifference.DAYS: _keeps_enough(self.kept_days, self.earlier_days),
        }
        return tuple(difference for difference, same in is_alike.items() if not same)


def find_replacement_hold(
    comparison: FileComparison, dates: VersionDates, mode: DeliveryMode | None = None
) -> ReplacementHold | None:
    """Find why a file waits for a person before it replaces the earlier one.

    The same bytes, read again, lose nothing. Any other file must not be older than the earlier
    one, as far as either has a date. It must have the mapping and the columns of the earlier one,
    and at least 80 % of its rows, of its student IDs and of its days. It must have its name too,
    unless it is newer or the agreement says that each file replaces the one before.

    Args:
        comparison: the two files.
        dates: their extract dates.
        mode: what the agreement says about such files; None if it says nothing.

    Returns:
        The reason; None if the file replaces the earlier one.
    """
    if comparison.same_content:
        return None
    if hold := _compare_dates(dates):
        return hold
    may_be_renamed = dates.is_newer or mode is DeliveryMode.FULL
    allowed = {FileDifference.NAME} if may_be_renamed else set[FileDifference]()
    return ReplacementHold.DIFFERENT if {*comparison.differences} - allowed else None


def find_declared_mode(agreement: AgreementFact, record: str, provider: str) -> DeliveryMode | None:
    """Find what the agreement says each file of a record type does to the file before.

    Args:
        agreement: facts of the agreement.
        record: the record type of the file.
        provider: slug of the sender.

    Returns:
        The mode; None if the agreement does not say, or says different things.
    """
    modes = {
        term.mode
        for term in agreement.data
        if term.record == record and term.provider in ("", provider)
    }
    return modes.pop() if len(modes) == 1 else None


def _compare_dates(dates: VersionDates) -> ReplacementHold | None:
    if dates.stated is None:
        return None if dates.earlier is None else ReplacementHold.UNDATED
    if dates.earlier is not None:
        return ReplacementHold.OLDER if dates.stated < dates.earlier else None
    is_unclear = dates.stated < dates.earlier_arrived
    return ReplacementHold.EARLIER_UNDATED if is_unclear else None


def _keeps_enough(number: int, earlier: int) -> bool:
    return number * 100 >= earlier * _MIN_KEPT_PERCENT
