"""Whole tables seen so far."""

import numpy as np

from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.suppression.witnesses import WitnessTables
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(minimum=10)


def row() -> SuppressionProblem:
    """0 is the total of 1, 2 and 3; of these 1 is small."""
    return SuppressionProblem(
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
    seen = WitnessTables(row(), RULE)
    assert seen.lacks_values(1)
    assert seen.list_wanted_distances(1) == [2, -2, 1, -1]
    seen.record_move(np.array([1, 2]), np.array([2.0, -2.0]))
    assert not seen.lacks_values(1)
    assert not seen.lacks_values(2)
    assert seen.lacks_values(3)
    assert seen.list_wanted_distances(1) == []


def test_a_move_that_splits_people_or_goes_below_a_floor_is_no_proof() -> None:
    seen = WitnessTables(row(), RULE)
    seen.record_move(np.array([1, 2]), np.array([0.3, -0.3]))
    assert seen.list_wanted_distances(1) == [2, -2, 1, -1]
    seen.record_move(np.array([1, 2]), np.array([5.0, -5.0]))
    assert seen.list_wanted_distances(1) == [2, -2, 1, -1]
    assert not seen.lacks_values(1)
