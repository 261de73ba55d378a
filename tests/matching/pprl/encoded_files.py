"""Files of invented children as `cairn encode` writes them, for every test that delivers one."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cairn.matching.pprl import encoding
from cairn.matching.pprl.project_secret import ProjectSecret

SUMMER = ProjectSecret("summer", b"1" * 32)
WINTER = ProjectSecret("winter", b"2" * 32)


def encoded(children: Iterable[Mapping[str, str]], secret: ProjectSecret = SUMMER) -> bytes:
    """The file of these children (`tests.matching.rosters.roster_rows.children`)."""
    rows = pa.Table.from_pylist([dict(child) for child in children])
    table = pa.table(
        {
            "record_key": rows["record_id"],
            "source": pa.array(["here"] * len(rows), pa.string()),
            "record_id": rows["record_id"],
            "given_name": rows["given_name"],
            "family_name": rows["family_name"],
            "birth_date": pc.cast(rows["birth_date"], pa.date32()),
            "gender": rows["sex"],
        }
    )
    whole = BytesIO()
    pq.write_table(encoding.encode_records(table, secret), whole)
    return whole.getvalue()


def written(
    path: Path, children: Iterable[Mapping[str, str]], secret: ProjectSecret = SUMMER
) -> Path:
    """The same in a file."""
    path.write_bytes(encoded(children, secret))
    return path
