"""Record by record, in any order, with some taken back: the same people as all at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from hypothesis import assume, given
from hypothesis import strategies as st

from cairn.matching.clustering.agglomeration import WeightedPairs, group_records
from cairn.matching.clustering.components import (
    count_pairs_between_components,
    find_match_components,
    find_possible_links,
    select_pairs_within_components,
)
from cairn.matching.clustering.twin_resolution import merge_apparent_twins
from cairn.matching.clustering.union_find import DecisionConflict, check_decisions
from cairn.matching.clustering.weak_links import RecordPair

RECORDS = "abcdefgh"
SOURCES = {record: f"source {n % 3}" for n, record in enumerate(RECORDS + "z")}
WORTH = {source: {"2012": 1.5} for source in set(SOURCES.values())}
"""Every record is of a child born in 2012, in one of three sources that hold most children."""
Evidence: TypeAlias = Mapping[RecordPair, float]
pairs = st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(
    lambda two: two[0] < two[1]
)
weights = st.dictionaries(pairs, st.integers(-12, 12).map(float), max_size=28)
"""An even number of bits, and the two are twins if not one child."""


@dataclass(frozen=True)
class Decisions:
    always: frozenset[RecordPair] = frozenset()
    never: frozenset[RecordPair] = frozenset()


@st.composite
def decisions(draw: st.DrawFn) -> Decisions:
    made = Decisions(draw(st.frozensets(pairs, max_size=3)), draw(st.frozensets(pairs, max_size=4)))
    try:
        check_decisions(made.always, made.never)
    except DecisionConflict:
        assume(False)
    return made


def find_positions(
    decided_pairs: Collection[RecordPair], names: list[str]
) -> npt.NDArray[np.int64]:
    positions = [
        (names.index(a), names.index(b)) for a, b in sorted(decided_pairs) if {a, b} <= {*names}
    ]
    return np.array(positions, np.int64).reshape(-1, 2).T


def resolve_components(
    records: Collection[str], evidence: Evidence, decided: Decisions
) -> list[tuple[frozenset[str], frozenset[frozenset[str]]]]:
    """The circles of these records, and the people in each."""
    names = sorted(records)
    known_bits = {two: bits for two, bits in sorted(evidence.items()) if {*two} <= {*names}}
    left, right = find_positions(known_bits, names)
    scored_pairs = WeightedPairs(left, right, np.array(list(known_bits.values()), float))
    must_link, cannot_link = (
        find_positions(decided.always, names),
        find_positions(decided.never, names),
    )
    twins = scored_pairs.weight % 2 == 0
    component = find_match_components(scored_pairs, twins, len(names), must_link)
    person = group_records(scored_pairs, len(names), must_link=must_link, cannot_link=cannot_link)
    table = pa.table(
        {
            "source": pa.array([SOURCES[name] for name in names], pa.string()),
            "birth_year": pa.array([2012] * len(names), pa.int32()),
        }
    )
    person = merge_apparent_twins(person, scored_pairs, twins, table, cannot_link, WORTH)
    inner_pairs = select_pairs_within_components(scored_pairs, component)
    assert np.array_equal(component[inner_pairs.left], component[inner_pairs.right])
    resolved = []
    for number in sorted(set(component.tolist())):
        members = [n for n, c in enumerate(component) if c == number]
        people = {
            p: frozenset(names[n] for n in members if person[n] == p) for p in person[members]
        }
        resolved.append((frozenset(names[n] for n in members), frozenset(people.values())))
    return resolved


@dataclass
class Index:
    """As the room of linkage does it: only what a change touches is looked at again."""

    evidence: Evidence
    decided: Decisions
    component_of: dict[str, tuple[frozenset[str], frozenset[frozenset[str]]]] = field(
        default_factory=dict
    )

    def change(self, come: Collection[str] = (), gone: Collection[str] = ()) -> int:
        """How many standing records were looked at again."""
        changed = {*come, *gone}
        bits = np.array(list(self.evidence.values()), float)
        possible = find_possible_links(WeightedPairs(bits, bits, bits), bits % 2 == 0)
        strong = [two for two, tie in zip(self.evidence, possible, strict=True) if tie]
        affected = {r for two in (*strong, *self.decided.always) if changed & {*two} for r in two}
        affected |= {r for two in self.decided.never if changed & {*two} for r in two}
        members = {
            r
            for one in changed | affected
            if one in self.component_of
            for r in self.component_of[one][0]
        }
        for record in members:
            del self.component_of[record]
        for circle in resolve_components(
            (members | {*come}) - {*gone}, self.evidence, self.decided
        ):
            self.component_of |= dict.fromkeys(circle[0], circle)
        return len(members)

    def people(self) -> set[frozenset[str]]:
        return {person for _, people in self.component_of.values() for person in people}


def resolve_all_at_once(
    records: Collection[str], evidence: Evidence, decided: Decisions
) -> set[frozenset[str]]:
    return {
        person for _, people in resolve_components(records, evidence, decided) for person in people
    }


@given(weights, decisions(), st.permutations(RECORDS))
def test_one_by_one_in_any_order_is_all_at_once(
    evidence: Evidence, decided: Decisions, order: list[str]
) -> None:
    index = Index(evidence, decided)
    for record in order:
        index.change(come={record})
    assert index.people() == resolve_all_at_once(RECORDS, evidence, decided)


@given(weights, decisions(), st.sets(st.sampled_from(RECORDS)))
def test_what_is_taken_back_leaves_nothing_behind(
    evidence: Evidence, decided: Decisions, gone: set[str]
) -> None:
    index = Index(evidence, decided)
    index.change(come=RECORDS)
    index.change(gone=gone)
    assert index.people() == resolve_all_at_once(set(RECORDS) - gone, evidence, decided)


@given(weights, decisions())
def test_decisions_hold_and_every_record_is_one_persons(
    evidence: Evidence, decided: Decisions
) -> None:
    people = resolve_all_at_once(RECORDS, evidence, decided)
    assert sorted(r for person in people for r in person) == sorted(RECORDS)
    together = {two for person in people for two in combinations(sorted(person), 2)}
    assert decided.always <= together
    assert decided.never.isdisjoint(together)


@given(weights, decisions())
def test_who_is_not_touched_is_not_looked_at(evidence: Evidence, decided: Decisions) -> None:
    index = Index(evidence, decided)
    index.change(come=RECORDS)
    assert index.change(come={"z"}) == 0


def test_what_lies_between_circles_is_counted_by_its_evidence() -> None:
    person, circle = np.array([0, 0, 2, 3]), np.array([0, 0, 2, 2])
    left, right = np.array([0, 1, 0, 2]), np.array([2, 2, 3, 3])
    pairs = WeightedPairs(left, right, np.array([-2.0, -4.0, -40.0, 9.0]))
    assert count_pairs_between_components(pairs, circle, person) == {-12.0: 1, -3.0: 1}
    assert count_pairs_between_components(pairs, np.zeros(4, np.int64), person) == {}
