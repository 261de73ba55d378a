"""Give rows that named no part of their file to the parts that a person filled in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit
from cairn.warehouse import schema
from cairn.warehouse.pipeline import changes, corrections, landing
from cairn.warehouse.pipeline.conversion.fields import list_source_columns
from cairn.warehouse.pipeline.quality import LandingResult, SheetRows
from cairn.warehouse.pipeline.row_filters import RowOrigin, filter_opened_rows
from cairn.warehouse.schema import ColumnMapping, RowKind
from cairn.warehouse.store import FileRef, FileStore

__all__ = ["AssignedRows", "assign_rows", "build_joined_file", "count_new_part"]

_LABEL: Final = "rows without a part"
_PLACES: Final = frozenset({schema.SHEET_COLUMN, schema.ROW_COLUMN})
_SEPARATOR: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class AssignedRows:
    """Rows that named no part, as a person corrected them.

    Attributes:
        parts: name of the part → the rows that were given to it, as they would land.
        remaining: the landed file without these rows.
    """

    parts: Mapping[str, pa.Table]
    remaining: corrections.CorrectedFile


def assign_rows(
    store: FileStore,
    ref: FileRef,
    corrected: corrections.Corrections,
    names: Mapping[int, str],
    mapping: ColumnMapping,
    *,
    permit: Permit,
    rows: RowOrigin | None = None,
) -> AssignedRows:
    """Take the rows for which a part was filled in out of a landed file.

    Args:
        store: the file store.
        ref: the landed file of rows without a part.
        corrected: the changed cells.
        names: position of a row → the name of its part.
        mapping: the column mapping.
        permit: a permit to receive.
        rows: where the rows come from; required if the permit opens rows student by student.

    Returns:
        The rows of each part, and what remains; nothing is written.

    Raises:
        UnusableDelivery: the file has a column that the agreement does not cover now.
    """
    table = corrections.correct_cells(store.read(ref), corrected, mapping, permit)
    targets = list_source_columns(table.column_names, mapping)
    opened, is_left_out = filter_opened_rows(table, targets, mapping, permit, rows)
    all_names = pa.array([names.get(index, "") for index in range(table.num_rows)], pa.string())
    opened_names = all_names.filter(pc.invert(is_left_out))
    result = corrections.count_left_out(landing.load_landing_result(store, ref), table, is_left_out)
    is_assigned = pc.not_equal(opened_names, "")
    moved = Counter(opened[schema.SHEET_COLUMN].filter(is_assigned).to_pylist())
    remaining = opened.filter(pc.invert(is_assigned))
    return AssignedRows(
        {
            name: opened.filter(pc.equal(opened_names, name))
            for name in sorted({*opened_names.to_pylist()} - {""})
        },
        corrections.CorrectedFile(
            remaining,
            replace(
                result,
                rows=remaining.num_rows,
                sheets=tuple(_count_assigned(sheet, moved[sheet.sheet]) for sheet in result.sheets),
            ),
            remaining.slice(0, 0),
        ),
    )


def _count_assigned(sheet: SheetRows, count: int) -> SheetRows:
    """Count the rows of a sheet that went to their parts, with those that went before."""
    if not count:
        return sheet
    code = RowKind.ASSIGNED.value
    earlier = sum(note.count for note in sheet.left_out if note.code == code)
    others = tuple(note for note in sheet.left_out if note.code != code)
    note = RowKind.ASSIGNED.count_rows(count + earlier)
    return replace(sheet, kept=sheet.kept - count, left_out=(*others, note))


def build_joined_file(
    store: FileStore,
    earlier: FileRef,
    added: pa.Table,
    mapping: ColumnMapping,
    *,
    permit: Permit,
    rows: RowOrigin | None = None,
) -> corrections.CorrectedFile:
    """Build the landed file of a part again, with rows that were given to it.

    Rows that it has already, cell by cell, are counted and not added again.

    Args:
        store: the file store.
        earlier: the landed file of the part that counts now.
        added: the rows, as they would land.
        mapping: the column mapping of both.
        permit: a permit to receive.
        rows: where the rows come from; required if the permit opens rows student by student.

    Returns:
        The file, which ``write_corrected_file`` writes.

    Raises:
        UnusableDelivery: both have different columns, or one that the agreement does not cover.
    """
    before = corrections.correct_cells(
        store.read(earlier), corrections.Corrections({}, 0, 0, 0), mapping, permit
    )
    changes.refuse_other_columns(before, added)
    targets = list_source_columns(before.column_names, mapping)
    opened, is_left_out = filter_opened_rows(before, targets, mapping, permit, rows)
    result = corrections.count_left_out(
        landing.load_landing_result(store, earlier), before, is_left_out
    )
    names = [name for name in before.column_names if name not in _PLACES]
    is_there = pc.is_in(_join_cells(added, names), value_set=_join_cells(opened, names))
    sheet_names = changes.name_new_sheets(added, result.sheets, _LABEL)
    new = changes.rename_sheets(added, sheet_names).filter(pc.invert(is_there))
    return corrections.CorrectedFile(
        pa.concat_tables([opened, new], promote_options="permissive"),
        replace(
            result,
            rows=result.rows + new.num_rows,
            sheets=(*result.sheets, *_count_added(added, new, sheet_names)),
        ),
        new,
    )


def count_new_part(added: pa.Table, result: LandingResult) -> corrections.CorrectedFile:
    """Describe rows that are the first of their part as a landed file that is not yet written.

    Args:
        added: the rows, as they would land.
        result: the record of the landed file that they were in.

    Returns:
        The file, which ``write_corrected_file`` writes.
    """
    sheets = tuple(_count_added(added, added, {}))
    own = replace(result, rows=added.num_rows, misfits=(), left_out=0, sheets=sheets)
    return corrections.CorrectedFile(added, own, added)


def _count_added(added: pa.Table, new: pa.Table, sheet_names: Mapping[str, str]) -> list[SheetRows]:
    sent = Counter(added[schema.SHEET_COLUMN].to_pylist())
    kept = Counter(new[schema.SHEET_COLUMN].to_pylist())
    counted = []
    for sheet, rows in sent.items():
        name = sheet_names.get(sheet, sheet)
        there = rows - kept[name]
        notes = (RowKind.ALREADY_THERE.count_rows(there),) if there else ()
        counted.append(SheetRows(sheet=name, rows=rows, kept=kept[name], left_out=notes))
    return counted


def _join_cells(table: pa.Table, names: list[str]) -> pa.Array:
    """Join the cells of each row, so that equal rows have equal texts."""
    columns = [pc.fill_null(pc.utf8_trim_whitespace(table[name]), "") for name in names]
    joined = pc.binary_join_element_wise(*columns, _SEPARATOR)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
