"""The file that a partner sends instead of names, made: record id, bits, and keyed blocks."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cairn.warehouse.encoded.bits import bits, blocks
from cairn.warehouse.encoded.form import BYTES, FORM, MARK, PROJECT, VERSION
from cairn.warehouse.encoded.secret import Secret
from cairn.warehouse.linking.standard import standardize
from cairn.warehouse.sealed_file import put, temporary


def encode(records: pa.Table, secret: Secret) -> pa.Table:
    """What is sent of ``records`` (record_key, source, record_id and identifying fields).

    The rows come in the order of their bits: the order of a file tells names too.
    """
    standard = standardize(records)
    keys = records["record_key"].combine_chunks()
    at = pc.index_in(standard["record_key"], value_set=keys)
    found = bits(standard, secret)
    table = pa.table(
        {
            "source": records["source"].take(at),
            "record_id": records["record_id"].take(at),
            "bits": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(BYTES), len(found), [None, pa.py_buffer(found.tobytes())]
            ),
            "blocks": blocks(standard, secret),
        }
    )
    order = np.lexsort(found.T[::-1])
    told = {FORM: VERSION, PROJECT: secret.project.encode(), MARK: secret.mark.encode()}
    return table.take(pa.array(order)).replace_schema_metadata(told)


def write(table: pa.Table, path: Path) -> None:
    """Whole under its name, or not there at all."""
    with temporary(path.parent) as file:
        pq.write_table(table, file, compression="zstd")
        put(file, path)
