"""Write the error file of a data submission: place, problem and remedy of each error."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.exporters.csv_format import write_cell_text
from cairn.warehouse.schema import ROW_COLUMN, SHEET_COLUMN, Failure, UnknownElement, get_element

__all__ = ["export_error_file"]

_HEADER: Final = (
    "File",
    "Sheet",
    "Row",
    "Column",
    "Data element",
    "Value in the file",
    "What is wrong",
    "What happened",
    "What to do",
)
_SET_ASIDE: Final = "The row was set aside."
_LEFT_BLANK: Final = "The value was left blank; the row was accepted."


def export_error_file(
    quarantined: pa.Table, landed: pa.Table, *, file_name: str, record: str
) -> bytes:
    """Write one line for each error of a file, in the order of its rows.

    It has values of the sender's own file, so it is for the sender alone.

    Args:
        quarantined: the errors, as conforming the file wrote them.
        landed: the rows of the file as they were landed, for the values.
        file_name: name of the file.
        record: its record type.

    Returns:
        The error file as UTF-8 CSV with a byte order mark, so that Excel reads it too.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    rows_with_errors = _index_rows(quarantined, landed)
    order = [("source_sheet", "ascending"), ("source_row", "ascending"), ("column", "ascending")]
    for error in quarantined.sort_by(order).to_pylist():
        place = (error["source_sheet"], error["source_row"])
        cells = rows_with_errors.get(place, {})
        writer.writerow(
            write_cell_text(value) for value in (file_name, *_describe_error(error, cells, record))
        )
    return text.getvalue().encode("utf-8-sig")


def _index_rows(
    quarantined: pa.Table, landed: pa.Table
) -> dict[tuple[str | None, int], Mapping[str, Any]]:
    """Index the landed rows that have an error by their sheet and row number."""
    has_error = pc.is_in(
        landed[ROW_COLUMN], value_set=quarantined["source_row"].combine_chunks().unique()
    )
    return {
        (row.get(SHEET_COLUMN), row[ROW_COLUMN]): row
        for row in landed.filter(has_error).to_pylist()
    }


def _describe_error(
    error: Mapping[str, Any], cells: Mapping[str, Any], record: str
) -> Iterator[str | int | None]:
    failure = Failure(error["code"])
    columns = error["column"] or ""
    yield error["source_sheet"]
    yield error["source_row"]
    yield columns
    yield _label_element(record, error["field"]) if error["field"] else ""
    yield _find_value(columns, cells)
    # Beside the problem, the message may cite the clause of the agreement that it is about.
    has_clause = error["message"].startswith(failure.message)
    clause = error["message"].removeprefix(failure.message).strip() if has_clause else ""
    yield f"{failure.problem} {clause}".strip()
    yield _LEFT_BLANK if error["kept"] else _SET_ASIDE
    yield failure.remedy


def _find_value(columns: str, cells: Mapping[str, Any]) -> str:
    """Find the values of the columns that an error names, which are joined with a comma."""
    names = [columns] if columns in cells else columns.split(", ")
    return ", ".join(str(cells[name]) for name in names if cells.get(name) is not None)


def _label_element(record: str, field: str) -> str:
    try:
        return get_element(f"{record}.{field}").label
    except UnknownElement:
        return field
