"""Components are split where their members contradict."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.clustering.agglomeration import (
    MATCH_THRESHOLD,
    WeightedPairs,
    find_connected_components,
    group_records,
)

PLACES = 10
Weights = dict[tuple[int, int], float]
DECIDED = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] != p[1]))
WEIGHTS = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] < p[1]),
    st.floats(-30, 30),
    min_size=1,
)


def people(
    *pairs: tuple[int, int, float],
    together: list[tuple[int, int]] | None = None,
    apart: list[tuple[int, int]] | None = None,
) -> set[frozenset[int]]:
    """The people of more than one of ten records."""
    left, right, weight = (np.array([pair[i] for pair in pairs]) for i in range(3))
    decided = [np.array(d, np.int64).reshape(-1, 2).T for d in (together or [], apart or [])]
    person = group_records(
        WeightedPairs(left.astype(np.int64), right.astype(np.int64), weight.astype(float)),
        PLACES, must_link=decided[0], cannot_link=decided[1],
    )  # fmt: skip
    members: dict[int, set[int]] = {}
    for place, name in enumerate(person.tolist()):
        members.setdefault(name, set()).add(place)
    assert all(name == min(group) for name, group in members.items())
    return {frozenset(group) for group in members.values() if len(group) > 1}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_few_edges_and_many_connect_the_same(edges: list[tuple[int, int]]) -> None:
    few = np.array(edges, np.int64).reshape(-1, 2).T
    # The same edges, so often that a graph is made of them.
    many = np.tile(few, 40)
    assert (
        find_connected_components(few, PLACES).tolist()
        == find_connected_components(many, PLACES).tolist()
    )


def test_what_agrees_is_one() -> None:
    assert people((1, 2, 9), (2, 3, 9), (1, 3, 5)) == {frozenset({1, 2, 3})}


def test_a_chain_without_contradiction_holds() -> None:
    assert people((1, 2, 9), (2, 3, 9)) == {frozenset({1, 2, 3})}


def test_twins_joined_by_one_doubtful_record_come_apart() -> None:
    found = people((1, 2, 12), (3, 4, 12), (2, 3, 2.5), (1, 3, -9), (1, 4, -9), (2, 4, -9))
    assert found == {frozenset({1, 2}), frozenset({3, 4})}


def test_weak_pairs_join_nothing() -> None:
    assert people((1, 2, MATCH_THRESHOLD - 0.1)) == set()
    assert people() == set()


@given(WEIGHTS)
def test_no_person_has_evidence_against_itself(weights: Weights) -> None:
    pairs = [(a, b, w) for (a, b), w in weights.items()]
    found = people(*pairs)
    assert found == people(*reversed(pairs))
    for group in found:
        inside = [max(-12, min(12, w)) for a, b, w in pairs if {a, b} <= group]
        possible = len(group) * (len(group) - 1) / 2
        # A pair that shares no key counts two bits against.
        against = any(weight < 0 for weight in inside)
        assert not against or sum(inside) - 2 * (possible - len(inside)) >= -1e-9


@given(WEIGHTS, st.permutations(range(PLACES)))
def test_other_names_change_nothing(weights: Weights, other: list[int]) -> None:
    # No two are equal, nor their means: of equals the smaller name goes first.
    distinct = [
        (a, b, weight / 3 + math.sqrt(place + 2) / 1000)
        for place, ((a, b), weight) in enumerate(weights.items())
    ]
    plain = people(*distinct)
    renamed = people(*((other[a], other[b], w) for a, b, w in distinct))
    assert {frozenset(other[place] for place in group) for group in plain} == renamed


@given(WEIGHTS, DECIDED, DECIDED)
def test_what_people_decided_holds(
    weights: Weights, together: list[tuple[int, int]], apart: list[tuple[int, int]]
) -> None:
    pairs = [(a, b, w) for (a, b), w in weights.items()]
    found = people(*pairs, together=together, apart=apart)
    one = {place: group for group in found for place in group}
    assert all(one[a] == one[b] for a, b in together)
    joined = {place: group for group in people(together=together) for place in group}
    for a, b in apart:
        if joined.get(a) is None or joined.get(a) != joined.get(b):
            assert one.get(a) is None or one.get(a) != one.get(b)
