"""Reshape a sheet by the rules of its mapping: derive columns, filter rows, unpivot results.

All of it happens in memory, before anything is written. Every row that leaves is counted: by the
name of the filter, or as a row without any result.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import schema
from cairn.warehouse.schema import ColumnMapping, ColumnTarget, ReadNote, RowFilter, RowKind, Sheet

__all__ = ["delete_ended_rows", "fill_down_cells", "prepare_sheet"]

INCOMPLETE_RESULTS: Final = "incomplete_results"
ONEROSTER_MARK: Final = schema.DeletionMark("status", ("tobedeleted",))
"""How OneRoster marks a deleted row (1EdTech OneRoster 1.2, CSV binding, delta mode)."""
_INCOMPLETE: Final = (
    "Results of a row that lack what makes them one, such as a relationship without a name or a "
    "phone number. Nothing was imported of them."
)


def prepare_sheet(sheet: Sheet, mapping: ColumnMapping) -> Sheet:
    """Fill down cells, add the derived columns, and leave out filtered and deleted rows.

    Args:
        sheet: a sheet as it was read.
        mapping: its column mapping.

    Returns:
        The sheet with the derived columns at the end of its header. Its ``left_out`` counts the
        rows of each filter, under the filter's name.
    """
    table = fill_down_cells(sheet.table, mapping.fill_down)
    header = list(sheet.header)
    headings = {schema.fold_header(heading): heading for heading in header}
    for name, rule in mapping.derived.items():
        sources = [headings.get(schema.fold_header(source)) for source in rule.sources]
        present = [source for source in sources if source]
        if len(present) < len(sources):
            continue
        column = rule.compute([table[source] for source in present])
        if name in header:
            table = table.set_column(table.column_names.index(name), name, column)
        else:
            table, header = table.append_column(name, column), [*header, name]
    table, left_out = filter_rows(table, headings, mapping.filters)
    marks = [mapping.deletes] if mapping.deletes else []
    # The reader marks who is no student any more, beside what the sender marks.
    marks += [ONEROSTER_MARK] if sheet.joined is not None else []
    for deletes in dict.fromkeys(marks):
        if not (mark := headings.get(schema.fold_header(deletes.column))):
            continue
        is_deleted = deletes.find_deleted_rows(table[mark])
        deleted_rows = table[schema.ROW_COLUMN].filter(is_deleted).to_pylist()
        if deleted_rows:
            left_out.append(RowKind.DELETED.count_rows(len(deleted_rows), deleted_rows))
            table = table.filter(pc.invert(is_deleted))
    headings |= {schema.fold_header(name): name for name in header}
    table, unmarked = _leave_out_unmarked_rows(table, headings, mapping)
    left_out += unmarked
    return replace(
        sheet,
        header=tuple(header),
        table=table,
        left_out=(*sheet.left_out, *left_out),
        file_rows=sheet.file_rows,
    )


def delete_ended_rows(sheet: Sheet) -> Sheet:
    """Leave out the rows that the sender deleted, and that would end instead.

    Args:
        sheet: a sheet, from which no end of such a row is imported: it would stay open.

    Returns:
        The sheet without them; ``left_out`` counts them as deleted.
    """
    is_ended = pc.is_in(
        sheet.table[schema.ROW_COLUMN], value_set=pa.array(sheet.ended_rows, pa.int64())
    )
    rows = sheet.table[schema.ROW_COLUMN].filter(is_ended).to_pylist()
    deleted = (RowKind.DELETED.count_rows(len(rows), rows),) if rows else ()
    return replace(
        sheet,
        table=sheet.table.filter(pc.invert(is_ended)),
        notes=tuple(note for note in sheet.notes if note.code != schema.ENDED_ROWS),
        left_out=(*sheet.left_out, *deleted),
        ended_rows=(),
    )


def _leave_out_unmarked_rows(
    table: pa.Table, headings: dict[str, str], mapping: ColumnMapping
) -> tuple[pa.Table, list[ReadNote]]:
    """Leave out the rows without any time or code of a class period, and count them.

    A list names also the children who did not come; without a time they were not there. A mark of
    its own says it as well. A row of a class period without a code says nothing of it.
    """
    marks = [*mapping.list_joint_columns(), *mapping.list_class_period_codes()]
    names = [headings.get(schema.fold_header(name)) for name in marks]
    columns = [table[name] for name in names if name]
    if not columns or "present" in mapping.columns.values():
        return table, []
    is_marked = pa.repeat(value=False, size=table.num_rows)
    for column in columns:
        is_marked = pc.or_(is_marked, schema.find_filled_cells(column))
    rows = table[schema.ROW_COLUMN].filter(pc.invert(is_marked)).to_pylist()
    notes = [RowKind.NO_MARK.count_rows(len(rows), rows)] if rows else []
    return (table.filter(is_marked) if rows else table), notes


def fill_down_cells(table: pa.Table, headings: Iterable[str]) -> pa.Table:
    """Give each empty cell of these columns the value above.

    Args:
        table: the rows.
        headings: the columns; those that the table lacks are ignored.

    Returns:
        The table.
    """
    for header in headings:
        if header in table.column_names:
            column = table[header]
            blank = pc.equal(pc.utf8_trim_whitespace(column), "")
            filled = pc.fill_null_forward(
                pc.if_else(blank, pa.scalar(None, pa.string()), column).combine_chunks()
            )
            table = table.set_column(table.column_names.index(header), header, filled)
    return table


def filter_rows(
    table: pa.Table, headings: dict[str, str], filters: Sequence[RowFilter]
) -> tuple[pa.Table, list[ReadNote]]:
    """Apply the filters one after the other; a row is counted by the first that leaves it out.

    Args:
        table: the rows, with ROW_COLUMN.
        headings: heading by its folded spelling.
        filters: the rules; a rule without its column in the file leaves nothing out.

    Returns:
        The rows that stay, and a note for each filter that left rows out.
    """
    notes = []
    for rule in filters:
        if (heading := headings.get(schema.fold_header(rule.column))) is None:
            continue
        texts = pc.utf8_lower(pc.fill_null(pc.utf8_trim_whitespace(table[heading]), ""))
        listed = pa.array([text.strip().lower() for text in rule.keep or rule.drop], pa.string())
        is_listed = pc.is_in(texts, value_set=listed)
        is_kept = is_listed if rule.keep else pc.invert(is_listed)
        dropped_rows = table[schema.ROW_COLUMN].filter(pc.invert(is_kept)).to_pylist()
        if dropped_rows:
            notes.append(RowKind.FILTERED.count_rows(len(dropped_rows), dropped_rows, rule.name))
            table = table.filter(is_kept)
    return table, notes


def unpivot_results(
    repeated: pa.Table, cells: pa.Table, mapping: ColumnMapping, hidden: frozenset[str]
) -> tuple[pa.Table, list[ReadNote]]:
    """Turn each row into one row for each group of result columns that has a value.

    A result without a value in the columns that it needs is none: spellings of an empty cell,
    such as "N/A" or "--", are no value; in a survey they are answers. A result with hidden fields
    only is left out.

    Args:
        repeated: the columns that every new row repeats.
        cells: the same rows with all columns of the sheet.
        mapping: the column mapping.
        hidden: fields that may not be written; their columns are not carried over.

    Returns:
        The results in the order of the rows, with RESULT_COLUMN (the name of the result) and a
        column for each target; and notes that count the rows without any result, and the results
        that have only other cells.
    """
    headings = {schema.fold_header(heading): heading for heading in cells.column_names}
    targets = {
        name: target
        for name, target in mapping.list_result_targets().items()
        if target.field not in hidden
    }
    empty = pa.nulls(cells.num_rows, pa.string())
    has_result = pa.repeat(value=False, size=cells.num_rows)
    incomplete: list[int] = []
    parts = []
    for group in mapping.list_results():
        present = {
            heading: cells[headings[schema.fold_header(heading)]]
            for heading in group.columns
            if schema.fold_header(heading) in headings
        }
        fields = {ColumnTarget.parse(target).field for target in group.columns.values()}
        if not present or fields <= hidden:
            continue
        is_filled = pa.repeat(value=False, size=cells.num_rows)
        has_others = is_filled
        for heading, column in present.items():
            if not group.needs or heading in group.needs:
                is_filled = pc.or_(is_filled, _find_results(column, mapping))
            else:
                has_others = pc.or_(has_others, _find_results(column, mapping))
        incomplete += cells[schema.ROW_COLUMN].filter(pc.and_not(has_others, is_filled)).to_pylist()
        sources = {f"({group.columns[heading]})": column for heading, column in present.items()}
        sources |= {
            f"({name})": pa.repeat(pa.scalar(value, pa.string()), cells.num_rows)
            for name, value in group.constants.items()
        }
        columns = {name: sources.get(name, empty) for name in targets}
        names = pa.repeat(pa.scalar(group.name, pa.string()), cells.num_rows)
        part = repeated
        for name, column in {schema.RESULT_COLUMN: names, **columns}.items():
            part = part.append_column(name, column)
        parts.append(part.filter(is_filled))
        has_result = pc.or_(has_result, is_filled)
    notes = []
    if without := cells[schema.ROW_COLUMN].filter(pc.invert(has_result)).to_pylist():
        notes.append(RowKind.NO_RESULT.count_rows(len(without), without))
    if incomplete:
        notes.append(ReadNote(INCOMPLETE_RESULTS, _INCOMPLETE, len(incomplete), (*incomplete[:5],)))
    if not parts:
        columns = {schema.RESULT_COLUMN: empty, **dict.fromkeys(targets, empty)}
        for name, column in columns.items():
            repeated = repeated.append_column(name, column)
        return repeated.slice(0, 0), notes
    table = pa.concat_tables(parts)
    # The sort is stable: the results of a row keep the order of the mapping.
    return table.sort_by([(schema.ROW_COLUMN, "ascending")]), notes


def _find_results(column: pa.ChunkedArray, mapping: ColumnMapping) -> pa.Array:
    """Return for each cell whether it is a result; "None" is an answer of a survey."""
    if mapping.record not in schema.SURVEY_RECORDS:
        return schema.find_filled_cells(column)
    return pc.not_equal(pc.utf8_trim_whitespace(pc.fill_null(column, "")), "").combine_chunks()
