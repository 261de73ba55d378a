"""Convert columns that make one value together: times in and out, and class periods of a day."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import schema
from cairn.warehouse.schema import ElementField

_TARDY: Final = "tardy"
_PARTIAL: Final = "partial"
_PRESENT: Final = "present"
_UNEXCUSED: Final = "absent_unexcused"

COUNTED_CODES: Final = (*sorted(schema.ABSENT_CODES), _TARDY, _PARTIAL, _PRESENT)
"""The events of class periods, of which each day becomes one."""


def add_up_times(
    columns: Mapping[str, pa.Array], rules: Mapping[str, str], element: ElementField
) -> schema.ConvertedColumn:
    """Add up the stays between times in and times out; a minute in two of a row counts once.

    Args:
        columns: the cells of each column that the file has, as text; at least one.
        rules: each column of the mapping with its rule: a time in or a time out. Its headings
            may differ from those of the file in case and spaces.
        element: a field in hours.

    Returns:
        The hours of each row.
    """
    hours, failures = schema.compute_stay_hours(list_time_cells(columns, rules), rules)
    values, failed = pa.array(hours, pa.float64()), pa.array(failures, pa.string())
    _low, high = element.range or (0.0, float("inf"))
    is_long = pc.fill_null(pc.greater(values, high), fill_value=False)
    failed = pc.if_else(is_long, schema.Failure.OUT_OF_RANGE.value, failed)
    values = pc.if_else(is_long, pa.scalar(None, pa.float64()), values)
    return schema.ConvertedColumn(values, failed if failed.null_count < len(failed) else None)


def list_time_cells(
    columns: Mapping[str, pa.Array], rules: Mapping[str, str]
) -> dict[str, list[str]]:
    """List the cells of every column with times; empty ones for a column that the file lacks.

    Args:
        columns: the cells of each column that the file has, as text; at least one.
        rules: each column of the mapping with its rule.

    Returns:
        The cells by the heading in the mapping.
    """
    empty = [""] * len(next(iter(columns.values())))
    cells = dict.fromkeys(rules, empty)  # a file may lack a column
    headings = {schema.fold_header(name): name for name in rules}
    for name, column in columns.items():
        is_filled = schema.find_filled_cells(column)
        heading = headings[schema.fold_header(name)]
        cells[heading] = pc.if_else(is_filled, column, pa.scalar("", pa.string())).to_pylist()
    return cells


def join_periods(
    periods: Sequence[schema.ConvertedColumn], absent_from: int
) -> schema.ConvertedColumn:
    """Join the events of the class periods of a day to its one event.

    A day with enough absent periods is an absence: unexcused if any of them is, else suspended if
    any is, else excused. With fewer, the student attended part of the day. Without any, the day is
    tardy, partial or present, as its periods are.

    Args:
        periods: the converted codes of each period.
        absent_from: in how many periods a student must be absent for the day to be an absence.

    Returns:
        The event of each row; empty if no period has a code. A code that is unknown in any period
        fails the day.
    """
    rows = len(periods[0].values)
    zero = pa.repeat(pa.scalar(0, pa.int32()), rows)
    counts = dict.fromkeys(COUNTED_CODES, zero)
    failed = pa.nulls(rows, pa.string())
    for period in periods:
        for code, count in counts.items():
            is_code = pc.fill_null(pc.equal(period.values, code), fill_value=False)
            counts[code] = pc.add(count, is_code.cast(pa.int32()))
        if period.failed is not None:
            failed = pc.coalesce(failed, period.failed)
    absent = zero
    for code in schema.ABSENT_CODES:
        absent = pc.add(absent, counts[code])
    event = choose_day_events(counts, pc.greater_equal(absent, absent_from))
    event = pc.if_else(pc.is_valid(failed), pa.scalar(None, pa.string()), event)
    return schema.ConvertedColumn(event, failed if failed.null_count < rows else None)


def choose_day_events(counts: Mapping[str, pa.Array], is_absence: pa.Array) -> pa.Array:
    """Choose the one event of each day from the events of its class periods.

    Args:
        counts: in how many periods of each day each code of ``COUNTED_CODES`` is.
        is_absence: whether a student is absent in enough periods for the day to be an absence.

    Returns:
        The event of each day (``Array[str]``); null if no period has a code.
    """
    event = pa.nulls(len(is_absence), pa.string())
    for code in (_PRESENT, _PARTIAL, _TARDY):
        event = pc.if_else(pc.greater(counts[code], 0), code, event)
    absent = ("absent_excused", "suspended", _UNEXCUSED)
    for code in absent:
        event = pc.if_else(pc.greater(counts[code], 0), _PARTIAL, event)
    for code in absent:
        event = pc.if_else(pc.and_(is_absence, pc.greater(counts[code], 0)), code, event)
    return event
