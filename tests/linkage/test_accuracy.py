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

from cairn.demo.community import Community, generate
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Permit, Reason, conclude
from cairn.rules.vocabulary import Action, Outcome
from cairn.warehouse.conform import conform
from cairn.warehouse.elements import catalogue
from cairn.warehouse.identifiers import distinct, identifiers, with_anchors
from cairn.warehouse.keys import KeyRing
from cairn.warehouse.landing import NothingToLand, land
from cairn.warehouse.linking.linking import link
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.read import read_file
from cairn.warehouse.zones import Storehouse

PEOPLE = 3_000
PRECISION, RECALL = 0.98, 0.93

_ALL = {f.element: Outcome.ALLOW for r in catalogue().values() for f in r.fields.values()}
_CARD = RuleCard("T01", "a test", "A test may.", "A test may.", "Nothing.")


def permit(action: Action) -> Permit:
    decision = conclude(
        action, "t", date(2026, 11, 1), [Reason(_CARD, Outcome.ALLOW)], facts=(), elements=_ALL
    )
    return decision.require()


def records(community: Community, store: Storehouse) -> Iterator[tuple[str, str, pa.Table]]:
    """Every delivered row that names a child: the true child, the record's key, its table."""
    truth = {}
    with (community.truth / "records.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = (row["organization"], row["feed"], row["period"], row["file"], row["row"])
            truth[place] = row["person"]
    for planned in community.deliveries:
        assert planned.mapping is not None
        mapping = Mapping.load(planned.mapping)
        for path in planned.files:
            sheets = read_file(path.name, path.read_bytes(), skip_rows=mapping.skip_rows)
            try:
                landed = land(store, sheets, mapping, permit=permit(Action.RECEIVE))
            except NothingToLand:
                continue
            made = conform(store, landed.ref, mapping, permit=permit(Action.CONFORM))
            table = store.read(made.ref)
            if not catalogue()[mapping.record].subject:
                continue
            seen = identifiers(table, source=planned.organization, key=b"k" * 32)
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
    store = Storehouse(folder / "data", KeyRing(os.urandom(32)))
    community = generate(folder / "community", people=PEOPLE)
    rows = list(records(community, store))
    tables = list({id(table): table for _, _, table in rows}.values())
    named = distinct(tables)
    clusters = with_anchors(named, link(named))
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
