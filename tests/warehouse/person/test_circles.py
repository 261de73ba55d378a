"""Record by record, in any order, with some taken back: the same people as all at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from hypothesis import assume, given
from hypothesis import strategies as st

from cairn.warehouse.linking.groups import THRESHOLD, Pairs, groups
from cairn.warehouse.person.circles import circles, inside
from cairn.warehouse.person.doubt import Pair
from cairn.warehouse.person.verdicts import Contradiction, agree

RECORDS = "abcdefgh"
Evidence: TypeAlias = Mapping[Pair, float]
pairs = st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(
    lambda two: two[0] < two[1]
)
weights = st.dictionaries(pairs, st.integers(-12, 12).map(float), max_size=28)


@dataclass(frozen=True)
class Decided:
    always: frozenset[Pair] = frozenset()
    never: frozenset[Pair] = frozenset()


@st.composite
def decisions(draw: st.DrawFn) -> Decided:
    made = Decided(draw(st.frozensets(pairs, max_size=3)), draw(st.frozensets(pairs, max_size=4)))
    try:
        agree(made.always, made.never)
    except Contradiction:
        assume(False)
    return made


def places(some: Collection[Pair], names: list[str]) -> npt.NDArray[np.int64]:
    both = [(names.index(a), names.index(b)) for a, b in sorted(some) if {a, b} <= {*names}]
    return np.array(both, np.int64).reshape(-1, 2).T


def weighed(
    records: Collection[str], evidence: Evidence, decided: Decided
) -> list[tuple[frozenset[str], frozenset[frozenset[str]]]]:
    """The circles of these records, and the people in each."""
    names = sorted(records)
    known = {two: bits for two, bits in sorted(evidence.items()) if {*two} <= {*names}}
    left, right = places(known, names)
    told = Pairs(left, right, np.array(list(known.values()), float))
    together, apart = places(decided.always, names), places(decided.never, names)
    circle = circles(told, len(names), together)
    person = groups(told, len(names), together=together, apart=apart)
    within = inside(told, circle)
    assert np.array_equal(circle[within.left], circle[within.right])
    found = []
    for one in sorted(set(circle.tolist())):
        here = [n for n, c in enumerate(circle) if c == one]
        people = {p: frozenset(names[n] for n in here if person[n] == p) for p in person[here]}
        found.append((frozenset(names[n] for n in here), frozenset(people.values())))
    return found


@dataclass
class Index:
    """As the room of linkage does it: only what a change touches is looked at again."""

    evidence: Evidence
    decided: Decided
    circle_of: dict[str, tuple[frozenset[str], frozenset[frozenset[str]]]] = field(
        default_factory=dict
    )

    def change(self, come: Collection[str] = (), gone: Collection[str] = ()) -> int:
        """How many standing records were looked at again."""
        changed = {*come, *gone}
        strong = [two for two, bits in self.evidence.items() if bits >= THRESHOLD]
        near = {r for two in (*strong, *self.decided.always) if changed & {*two} for r in two}
        near |= {r for two in self.decided.never if changed & {*two} for r in two}
        members = {
            r for one in changed | near if one in self.circle_of for r in self.circle_of[one][0]
        }
        for record in members:
            del self.circle_of[record]
        for circle in weighed((members | {*come}) - {*gone}, self.evidence, self.decided):
            self.circle_of |= dict.fromkeys(circle[0], circle)
        return len(members)

    def people(self) -> set[frozenset[str]]:
        return {person for _, people in self.circle_of.values() for person in people}


def at_once(records: Collection[str], evidence: Evidence, decided: Decided) -> set[frozenset[str]]:
    return {person for _, people in weighed(records, evidence, decided) for person in people}


@given(weights, decisions(), st.permutations(RECORDS))
def test_one_by_one_in_any_order_is_all_at_once(
    evidence: Evidence, decided: Decided, order: list[str]
) -> None:
    index = Index(evidence, decided)
    for record in order:
        index.change(come={record})
    assert index.people() == at_once(RECORDS, evidence, decided)


@given(weights, decisions(), st.sets(st.sampled_from(RECORDS)))
def test_what_is_taken_back_leaves_nothing_behind(
    evidence: Evidence, decided: Decided, gone: set[str]
) -> None:
    index = Index(evidence, decided)
    index.change(come=RECORDS)
    index.change(gone=gone)
    assert index.people() == at_once(set(RECORDS) - gone, evidence, decided)


@given(weights, decisions())
def test_decisions_hold_and_every_record_is_one_persons(
    evidence: Evidence, decided: Decided
) -> None:
    people = at_once(RECORDS, evidence, decided)
    assert sorted(r for person in people for r in person) == sorted(RECORDS)
    together = {two for person in people for two in combinations(sorted(person), 2)}
    assert decided.always <= together
    assert decided.never.isdisjoint(together)


@given(weights, decisions())
def test_who_is_not_touched_is_not_looked_at(evidence: Evidence, decided: Decided) -> None:
    index = Index(evidence, decided)
    index.change(come=RECORDS)
    assert index.change(come={"z"}) == 0
