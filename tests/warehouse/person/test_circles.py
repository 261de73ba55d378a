"""Record by record, in any order, with some taken back: the same people as all at once."""

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from tests.warehouse.person.test_verdicts import decided, weights

from cairn.warehouse.person.circles import Circle, circles, touched
from cairn.warehouse.person.verdicts import UNKNOWN, Pair, Verdicts, pair

THRESHOLD = 2.0
RECORDS = "abcdefgh"


def strongest_first(
    records: Collection[str], evidence: Mapping[Pair, float]
) -> Iterable[Collection[str]]:
    """A grouping that, as the real one, splits a circle by mean evidence."""
    groups = [{record} for record in sorted(records)]

    def mean(one: set[str], other: set[str]) -> float:
        bits = [evidence.get(pair(a, b), UNKNOWN) for a in one for b in other]
        return sum(bits) / len(bits)

    while len(groups) > 1:
        one, other = max(combinations(groups, 2), key=lambda two: mean(*two))
        if mean(one, other) < THRESHOLD:
            break
        groups.remove(other)
        one |= other
    return groups


class Index:
    """As the room of linkage does it: only what a change touches is looked at again."""

    def __init__(self, evidence: Mapping[Pair, float], verdicts: Verdicts) -> None:
        self.evidence, self.verdicts = evidence, verdicts
        self.circle_of: dict[str, Circle] = {}

    def change(self, come: Collection[str] = (), gone: Collection[str] = ()) -> int:
        """How many standing records were looked at again."""
        standing = {r: min(c.records) for r, c in self.circle_of.items()}
        near = {
            two: bits for two, bits in self.evidence.items()
            if set(two) & set(come) and set(two) <= standing.keys() | set(come)
        }  # fmt: skip
        again = touched(standing, {*come, *gone}, near, self.verdicts, threshold=THRESHOLD)
        members = {r for r, home in standing.items() if home in again}
        for record in members:
            del self.circle_of[record]
        for circle in circles(
            (members | set(come)) - set(gone),
            self.evidence,
            self.verdicts,
            threshold=THRESHOLD,
            grouping=strongest_first,
        ):
            self.circle_of |= dict.fromkeys(circle.records, circle)
        return len(members)

    def people(self) -> set[frozenset[str]]:
        return {person for circle in self.circle_of.values() for person in circle.people}


def at_once(
    records: Collection[str], evidence: Mapping[Pair, float], verdicts: Verdicts
) -> set[frozenset[str]]:
    index = Index(evidence, verdicts)
    index.change(come=records)
    return index.people()


@given(weights, decided(), st.permutations(RECORDS))
def test_one_by_one_in_any_order_is_all_at_once(
    evidence: dict[Pair, float], verdicts: Verdicts, order: list[str]
) -> None:
    index = Index(evidence, verdicts)
    for record in order:
        index.change(come={record})
    assert index.people() == at_once(RECORDS, evidence, verdicts)


@given(weights, decided(), st.sets(st.sampled_from(RECORDS)))
def test_what_is_taken_back_leaves_nothing_behind(
    evidence: dict[Pair, float], verdicts: Verdicts, gone: set[str]
) -> None:
    index = Index(evidence, verdicts)
    index.change(come=RECORDS)
    index.change(gone=gone)
    assert index.people() == at_once(set(RECORDS) - gone, evidence, verdicts)


@given(weights, decided())
def test_who_is_not_touched_is_not_looked_at(
    evidence: dict[Pair, float], verdicts: Verdicts
) -> None:
    index = Index(evidence, verdicts)
    index.change(come=RECORDS)
    assert index.change(come={"z"}) == 0
