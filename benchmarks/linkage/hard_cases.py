"""Hide hard cases, each known from practice, in an ordinary population, and score them.

    python benchmarks/linkage/hard_cases.py [--records 30000] [--seed 1] [--json]

Prints for each case the children that are exactly right, merged with another child, and split.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import youth
from hard_case_records import CASES, HardCase

HERE = Path(__file__).parent


def main() -> None:
    """Generate, link and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    cases = [HardCase(name, generate, args.seed) for name, generate in CASES.items()]
    with tempfile.TemporaryDirectory(prefix="cairn-linkage-") as name:
        folder = Path(name)
        records, _ = youth.generate_records(args.records, seed=args.seed, damaged_ids=True)
        case_rows = [row for case in cases for row in case.rows]
        all_records = pa.concat_tables([records, pa.Table.from_pylist(case_rows, records.schema)])
        pq.write_table(all_records, folder / "records.parquet")
        command = [sys.executable, HERE / "link_with_cairn.py", "records.parquet", "people.parquet"]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603
        people = pq.read_table(folder / "people.parquet").to_pylist()
    figures = count_outcomes(
        cases, {(row["source"], row["record_id"]): row["person_id"] for row in people}
    )
    if args.json:
        print(json.dumps(figures))
        return
    print("| case | children | exactly right | merged | split |\n|---|---:|---:|---:|---:|")
    for case, counts in figures.items():
        shares = (
            f"{100 * counts[outcome] / counts['children']:.1f} %"
            for outcome in ("right", "merged", "split")
        )
        print(f"| {case} | {counts['children']} | {' | '.join(shares)} |")


def count_outcomes(
    cases: list[HardCase], person_of: dict[tuple[str, str], str]
) -> dict[str, dict[str, int]]:
    """Count for each case the children, and those right, merged with another child, and split."""
    children_of: dict[str, set[str]] = defaultdict(set)
    for (source, record), person in person_of.items():
        children_of[person].add(f"ordinary {source} {record}")
    people_of: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        for row in case.rows:
            person = person_of[row["source"], row["record_id"]]
            people_of[row["child"]].add(person)
            children_of[person].discard(f"ordinary {row['source']} {row['record_id']}")
            children_of[person].add(row["child"])
    figures = {}
    for case in cases:
        children = {row["child"] for row in case.rows}
        merged = {
            child
            for child in children
            if any(len(children_of[person]) > 1 for person in people_of[child])
        }
        split = {child for child in children if len(people_of[child]) > 1}
        figures[case.name] = {
            "children": len(children),
            "right": len(children - merged - split),
            "merged": len(merged),
            "split": len(split),
        }
    return figures


if __name__ == "__main__":
    main()
