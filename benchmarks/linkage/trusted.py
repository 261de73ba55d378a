"""What the linkage page says of itself, held against the truth: the count of people and the signs.

    python benchmarks/linkage/trusted.py [--records 100000] [--seed 1] [--draws 2] [--json]
        [--population youth|holdout|far]

The index counts people too high where one child is two, too low where two are one. From questions
drawn as a reviewer's sample is, and answered by the truth, it estimates the number of people
(``warehouse.person.calibration``): how far is that from the truth, beside the count itself? And of
the people with a sign that they are two children (``warehouse.person.alarms``), how many are?
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cairn.warehouse.linking.groups import THRESHOLD
from cairn.warehouse.linking.linking import compare, people
from cairn.warehouse.linking.spelling import postal
from cairn.warehouse.linking.standard import standardize
from cairn.warehouse.person.alarms import Alarm, Seen, alarms, hubs
from cairn.warehouse.person.calibration import half, learned, with_never_met
from cairn.warehouse.person.circles import beyond, circles, inside
from cairn.warehouse.person.doubt import Doubt, Kind, Pair, band, doubts, pair
from cairn.warehouse.person.far_apart import Home, far_apart, ties_of
from cairn.warehouse.rosters.people import record_key, records
from cairn.warehouse.rosters.roster import read

HERE = Path(__file__).parent
TODAY = date(2026, 11, 26)
REPEATS = 20
A_BAND = 12
"""Questions of one band of evidence in one draw, as in ``cairn.linkage.sampling``."""


def main() -> None:
    """Make, link, ask, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--population", choices=("youth", "holdout", "far"), default="youth")
    options.add_argument("--draws", type=int, default=2)
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-linkage-") as folder:
        size = ["--records", str(chosen.records), "--seed", str(chosen.seed), "--damaged-ids"]
        command = [sys.executable, HERE / f"{chosen.population}.py", folder, *size]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        index = Index(Path(folder))
    figures = {**index.counted(chosen.draws, random.Random(chosen.seed)), "signs": index.signs()}
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:26}", figure)


class Index:
    """A population as the index holds it, with who is truly who."""

    def __init__(self, folder: Path) -> None:
        self.rows = records([read(folder / "records.parquet", on=TODAY)])
        standard = standardize(self.rows)
        keys = standard["record_key"].combine_chunks()
        told = pq.read_table(
            folder / "truth.parquet", columns=["source", "record_id", "person", "year"]
        )
        named = pa.array(
            [record_key(*of) for of in zip(*(c.to_pylist() for c in told.columns[:2]), strict=True)]
        )
        told = told.take(pc.index_in(keys, value_set=named))
        truth = told["person"].to_pylist()
        found = compare(standard)
        person, _ = people(standard, found)
        circle = circles(found.pairs, found.twins, len(standard))
        self.beyond = beyond(found.pairs, circle, person)
        self.names = keys.to_pylist()
        self.year = dict(zip(self.names, told["year"].to_pylist(), strict=True))
        self.child: dict[str, Any] = dict(zip(self.names, truth, strict=True))
        self.members: dict[int, list[str]] = defaultdict(list)
        for name, one in zip(self.names, person.tolist(), strict=True):
            self.members[one].append(name)
        self.evidence: dict[int, dict[Pair, float]] = defaultdict(dict)
        for a, b, bits in zip(*(c.tolist() for c in inside(found.pairs, circle)), strict=True):
            two = pair(self.names[a], self.names[b])
            self.evidence[int(circle[a])][two] = bits
        of_circle: dict[int, list[frozenset[str]]] = defaultdict(list)
        for one, names in self.members.items():
            of_circle[int(circle[one])].append(frozenset(names))
        self.circle = {one: int(circle[one]) for one in self.members}
        self.doubts = [
            doubt for c, held in self.evidence.items() for doubt in doubts(of_circle[c], held)
        ]

    def counted(self, draws: int, chance: random.Random) -> dict[str, Any]:
        """The error of the count, of the estimate after so many draws, and how often its range
        holds the truth."""
        children, counted = len(set(self.child.values())), len(self.members)
        errors, holds, widths = [], 0, []
        for _ in range(REPEATS):
            value, deviation = self._estimated(draws, chance)
            errors.append((value - children) / children)
            holds += abs(value - children) <= 1.96 * deviation
            widths.append(1.96 * deviation / children)
        return {
            "people": children,
            "count_error": round((counted - children) / children, 5),
            "estimate_error_mean": round(float(np.mean(errors)), 5),
            "estimate_error_9_of_10": round(float(np.quantile(np.abs(errors), 0.9)), 5),
            "range_half_width": round(float(np.mean(widths)), 5),
            "range_holds": holds / REPEATS,
            "answers": sum(len(some) for some in self._drawn(draws, chance).values()),
        }

    def _estimated(self, draws: int, chance: random.Random) -> tuple[float, float]:
        value, variance = float(len(self.members)), 0.0
        for kind, asked in self._drawn(draws, chance).items():
            curve = learned(kind, [(one.bits, self._is_wrong(one)) for one in asked])
            held = Counter(half(one.bits) for one in self.doubts if one.kind is kind)
            if kind is Kind.APART:
                held.update(self.beyond)
            total = curve.total(held)
            if kind is Kind.APART:
                total = with_never_met(total)
            value += total.value if kind is Kind.JOINED else -total.value
            variance += total.deviation**2
        return value, float(np.sqrt(variance))

    def _drawn(self, draws: int, chance: random.Random) -> dict[Kind, list[Doubt]]:
        """Questions at random in each band of evidence."""
        banded: dict[tuple[Kind, int], list[Doubt]] = defaultdict(list)
        for one in self.doubts:
            banded[one.kind, band(one.bits)].append(one)
        found: dict[Kind, list[Doubt]] = {kind: [] for kind in Kind}
        for (kind, _number), some in sorted(banded.items()):
            found[kind] += chance.sample(some, min(draws * A_BAND, len(some)))
        return found

    def _is_wrong(self, doubt: Doubt) -> bool:
        one, other = (self._mostly(side) for side in (doubt.one, doubt.other))
        return (one == other) is not (doubt.kind is Kind.JOINED)

    def _mostly(self, names: frozenset[str]) -> Any:
        often = Counter(self.child[name] for name in sorted(names))
        return max(sorted(often), key=often.__getitem__)

    def signs(self) -> Mapping[str, dict[str, int]]:
        """Alarm → how many people have it, and how many of these are two children; ``any``: of
        any alarm, ``all``: of all people."""
        seen: dict[str, list[Seen]] = defaultdict(list)
        homes: dict[str, list[Home]] = defaultdict(list)
        for row in self.rows.to_pylist():
            record, source = row["record_key"], row["source"]
            ids = (row.get(n) for n in ("local_id", "state_id", "birth_date"))
            seen[record].append(Seen(record, source, *ids, None, TODAY))
            homes[record].append(self._home(row))
        joint = {frozenset(d.one | d.other): d.bits for d in self.doubts if d.kind is Kind.JOINED}
        raised: dict[str, set[int]] = defaultdict(set)
        for one, names in self.members.items():
            held = joint.get(frozenset(names))
            for alarm in alarms([row for name in names for row in seen[name]], held):
                raised[alarm.value].add(one)
            if far_apart([home for name in names for home in homes[name]]):
                raised[Alarm.FAR_APART.value].add(one)
            between = self.evidence.get(self.circle[one], {})
            mine = {two: bits for two, bits in between.items() if set(two) <= set(names)}
            if len(names) > 2 and hubs(names, mine, THRESHOLD):
                raised[Alarm.HUB.value].add(one)
        raised["any"] = set().union(*raised.values())
        raised["all"] = set(self.members)
        return {
            name: {"people": len(some), "two_children": sum(map(self._is_two, some))}
            for name, some in sorted(raised.items())
        }

    def _home(self, row: Mapping[str, Any]) -> Home:
        """A record as a delivery of its school year would bring it."""
        year = self.year[row["record_key"]]
        days = date(year, 7, 1), date(year + 1, 6, 30)
        ties = ties_of(row, row["source"])
        return Home(row["source"], postal(row["postal_code"] or ""), *days, ties)

    def _is_two(self, one: int) -> bool:
        return len({self.child[name] for name in self.members[one]}) > 1


if __name__ == "__main__":
    main()
