# /// script
# requires-python = ">=3.11"
# dependencies = ["pytauargus==0.6.0"]
# ///
"""tau-ARGUS (its port with HiGHS, EUPL) on the table of `peers.py`: cells it withholds, by number.

One row for each person, a minimum frequency with a safety range of a tenth (30 % of a number
under 10 is the range asked of Cairn), the optimal method for two and three dimensions, and the
modular one for more. Reads and writes JSON.
"""

import json
import sys
from pathlib import Path

from pytauargus import protect

OPTIMAL_UP_TO = 3
RANGE = 30

asked = json.loads(Path(sys.argv[1]).read_text())
dims, parents = asked["dims"], dict(asked["nests"])
(table,) = asked["tables"]
people = {dim: [] for dim in dims} | {"people": []}
for *key, n in asked["people"]:
    for dim, value in zip(dims, key, strict=True):
        people[dim] += [value] * n
    people["people"] += [1] * n
found = protect(
    people,
    tables=[table],
    response="people",
    safety_rules=f"FREQ({asked['minimum']},{RANGE})",
    suppress="OPT(1)" if len(table) <= OPTIMAL_UP_TO else "MOD(1)",
    hrc={dim: f"{dim} > {parents[dim]}" for dim in table if dim in parents},
    totcode="All",
    workdir="work",
).tables[0]
numbers = {tuple(key): number for number, key in enumerate(asked["keys"])}
within = {
    key[dims.index(dim)]: key[dims.index(parents[dim])]
    for *key, _ in asked["people"]
    for dim in parents
}
hidden = []
for row, status in zip(found.rows, found.status(), strict=True):
    if status in ("U", "M"):
        said = dict.fromkeys(dims, "All")
        for dim in table:
            value = str(row[dim])
            if dim in parents and value not in within and value != "All":
                said[parents[dim]] = value
            else:
                said[dim] = value
                if dim in parents and value != "All":
                    said[parents[dim]] = within[value]
        hidden.append(numbers[tuple(said[dim] for dim in dims)])
Path(sys.argv[2]).write_text(json.dumps(sorted(set(hidden))))
