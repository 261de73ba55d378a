# /// script
# requires-python = ">=3.11"
# dependencies = ["pytauargus==0.6.0"]
# ///
"""Protect the table of `peers.py` with tau-ARGUS (its port with HiGHS, EUPL); list withheld cells.

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

question = json.loads(Path(sys.argv[1]).read_text())
dims, parents = question["dims"], dict(question["nests"])
(table,) = question["tables"]
people = {dim: [] for dim in dims} | {"people": []}
for *key, n in question["people"]:
    for dim, value in zip(dims, key, strict=True):
        people[dim] += [value] * n
    people["people"] += [1] * n
protected = protect(
    people,
    tables=[table],
    response="people",
    safety_rules=f"FREQ({question['minimum']},{RANGE})",
    suppress="OPT(1)" if len(table) <= OPTIMAL_UP_TO else "MOD(1)",
    hrc={dim: f"{dim} > {parents[dim]}" for dim in table if dim in parents},
    totcode="All",
    workdir="work",
).tables[0]
numbers = {tuple(key): number for number, key in enumerate(question["keys"])}
parent_of = {
    key[dims.index(dim)]: key[dims.index(parents[dim])]
    for *key, _ in question["people"]
    for dim in parents
}
withheld = []
for row, status in zip(protected.rows, protected.status(), strict=True):
    if status in ("U", "M"):
        categories = dict.fromkeys(dims, "All")
        for dim in table:
            value = str(row[dim])
            if dim in parents and value not in parent_of and value != "All":
                categories[parents[dim]] = value
            else:
                categories[dim] = value
                if dim in parents and value != "All":
                    categories[parents[dim]] = parent_of[value]
        withheld.append(numbers[tuple(categories[dim] for dim in dims)])
Path(sys.argv[2]).write_text(json.dumps(sorted(set(withheld))))
