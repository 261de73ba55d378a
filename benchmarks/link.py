"""Measure records linked per second and their accuracy, beside Splink as documented.

Both link the same records of the invented River County in the same run: every different record
that the partners' files hold, in the same standard spelling. Splink as documented: its name and
date comparisons, blocking on birth date and on names, u from random pairs, two rounds of
expectation maximisation, and of several thresholds the one that, with the truth at hand, turns
out best.

    python benchmarks/link.py --people 20000
"""

import argparse
import csv
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from cairn.demo.community import generate_community
from cairn.demo.planned_deliveries import Community
from cairn.matching.pipeline import link_records
from cairn.matching.standardize.record_keys import extract_identifying_fields
from cairn.matching.standardize.record_table import standardize_records
from cairn.policy.engine.decision import Permit, Reason, conclude_decision
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Outcome
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.landing import UnusableDelivery, land_sheets
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.schema.elements import load_element_catalogue
from cairn.warehouse.store.file_store import FileStore
from cairn.warehouse.store.keys import KeyRing

THRESHOLDS = (0.05, 0.5, 0.9, 0.99)
_ALL_ELEMENTS = {
    f.element: Outcome.ALLOW for r in load_element_catalogue().values() for f in r.fields.values()
}
_CARD = RuleCard("T01", "a benchmark", "It may.", "It may.", "Nothing.")


def main() -> None:
    """Print the figures of Cairn and Splink, and the ratio of their times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        records, truth = generate_records(Path(name), args.people, args.seed)
    splink_runs = [
        measure_linkage(partial(link_with_splink, threshold=threshold), records, truth)
        for threshold in THRESHOLDS
    ]
    results = {
        "cairn": measure_linkage(link_with_cairn, records, truth),
        "splink": max(splink_runs, key=_compute_pair_f1),
    }
    results["cairn"]["seconds_ratio"] = round(
        results["cairn"]["seconds"] / results["splink"]["seconds"], 3
    )
    if args.json:
        print(json.dumps({"people": args.people, "records": len(records), **results}))
        return
    print(f"{args.people:,} children, {len(records):,} different records")
    for engine, figures in results.items():
        print(f"{engine:8}", "  ".join(f"{figure} {value:,}" for figure, value in figures.items()))


def measure_linkage(
    link: Callable[[pa.Table], dict[str, int]], records: pa.Table, truth: dict[str, str]
) -> dict[str, float]:
    """Measure the seconds, the records per second, and the accuracy of pairs and people."""
    start = time.perf_counter()
    person = link(records)
    seconds = time.perf_counter() - start
    assignments = [(child, person[key]) for key, child in truth.items()]
    correct_pairs = _count_pairs(Counter(assignments))
    clusters: dict[int, set[str]] = {}
    people: dict[str, set[str]] = {}
    for key, child in truth.items():
        clusters.setdefault(person[key], set()).add(key)
        people.setdefault(child, set()).add(key)
    groups = {frozenset(group) for group in clusters.values()}
    exact_people = sum(frozenset(group) in groups for group in people.values())
    return {
        "seconds": round(seconds, 2),
        "records_per_second": round(len(records) / seconds),
        "pair_precision": round(
            correct_pairs / _count_pairs(Counter(cluster for _, cluster in assignments)), 4
        ),
        "pair_recall": round(
            correct_pairs / _count_pairs(Counter(child for child, _ in assignments)), 4
        ),
        "people_exactly_right": round(exact_people / len(people), 4),
        "people_counted": len(clusters),
        "people_true": len(people),
    }


def link_with_cairn(records: pa.Table) -> dict[str, int]:
    """Link records with Cairn; return the person of each."""
    return _map_records_to_clusters(link_records(records))


def link_with_splink(records: pa.Table, *, threshold: float) -> dict[str, int]:
    """Link records with Splink as documented; return the person of each."""
    clean = standardize_records(records)
    joined = pc.binary_join(clean.column("family_words"), " ")
    columns = {
        "unique_id": clean.column("record_key"),
        "given_name": clean.column("given"),
        "family_name": pc.if_else(pc.equal(joined, ""), None, joined),
        "dob": pc.strftime(clean.column("birth_date"), format="%Y-%m-%d"),
        "postal_code": clean.column("postal"),
    }
    # One row per record: the peer has no notion of a record that is said twice.
    rows = pa.table(columns).group_by("unique_id", use_threads=False)
    rows = rows.aggregate([(column, "first") for column in columns if column != "unique_id"])
    rows = rows.rename_columns([column.removesuffix("_first") for column in rows.column_names])
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("family_name"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("postal_code").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("dob"),
            block_on("given_name", "family_name"),
        ],
    )
    linker = Linker(DuckDBAPI().register(rows), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "family_name", "dob")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("given_name", "family_name")
    )
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
    assignments = clusters.as_pyarrow_table()
    numbers = {
        cluster: number
        for number, cluster in enumerate(sorted(set(assignments["cluster_id"].to_pylist())))
    }
    pairs = zip(
        assignments["unique_id"].to_pylist(), assignments["cluster_id"].to_pylist(), strict=True
    )
    return {key: numbers[cluster] for key, cluster in pairs}


def generate_records(folder: Path, people: int, seed: int) -> tuple[pa.Table, dict[str, str]]:
    """Generate a community; return every different record of it, and the true child of each."""
    community = generate_community(folder / "community", people=people, seed=seed)
    store = FileStore(folder / "data", KeyRing(os.urandom(32)))
    children = _read_truth(community)
    tables, truth = [], {}
    for file_key, table, source in _conform_deliveries(community, store):
        identifying_fields = extract_identifying_fields(table, source=source, key=b"b" * 32)
        tables.append(identifying_fields)
        keys = identifying_fields["record_key"].to_pylist()
        for row, key in zip(table["source_row"].to_pylist(), keys, strict=True):
            if (child := children.get((*file_key, str(row)))) is not None:
                truth[key] = child
    rows = pa.concat_tables(tables)
    is_named = pc.or_(pc.is_valid(rows["given_name"]), pc.is_valid(rows["family_name"]))
    records = rows.filter(is_named).group_by(rows.column_names, use_threads=False).aggregate([])
    named_keys = set(records["record_key"].to_pylist())
    return records, {key: child for key, child in truth.items() if key in named_keys}


def _read_truth(community: Community) -> dict[tuple[str, ...], str]:
    with (community.truth / "records.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["organization"], row["feed"], row["period"], row["file"], row["row"]): row[
                "person"
            ]
            for row in csv.DictReader(file)
        }


def _conform_deliveries(
    community: Community, store: FileStore
) -> Iterator[tuple[tuple[str, ...], pa.Table, str]]:
    for planned in community.deliveries:
        mapping = ColumnMapping.load(planned.mapping)
        if not load_element_catalogue()[mapping.record].subject:
            continue
        for path in planned.files:
            sheets = read_file(path.name, path.read_bytes(), skip_rows=mapping.skip_rows)
            try:
                landed = land_sheets(store, sheets, mapping, permit=_issue_permit(Action.RECEIVE))
            except UnusableDelivery:
                continue
            ref = conform_landed_file(
                store, landed.ref, mapping, permit=_issue_permit(Action.CONFORM)
            ).ref
            file_key = (planned.organization, planned.feed, planned.period, path.name)
            yield file_key, store.read(ref), planned.organization


def _issue_permit(action: Action) -> Permit:
    return conclude_decision(
        action,
        "b",
        date(2026, 11, 1),
        [Reason(_CARD, Outcome.ALLOW)],
        facts=(),
        elements=_ALL_ELEMENTS,
    ).require()


def _map_records_to_clusters(clusters: pa.Table) -> dict[str, int]:
    return dict(
        zip(*(clusters[column].to_pylist() for column in clusters.column_names), strict=True)
    )


def _compute_pair_f1(figures: dict[str, float]) -> float:
    precision, recall = figures["pair_precision"], figures["pair_recall"]
    return 2 * precision * recall / (precision + recall)


def _count_pairs(counts: Counter[object]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


if __name__ == "__main__":
    main()
