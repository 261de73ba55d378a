"""Children whose names were turned into bits at home: the file that `cairn encode` writes."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.encoded import form
from cairn.warehouse.read.sheet import ReadNote, Sheet, Unreadable, sheet

HEADER: Final = ("local_id", "encoding", "encoding_project", "encoding_mark")


def are_in(content: bytes) -> bool:
    """Whether a Parquet file holds encodings."""
    return form.tells(pa.BufferReader(content))


def are(sheet: Sheet) -> bool:
    """Whether a sheet was read from such a file."""
    return sheet.header == HEADER


def read(name: str, content: bytes) -> Sheet:
    """The one sheet of such a file: the sender's own id of a child, her encoding, the project and
    the mark of its secret. It takes the order of the file, which is that of the bits."""
    try:
        found = form.read(name, pa.BufferReader(content))
    except form.NotEncoded as problem:
        raise Unreadable(str(problem)) from problem
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
        raise Unreadable("The encoded file is damaged or cut off. Encode it anew.") from error
    ids = found.rows["record_id"].cast(pa.string())
    if not len(ids):
        raise Unreadable("The encoded file has no records in it.")
    if pc.count_distinct(ids).as_py() < len(ids):
        raise Unreadable(
            "Some record ids occur more than once in the encoded file. Number the records, each "
            "once, and encode one organization's children at a time."
        )
    blocks = found.rows["blocks"].to_pylist()
    cells = [
        form.cell(bits.tobytes(), of or ()) for bits, of in zip(found.bits, blocks, strict=True)
    ]
    rows = len(cells)
    columns = [
        ids,
        pa.array(cells, pa.string()),
        pa.repeat(pa.scalar(found.project, pa.string()), rows),
        pa.repeat(pa.scalar(found.mark, pa.string()), rows),
    ]
    notes = [ReadNote("encoded", f"Encodings of the project “{found.project}”, no names.", rows)]
    return sheet(name, HEADER, columns, pa.array(np.arange(1, rows + 1)), notes)
