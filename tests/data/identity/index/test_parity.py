"""The index and `cairn link` make the same people, however the records come."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.data.identity.sample_records import Taking

from cairn.data.identity.index import update
from cairn.data.identity.storage import statements
from cairn.matching.clustering.agglomeration import group_records
from cairn.matching.rosters.roster_linkage import link_rosters
from cairn.matching.standardize.record_table import IDENTIFYING_FIELDS
from cairn.platform.tasks.api import NullProgress

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

FAMILIES = 160
_SAID = ("record_key", "source", "given_name", "family_name", "birth_date", "street", "phone")


def county(seed: int) -> pa.Table:
    """Families with children on three rosters: twins, sisters, and some whom one source calls
    by quite another name."""
    draw = random.Random(seed)

    def word(letters: int) -> str:
        return "".join(draw.choice(("bcdfglmnprst", "aeiou")[n % 2]) for n in range(letters))

    givens = [word(5).capitalize() for _ in range(90)]
    rows: list[tuple[Any, ...]] = []
    for family in range(FAMILIES):
        surname, street = word(7).capitalize(), f"{draw.randrange(1, 900)} {word(6)} St"
        phone = f"410555{family:04d}"
        born = date(2008, 1, 2) + timedelta(days=draw.randrange(2500))
        twins = draw.random() < 0.1
        for child, given in enumerate(draw.sample(givens, 2)):
            day = born if twins else born + timedelta(days=700 * child)
            other = draw.choice(givens)
            for source in ("school", "clinic", "program"):
                called = other if source == "clinic" and draw.random() < 0.1 else given
                if draw.random() < 0.93:
                    said = (source, called, surname, day, street, phone)
                    rows.append((f"{draw.getrandbits(64):016x}", *said))
    table = pa.Table.from_pylist([dict(zip(_SAID, row, strict=True)) for row in rows])
    return pa.table(
        {
            name: table[name].cast(pa.date32())
            if name == "birth_date"
            else table[name]
            if name in _SAID
            else pa.nulls(len(table), pa.string())
            for name in IDENTIFYING_FIELDS
        }
    )


def by_person(person_of: dict[str, Any]) -> set[frozenset[str]]:
    people: dict[Any, set[str]] = {}
    for key, person in person_of.items():
        people.setdefault(person, set()).add(key)
    return {frozenset(keys) for keys in people.values()}


def b_cubed(one: dict[str, Any], other: dict[str, Any]) -> float:
    both = Counter((one[key], other[key]) for key in one)
    ones, others = Counter(one.values()), Counter(other.values())
    precision = sum(n * n / ones[a] for (a, _), n in both.items()) / len(one)
    recall = sum(n * n / others[b] for (_, b), n in both.items()) / len(one)
    return 2 * precision * recall / (precision + recall)


def test_at_once_the_same_and_bit_by_bit_nearly(taking: Taking) -> None:
    table = county(7)
    found = link_rosters(table, NullProgress())
    names = found.standard["record_key"].to_pylist()
    files = dict(zip(names, found.person.tolist(), strict=True))
    alone = group_records(found.pairs, len(names))
    assert not np.array_equal(alone, found.person), "no child here has two names"
    taking(1, statements.extract_statements(table))
    hub = update.find_people_by_keys(names)
    assert by_person(hub) == by_person(files)

    taking(1, [])
    order = list(range(len(table)))
    random.Random(3).shuffle(order)
    for delivery, (start, end) in enumerate(((0, 0.82), (0.82, 0.91), (0.91, 1)), 2):
        some = table.take(pa.array(order[int(start * len(order)) : int(end * len(order))]))
        looked = taking(delivery, statements.extract_statements(some), delivered=True)
        assert looked.whole == (start == 0)
        assert start == 0 or looked.looked_at < len(table)
    assert b_cubed(update.find_people_by_keys(names), files) >= 0.995


def test_an_index_that_outgrew_its_model_is_linked_anew(taking: Taking) -> None:
    table = county(8)
    names = table["record_key"].to_pylist()
    third = len(table) // 3
    taking(1, statements.extract_statements(table.slice(0, 2 * third)))
    (one,) = statements.extract_statements(table.slice(len(table) - 1))
    assert not taking(2, [one], delivered=True).whole
    rest = statements.extract_statements(table.slice(2 * third, third - 1))
    looked = taking(3, rest, delivered=True)
    assert looked.whole
    assert looked.drift > 0
    found = link_rosters(table, NullProgress())
    files = dict(zip(found.standard["record_key"].to_pylist(), found.person.tolist(), strict=True))
    assert b_cubed(update.find_people_by_keys(names), files) == 1.0


def test_a_child_typed_in_waits_for_no_new_measure(taking: Taking) -> None:
    table = county(9)
    taking(1, statements.extract_statements(table.slice(0, len(table) // 2)))
    for delivery, place in enumerate(range(len(table) // 2, len(table), 60), 2):
        few = statements.extract_statements(table.slice(place, 60))
        assert not taking(delivery, few).whole
