"""Write Parquet for Python, R and DuckDB: labels and terms in the metadata of columns and file."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

from cairn.warehouse.exporters.labeled_table import ColumnKind, LabeledTable, LabeledVariable

__all__ = ["export_parquet"]

_KIND_ARROW_TYPES = {
    ColumnKind.TEXT: pa.string(),
    ColumnKind.CODE: pa.string(),
    ColumnKind.NUMBER: pa.float64(),
    ColumnKind.DATE: pa.date32(),
}


def export_parquet(table: LabeledTable) -> bytes:
    """Write a Parquet file with ``label``, ``codes`` (JSON) and ``note`` on its columns.

    Args:
        table: the table.

    Returns:
        The file; its own metadata has ``title`` and ``notes``.
    """
    schema = pa.schema(
        [_build_field(variable) for variable in table.variables],
        metadata={"title": table.title, "notes": json.dumps(table.notes, ensure_ascii=False)},
    )
    arrays = [
        pa.array(table.columns[variable.name], _KIND_ARROW_TYPES[variable.kind])
        for variable in table.variables
    ]
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def _build_field(variable: LabeledVariable) -> pa.Field:
    metadata = {"label": variable.label, "note": variable.note}
    if variable.codes:
        metadata["codes"] = json.dumps(dict(variable.codes), ensure_ascii=False)
    return pa.field(variable.name, _KIND_ARROW_TYPES[variable.kind], metadata=metadata)
