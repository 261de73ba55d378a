"""Whole tables seen so far."""

import numpy as np

from cairn.disclosure.rule import Rule
from cairn.disclosure.witnesses import Witnesses
from cairn.disclosure.world import World

RULE = Rule(minimum=10)


def row() -> World:
    """0 is the total of 1, 2 and 3; of these 1 is small."""
    return World(
        unknown_of=np.arange(4),
        value=np.array([75, 5, 30, 40]),
        floor=np.ones(4, np.int64),
        cost=np.array([9.0, 1.0, 2.0, 3.0]),
        public=np.ones(4, np.bool_),
        small=np.array([False, True, False, False]),
        rows=((0, (1, 2, 3)),),
        homes=(frozenset({"All"}),) * 4,
    )


def test_a_move_by_two_shows_four_values_more() -> None:
    seen = Witnesses(row(), RULE)
    assert seen.lacks(1)
    assert seen.wanted(1) == [2, -2, 1, -1]
    seen.note(np.array([1, 2]), np.array([2.0, -2.0]))
    assert not seen.lacks(1)
    assert not seen.lacks(2)
    assert seen.lacks(3)
    assert seen.wanted(1) == []


def test_a_move_that_splits_people_or_goes_below_a_floor_is_no_proof() -> None:
    seen = Witnesses(row(), RULE)
    seen.note(np.array([1, 2]), np.array([0.3, -0.3]))
    assert seen.wanted(1) == [2, -2, 1, -1]
    seen.note(np.array([1, 2]), np.array([5.0, -5.0]))
    assert seen.wanted(1) == [2, -2, 1, -1]
    assert not seen.lacks(1)
