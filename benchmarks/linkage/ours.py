"""Links a file of records with Cairn, in a process of its own, and says what it took.

python benchmarks/linkage/ours.py RECORDS.parquet PEOPLE.parquet
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from took import Took

from cairn.warehouse.linking.linking import link
from cairn.warehouse.linking.standard import FIELDS


def main() -> None:
    """Read, link, write."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    with Took():
        records = pq.read_table(source)
        people = linked(records)
        pq.write_table(people, target)


def linked(records: pa.Table) -> pa.Table:
    """``source``, ``record_id``, ``person_id`` of records with the columns of `cairn link`."""
    key = pc.binary_join_element_wise(records["source"], records["record_id"], "\x1f")
    columns = {
        "record_key": key,
        "anchor": pc.binary_join_element_wise(records["source"], records["local_id"], "\x1f"),
    }
    for name in FIELDS[2:]:
        if name in records.column_names:
            columns[name] = records[name]
        else:
            columns[name] = pa.nulls(len(records), pa.string())
    clusters = link(pa.table(columns))
    found = pa.table({"key": key, "source": records["source"], "record_id": records["record_id"]})
    joined = found.join(clusters, "key", "record_key")
    return joined.select(["source", "record_id", "cluster"]).rename_columns(
        ["source", "record_id", "person_id"]
    )


if __name__ == "__main__":
    main()
