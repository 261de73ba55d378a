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

from cairn.matching.clustering.agglomeration import MATCH_THRESHOLD
from cairn.matching.clustering.components import (
    count_pairs_between_components,
    find_match_components,
    select_pairs_within_components,
)
from cairn.matching.clustering.error_calibration import (
    add_uncompared_gaps,
    fit_error_curve,
    round_to_half_bit,
)
from cairn.matching.clustering.home_distance import (
    StatedAddress,
    find_distant_homes,
    list_shared_ties,
)
from cairn.matching.clustering.overlink_checks import (
    OverlinkFlag,
    RecordSnapshot,
    find_hub_records,
    find_overlink_flags,
)
from cairn.matching.clustering.weak_links import (
    RecordPair,
    UncertainMatch,
    UncertaintyKind,
    find_evidence_band,
    list_uncertain_matches,
    order_pair,
)
from cairn.matching.pipeline import resolve_people
from cairn.matching.rosters.person_file import combine_rosters, format_record_key
from cairn.matching.rosters.roster_file import read_roster
from cairn.matching.scoring.pair_scoring import score_pairs
from cairn.matching.standardize.field_values import standardize_postal_code
from cairn.matching.standardize.record_table import standardize_records

HERE = Path(__file__).parent
TODAY = date(2026, 11, 26)
REPEATS = 20
A_BAND = 12
"""Questions of one band of evidence in one draw, as in ``cairn.data.identity.review.sampling``."""


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
        self.rows = combine_rosters([read_roster(folder / "records.parquet", on=TODAY)])
        standard = standardize_records(self.rows)
        keys = standard["record_key"].combine_chunks()
        told = pq.read_table(
            folder / "truth.parquet", columns=["source", "record_id", "person", "year"]
        )
        named = pa.array(
            [
                format_record_key(*of)
                for of in zip(*(c.to_pylist() for c in told.columns[:2]), strict=True)
            ]
        )
        told = told.take(pc.index_in(keys, value_set=named))
        truth = told["person"].to_pylist()
        found = score_pairs(standard)
        person, _ = resolve_people(standard, found)
        circle = find_match_components(found.pairs, found.twins, len(standard))
        self.beyond = count_pairs_between_components(found.pairs, circle, person)
        self.names = keys.to_pylist()
        self.year = dict(zip(self.names, told["year"].to_pylist(), strict=True))
        self.child: dict[str, Any] = dict(zip(self.names, truth, strict=True))
        self.members: dict[int, list[str]] = defaultdict(list)
        for name, one in zip(self.names, person.tolist(), strict=True):
            self.members[one].append(name)
        self.evidence: dict[int, dict[RecordPair, float]] = defaultdict(dict)
        for a, b, bits in zip(
            *(c.tolist() for c in select_pairs_within_components(found.pairs, circle)), strict=True
        ):
            two = order_pair(self.names[a], self.names[b])
            self.evidence[int(circle[a])][two] = bits
        of_circle: dict[int, list[frozenset[str]]] = defaultdict(list)
        for one, names in self.members.items():
            of_circle[int(circle[one])].append(frozenset(names))
        self.circle = {one: int(circle[one]) for one in self.members}
        self.doubts = [
            doubt
            for c, held in self.evidence.items()
            for doubt in list_uncertain_matches(of_circle[c], held)
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
            curve = fit_error_curve(kind, [(one.bits, self._is_wrong(one)) for one in asked])
            held = Counter(round_to_half_bit(one.bits) for one in self.doubts if one.kind is kind)
            if kind is UncertaintyKind.APART:
                held.update(self.beyond)
            total = curve.total(held)
            if kind is UncertaintyKind.APART:
                total = add_uncompared_gaps(total)
            value += total.value if kind is UncertaintyKind.JOINED else -total.value
            variance += total.deviation**2
        return value, float(np.sqrt(variance))

    def _drawn(
        self, draws: int, chance: random.Random
    ) -> dict[UncertaintyKind, list[UncertainMatch]]:
        """Questions at random in each band of evidence."""
        banded: dict[tuple[UncertaintyKind, int], list[UncertainMatch]] = defaultdict(list)
        for one in self.doubts:
            banded[one.kind, find_evidence_band(one.bits)].append(one)
        found: dict[UncertaintyKind, list[UncertainMatch]] = {kind: [] for kind in UncertaintyKind}
        for (kind, _number), some in sorted(banded.items()):
            found[kind] += chance.sample(some, min(draws * A_BAND, len(some)))
        return found

    def _is_wrong(self, doubt: UncertainMatch) -> bool:
        one, other = (self._mostly(side) for side in (doubt.one, doubt.other))
        return (one == other) is not (doubt.kind is UncertaintyKind.JOINED)

    def _mostly(self, names: frozenset[str]) -> Any:
        often = Counter(self.child[name] for name in sorted(names))
        return max(sorted(often), key=often.__getitem__)

    def signs(self) -> Mapping[str, dict[str, int]]:
        """Alarm → how many people have it, and how many of these are two children; ``any``: of
        any alarm, ``all``: of all people."""
        seen: dict[str, list[RecordSnapshot]] = defaultdict(list)
        homes: dict[str, list[StatedAddress]] = defaultdict(list)
        for row in self.rows.to_pylist():
            record, source = row["record_key"], row["source"]
            ids = (row.get(n) for n in ("local_id", "state_id", "birth_date"))
            seen[record].append(RecordSnapshot(record, source, *ids, None, TODAY))
            homes[record].append(self._home(row))
        joint = {
            frozenset(d.one | d.other): d.bits
            for d in self.doubts
            if d.kind is UncertaintyKind.JOINED
        }
        raised: dict[str, set[int]] = defaultdict(set)
        for one, names in self.members.items():
            held = joint.get(frozenset(names))
            for alarm in find_overlink_flags([row for name in names for row in seen[name]], held):
                raised[alarm.value].add(one)
            if find_distant_homes([home for name in names for home in homes[name]]):
                raised[OverlinkFlag.FAR_APART.value].add(one)
            between = self.evidence.get(self.circle[one], {})
            mine = {two: bits for two, bits in between.items() if set(two) <= set(names)}
            if len(names) > 2 and find_hub_records(names, mine, MATCH_THRESHOLD):
                raised[OverlinkFlag.HUB.value].add(one)
        raised["any"] = set().union(*raised.values())
        raised["all"] = set(self.members)
        return {
            name: {"people": len(some), "two_children": sum(map(self._is_two, some))}
            for name, some in sorted(raised.items())
        }

    def _home(self, row: Mapping[str, Any]) -> StatedAddress:
        """A record as a delivery of its school year would bring it."""
        year = self.year[row["record_key"]]
        days = date(year, 7, 1), date(year + 1, 6, 30)
        ties = list_shared_ties(row, row["source"])
        return StatedAddress(
            row["source"], standardize_postal_code(row["postal_code"] or ""), *days, ties
        )

    def _is_two(self, one: int) -> bool:
        return len({self.child[name] for name in self.members[one]}) > 1


if __name__ == "__main__":
    main()
