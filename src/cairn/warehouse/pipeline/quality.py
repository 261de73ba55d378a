"""Report the quality of a delivery: counts, reasons and row numbers, never a value.

Plain dataclasses that become JSON, for the manifest, the page and the command.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from cairn.warehouse.schema import UNKNOWN_USERS, ReadNote, RowKind
from cairn.warehouse.store import FileRef

__all__ = [
    "NOT_COVERED",
    "ColumnQuality",
    "LandingResult",
    "QualityProblem",
    "QualityReport",
    "SheetRows",
    "parse_sheet_rows",
]

MAX_EXAMPLE_ROWS: Final = 5
NOT_MAPPED: Final = "not_mapped"
NOT_COVERED: Final = "not_covered"
JOINED_PERIODS: Final = "joined_periods"
OVERLAPPING_STAYS: Final = "overlapping_stays"
OVERLAPPING_PROGRAMS: Final = "overlapping_programs"
_ROW_NOTES: Final = frozenset(
    {JOINED_PERIODS, OVERLAPPING_STAYS, OVERLAPPING_PROGRAMS, UNKNOWN_USERS}
)
"""The codes of the notes that say how the rows of one child and day count together."""


@dataclass(frozen=True, slots=True)
class DroppedColumn:
    """A column that was not written, by name only.

    Attributes:
        name: its heading in the file.
        reason: why, in words.
        sheet: the sheet that it is in; empty if the file has one table.
        code: the reason as a code, ``NOT_MAPPED`` or ``NOT_COVERED``.
    """

    name: str
    reason: str
    sheet: str = ""
    code: str = NOT_MAPPED


@dataclass(frozen=True, slots=True)
class QualityProblem:
    """One reason for which rows were set aside or cells left empty.

    Attributes:
        code: the reason as a code.
        message: the reason in words.
        count: number of rows.
        rows: numbers of the first few rows in the file, at most ``MAX_EXAMPLE_ROWS``.
        kept: whether the row was kept and only the cell left empty.
    """

    code: str
    message: str
    count: int
    rows: tuple[int, ...]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class ColumnQuality:
    """The quality of one field.

    Attributes:
        field: name of the field.
        columns: headings of the columns that feed it.
        filled: number of rows that have a value.
        distinct: number of different values.
        problems: what failed.
        rows: number of rows that came in.
    """

    field: str
    columns: tuple[str, ...]
    filled: int
    distinct: int
    problems: tuple[QualityProblem, ...]
    rows: int

    @property
    def filled_share(self) -> float:
        """The share of the rows that have a value, 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRows:
    """What became of each row of one table of a file. No row is lost without a word.

    Attributes:
        sheet: name of the table.
        rows: number of its rows in the file, with headings and blank lines.
        kept: rows that can be used.
        set_aside: rows that were set aside with a reason.
        not_opened: rows of students without a consent that opens them.
        not_read: rows of a table that the column mapping does not name.
        added: rows that a sheet with a column for each day became, beyond its own; negative if
            they are fewer.
        left_out: the rows that are no records, counted by kind.
    """

    sheet: str
    rows: int
    kept: int = 0
    set_aside: int = 0
    not_opened: int = 0
    not_read: int = 0
    added: int = 0
    left_out: tuple[ReadNote, ...] = ()

    @property
    def unaccounted(self) -> int:
        """Rows missing from these counts; always 0."""
        counted = self.kept + self.set_aside + self.not_opened + self.not_read
        return self.rows + self.added - counted - self.count_left_out()

    @property
    def has_unusual_rows(self) -> bool:
        """Whether it has more than records below one line of column headings."""
        usual = (RowKind.HEADER, RowKind.BLANK)
        return any(n.code not in usual or len(n.rows) > 1 for n in self.left_out)

    def count_left_out(self) -> int:
        """Count the rows that are no records."""
        return sum(note.count for note in self.left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """The report that a data steward reads after a delivery.

    Attributes:
        record: name of the record type.
        rows_in: number of rows that came in, without those in ``left_out``.
        rows_kept: number of rows that can be used.
        rows_quarantined: number of rows that were set aside.
        cells_blanked: number of cells of kept rows that were left empty because they could not be
            read.
        repeated_rows: number of rows that repeat an earlier one in every field; they are kept.
        columns: quality of each field.
        problems: reasons that concern whole rows.
        dropped: columns that were not written.
        missing: columns of the mapping that the file lacks.
        notes: remarks about how the file was read.
        left_out: number of rows of students without a consent that opens them.
        sheets: what became of each row of the file, table by table.
    """

    record: str
    rows_in: int
    rows_kept: int
    rows_quarantined: int
    cells_blanked: int
    repeated_rows: int
    columns: tuple[ColumnQuality, ...]
    problems: tuple[QualityProblem, ...]
    dropped: tuple[DroppedColumn, ...]
    missing: tuple[str, ...]
    notes: tuple[ReadNote, ...] = field(default_factory=tuple)
    left_out: int = 0
    sheets: tuple[SheetRows, ...] = ()

    @property
    def set_aside_problems(self) -> tuple[QualityProblem, ...]:
        """Every reason for which rows were set aside, those of a column with its heading."""
        in_columns = (
            replace(
                problem, message=": ".join(filter(None, (", ".join(c.columns), problem.message)))
            )
            for c in self.columns
            for problem in c.problems
            if not problem.kept
        )
        return (*(problem for problem in self.problems if not problem.kept), *in_columns)

    @property
    def row_notes(self) -> tuple[ReadNote, ...]:
        """The notes about rows that count together, or that name an unknown student."""
        return tuple(note for note in self.notes if note.code in _ROW_NOTES)

    @property
    def unread_sheets(self) -> tuple[SheetRows, ...]:
        """The tables of the file that the column mapping does not name."""
        return tuple(sheet for sheet in self.sheets if sheet.not_read)

    @property
    def records_in_file(self) -> int:
        """How many rows of all tables of the file are records."""
        return sum(sheet.rows - sheet.count_left_out() for sheet in self.sheets)

    @property
    def has_unusual_rows(self) -> bool:
        """Whether a table that was read has more than records below one line of headings."""
        return any(sheet.has_unusual_rows for sheet in self.sheets if not sheet.not_read)

    def to_json(self) -> str:
        """Write the report as JSON text; ``from_json`` returns the same report."""
        body = asdict(self)
        for column, quality in zip(body["columns"], self.columns, strict=True):
            column["filled_share"] = round(quality.filled_share, 4)
        return json.dumps(body, ensure_ascii=False)

    @classmethod
    def from_json(cls, content: str) -> Self:
        """Read a report from what ``to_json`` wrote."""
        body = json.loads(content)
        body["columns"] = tuple(_parse_column(c) for c in body["columns"])
        body["problems"] = _parse_problems(body["problems"])
        body["dropped"] = tuple(DroppedColumn(**d) for d in body["dropped"])
        body["notes"] = parse_read_notes(body["notes"])
        body["missing"] = tuple(body["missing"])
        body["sheets"] = parse_sheet_rows(body.get("sheets", ()))
        return cls(**body)


def parse_read_notes(bodies: Sequence[dict[str, Any]]) -> tuple[ReadNote, ...]:
    """Read the reader's notes from their JSON."""
    return tuple(ReadNote(**{**n, "rows": tuple(n["rows"])}) for n in bodies)


def parse_sheet_rows(bodies: Sequence[dict[str, Any]]) -> tuple[SheetRows, ...]:
    """Read what became of the rows of each table from its JSON.

    Args:
        bodies: what ``QualityReport.to_json`` wrote under ``sheets``.

    Returns:
        The same counts.
    """
    return tuple(SheetRows(**{**b, "left_out": parse_read_notes(b["left_out"])}) for b in bodies)


def _parse_column(body: dict[str, Any]) -> ColumnQuality:
    body = {k: v for k, v in body.items() if k != "filled_share"}
    body["columns"] = tuple(body["columns"])
    body["problems"] = _parse_problems(body["problems"])
    return ColumnQuality(**body)


def _parse_problems(bodies: Sequence[dict[str, Any]]) -> tuple[QualityProblem, ...]:
    return tuple(QualityProblem(**{**p, "rows": tuple(p["rows"])}) for p in bodies)


@dataclass(frozen=True, slots=True)
class LandingResult:
    """What landing wrote, and what it did not write.

    Attributes:
        ref: the landed file.
        rows: number of its rows.
        dropped: columns that were not written.
        missing: columns of the mapping that the file lacks.
        notes: remarks about how the file was read.
        misfits: numbers of the rows that were set aside unread, because they have more cells than
            the header.
        left_out: number of rows of students without a consent that opens them.
        sheets: what became of each row of the file; ``kept`` counts the rows that were written.
    """

    ref: FileRef
    rows: int
    dropped: tuple[DroppedColumn, ...]
    missing: tuple[str, ...]
    notes: tuple[ReadNote, ...]
    misfits: tuple[int, ...]
    left_out: int = 0
    sheets: tuple[SheetRows, ...] = ()
