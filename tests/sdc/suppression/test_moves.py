"""Moves: what must move along if one cell is to move."""

from math import inf

import numpy as np

from cairn.sdc.suppression.complementary import choose_withheld_unknowns
from cairn.sdc.suppression.moves import MoveFinder
from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.tables.request import ALL
from cairn.sdc.tables.rule import SuppressionRule


def circle() -> SuppressionProblem:
    """Three parts, added up in pairs: an odd circle, in which half people would be cheapest.

    Unknowns: 0-2 the parts a, b, c; 3 = a + b, 4 = b + c, 5 = a + c. Moving only 3 and the
    parts by one means a and b rise and c falls by a half.
    """
    value = np.array([20, 20, 20, 40, 40, 40])
    return SuppressionProblem(
        unknown_of=np.arange(6),
        value=value,
        floor=np.ones(6, np.int64),
        cost=np.array([1.0, 1.0, 1.0, 1.0, 50.0, 50.0]),
        public=np.ones(6, np.bool_),
        small=np.array([False, False, False, True, False, False]),
        rows=((3, (0, 1)), (4, (1, 2)), (5, (0, 2))),
        homes=(frozenset({ALL}),) * 6,
    )


def test_the_cheapest_move_may_split_people_and_the_whole_one_does_not() -> None:
    mover = MoveFinder(circle())
    split, cost = mover.find_cheapest_move(3, 1)
    assert split.tolist() == [0.5, 0.5, -0.5, 1, 0, 0]
    assert cost == 2.5
    whole, dearer = mover.find_integer_move(3, 1)
    assert dearer > cost
    assert whole[3] == 1
    assert (whole == np.rint(whole)).all()
    for total, parts in circle().rows:
        assert whole[total] == whole[list(parts)].sum()


def test_no_move_goes_below_a_floor() -> None:
    for target in (0, 3):
        nothing, cost = MoveFinder(circle()).find_cheapest_move(target, -20 * (1 + target))
        assert not nothing.any()
        assert cost == inf


def test_the_solver_is_back_to_linear_programs_afterwards() -> None:
    mover = MoveFinder(circle())
    mover.find_integer_move(3, 1)
    assert mover.find_cheapest_move(3, 1)[1] == 2.5


def test_what_is_withheld_moves_for_next_to_nothing() -> None:
    mover = MoveFinder(circle())
    for unknown in range(6):
        mover.mark_withheld(unknown)
    assert mover.find_cheapest_move(3, 1)[1] < 0.03


def test_a_cover_is_made_of_whole_people() -> None:
    """Half a person is no proof: 3 may be 38, 40 or 42, each of them with whole a, b and c."""
    withheld = choose_withheld_unknowns(circle(), SuppressionRule(width_small=2), None)
    assert withheld.tolist() == [True, True, True, True, False, False]
