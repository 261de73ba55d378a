"""What linking anew would change."""

from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.clustering.partition_comparison import PartitionDifference, compare_partitions

parted = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3), min_size=1)


def test_one_splits_two_merge_one_stays() -> None:
    now = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 3, "f": 4}
    then = {"a": 10, "b": 10, "c": 11, "d": 12, "e": 12, "f": 13}
    assert compare_partitions(now, then) == PartitionDifference(4, 4, 1, 1, 1, 1)


@given(parted)
def test_nothing_differs_from_itself(now: dict[str, int]) -> None:
    people = len(set(now.values()))
    assert compare_partitions(now, now) == PartitionDifference(people, people, people, 0, 0, 0)


@given(parted, parted)
def test_there_and_back_splits_and_merges_change_places(
    now: dict[str, int], then: dict[str, int]
) -> None:
    there, back = compare_partitions(now, then), compare_partitions(then, now)
    assert (there.would_merge, there.would_split) == (back.would_split, back.would_merge)
    assert there.same == back.same
