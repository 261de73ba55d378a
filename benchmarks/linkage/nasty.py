"""Hard cases, each known from practice, hidden in an ordinary population: which are got right?

    python benchmarks/linkage/nasty.py [--records 30000] [--seed 1] [--json]

For each case: children exactly right, merged with somebody else, and split.
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
from nasty_cases import CASES, Case

HERE = Path(__file__).parent


def main() -> None:
    """Make, link, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=30_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    cases = [Case(name, make, chosen.seed) for name, make in CASES.items()]
    with tempfile.TemporaryDirectory(prefix="cairn-linkage-") as name:
        folder = Path(name)
        records, _ = youth.made(chosen.records, seed=chosen.seed, damaged_ids=True)
        of_cases = [row for case in cases for row in case.rows]
        both = pa.concat_tables([records, pa.Table.from_pylist(of_cases, records.schema)])
        pq.write_table(both, folder / "records.parquet")
        command = [sys.executable, HERE / "ours.py", "records.parquet", "people.parquet"]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603
        found = pq.read_table(folder / "people.parquet").to_pylist()
    figures = judged(cases, {(r["source"], r["record_id"]): r["person_id"] for r in found})
    if chosen.json:
        print(json.dumps(figures))
        return
    print("| case | children | exactly right | merged | split |\n|---|---:|---:|---:|---:|")
    for case, said in figures.items():
        shares = (f"{100 * said[n] / said['children']:.1f} %" for n in ("right", "merged", "split"))
        print(f"| {case} | {said['children']} | {' | '.join(shares)} |")


def judged(cases: list[Case], person_of: dict[tuple[str, str], str]) -> dict[str, dict[str, int]]:
    """Case → how many children there are, right, merged with another (of any case), split."""
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
        merged = {c for c in children if any(len(children_of[p]) > 1 for p in people_of[c])}
        split = {c for c in children if len(people_of[c]) > 1}
        figures[case.name] = {
            "children": len(children),
            "right": len(children - merged - split),
            "merged": len(merged),
            "split": len(split),
        }
    return figures


if __name__ == "__main__":
    main()
