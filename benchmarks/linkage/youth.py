"""Makes a million invented youth records of five sources, and the truth about them.

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
from children import born
from places import settled
from records import with_damaged_ids, written
from sources import FIVE

RECORDS_PER_CHILD = 2.85


def main() -> None:
    """Write the files."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--damaged-ids", action="store_true")
    options.add_argument("--csv", action="store_true", help="also one CSV a source")
    chosen = options.parse_args()
    records, truth = made(chosen.records, seed=chosen.seed, damaged_ids=chosen.damaged_ids)
    kept(chosen.out, records, truth, csv=chosen.csv)


def made(count: int, *, seed: int, damaged_ids: bool) -> tuple[pa.Table, pa.Table]:
    """``count`` records, and the truth about each in the same order."""
    rng = np.random.default_rng(seed)
    children = born(rng, int(count / RECORDS_PER_CHILD))
    places = settled(rng, children.households)
    both = [written(rng, source, children, places) for source in FIVE]
    records, truth = (pa.concat_tables(tables) for tables in zip(*both, strict=True))
    order = rng.permutation(len(records))[:count]
    records, truth = records.take(order), truth.take(order)
    if damaged_ids:
        return with_damaged_ids(rng, records, truth)
    return records, truth


def kept(out: Path, records: pa.Table, truth: pa.Table, *, csv: bool = False) -> None:
    """Both tables in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    pq.write_table(records, out / "records.parquet")
    pq.write_table(truth, out / "truth.parquet")
    people = len(pc.unique(truth["person"]))
    print(f"{len(records):,} records of {people:,} youth in {out}")
    for source in pc.unique(records["source"]).to_pylist() if csv else ():
        rows = records.filter(pc.equal(records["source"], source))
        pyarrow.csv.write_csv(rows, out / f"{source}.csv")


if __name__ == "__main__":
    main()
