"""Decisions that cannot both hold are found, by any chain."""

import pytest

from cairn.matching.clustering.union_find import DecisionConflict, check_decisions


def test_decisions_may_stand_side_by_side() -> None:
    check_decisions([("a", "b"), ("c", "d")], [("a", "c"), ("b", "d")])
    check_decisions([], [])


@pytest.mark.parametrize("never", [("a", "b"), ("a", "c"), ("d", "d")])
def test_always_by_a_chain_and_never_contradict(never: tuple[str, str]) -> None:
    with pytest.raises(DecisionConflict):
        check_decisions([("a", "b"), ("b", "c")], [never])
