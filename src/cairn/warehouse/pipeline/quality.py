"""Report the quality of a delivery: counts, reasons and row numbers, never a value.

Plain dataclasses that become JSON, for the manifest, the page and the command.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from cairn.warehouse.schema import ReadNote
from cairn.warehouse.store import FileRef

__all__ = ["NOT_COVERED", "ColumnQuality", "LandingResult", "QualityProblem", "QualityReport"]

MAX_EXAMPLE_ROWS: Final = 5
NOT_MAPPED: Final = "not_mapped"
NOT_COVERED: Final = "not_covered"


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
        return cls(**body)


def parse_read_notes(bodies: Sequence[dict[str, Any]]) -> tuple[ReadNote, ...]:
    """Read the reader's notes from their JSON."""
    return tuple(ReadNote(**{**n, "rows": tuple(n["rows"])}) for n in bodies)


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
    """

    ref: FileRef
    rows: int
    dropped: tuple[DroppedColumn, ...]
    missing: tuple[str, ...]
    notes: tuple[ReadNote, ...]
    misfits: tuple[int, ...]
    left_out: int = 0
