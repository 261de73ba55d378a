"""Read one file of children into records with the fields that linkage knows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import schema
from cairn.warehouse.readers import read_file

__all__ = ["RECORD_ID", "ROSTER_FIELDS", "SOURCE", "Roster", "read_roster"]

RECORD_ID: Final = "record_id"
SOURCE: Final = "source"

_DOCUMENTED_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    RECORD_ID: (),
    SOURCE: (),
    "given_name": ("first_name",),
    "middle_name": (),
    "family_name": ("last_name",),
    "suffix": (),
    "preferred_name": (),
    "birth_date": (),
    "gender": ("sex",),
    "street": ("address",),
    "city": (),
    "postal_code": ("zip",),
    "phone": (),
    "email": (),
    "guardian_name": (),
    "school": ("school_name",),
    "grade": ("grade_level",),
    "state_id": (),
    "local_id": (),
}
"""Every field that is read, and its other documented names.

Race and ethnicity are not among them: they are never read.
"""

ROSTER_FIELDS: Final = tuple(_DOCUMENTED_NAMES)


def list_header_spellings(field: str) -> tuple[str, ...]:
    """List the headers that a column of this field may have, the best first, normalized.

    Args:
        field: a name in `ROSTER_FIELDS`.
    Returns:
        The normalized headers.
    """
    documented = [schema.normalize_spelling(name) for name in (field, *_DOCUMENTED_NAMES[field])]
    if field in (RECORD_ID, SOURCE):
        return tuple(documented)
    element_field = schema.get_record_type("student").fields.get(field)
    return (*documented, *(element_field.headers if element_field else ()))


def recognize_columns(header: Sequence[str]) -> dict[str, str]:
    """Recognize which column of a file holds which field.

    A documented name comes before another spelling, an earlier column before a later one; a column
    is one field only.

    Args:
        header: the column names of a file.
    Returns:
        Field to column, in the order of `ROSTER_FIELDS`.
    """
    candidates = [
        (
            list_header_spellings(field).index(schema.normalize_spelling(column)),
            index,
            field,
            column,
        )
        for field in ROSTER_FIELDS
        for index, column in enumerate(header)
        if schema.normalize_spelling(column) in list_header_spellings(field)
    ]
    column_of: dict[str, str] = {}
    for _, _, roster_field, column in sorted(candidates):
        if roster_field not in column_of and column not in column_of.values():
            column_of[roster_field] = column
    return {name: column_of[name] for name in ROSTER_FIELDS if name in column_of}


_TYPED_FIELDS: Final = ("birth_date", "gender")


class InvalidRosterFile(Exception):
    """A file that holds no table of children. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The records of one file, or of one delivery.

    Attributes:
        name: name of the file.
        table: the rows, with `source` and any of `ROSTER_FIELDS`: text, except `birth_date`
            (date32).
        columns: field → name of its column in the file.
        unread: field → number of its cells that could not be read.
        unused: columns that are no field.
        notes: remarks about how the file was read.
        texts: typed field → its cells as they were written, to see what else they may be.
        misfits: number of rows with more cells than the header; they are not in `table`.
        nameless: number of rows without a record ID; they are identified by position, such as "row
            17".
    """

    name: str
    table: pa.Table
    columns: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    notes: tuple[schema.ReadNote, ...] = ()
    texts: Mapping[str, pa.Array] = field(default_factory=dict)
    misfits: int = 0
    nameless: int = 0


def read_roster(path: Path, *, on: date, leave_out: Collection[str] = ()) -> Roster:
    """Read the roster in a CSV, Excel, Parquet or zip file.

    The source of a row is its column `source`, else the name of the file without its extension.

    Args:
        path: the file.
        on: the day against which birth dates are checked.
        leave_out: columns to ignore.
    Returns:
        The roster.
    Raises:
        InvalidRosterFile: the file cannot be read or holds no table with record IDs.
    """
    try:
        sheets = read_file(path.name, path.read_bytes())
    except schema.UnreadableFile as problem:
        message = str(problem)
        raise InvalidRosterFile(
            message if path.name in message else f"{path.name}: {message}"
        ) from problem
    except OSError as problem:
        raise InvalidRosterFile(
            f"{path.name}: this file cannot be opened ({problem.strerror})."
        ) from problem
    sheet = _find_child_sheet(path.name, sheets)
    included_columns = [column_name for column_name in sheet.header if column_name not in leave_out]
    return _build_roster(path, sheet, recognize_columns(included_columns), on)


def _find_child_sheet(name: str, sheets: list[schema.Sheet]) -> schema.Sheet:
    """Find the one sheet that has record IDs."""
    fitting = [
        candidate for candidate in sheets if RECORD_ID in recognize_columns(candidate.header)
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        tabs = ", ".join(candidate.name for candidate in fitting)
        raise InvalidRosterFile(
            f"{name}: several tables have a column record_id ({tabs}). Put each in a separate file."
        )
    column_names = ", ".join(
        dict.fromkeys(column_name for candidate in sheets for column_name in candidate.header[:12])
    )
    raise InvalidRosterFile(
        f"{name}: there is no column record_id. Add one with a different number or code in every "
        f"row, so that you can find each row in the result. Columns: {column_names}."
    )


def _build_roster(path: Path, sheet: schema.Sheet, columns: Mapping[str, str], on: date) -> Roster:
    field_columns: dict[str, pa.Array] = {}
    texts: dict[str, pa.Array] = {}
    unread: dict[str, int] = {}
    notes = [note for note in (*sheet.notes, *sheet.left_out) if note.code in _REPORTED_NOTES]
    for name in ROSTER_FIELDS:
        if name not in columns:
            continue
        cells = sheet.table[columns[name]].combine_chunks()
        if name not in _TYPED_FIELDS:
            field_columns[name] = schema.clean_text(cells)
            continue
        converted = schema.convert_column(cells, schema.get_element(f"student.{name}"), on=on)
        field_columns[name], texts[name] = converted.values, schema.clean_text(cells)
        if converted.failed is not None:
            unread[name] = len(converted.failed) - converted.failed.null_count
        notes += converted.notes
    nameless = field_columns[RECORD_ID].null_count
    row_labels = pc.binary_join_element_wise(
        "row", sheet.table[schema.ROW_COLUMN].cast(pa.string()), " "
    )
    field_columns[RECORD_ID] = pc.coalesce(field_columns[RECORD_ID], row_labels.combine_chunks())
    stem = pa.scalar(path.stem)
    rows = sheet.table.num_rows
    field_columns[SOURCE] = (
        pc.fill_null(field_columns[SOURCE], stem)
        if SOURCE in field_columns
        else pa.repeat(stem, rows)
    )
    return Roster(
        name=path.name,
        table=pa.table(field_columns),
        columns=dict(columns),
        unread=unread,
        unused=tuple(
            column_name for column_name in sheet.header if column_name not in columns.values()
        ),
        notes=tuple(notes),
        texts=texts,
        misfits=len(sheet.misfits),
        nameless=nameless,
    )


_REPORTED_NOTES: Final = frozenset(
    {"encoding", "mixed_encodings", "encoded_twice", "lost_letters", "short_rows"}
    | {"duplicate_headers", schema.RowKind.TITLE, schema.RowKind.TOTAL, schema.RowKind.FOOTER}
)
