"""Generate a million synthetic youth records of five sources, and the truth about them.

    python benchmarks/linkage/youth.py OUT --records 1000000 [--damaged-ids] [--seed 1] [--csv]

Writes ``records.parquet`` (the columns that ``cairn link`` takes) and ``truth.parquet`` (person,
household, twin and what went wrong in each record); with ``--csv`` also one CSV a source. Race,
sex and language are there to judge quality by and are no matching fields.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from children import generate_children
from places import generate_places
from records import damage_ids, write_source_records
from sources import SOURCES

RECORDS_PER_CHILD = 2.85


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damaged-ids", action="store_true")
    parser.add_argument("--csv", action="store_true", help="also one CSV a source")
    args = parser.parse_args()
    records, truth = generate_records(args.records, seed=args.seed, damaged_ids=args.damaged_ids)
    write_dataset(args.out, records, truth, csv=args.csv)


def generate_records(count: int, *, seed: int, damaged_ids: bool) -> tuple[pa.Table, pa.Table]:
    """Generate ``count`` records, and the truth about each in the same order."""
    rng = np.random.default_rng(seed)
    children = generate_children(rng, int(count / RECORDS_PER_CHILD))
    places = generate_places(rng, children.households)
    by_source = [write_source_records(rng, source, children, places) for source in SOURCES]
    records, truth = (pa.concat_tables(tables) for tables in zip(*by_source, strict=True))
    order = rng.permutation(len(records))[:count]
    records, truth = records.take(order), truth.take(order)
    if damaged_ids:
        return damage_ids(rng, records, truth)
    return records, truth


def write_dataset(folder: Path, records: pa.Table, truth: pa.Table, *, csv: bool = False) -> None:
    """Write both tables to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(records, folder / "records.parquet")
    pq.write_table(truth, folder / "truth.parquet")
    people = len(pc.unique(truth["person"]))
    print(f"{len(records):,} records of {people:,} youth in {folder}")
    for source in pc.unique(records["source"]).to_pylist() if csv else ():
        rows = records.filter(pc.equal(records["source"], source))
        pyarrow.csv.write_csv(rows, folder / f"{source}.csv")


if __name__ == "__main__":
    main()
