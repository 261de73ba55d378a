"""Decisions that cannot both hold are found, by any chain."""

import pytest

from cairn.warehouse.person.verdicts import Contradiction, agree


def test_decisions_may_stand_side_by_side() -> None:
    agree([("a", "b"), ("c", "d")], [("a", "c"), ("b", "d")])
    agree([], [])


@pytest.mark.parametrize("never", [("a", "b"), ("a", "c"), ("d", "d")])
def test_always_by_a_chain_and_never_contradict(never: tuple[str, str]) -> None:
    with pytest.raises(Contradiction):
        agree([("a", "b"), ("b", "c")], [never])
