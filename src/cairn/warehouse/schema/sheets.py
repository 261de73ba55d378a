"""Define what every reader returns: sheets of text, each row with its place in the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pyarrow as pa

from cairn.warehouse.schema.survey_form import SurveyForm

__all__ = [
    "CELL_COLUMN",
    "CHANGES_ONLY",
    "ENDED_ROWS",
    "GROUP_COLUMN",
    "HEADING_COLUMN",
    "RESULT_COLUMN",
    "ROW_COLUMN",
    "SHEET_COLUMN",
    "SHEET_NAME_COLUMN",
    "UNCOUNTED",
    "UNKNOWN_USERS",
    "ReadNote",
    "RowKind",
    "Sheet",
    "UnreadableFile",
]

ROW_COLUMN: Final = "__row"
"""The column with a row's line in the file, or its row in the workbook, counted from 1."""


CHANGES_ONLY: Final = "changes_only"
"""Code of the note of a sheet with changed rows only, which is no whole file."""

ENDED_ROWS: Final = "ended_enrollments"
"""Code of the note about rows that the sender deleted, and that end on the day of it instead."""

UNKNOWN_USERS: Final = "unknown_users"
"""Code of the note about enrollments of users who are not in the file."""

UNCOUNTED: Final = -1
"""The number of rows of a table that has no rows in a file but its own."""


class UnreadableFile(Exception):
    """A file that cannot be read; the message says what to do and holds no value of the file."""


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A remark about a file for the quality report; it never holds a value of the file.

    Attributes:
        code: the kind of remark.
        message: the remark in words.
        count: number of rows or columns that it is about.
        rows: numbers of the first few rows.
    """

    code: str
    message: str
    count: int = 1
    rows: tuple[int, ...] = ()


class RowKind(StrEnum):
    """A kind of row that is no record and is left out, counted."""

    TITLE = "title_rows"
    GROUP = "group_rows"
    SKIPPED = "skipped_rows"
    HEADER = "header_rows"
    TOTAL = "total_rows"
    FOOTER = "footer_rows"
    BLANK = "blank_rows"
    OTHER_PEOPLE = "other_people"
    OTHER_CLASSES = "homerooms"
    DELETED = "deleted_rows"
    FILTERED = "filtered_rows"
    NO_RESULT = "no_result"
    NO_MARK = "no_mark"
    NO_KEY = "no_key"
    UNCHANGED = "unchanged_rows"
    CHANGED_LATER = "changed_later"
    ASSIGNED = "assigned_rows"
    ALREADY_THERE = "already_there"
    OLDER_RECORD = "older_records"

    def count_rows(self, count: int, rows: Sequence[int] = (), rule: str = "") -> ReadNote:
        """Make the note that counts the rows of this kind.

        Args:
            count: number of the rows.
            rows: numbers of the rows in the file, as far as they are known.
            rule: name of the rule of the column mapping that left them out.

        Returns:
            The note.
        """
        message = _KIND_MESSAGES[self].format(rule=rule)
        return ReadNote(self.value, message, count, tuple(rows[:_NOTED_ROWS]))


_NOTED_ROWS: Final = 5

_KIND_MESSAGES: Final = {
    RowKind.TITLE: "Titles above the column headings, also where they are repeated.",
    RowKind.GROUP: "Headings above groups of rows, such as the name of a site.",
    RowKind.SKIPPED: "Lines above the column headings, skipped as the column mapping says.",
    RowKind.HEADER: "Column headings, also where they are repeated.",
    RowKind.TOTAL: "Lines with totals, subtotals or averages.",
    RowKind.FOOTER: "Page footers and remarks, such as “Printed on”.",
    RowKind.BLANK: "Blank lines.",
    RowKind.OTHER_PEOPLE: "Rows of people who are not students, such as teachers.",
    RowKind.DELETED: "Rows that the sender marked as deleted.",
    RowKind.OTHER_CLASSES: "Cairn left out enrollments in classes other than homerooms.",
    RowKind.FILTERED: "Rows left out by the rule “{rule}” of the column mapping.",
    RowKind.NO_RESULT: "Rows without any result, such as students who were not tested.",
    RowKind.NO_MARK: "Rows without any time or attendance code.",
    RowKind.NO_KEY: "Changes without the ID that says which row they change.",
    RowKind.UNCHANGED: "Changes that the earlier file has already.",
    RowKind.ASSIGNED: "Rows that were given to the part that a person filled in.",
    RowKind.ALREADY_THERE: "Rows that the part has already.",
    RowKind.OLDER_RECORD: "Older versions of records that the file has more than once.",
    RowKind.CHANGED_LATER: "Rows that a later file of changes replaced or deleted.",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file.

    Attributes:
        name: name of the sheet, or of the file.
        header: headings of the columns.
        table: the rows as text, one column for each heading, and ``__row``: the number of the row
            in the file.
        notes: remarks about how it was read.
        misfits: numbers of the rows with more cells than the header. It is unknown which cell
            belongs to which column, so they are not in the table and are never written.
        left_out: the rows of the file that are no records, counted by kind (``RowKind``).
        file_rows: how many rows the table has in the file: those of ``table``, ``misfits`` and
            ``left_out`` together. Readers count it on its own.
        sources: names of the tables of the file that a joined table was made of.
        survey: the form of the survey, if it is the export of a survey; None for any other table.
        joined: the table that was joined by its first column, if its rows can change alone, as the
            demographics of OneRoster; it has no rows where the file lacks it. None for any other
            table.
        incomplete: columns with cells from another table of the file, which has changes only: a
            row may lack what an earlier file says.
        ended_rows: numbers of the rows that the sender deleted, and that end on the day of it
            instead, as the enrollments of OneRoster do.
    """

    name: str
    header: tuple[str, ...]
    table: pa.Table
    notes: tuple[ReadNote, ...] = ()
    misfits: tuple[int, ...] = ()
    left_out: tuple[ReadNote, ...] = ()
    file_rows: int = UNCOUNTED
    sources: tuple[str, ...] = ()
    survey: SurveyForm | None = None
    joined: "Sheet | None" = None
    incomplete: tuple[str, ...] = ()
    ended_rows: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.file_rows == UNCOUNTED:
            left_out = sum(note.count for note in self.left_out)
            rows = self.table.num_rows + len(self.misfits) + left_out
            object.__setattr__(self, "file_rows", rows)


GROUP_COLUMN: Final = "Heading above the rows"
"""The column with the heading above each group of rows, of a file that has such headings."""

SHEET_NAME_COLUMN: Final = "Name of the sheet"
"""The column with the name of the sheet, of a workbook in which sheets have the same columns."""

SHEET_COLUMN: Final = "__sheet"
HEADING_COLUMN: Final = "(heading)"
CELL_COLUMN: Final = "(cell)"

RESULT_COLUMN: Final = "(result)"
"""The column with the name of a result, of a row that became several."""
