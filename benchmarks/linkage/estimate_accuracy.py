"""Compare the linkage page's estimate of people and its overlink flags with the truth.

    python benchmarks/linkage/estimate_accuracy.py [--records 100000] [--seed 1] [--draws 2]
        [--json] [--population youth|holdout|dispersed]

The index counts too many people where one child is two, and too few where two are one. From
questions sampled as for a reviewer, and answered by the truth, it estimates the number of people
(``cairn.matching.clustering.error_calibration``): how large is the error of the estimate, and of
the count itself? Of the people with a flag that they are two children
(``cairn.matching.clustering.overlink_checks``), how many are?
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
SCRIPTS = {"youth": "youth.py", "holdout": "holdout.py", "dispersed": "dispersed_youth.py"}
QUESTIONS_PER_BAND = 12
"""Questions of one band of evidence in one draw, as in ``cairn.data.identity.review.sampling``."""


def main() -> None:
    """Generate, link, sample and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--population", choices=tuple(SCRIPTS), default="youth")
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-linkage-") as folder:
        size = ["--records", str(args.records), "--seed", str(args.seed), "--damaged-ids"]
        command = [sys.executable, HERE / SCRIPTS[args.population], folder, *size]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        index = IndexedPopulation(Path(folder))
    figures = {
        **index.measure_count(args.draws, random.Random(args.seed)),
        "signs": index.measure_flags(),
    }
    if args.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:26}", figure)


class IndexedPopulation:
    """A population as the index holds it, with the true child of each record."""

    def __init__(self, folder: Path) -> None:
        self.rows = combine_rosters([read_roster(folder / "records.parquet", on=TODAY)])
        standard = standardize_records(self.rows)
        keys = standard["record_key"].combine_chunks()
        truth_table = pq.read_table(
            folder / "truth.parquet", columns=["source", "record_id", "person", "year"]
        )
        truth_keys = pa.array(
            [
                format_record_key(*name)
                for name in zip(
                    *(column.to_pylist() for column in truth_table.columns[:2]), strict=True
                )
            ]
        )
        truth_table = truth_table.take(pc.index_in(keys, value_set=truth_keys))
        true_people = truth_table["person"].to_pylist()
        scores = score_pairs(standard)
        person, _ = resolve_people(standard, scores)
        component = find_match_components(scores.pairs, scores.twins, len(standard))
        self.pairs_between_components = count_pairs_between_components(
            scores.pairs, component, person
        )
        self.record_keys = keys.to_pylist()
        self.school_years = dict(
            zip(self.record_keys, truth_table["year"].to_pylist(), strict=True)
        )
        self.true_children: dict[str, Any] = dict(zip(self.record_keys, true_people, strict=True))
        self.members: dict[int, list[str]] = defaultdict(list)
        for name, person_id in zip(self.record_keys, person.tolist(), strict=True):
            self.members[person_id].append(name)
        self.evidence: dict[int, dict[RecordPair, float]] = defaultdict(dict)
        for left, right, bits in zip(
            *(
                column.tolist()
                for column in select_pairs_within_components(scores.pairs, component)
            ),
            strict=True,
        ):
            pair = order_pair(self.record_keys[left], self.record_keys[right])
            self.evidence[int(component[left])][pair] = bits
        people_by_component: dict[int, list[frozenset[str]]] = defaultdict(list)
        for person_id, names in self.members.items():
            people_by_component[int(component[person_id])].append(frozenset(names))
        self.component_of_person = {
            person_id: int(component[person_id]) for person_id in self.members
        }
        self.uncertain_matches = [
            match
            for number, evidence in self.evidence.items()
            for match in list_uncertain_matches(people_by_component[number], evidence)
        ]

    def measure_count(self, draws: int, rng: random.Random) -> dict[str, Any]:
        """Measure the errors of the count and of its estimate, and how often its range is right."""
        children, people = len(set(self.true_children.values())), len(self.members)
        errors, range_holds, widths = [], 0, []
        for _ in range(REPEATS):
            value, deviation = self._estimate_people(draws, rng)
            errors.append((value - children) / children)
            range_holds += abs(value - children) <= 1.96 * deviation
            widths.append(1.96 * deviation / children)
        return {
            "people": children,
            "count_error": round((people - children) / children, 5),
            "estimate_error_mean": round(float(np.mean(errors)), 5),
            "estimate_error_9_of_10": round(float(np.quantile(np.abs(errors), 0.9)), 5),
            "range_half_width": round(float(np.mean(widths)), 5),
            "range_holds": range_holds / REPEATS,
            "answers": sum(
                len(questions) for questions in self._sample_questions(draws, rng).values()
            ),
        }

    def _estimate_people(self, draws: int, rng: random.Random) -> tuple[float, float]:
        value, variance = float(len(self.members)), 0.0
        for kind, questions in self._sample_questions(draws, rng).items():
            curve = fit_error_curve(
                kind, [(match.bits, self._is_wrong(match)) for match in questions]
            )
            counts = Counter(
                round_to_half_bit(match.bits)
                for match in self.uncertain_matches
                if match.kind is kind
            )
            if kind is UncertaintyKind.APART:
                counts.update(self.pairs_between_components)
            total = curve.total(counts)
            if kind is UncertaintyKind.APART:
                total = add_uncompared_gaps(total)
            value += total.value if kind is UncertaintyKind.JOINED else -total.value
            variance += total.deviation**2
        return value, float(np.sqrt(variance))

    def _sample_questions(
        self, draws: int, rng: random.Random
    ) -> dict[UncertaintyKind, list[UncertainMatch]]:
        """Sample questions at random in each band of evidence."""
        by_band: dict[tuple[UncertaintyKind, int], list[UncertainMatch]] = defaultdict(list)
        for match in self.uncertain_matches:
            by_band[match.kind, find_evidence_band(match.bits)].append(match)
        questions: dict[UncertaintyKind, list[UncertainMatch]] = {
            kind: [] for kind in UncertaintyKind
        }
        for (kind, _number), matches in sorted(by_band.items()):
            questions[kind] += rng.sample(matches, min(draws * QUESTIONS_PER_BAND, len(matches)))
        return questions

    def _is_wrong(self, match: UncertainMatch) -> bool:
        first, second = (self._find_main_child(side) for side in (match.one, match.other))
        return (first == second) is not (match.kind is UncertaintyKind.JOINED)

    def _find_main_child(self, records: frozenset[str]) -> Any:
        counts = Counter(self.true_children[record] for record in sorted(records))
        return max(sorted(counts), key=counts.__getitem__)

    def measure_flags(self) -> Mapping[str, dict[str, int]]:
        """Count for each flag the people who have it, and how many of these are two children.

        ``any`` counts the people with any flag, ``all`` all people.
        """
        snapshots: dict[str, list[RecordSnapshot]] = defaultdict(list)
        homes: dict[str, list[StatedAddress]] = defaultdict(list)
        for row in self.rows.to_pylist():
            record, source = row["record_key"], row["source"]
            ids = (row.get(field) for field in ("local_id", "state_id", "birth_date"))
            snapshots[record].append(RecordSnapshot(record, source, *ids, None, TODAY))
            homes[record].append(self._build_stated_address(row))
        evidence_of_joined = {
            frozenset(match.one | match.other): match.bits
            for match in self.uncertain_matches
            if match.kind is UncertaintyKind.JOINED
        }
        flagged: dict[str, set[int]] = defaultdict(set)
        for person_id, records in self.members.items():
            evidence = evidence_of_joined.get(frozenset(records))
            for flag in find_overlink_flags(
                [row for name in records for row in snapshots[name]], evidence
            ):
                flagged[flag.value].add(person_id)
            if find_distant_homes([home for name in records for home in homes[name]]):
                flagged[OverlinkFlag.FAR_APART.value].add(person_id)
            component_evidence = self.evidence.get(self.component_of_person[person_id], {})
            person_evidence = {
                pair: bits for pair, bits in component_evidence.items() if set(pair) <= set(records)
            }
            if len(records) > 2 and find_hub_records(records, person_evidence, MATCH_THRESHOLD):
                flagged[OverlinkFlag.HUB.value].add(person_id)
        flagged["any"] = set().union(*flagged.values())
        flagged["all"] = set(self.members)
        return {
            name: {"people": len(people), "two_children": sum(map(self._has_two_children, people))}
            for name, people in sorted(flagged.items())
        }

    def _build_stated_address(self, row: Mapping[str, Any]) -> StatedAddress:
        """Build the address as a delivery of the record's school year would state it."""
        year = self.school_years[row["record_key"]]
        term = date(year, 7, 1), date(year + 1, 6, 30)
        ties = list_shared_ties(row, row["source"])
        return StatedAddress(
            row["source"], standardize_postal_code(row["postal_code"] or ""), *term, ties
        )

    def _has_two_children(self, person_id: int) -> bool:
        return len({self.true_children[record] for record in self.members[person_id]}) > 1


if __name__ == "__main__":
    main()
