"""Components are split where their members contradict."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.refine import clusters


def groups(*pairs: tuple[int, int, float]) -> set[frozenset[int]]:
    """The clusters of these pairs, at a threshold of 2 bits."""
    columns = list(zip(*pairs, strict=True)) if pairs else [[], [], []]
    table = clusters(
        pa.table(
            {
                "unique_id_l": pa.array(columns[0], pa.int64()),
                "unique_id_r": pa.array(columns[1], pa.int64()),
                "weight": pa.array(columns[2], pa.float64()),
            }
        ),
        2.0,
    )
    members: dict[int, set[int]] = {}
    for node, cluster in zip(
        table["unique_id"].to_pylist(), table["cluster"].to_pylist(), strict=True
    ):
        members.setdefault(cluster, set()).add(node)
    assert all(cluster == min(group) for cluster, group in members.items())
    return {frozenset(group) for group in members.values()}


def test_what_agrees_is_one() -> None:
    assert groups((1, 2, 9), (2, 3, 9), (1, 3, 5)) == {frozenset({1, 2, 3})}


def test_a_chain_without_contradiction_holds() -> None:
    assert groups((1, 2, 9), (2, 3, 9)) == {frozenset({1, 2, 3})}


def test_twins_joined_by_one_doubtful_record_come_apart() -> None:
    found = groups((1, 2, 12), (3, 4, 12), (2, 3, 2.5), (1, 3, -9), (1, 4, -9), (2, 4, -9))
    assert found == {frozenset({1, 2}), frozenset({3, 4})}


def test_weak_pairs_join_nothing() -> None:
    assert groups((1, 2, 1.9)) == set()
    assert groups() == set()


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] < p[1]),
        st.floats(-30, 30),
        min_size=1,
    )
)
def test_no_group_has_evidence_against_itself(weights: dict[tuple[int, int], float]) -> None:
    pairs = [(a, b, w) for (a, b), w in weights.items()]
    found = groups(*pairs)
    assert found == groups(*reversed(pairs))
    strong = {n for a, b, w in pairs if w >= 2 for n in (a, b)}
    assert set().union(*found) == strong
    for group in found:
        inside = [max(-12, min(12, w)) for a, b, w in pairs if {a, b} <= group]
        possible = len(group) * (len(group) - 1) / 2
        assert sum(inside) - (possible - len(inside)) >= -1e-9
