"""Turn the checked rows of a data submission into one small table for each student.

Only attributes are kept: no name, ID, birth date or other field that identifies a student by
itself. Events of single days become totals for each school year, since a page shows no more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from cairn.policy.vocabulary import IdentifierClass
from cairn.warehouse.schema import LOCAL_ID, FieldType, RecordType, find_school_year

__all__ = ["EVENT_COUNT"]

Value = str | float | None
AttributeRow = Mapping[str, Value]
"""Values by field: text, numbers, and dates as ISO 8601 text."""

SCHOOL_YEAR: Final = "school_year"
YEAR_DAYS: Final = ("date", "service_date", "start_date")
"""Days that say the school year of a row without one; of a time in a program, its first."""


@dataclass(frozen=True, slots=True)
class EventTotal:
    """How the events of a record type are added up.

    Attributes:
        group: fields by which events are counted, beside the school year.
        summed: fields with numbers that are added.
        zero_apart: a summed field; events for which it is 0, such as a session that was missed,
            have a total of their own.
    """

    group: tuple[str, ...]
    summed: tuple[str, ...] = ()
    zero_apart: str = ""


EVENT_TOTALS: Final[Mapping[str, EventTotal]] = MappingProxyType(
    {
        "attendance": EventTotal(("event",), ("duration",)),
        "session_attendance": EventTotal(("program", "present"), ("hours",), zero_apart="hours"),
        "service": EventTotal(("service",), ("hours", "units")),
    }
)
"""Record types with a row for each event, which would be a row a day."""

EVENT_COUNT: Final = "events"
"""The field of a total that holds the number of its events."""


def list_attribute_fields(record: RecordType, columns: Iterable[str]) -> list[str]:
    """List the columns that describe a student without identifying one.

    Args:
        record: the record type of the rows.
        columns: names of the columns of the checked rows.

    Returns:
        Names of fields, in the order of the columns.
    """
    return [
        name
        for name in columns
        if name in record.fields
        and name not in record.person
        and record.fields[name].identifier is not IdentifierClass.DIRECT
        and record.fields[name].type is not FieldType.ENCODING
    ]


def group_rows_by_student(
    batches: Iterable[pa.RecordBatch], record: RecordType, fields: Sequence[str]
) -> dict[str, list[AttributeRow]]:
    """Group checked rows by the student's local ID; a row without one belongs to no student.

    Args:
        batches: the rows, with the local ID and the fields.
        record: their record type.
        fields: the fields to keep.

    Returns:
        Rows by local ID; of events, their totals.
    """
    by_student: defaultdict[str, list[AttributeRow]] = defaultdict(list)
    for batch in batches:
        columns = {name: batch.column(name).to_pylist() for name in fields}
        for index, local_id in enumerate(batch.column(LOCAL_ID).to_pylist()):
            if local_id:
                row = {name: _to_plain_value(values[index]) for name, values in columns.items()}
                by_student[local_id].append(row)
    if record.name in EVENT_TOTALS:
        return {
            local_id: list(_add_up_events(rows, EVENT_TOTALS[record.name]))
            for local_id, rows in by_student.items()
        }
    return dict(by_student)


def _to_plain_value(value: object) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    return None if value is None else str(value)


def find_row_year(row: AttributeRow) -> str:
    """Find the school year of a row, by its own statement or else by its date.

    Args:
        row: the row.

    Returns:
        A year such as "2026-27"; empty if the row states neither.
    """
    stated = row.get(SCHOOL_YEAR)
    if stated:
        return str(stated)
    day = next((str(row[name]) for name in YEAR_DAYS if row.get(name)), "")
    return find_school_year(date.fromisoformat(day)) if day else ""


def _add_up_events(rows: Iterable[AttributeRow], total: EventTotal) -> Iterator[AttributeRow]:
    """Add up events by school year and group; a withheld value is a group of its own."""
    counts: defaultdict[tuple[Value, ...], int] = defaultdict(int)
    sums: defaultdict[tuple[Value, ...], defaultdict[str, float]] = defaultdict(
        lambda: defaultdict(float)
    )
    for row in rows:
        is_zero = bool(total.zero_apart) and row.get(total.zero_apart) == 0
        key = (find_row_year(row), *(row.get(name) for name in total.group), float(is_zero))
        counts[key] += 1
        for name in total.summed:
            if isinstance(number := row.get(name), float):
                sums[key][name] += number
    for key, count in counts.items():
        named = dict(zip((SCHOOL_YEAR, *total.group), key[:-1], strict=True))
        yield {**named, EVENT_COUNT: float(count), **sums[key]}
