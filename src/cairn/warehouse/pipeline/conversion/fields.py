"""Plan the fields of a landed file, and convert the cells of each.

What a column becomes depends on its own cells alone, and a cell on itself alone: only the order of
day and month in dates is chosen by the whole column. So the same functions convert a whole file
here, or parts of it on many machines.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import schema
from cairn.warehouse.block_streams import compute_at_once
from cairn.warehouse.pipeline.conversion import joint_columns
from cairn.warehouse.pipeline.quarantine import FieldColumn
from cairn.warehouse.schema import ColumnMapping, ColumnTarget, ElementField

ColumnReader: TypeAlias = Callable[[str], pa.ChunkedArray | pa.Array]
"""Reads one column of landed rows by its name; texts that repeat may be in a dictionary."""

FieldPlan: TypeAlias = Mapping[ElementField, dict[str, ColumnTarget]]
"""The fields to convert, each with the columns that feed it; none for a constant."""

BLOCK_ROWS: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class LandedRows:
    """The rows of a landed file that are opened now; columns are read one at a time.

    Attributes:
        places: where each row is in the file; the name of its sheet may be in a dictionary.
        header: names of all columns.
        read_column: reads one column.
        left_out: rows that were opened when the file landed and are not now.
    """

    places: pa.Table
    header: tuple[str, ...]
    read_column: ColumnReader
    left_out: int = 0


FieldConverter: TypeAlias = Callable[
    [LandedRows, FieldPlan, ColumnMapping, date], Iterable[FieldColumn]
]
"""Converts the planned fields of landed rows on some engine, in the order of the plan.

The date is the day of the import.
"""


def plan_fields(
    header: Sequence[str], mapping: ColumnMapping, elements: frozenset[str]
) -> dict[ElementField, dict[str, ColumnTarget]]:
    """List each field that these columns or a constant feed and that is among the elements.

    Args:
        header: names of the columns of a landed file.
        mapping: the column mapping.
        elements: the elements that a permit covers.

    Returns:
        The fields in the order of the catalogue, with their columns; none for a constant.
    """
    sources = list_source_columns(header, mapping)
    planned = {}
    for name, element in mapping.type.fields.items():
        field_sources = {
            column: target
            for column, target in sources.items()
            if name in target.fields(mapping.type) and target.rule != schema.CLASS_PERIOD_RULE
        }
        if element.element in elements and (field_sources or name in mapping.constants):
            planned[element] = field_sources
    return planned


def list_source_columns(header: Sequence[str], mapping: ColumnMapping) -> dict[str, ColumnTarget]:
    """List the mapped columns of a landed table with their targets, unpivoted ones included."""
    sources = mapping.targets(header)
    if schema.RESULT_COLUMN in header:
        targets = mapping.list_result_targets()
        sources |= {name: target for name, target in targets.items() if name in header}
    if mapping.wide and schema.HEADING_COLUMN in header:
        sources[schema.HEADING_COLUMN] = ColumnTarget(mapping.wide.field)
        sources[schema.CELL_COLUMN] = ColumnTarget.parse(mapping.wide.value)
    return sources


def convert_fields(
    landed: LandedRows, plan: FieldPlan, mapping: ColumnMapping, on: date
) -> Iterator[FieldColumn]:
    """Convert the planned fields in this process; those of a large file two at once.

    Args:
        landed: the landed rows.
        plan: the fields.
        mapping: the column mapping.
        on: day of the import.

    Yields:
        The fields, in the order of the plan.
    """

    def convert(planned: tuple[ElementField, dict[str, ColumnTarget]]) -> FieldColumn:
        element, sources = planned
        if not sources:
            return repeat_constant(landed.places.num_rows, element, mapping, on)
        converted = convert_sources(landed.read_column, element, sources, mapping, on)
        return FieldColumn(
            element.name, tuple(sources), converted.values, converted.failed, converted.notes
        )

    planned_fields = list(plan.items())
    if landed.places.num_rows >= BLOCK_ROWS:
        yield from compute_at_once(convert, planned_fields)
    else:
        yield from map(convert, planned_fields)


def repeat_constant(
    rows: int, element: ElementField, mapping: ColumnMapping, on: date
) -> FieldColumn:
    """Convert the constant of a field, and repeat it for each row."""
    cell = pa.array([mapping.constants[element.name]], pa.string())
    converted = _convert_cells(cell, element, mapping, on)
    failed = pa.repeat(converted.failed[0], rows) if converted.failed is not None else None
    values = pa.repeat(converted.values[0], rows)
    return FieldColumn(element.name, (), values, failed, converted.notes)


def convert_sources(
    read_column: ColumnReader,
    element: ElementField,
    sources: Mapping[str, ColumnTarget],
    mapping: ColumnMapping,
    on: date,
    date_reader: schema.DateReader | None = None,
) -> schema.ConvertedColumn:
    """Convert the columns that feed one field.

    Args:
        read_column: reads a column of the rows.
        element: the field.
        sources: its columns: one, a yes/no column for each code, hours and minutes, times in and
            out, or class periods.
        mapping: the column mapping.
        on: day of the import.
        date_reader: how the dates of the whole column are read, where these rows are a part of it.

    Returns:
        The typed column.
    """
    if element.flags and any(target.rule for target in sources.values()):
        return _convert_flags(read_column, element, sources, mapping, on)
    if any(target.rule == schema.ADDED_MINUTES_RULE for target in sources.values()):
        return _add_minutes(read_column, element, sources, mapping, on)
    if any(t.rule in (schema.TIME_IN_RULE, schema.TIME_OUT_RULE) for t in sources.values()):
        times = {name: combine_chunks(read_column(name)) for name in sources}
        return joint_columns.add_up_times(times, mapping.list_joint_columns(), element)
    if any(target.rule == schema.PERIOD_RULE for target in sources.values()):
        periods = [
            _convert_cells(combine_chunks(read_column(name)), element, mapping, on)
            for name in sources
        ]
        absent_from = mapping.periods.absent_from if mapping.periods else len(periods)
        return joint_columns.join_periods(periods, absent_from)
    ((column, target),) = sources.items()
    cells = _join_chunks(read_column(column))
    if target.field == schema.WHOLE_NAME:
        return schema.ConvertedColumn(_extract_name_part(cells, element.name, target.rule))
    converted = _convert_cells(cells, element, mapping, on, target.rule, date_reader)
    return replace(converted, notes=name_column_in_notes(column, converted.notes))


def name_column_in_notes(
    column: str, notes: Iterable[schema.ReadNote]
) -> tuple[schema.ReadNote, ...]:
    """Say in each note which column it is about."""
    return tuple(replace(note, message=f"{column}: {note.message}") for note in notes)


def _convert_cells(
    cells: pa.Array,
    element: ElementField,
    mapping: ColumnMapping,
    on: date,
    rule: str = "",
    date_reader: schema.DateReader | None = None,
) -> schema.ConvertedColumn:
    return schema.convert_column(
        cells,
        element,
        on=on,
        rule=rule,
        codes=mapping.codes.get(element.name),
        formats=mapping.date_formats.get(element.name, ()),
        date_reader=date_reader,
    )


def _extract_name_part(cells: pa.Array, name: str, order: str) -> pa.Array:
    """Extract one part of the whole names in a column."""
    encoded = cells.dictionary_encode()
    part_name = name.removesuffix("_name")
    parts = [
        getattr(schema.split_name(v or "", order), part_name)
        for v in encoded.dictionary.to_pylist()
    ]
    return schema.clean_text(pa.array(parts, pa.string())).take(encoded.indices)


def _convert_flags(
    read_column: ColumnReader,
    element: ElementField,
    sources: Mapping[str, ColumnTarget],
    mapping: ColumnMapping,
    on: date,
) -> schema.ConvertedColumn:
    """Build one code from a yes/no column for each code, and a plain column if there is one."""
    yes_no = replace(element, codes=schema.load_code_list("yes_no"), flags={})
    flags: dict[str, pa.Array] = {}
    failed: pa.Array | None = None
    plain: pa.Array | None = None
    for column, target in sources.items():
        converted = schema.convert_column(
            combine_chunks(read_column(column)),
            yes_no if target.rule else element,
            on=on,
            codes=None if target.rule else mapping.codes.get(element.name),
        )
        if converted.failed is not None:
            failed = converted.failed if failed is None else pc.coalesce(failed, converted.failed)
        if target.rule:
            flags[target.rule] = converted.values
        else:
            plain = converted.values
    return schema.ConvertedColumn(
        schema.combine_flag_columns(flags, plain, element.prevailing_code), failed
    )


def _add_minutes(
    read_column: ColumnReader,
    element: ElementField,
    sources: Mapping[str, ColumnTarget],
    mapping: ColumnMapping,
    on: date,
) -> schema.ConvertedColumn:
    """Add the minutes of one column to the whole hours of another; an empty cell adds nothing.

    Minutes that make an hour, and hours with a fraction beside minutes, say the same twice or
    something else: then nothing is added up, and the cell is left blank.
    """
    converted = {}
    for column, target in sources.items():
        rule = schema.MINUTES_RULE if target.rule else ""
        converted[target.rule] = _convert_cells(
            combine_chunks(read_column(column)), element, mapping, on, rule
        )
    hours, minutes = converted[""], converted[schema.ADDED_MINUTES_RULE]
    none = pa.scalar(None, pa.string())
    failed = none
    for part in (hours, minutes):
        if part.failed is not None:
            failed = part.failed if failed is none else pc.coalesce(failed, part.failed)
    added = pc.fill_null(minutes.values, 0.0)
    is_mixed = pc.and_(
        pc.greater(added, 0.0),
        pc.not_equal(pc.floor(pc.fill_null(hours.values, 0.0)), pc.fill_null(hours.values, 0.0)),
    )
    total = pc.add(pc.fill_null(hours.values, 0.0), added)
    _low, high = element.range or (0.0, float("inf"))
    is_wrong = pc.or_(pc.or_(pc.greater_equal(added, 1.0), is_mixed), pc.greater(total, high))
    failed = pc.coalesce(failed, pc.if_else(is_wrong, schema.Failure.OUT_OF_RANGE.value, none))
    is_empty = pc.and_(pc.is_null(hours.values), pc.is_null(minutes.values))
    is_blank = pc.or_(is_empty, pc.is_valid(failed))
    values = pc.if_else(is_blank, pa.scalar(None, total.type), pc.round(total, 4))
    notes = [
        note
        for column, target in sources.items()
        for note in name_column_in_notes(column, converted[target.rule].notes)
    ]
    return schema.ConvertedColumn(
        values, failed if failed.null_count < len(failed) else None, tuple(notes)
    )


def combine_chunks(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Combine a column into one array, each of its texts written out."""
    cells = _join_chunks(column)
    return cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells


def _join_chunks(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Join the chunks of a column, without a copy where it is one already."""
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column
