"""Parquet, for Python, R and DuckDB: labels and terms in the metadata of columns and file."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

from cairn.warehouse.formats.labelled import Kind, Labelled, Variable

_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
}


def parquet_bytes(table: Labelled) -> bytes:
    """A file whose columns carry ``label``, ``codes`` (JSON) and ``note``; the file ``notes``."""
    schema = pa.schema(
        [_field(v) for v in table.variables],
        metadata={"title": table.title, "notes": json.dumps(table.notes, ensure_ascii=False)},
    )
    arrays = [pa.array(table.columns[v.name], _TYPES[v.kind]) for v in table.variables]
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def _field(variable: Variable) -> pa.Field:
    said = {"label": variable.label, "note": variable.note}
    if variable.codes:
        said["codes"] = json.dumps(dict(variable.codes), ensure_ascii=False)
    return pa.field(variable.name, _TYPES[variable.kind], metadata=said)
