"""Records per second linked, and how often right, beside Splink as its documentation shows it.

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
_ALL = {
    f.element: Outcome.ALLOW for r in load_element_catalogue().values() for f in r.fields.values()
}
_CARD = RuleCard("T01", "a benchmark", "It may.", "It may.", "Nothing.")


def main() -> None:
    """Print both sides and their ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        records, truth = made(Path(name), chosen.people, chosen.seed)
    peers = [measure(partial(documented, threshold=t), records, truth) for t in THRESHOLDS]
    measured = {"cairn": measure(cairn, records, truth), "splink": max(peers, key=_pair_f1)}
    measured["cairn"]["seconds_ratio"] = round(
        measured["cairn"]["seconds"] / measured["splink"]["seconds"], 3
    )
    if chosen.json:
        print(json.dumps({"people": chosen.people, "records": len(records), **measured}))
        return
    print(f"{chosen.people:,} children, {len(records):,} different records")
    for who, figures in measured.items():
        print(f"{who:8}", "  ".join(f"{k} {v:,}" for k, v in figures.items()))


def measure(
    way: Callable[[pa.Table], dict[str, int]], records: pa.Table, truth: dict[str, str]
) -> dict[str, float]:
    """Seconds, records per second, and the accuracy of pairs and people."""
    begun = time.perf_counter()
    person = way(records)
    seconds = time.perf_counter() - begun
    found = [(who, person[key]) for key, who in truth.items()]
    right = _pairs(Counter(found))
    clusters: dict[int, set[str]] = {}
    people: dict[str, set[str]] = {}
    for key, who in truth.items():
        clusters.setdefault(person[key], set()).add(key)
        people.setdefault(who, set()).add(key)
    groups = {frozenset(group) for group in clusters.values()}
    exact = sum(frozenset(group) in groups for group in people.values())
    return {
        "seconds": round(seconds, 2),
        "records_per_second": round(len(records) / seconds),
        "pair_precision": round(right / _pairs(Counter(p for _, p in found)), 4),
        "pair_recall": round(right / _pairs(Counter(w for w, _ in found)), 4),
        "people_exactly_right": round(exact / len(people), 4),
        "people_counted": len(clusters),
        "people_true": len(people),
    }


def cairn(records: pa.Table) -> dict[str, int]:
    """This software."""
    return _persons(link_records(records))


def documented(records: pa.Table, *, threshold: float) -> dict[str, int]:
    """Splink as documented."""
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
    rows = rows.aggregate([(c, "first") for c in columns if c != "unique_id"])
    rows = rows.rename_columns([c.removesuffix("_first") for c in rows.column_names])
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
    found = clusters.as_pyarrow_table()
    names = {c: i for i, c in enumerate(sorted(set(found["cluster_id"].to_pylist())))}
    pairs = zip(found["unique_id"].to_pylist(), found["cluster_id"].to_pylist(), strict=True)
    return {key: names[cluster] for key, cluster in pairs}


def made(folder: Path, people: int, seed: int) -> tuple[pa.Table, dict[str, str]]:
    """Every different record of a made community, and the true child of each."""
    community = generate_community(folder / "community", people=people, seed=seed)
    store = FileStore(folder / "data", KeyRing(os.urandom(32)))
    true = _truth(community)
    tables, truth = [], {}
    for place, table, source in _conformed(community, store):
        seen = extract_identifying_fields(table, source=source, key=b"b" * 32)
        tables.append(seen)
        keys = seen["record_key"].to_pylist()
        for row, key in zip(table["source_row"].to_pylist(), keys, strict=True):
            if (who := true.get((*place, str(row)))) is not None:
                truth[key] = who
    rows = pa.concat_tables(tables)
    told = pc.or_(pc.is_valid(rows["given_name"]), pc.is_valid(rows["family_name"]))
    records = rows.filter(told).group_by(rows.column_names, use_threads=False).aggregate([])
    named = set(records["record_key"].to_pylist())
    return records, {key: who for key, who in truth.items() if key in named}


def _truth(community: Community) -> dict[tuple[str, ...], str]:
    with (community.truth / "records.csv").open(encoding="utf-8", newline="") as file:
        return {
            (r["organization"], r["feed"], r["period"], r["file"], r["row"]): r["person"]
            for r in csv.DictReader(file)
        }


def _conformed(
    community: Community, store: FileStore
) -> Iterator[tuple[tuple[str, ...], pa.Table, str]]:
    for planned in community.deliveries:
        mapping = ColumnMapping.load(planned.mapping)
        if not load_element_catalogue()[mapping.record].subject:
            continue
        for path in planned.files:
            sheets = read_file(path.name, path.read_bytes(), skip_rows=mapping.skip_rows)
            try:
                landed = land_sheets(store, sheets, mapping, permit=_permit(Action.RECEIVE))
            except UnusableDelivery:
                continue
            ref = conform_landed_file(
                store, landed.ref, mapping, permit=_permit(Action.CONFORM)
            ).ref
            place = (planned.organization, planned.feed, planned.period, path.name)
            yield place, store.read(ref), planned.organization


def _permit(action: Action) -> Permit:
    return conclude_decision(
        action, "b", date(2026, 11, 1), [Reason(_CARD, Outcome.ALLOW)], facts=(), elements=_ALL
    ).require()


def _persons(clusters: pa.Table) -> dict[str, int]:
    return dict(zip(*(clusters[c].to_pylist() for c in clusters.column_names), strict=True))


def _pair_f1(figures: dict[str, float]) -> float:
    precision, recall = figures["pair_precision"], figures["pair_recall"]
    return 2 * precision * recall / (precision + recall)


def _pairs(counts: Counter[object]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


if __name__ == "__main__":
    main()
