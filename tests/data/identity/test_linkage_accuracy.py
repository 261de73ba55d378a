"""How often linking is right, on invented children whose true identities are known.

The page of linkage quotes these thresholds: change both together.
"""

import csv
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from cairn.demo.community import generate_community
from cairn.demo.planned_deliveries import Community
from cairn.matching.pipeline import link_records
from cairn.matching.standardize.record_keys import (
    add_anchors_to_clusters,
    extract_identifying_fields,
    list_distinct_records,
)
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

PEOPLE = 3_000
PRECISION, RECALL = 0.98, 0.93

_ALL = {
    f.element: Outcome.ALLOW for r in load_element_catalogue().values() for f in r.fields.values()
}
_CARD = RuleCard("T01", "a test", "A test may.", "A test may.", "Nothing.")


def permit(action: Action) -> Permit:
    decision = conclude_decision(
        action, "t", date(2026, 11, 1), [Reason(_CARD, Outcome.ALLOW)], facts=(), elements=_ALL
    )
    return decision.require()


def records(community: Community, store: FileStore) -> Iterator[tuple[str, str, pa.Table]]:
    """Every delivered row that names a child: the true child, the record's key, its table."""
    truth = {}
    with (community.truth / "records.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = (row["organization"], row["feed"], row["period"], row["file"], row["row"])
            truth[place] = row["person"]
    for planned in community.deliveries:
        assert planned.mapping is not None
        mapping = ColumnMapping.load(planned.mapping)
        for path in planned.files:
            sheets = read_file(path.name, path.read_bytes(), skip_rows=mapping.skip_rows)
            try:
                landed = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE))
            except UnusableDelivery:
                continue
            made = conform_landed_file(store, landed.ref, mapping, permit=permit(Action.CONFORM))
            table = store.read(made.ref)
            if not load_element_catalogue()[mapping.record].subject:
                continue
            seen = extract_identifying_fields(table, source=planned.organization, key=b"k" * 32)
            keys = seen["record_key"].to_pylist()
            for number, key in zip(table["source_row"].to_pylist(), keys, strict=True):
                place = (planned.organization, planned.feed, planned.period, path.name)
                who = truth.get((*place, str(number)))
                if who is not None:
                    yield who, key, seen


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int]]:
    """(true child, person found) for every different record."""
    folder: Path = tmp_path_factory.mktemp("river")
    store = FileStore(folder / "data", KeyRing(os.urandom(32)))
    community = generate_community(folder / "community", people=PEOPLE)
    rows = list(records(community, store))
    tables = list({id(table): table for _, _, table in rows}.values())
    named = list_distinct_records(tables)
    clusters = add_anchors_to_clusters(named, link_records(named))
    person = dict(zip(*(clusters[c].to_pylist() for c in clusters.column_names), strict=True))
    return [(who, person[key]) for who, key in sorted({(who, key) for who, key, _ in rows})]


def pairs(counts: Counter[object]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def test_joined_pairs_are_right_and_pairs_that_belong_together_are_found(
    found: list[tuple[str, int]],
) -> None:
    right = pairs(Counter(found))
    assert right / pairs(Counter(person for _, person in found)) >= PRECISION
    assert right / pairs(Counter(who for who, _ in found)) >= RECALL


def test_people_are_counted_right(found: list[tuple[str, int]]) -> None:
    true, counted = len({who for who, _ in found}), len({person for _, person in found})
    assert abs(counted - true) / true <= 0.03


def test_hardly_anybody_is_two_children(found: list[tuple[str, int]]) -> None:
    children: dict[int, set[str]] = defaultdict(set)
    for who, person in found:
        children[person].add(who)
    over = sum(len(whos) > 1 for whos in children.values())
    assert over / len(children) <= 0.005
