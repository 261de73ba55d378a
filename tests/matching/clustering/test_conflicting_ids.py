"""Two ids of the state, each told by two sources: two children, unless one home speaks for one."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.clustering.agglomeration import Positions, WeightedPairs
from cairn.matching.clustering.conflicting_ids import split_conflicting_ids

NOBODY = np.zeros((2, 0), np.int64)


def _records(*said: tuple[str, str | None]) -> pa.Table:
    sources, ids = zip(*said, strict=True)
    return pa.table({"source": pa.array(sources), "state_id": pa.array(ids, pa.string())})


def _pairs(bits: dict[tuple[int, int], float]) -> WeightedPairs:
    left, right = np.array(list(bits), np.int64).T
    return WeightedPairs(left, right, np.array(list(bits.values())))


TWO = _records(("a", "1"), ("b", "1"), ("c", None), ("a", "2"), ("b", "2"), ("c", None))


def _between(far: float) -> WeightedPairs:
    """Three records of each of two groups; ``far`` bits between the groups."""
    return _pairs(
        {(a, b): 12.0 if a // 3 == b // 3 else far for a in range(6) for b in range(a + 1, 6)}
    )


def _one() -> Positions:
    return np.zeros(6, np.int64)


def test_namesakes_are_parted_each_with_the_records_of_her_home() -> None:
    assert split_conflicting_ids(_one(), _between(9.0), TWO, NOBODY).tolist() == [0, 0, 0, 3, 3, 3]


def test_one_home_and_a_new_id_is_one_child() -> None:
    assert split_conflicting_ids(_one(), _between(12.0), TWO, NOBODY).tolist() == [0] * 6


def test_an_id_that_one_source_alone_tells_is_a_slip() -> None:
    slips = _records(("a", "1"), ("b", "1"), ("c", None), ("a", "2"), ("a", "2"), ("c", None))
    assert split_conflicting_ids(_one(), _between(9.0), slips, NOBODY).tolist() == [0] * 6


def test_what_people_decided_holds() -> None:
    assert (
        split_conflicting_ids(_one(), _between(9.0), TWO, np.array([[2], [5]])).tolist() == [0] * 6
    )


def test_nobody_with_ids_is_left_alone() -> None:
    none = _records(*[("a", None)] * 6)
    assert split_conflicting_ids(_one(), _between(9.0), none, NOBODY).tolist() == [0] * 6


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "2", None])), min_size=6, max_size=6
    ),
    st.lists(st.integers(0, 2), min_size=6, max_size=6),
    st.floats(-12, 12),
)
def test_people_are_only_parted_and_go_by_their_smallest_place(
    said: list[tuple[str, str | None]], groups: list[int], far: float
) -> None:
    smallest = {g: groups.index(g) for g in groups}
    person = np.array([smallest[g] for g in groups])
    found = split_conflicting_ids(person, _between(far), _records(*said), NOBODY).tolist()
    for place, one in enumerate(found):
        assert found[one] == one <= place
        assert person[one] == person[place]
